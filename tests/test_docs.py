"""Undocumented is failing: what the documents say holds, and what there is stands in them."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from frontis.cli.main import app
from frontis.settings import settings_table
from frontis.templates import catalogue

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "frontis"
DOCUMENTS = sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("bench/*.md"), *SOURCE.rglob("*.md")})
HOUSE = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"]
LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?[^)]*\)|<(?:img|a)\s[^>]*?(?:src|href)=\"([^\"]+)\"")
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
VARIABLE = re.compile(r"\b(?:FRONTIS|OSIG)_[A-Z][A-Z0-9_]*[A-Z0-9]\b")
TASK = re.compile(r"`make ([a-z-]+)")


def described(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_of(name: str | Path) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def anchors_of(text: str) -> set[str]:
    """What GitHub makes of the headings: lower case, words joined by dashes, punctuation dropped."""
    headings = re.findall(r"^#+ +(.+?) *$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links_of(path: Path) -> Iterator[str]:
    for match in LINK.finditer(CODE.sub("", FENCE.sub("", text_of(path)))):
        target = match[1] or match[2]
        if not re.match(r"[a-z][a-z0-9+.-]*:|//", target):
            yield target


def commands_of(group: TyperGroup, path: str) -> Iterator[str]:
    for name, command in group.commands.items():
        yield f"{path} {name}"
        if isinstance(command, TyperGroup):
            yield from commands_of(command, f"{path} {name}")


def python_of(path: Path) -> list[str]:
    return [code for language, code in FENCE.findall(text_of(path)) if language == "python"]


def variables_in_the_code() -> set[str]:
    return {name for path in SOURCE.rglob("*.py") for name in VARIABLE.findall(text_of(path))}


def tasks_of_the_makefile() -> set[str]:
    return set(re.findall(r"^([a-z-]+):.*## ", text_of("Makefile"), re.MULTILINE))


@pytest.mark.parametrize("name", HOUSE)
def test_the_house_has_its_papers(name: str) -> None:
    assert len(text_of(name).split()) > 50


@pytest.mark.parametrize("path", DOCUMENTS, ids=described)
def test_every_link_between_documents_leads_somewhere(path: Path) -> None:
    for target in links_of(path):
        name, _, anchor = target.partition("#")
        there = (path.parent / name).resolve() if name else path
        assert there.exists(), f"{described(path)} links to {target}, which is not there"
        if anchor and there.suffix == ".md":
            assert anchor in anchors_of(text_of(there)), f"{described(path)} links to {target}: no such heading"


def test_the_documents_are_linked_from_the_readme() -> None:
    pages = {path for path in DOCUMENTS if path.parent == ROOT / "docs"}
    assert pages, "docs/ is empty"
    reached = {(ROOT / target.partition("#")[0]).resolve() for target in links_of(ROOT / "README.md")}
    assert sorted(described(page) for page in pages - reached) == []


def test_the_readme_shows_the_library() -> None:
    assert any("from frontis import" in block for block in python_of(ROOT / "README.md"))


@pytest.mark.parametrize("path", [path for path in DOCUMENTS if python_of(path)], ids=described)
def test_the_python_in_a_document_runs(path: Path, tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", "\n".join(python_of(path))],
        cwd=tmp_path,
        env=os.environ | {"FRONTIS_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr


def test_every_variable_that_the_code_names_is_in_the_table() -> None:
    names = variables_in_the_code()
    assert len(names) > 5
    assert names == {row.variable for row in settings_table()}


@pytest.mark.parametrize("row", settings_table(), ids=lambda row: row.variable)
def test_every_setting_stands_in_the_documents_as_it_is(row: tuple[str, str, str, str]) -> None:
    variable, kind, default, words = row
    shown = f"`{default}`" if default else ""
    assert words.endswith("."), f"{variable} needs a sentence of help"
    line = f"| `{variable}` | {kind} | {shown} | {words} |"
    assert line in text_of("docs/settings.md").splitlines(), f"docs/settings.md lacks this line:\n{line}"


def test_the_documents_name_no_setting_that_is_not_there() -> None:
    known = {row.variable for row in settings_table()}
    # A SPEC.md speaks of the foreign service's settings too.
    pages = [path for path in DOCUMENTS if path.name != "SPEC.md"]
    named = {(described(path), name) for path in pages for name in VARIABLE.findall(text_of(path))}
    assert named
    assert {(page, name) for page, name in named if name not in known} == set()


def test_every_command_stands_in_the_documents() -> None:
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    commands = list(commands_of(group, "frontis"))
    assert "frontis serve" in commands
    words = "\n".join(text_of(path) for path in DOCUMENTS)
    assert [command for command in commands if not re.search(rf"{re.escape(command)}\b", words)] == []


def test_every_template_stands_in_the_documents_and_every_folder_is_a_template() -> None:
    folders = {path.parent.name for path in SOURCE.glob("templates/*/card.html")}
    assert folders == set(catalogue().ids())
    assert folders
    page = text_of("docs/templates.md")
    assert sorted(name for name in folders if f"`{name}`" not in page) == []


def test_every_task_is_explained_to_contributors_and_every_task_named_is_there() -> None:
    tasks = tasks_of_the_makefile()
    assert {"run", "test"} <= tasks
    named = {(described(path), task) for path in DOCUMENTS for task in TASK.findall(text_of(path))}
    assert {task for _, task in named} <= tasks, named
    assert sorted(tasks - {"help"} - set(TASK.findall(text_of("CONTRIBUTING.md")))) == []


def test_the_changelog_has_a_place_for_what_comes_next() -> None:
    assert re.findall(r"^## \[(.+?)\]", text_of("CHANGELOG.md"), re.MULTILINE)[:1] == ["Unreleased"]
