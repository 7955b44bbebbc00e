"""What the command prints is as it is: no name, path or address in it is taken for a command to paint."""

from pathlib import Path

import pytest
from command import frontis


def test_a_path_with_brackets_and_colons_is_printed_whole_on_one_line(tmp_path: Path) -> None:
    file = tmp_path / ("[bold]" + "long" * 20 + ":heart:[x].png")
    done = frontis(
        "render", "article", "--title", "x", "--width", "100", "--height", "100", "-o", str(file), COLUMNS="60"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{file}: 100x100, ")
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize("words", ["[/nothing] :rocket: [red]x"])
def test_words_of_a_template_are_printed_as_they_are(tmp_path: Path, words: str) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / "template.toml").write_text(
        f'id = "odd"\nname = "{words}"\ndescription = "{words}"\n[variables.a]\nkind = "text"\nhelp = "{words}"\n'
    )
    (folder / "card.html").write_text("{{ a }}")
    (folder / "card.css").write_text("")
    listed = frontis("templates", "list", COLUMNS="200", FRONTIS_TEMPLATES_DIR=str(tmp_path))
    shown = frontis("templates", "show", "odd", COLUMNS="200", FRONTIS_TEMPLATES_DIR=str(tmp_path))
    assert (listed.returncode, shown.returncode) == (0, 0)
    assert listed.stdout.count(words) == 2
    assert shown.stdout.count(words) == 3


def test_a_template_that_was_left_out_is_told_beside_the_others(tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "template.toml").write_text("")
    done = frontis("templates", "list", FRONTIS_TEMPLATES_DIR=str(tmp_path), COLUMNS="60")
    assert done.returncode == 0
    assert done.stderr.startswith(f"frontis: left out: {tmp_path}/bad/card.html: is missing (")
    assert done.stderr.count("\n") == 1


def test_a_value_without_a_name_is_a_wrong_use() -> None:
    done = frontis("render", "article", "--set", "title", COLUMNS="100")
    assert done.returncode == 2
    assert "'title' is not NAME=VALUE" in done.stderr
