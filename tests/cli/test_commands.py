"""What each command does, and what it says when it cannot."""

import io
from pathlib import Path
from unittest import mock
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree as ET

import pytest
from command import frontis, frontis_in
from PIL import Image

from frontis.cli.trial import faults
from frontis.settings import Settings, secret_key
from frontis.signing import verify


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A good template in a folder of its own."""
    folder = tmp_path / "release"
    folder.mkdir()
    (folder / "template.toml").write_text(
        'id = "release"\nname = "Release"\ndescription = "A version."\n'
        '[variables.title]\nkind = "text"\nhelp = "The headline."\nrequired = true\nsize = [2, 5]\nlines = 3\n'
    )
    (folder / "card.html").write_text('<h1 class="all">{{ title }}</h1>')
    (folder / "card.css").write_text(".all { padding: 4rem; }")
    return folder


@pytest.mark.parametrize(("ending", "form"), [("png", "PNG"), ("jpg", "JPEG"), ("webp", "WEBP"), ("avif", "AVIF")])
def test_render_draws_a_card_into_a_file(tmp_path: Path, ending: str, form: str) -> None:
    file = tmp_path / f"card.{ending}"
    done = frontis("render", "article", "--title", "Hello", "--set", "theme=dark", "-o", str(file))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{file}: 1200x630, ")
    with Image.open(file) as picture:
        assert picture.format == form


def test_render_draws_a_card_as_shapes(tmp_path: Path) -> None:
    file = tmp_path / "card.svg"
    done = frontis("render", "article", "--title", "Hello </text><script>", "-o", str(file))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{file}: 1200x630, ")
    root = ET.parse(file).getroot()
    assert (root.tag, root.get("viewBox")) == ("{http://www.w3.org/2000/svg}svg", "0 0 1200 630")
    assert b"script" not in file.read_bytes()


def test_render_takes_pictures_from_files(tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9" fill="#f0f"/></svg>'
    )
    file = tmp_path / "card.png"
    words = ["render", "osig-logo", "--title", "Hello", "--set", f"image={logo}", "--width", "600", "--height", "315"]
    assert frontis(*words, "-o", str(file)).returncode == 0
    colors = Image.open(io.BytesIO(file.read_bytes())).convert("RGB").getcolors(100_000) or []
    assert any(count > 1_000 for count, color in colors if color == (255, 0, 255))


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["render", "artcle", "--title", "x"], "Did you mean 'article'?"),
        (["render", "article"], "title: is required."),
        (["render", "article", "--title", "x", "--set", "theme=drak"], "Did you mean 'dark'?"),
        (["render", "article", "--set", "titel=x"], "titel: is no variable of the template 'article'; it has title, "),
        (["render", "article", "--set", "titel=x"], "Did you mean 'title'?"),
        (
            ["render", "article", "--title", "x", "--set", "zzz="],
            "zzz: is no variable of the template 'article'; it has ",
        ),
        (
            ["render", "metric", "--title", "x", "--set", "value=1"],
            "title: is no variable of the template 'metric'; it ",
        ),
        (
            ["render", "article", "--title", "x", "-o", "card.gif"],
            "output: must end in .png, .jpg, .webp, .avif or ",
        ),
        (["render", "article", "--title", "x", "--quality", "80", "-o", "card.svg"], "quality: does nothing for svg"),
        (["render", "article", "--title", "x", "-o", "/nowhere/card.png"], "/nowhere/card.png: No such file"),
        (["render", "article", "--title", "x", "-o", "full.png"], "full.png: No space left on device"),
        (["render", "article", "--title", "x", "--set", "hero=/nowhere.png"], "/nowhere.png: No such file"),
        (["render", "metric", "--set", "value=5", "--set", "icon=actvity"], "Did you mean 'activity'?"),
        (["templates", "show", "metrc"], "Did you mean 'metric'?"),
        (["templates", "check", "/nowhere"], "holds no template"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(tmp_path: Path, words: list[str], complaint: str) -> None:
    (tmp_path / "full.png").symlink_to("/dev/full")
    done = frontis_in(tmp_path, *words)
    assert done.returncode == 1
    told = (done.stderr + done.stdout).strip()
    assert complaint in told
    assert "\n" not in told
    assert "Traceback" not in told


def test_the_templates_are_listed_and_shown() -> None:
    listed = frontis("templates", "list").stdout
    assert all(identity in listed for identity in ("article", "metric", "osig-base", "osig-job-clean"))
    assert frontis("templates").stdout == listed
    shown = frontis("templates", "show", "metric").stdout
    assert "99.98% or 2.4M" in " ".join(shown.split())
    assert "dots, grid, diagonal" in " ".join(shown.split())


def test_a_good_template_passes_and_is_drawn(release: Path, tmp_path: Path) -> None:
    assert frontis("templates", "check", str(release)).stdout == f"{release}: good\n"
    file = tmp_path / "card.png"
    done = frontis("render", "release", "--title", "1.0", "-o", str(file), FRONTIS_TEMPLATES_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert file.exists()


def test_a_template_that_draws_for_ever_is_stopped(release: Path) -> None:
    (release / "card.html").write_text(
        "{% for a in title %}<div class=all>x</div>{% endfor %}" * 3 + "<h1>{{ title }}</h1>"
    )
    (release / "card.css").write_text(".all { width: 99rem; height: 99rem; filter: blur(30rem); position: absolute; }")
    done = frontis("templates", "check", str(release))
    assert done.returncode == 1
    assert "takes longer than 2 s to draw" in done.stdout


def test_a_branch_that_waits_for_a_word_is_drawn_too(release: Path) -> None:
    (release / "template.toml").write_text(
        (release / "template.toml").read_text()
        + '\n[variables.mood]\nkind = "choice"\nhelp = "How."\nchoices = ["calm", "wild"]\ndefault = "calm"\n'
    )
    (release / "card.html").write_text('<h1>{{ title }}</h1>{% if mood == "wild" %}{{ title | icon }}{% endif %}')
    done = frontis("templates", "check", str(release))
    assert done.returncode == 1
    assert "card.html:1: icon: there is no icon" in done.stdout


def test_a_template_that_was_good_is_not_drawn_again_until_it_changes(release: Path, tmp_path: Path) -> None:
    memory = tmp_path / "good"
    assert faults(release, memory) == []
    first = memory.read_text()
    assert "/release/" in first
    with mock.patch("multiprocessing.get_context", side_effect=AssertionError("it is drawn")):
        assert faults(release, memory) == []
    (release / "card.css").write_text("h1 { color: red }")
    assert faults(release, memory) == []
    assert memory.read_text() not in ("", first)
    (release / "card.css").write_text("h1 {")
    assert [str(fault).partition(": ")[2] for fault in faults(release, memory)] != []
    assert memory.read_text() == ""


def test_a_wrong_template_is_told_with_file_line_and_hint(release: Path) -> None:
    (release / "card.html").write_text("<h1>\n{{ titel }}</h1>")
    done = frontis("templates", "check", str(release.parent))
    assert done.returncode == 1
    expected = f"{release}/card.html:2: 'titel' is no variable of this template (did you mean 'title'?)\n"
    assert done.stdout == expected


def test_the_service_does_not_start_with_a_wrong_template(release: Path) -> None:
    (release / "card.css").write_text("h1 {")
    done = frontis("serve", "--port", "1", FRONTIS_TEMPLATES_DIR=str(release.parent))
    assert done.returncode == 1
    assert f"{release}/card.css:1: opens a brace that is never closed" in done.stderr


def test_the_gallery_is_drawn_with_its_page(tmp_path: Path) -> None:
    done = frontis("gallery", "--only", "osig-logo", "-o", str(tmp_path))
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "index.html").read_text()
    pictures = sorted(path.name for path in tmp_path.glob("*.png"))
    assert len(pictures) == 27
    assert all(f'src="{name}"' in page for name in pictures)


ADDRESS = "https://og.example.com/g?title=Hello"


def assert_signed(printed: str, secret: str) -> None:
    assert printed.count("\n") == 1
    pairs = parse_qsl(urlsplit(printed.strip()).query)
    assert verify(pairs, secret=secret, now=0) > 1_700_000_000


def test_an_address_is_signed_with_the_secret_of_the_environment(tmp_path: Path) -> None:
    done = frontis_in(tmp_path, "sign", ADDRESS, FRONTIS_SECRET_KEY="correct-horse")
    assert_signed(done.stdout, "correct-horse")
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []


def test_without_one_it_is_signed_with_the_secret_of_the_data_folder(tmp_path: Path) -> None:
    data = tmp_path / "data"
    made = frontis("sign", ADDRESS, FRONTIS_SECRET_KEY="", FRONTIS_DATA_DIR=str(data))
    secret = secret_key(Settings(data_dir=data, secret_key=""))
    assert_signed(made.stdout, secret)
    assert made.stderr.startswith(f"frontis: made a secret, {data}/secret-key: ")
    again = frontis("sign", ADDRESS, FRONTIS_SECRET_KEY="", FRONTIS_DATA_DIR=str(data))
    assert_signed(again.stdout, secret)
    assert again.stderr == ""


def test_a_data_folder_that_cannot_hold_a_secret_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    done = frontis("sign", ADDRESS, FRONTIS_SECRET_KEY="", FRONTIS_DATA_DIR=str(tmp_path / "data"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("frontis: FRONTIS_DATA_DIR: ")
    assert done.stderr.count("\n") == 1
