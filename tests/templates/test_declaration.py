"""template.toml: what it may say, and how each fault is told."""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest
from folders import DECLARED, template
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontis.errors import BadTemplate
from frontis.model.output import Outline, Size
from frontis.model.template import Fit, Kind, Template
from frontis.templates import load
from frontis.templates.language import LONGEST_SOURCE

HEAD = 'id = "{id}"\nname = "A name"\ndescription = "A description."\n'
TITLE = '[variables.title]\nkind = "text"\nhelp = "The headline."\n'


def declared(tmp_path: Path, toml: str) -> Template:
    return load(template(tmp_path, html="", toml=toml)).template


# A declaration, the line that is blamed (None where a search cannot tell), and a part of what is said.
FAULTS = {
    "no id": ('name = "x"\n', None, "id is missing"),
    "another id": (HEAD.replace("{id}", "other"), 1, "id must be the folder's name, 'tried'"),
    "no name": ('id = "{id}"\n', None, "name is missing"),
    "an empty name": (HEAD.replace("A name", ""), None, "name is missing"),
    "a number for a name": (HEAD.replace('"A name"', "7"), 2, "name must be a text"),
    "a name that rings a bell": (HEAD.replace("A name", "A\\u0007"), 2, "cannot be drawn"),
    "no description": ('id = "{id}"\nname = "x"\n', None, "description is missing"),
    "an unknown key": (HEAD + 'font = ["Inter"]\n', 4, "unknown key 'font' (did you mean 'fonts'?)"),
    "no TOML": (HEAD + "name name\n", 4, "line 4"),
    "a key twice": (HEAD + 'name = "y"\n', 4, "overwrite"),
    "an unknown family": (HEAD + 'fonts = ["Intr"]\n', 4, "did you mean 'Inter'?"),
    "a family that is no text": (HEAD + "fonts = [1]\n", 4, "fonts must be a text"),
    "one family": (HEAD + 'fonts = "Inter"\n', 4, "fonts must be a list"),
    "no families": (HEAD + "fonts = []\n", 4, "fonts is empty"),
    "no sizes": (HEAD + "sizes = []\n", 4, "sizes is empty"),
    "one size": (HEAD + 'sizes = "1200x630"\n', 4, "sizes must be a list"),
    "a size as numbers": (HEAD + "sizes = [1200, 630]\n", 4, "sizes must be a text"),
    "a size in other words": (HEAD + 'sizes = ["large"]\n', 4, "'large' is no size that can be drawn"),
    "a size in other digits": (HEAD + 'sizes = ["１２００x６３０"]\n', 4, "is no size"),
    "a size that is too large": (HEAD + 'sizes = ["5000x100"]\n', 4, "'5000x100' is no size that can be drawn"),
    "variables that are none": (HEAD + "variables = 7\n", 4, "variables must be a table"),
    "a variable that is none": (HEAD + "[variables]\ntitle = 7\n", 5, "title must be a table"),
    "many variables": (
        HEAD + "".join(f'[variables.v{n}]\nkind = "text"\nhelp = "x"\n' for n in range(65)),
        None,
        "at most 64 variables",
    ),
    "a reserved name": (HEAD + TITLE.replace("title", "size"), 4, "cannot be called 'size'"),
    "a name with a space": (HEAD + TITLE.replace("title", '"a b"'), None, "cannot be called 'a b'"),
    "an unknown key of a variable": (HEAD + TITLE + "longst = 3\n", 7, "did you mean 'longest'?"),
    "no kind": (HEAD + '[variables.title]\nhelp = "x"\n', 4, "kind is missing"),
    "an unknown kind": (HEAD + TITLE.replace('"text"', '"txt"'), 5, "did you mean 'text'?"),
    "a kind that is no text": (HEAD + TITLE.replace('"text"', "['text']"), 5, "kind must be a text"),
    "no help": (HEAD + '[variables.title]\nkind = "text"\n', 4, "help is missing"),
    "help that is no text": (HEAD + '[variables.title]\nkind = "text"\nhelp = {}\n', 6, "help must be a text"),
    "a length of nothing": (HEAD + TITLE + "longest = 0\n", 7, "longest must be a whole number from 1 to 5000"),
    "a length without bound": (HEAD + TITLE + "longest = 5001\n", 7, "longest must be a whole number from 1 to 5000"),
    "a length in words": (HEAD + TITLE + 'longest = "9"\n', 7, "longest must be a whole number"),
    "a length that is true": (HEAD + TITLE + "longest = true\n", 7, "longest must be a whole number"),
    "many items": (HEAD + TITLE + "most = 101\n", 7, "most must be a whole number from 1 to 100"),
    "required in words": (HEAD + TITLE + 'required = "no"\n', 7, "required must be true or false"),
    "a range that is upside down": (
        HEAD + '[variables.n]\nkind = "number"\nhelp = "x"\nleast = 2\ngreatest = 1\n',
        7,
        "least is more than greatest",
    ),
    "a range without end": (HEAD + TITLE + "greatest = inf\n", 7, "greatest must be a number"),
    "a range that is none": (HEAD + TITLE + "least = nan\n", 7, "least must be a number"),
    "a range in words": (HEAD + TITLE + 'least = "low"\n', 7, "least must be a number"),
    "choices for a text": (HEAD + TITLE + 'choices = ["a"]\n', 4, 'choices belong to kind = "choice"'),
    "a choice of nothing": (HEAD + TITLE.replace('"text"', '"choice"'), 4, "it needs them"),
    "choices that are numbers": (
        HEAD + TITLE.replace('"text"', '"choice"') + "choices = [1, 2]\n",
        7,
        "choices must be a text",
    ),
    "a choice that nobody can make": (
        HEAD + TITLE.replace('"text"', '"choice"') + 'choices = ["a  b"]\n',
        7,
        "nobody can ask for",
    ),
    "choices as one text": (
        HEAD + TITLE.replace('"text"', '"choice"') + 'choices = "ab"\n',
        7,
        "choices must be a list",
    ),
    "a size for a list": (HEAD + TITLE.replace('"text"', '"list"') + "size = 2\n", 4, "not for kind 'list'"),
    "lines without a size": (HEAD + TITLE + "lines = 2\n", 7, "lines needs a size"),
    "three sizes": (HEAD + TITLE + "size = [1, 2, 3]\n", 7, "size must be 2 numbers"),
    "a size upside down": (HEAD + TITLE + "size = [4, 2]\n", 7, "from small to large"),
    "a size of nothing": (HEAD + TITLE + "size = [0, 2]\n", 7, "within 0.3 to 40 rem"),
    "a size that is none": (HEAD + TITLE + "size = [nan, nan]\n", 7, "size must be a number"),
    "a size in words of one": (HEAD + TITLE + 'size = "large"\n', 7, "size must be a number"),
    "many lines": (HEAD + TITLE + "size = 2\nlines = 41\n", 8, "lines must be a whole number from 1 to 40"),
    "lines of an outline that there is not": (
        HEAD + TITLE + "size = 2\nlines = { wide = 2, high = 3 }\n",
        8,
        "whole numbers from 1 to 40, each for an outline",
    ),
    "lines of an outline that are none": (
        HEAD + TITLE + 'size = 2\nlines = { wide = "2" }\n',
        8,
        "whole numbers from 1 to 40",
    ),
    "many lines of an outline": (
        HEAD + TITLE + "size = 2\n[variables.title.lines]\nwide = 2\ntall = 41\n",
        8,
        "whole numbers from 1 to 40",
    ),
    "lines for other outlines only": (
        HEAD + TITLE + "size = 2\nlines = { tall = 4 }\n",
        8,
        "how many there are in wide",
    ),
    "a share of more than all": (HEAD + TITLE + "share = [1.5, 1]\n", 7, "at most 1"),
    "a share of nothing": (HEAD + TITLE + "share = [0, 1]\n", 7, "above 0"),
    "half a share": (HEAD + TITLE + "share = [1.0]\n", 7, "share must be 2 numbers"),
    "a default that is too long": (HEAD + TITLE + 'longest = 2\ndefault = "abc"\n', 8, "at most 2 characters"),
    "a default that is no choice": (
        HEAD + TITLE.replace('"text"', '"choice"') + 'choices = ["a"]\ndefault = "b"\n',
        8,
        "must be one of a",
    ),
    "a default that is a date": (HEAD + TITLE + "default = 2026-01-01\n", 7, "default must be a number"),
    "a default of lists": (
        HEAD + TITLE.replace('"text"', '"list"') + "default = [['a']]\n",
        7,
        "default must be a text",
    ),
    "a default of numbers": (HEAD + TITLE.replace('"text"', '"list"') + "default = [1]\n", 7, "default must be a text"),
    "a default icon that is none": (
        HEAD + TITLE.replace('"text"', '"icon"') + 'default = "nothing-such"\n',
        7,
        "there is no icon",
    ),
    "an example of nothing": (HEAD + TITLE + '[examples]\nlabel = "x"\n', 8, "'label' is no variable"),
    "an example that is too long": (
        HEAD + TITLE + 'longest = 2\n[examples]\ntitle = "abc"\n',
        9,
        "at most 2 characters",
    ),
    "an example that is a table": (HEAD + TITLE + "[examples]\ntitle = {a = 1}\n", 8, "title must be a number"),
    "examples that are none": (HEAD + "examples = []\n" + TITLE, 4, "examples must be a table"),
    "deep lists": (HEAD + "fonts = " + "[" * 9_000, None, "cannot be read"),
    "a number of many digits": (HEAD + TITLE + "longest = " + "9" * 5_000, None, "cannot be read"),
    "deep tables": ("[a" + ".a" * 9_000 + "]\n", None, "unknown key 'a'"),
    "deep keys": (HEAD + "a" + ".a" * 9_000 + " = 1\n", None, ""),
    "many tables": ("".join(f"[a{n}]\n" for n in range(3_000)), 1, "unknown key 'a0'"),
}


@pytest.mark.parametrize(("toml", "line", "said"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_with_its_line(toml: str, line: int | None, said: str, tmp_path: Path) -> None:
    with pytest.raises(BadTemplate) as caught:
        declared(tmp_path, toml)
    assert caught.value.file == str(tmp_path / "tried" / "template.toml")
    assert said in str(caught.value)
    assert line is None or caught.value.line == line


def test_a_declaration_is_read_as_it_says(tmp_path: Path) -> None:
    found = declared(
        tmp_path,
        HEAD
        + 'fonts = ["Inter", "space grotesk"]\nsizes = ["1200x630", "100x4096"]\n'
        + TITLE
        + 'required = true\nlongest = 80\nsize = [1.5, 4]\nlines = 3\ndefault = " a  b "\n'
        + '[variables.n]\nkind = "number"\nhelp = "x"\nleast = 1\ngreatest = 9.5\ndefault = 3.0\nsize = 2\n'
        + '[variables.many]\nkind = "list"\nhelp = "x"\nmost = 4\ndefault = ["a", " b "]\n'
        + '[variables.photo]\nkind = "image"\nhelp = "x"\nshare = [0.5, 1]\n'
        + '[variables.look]\nkind = "choice"\nhelp = "x"\nchoices = ["light", "very dark"]\ndefault = "very dark"\n'
        + '[examples]\ntitle = "T"\nmany = ["x"]\nn = 2\n',
    )
    assert found.sizes == (Size(1200, 630), Size(100, 4096))
    assert found.families == ("Inter", "space grotesk")
    title, count = found.variables["title"], found.variables["n"]
    assert (title.kind, title.required, title.longest, title.default) == (Kind.TEXT, True, 80, "a b")
    assert title.fit == Fit(1.5, 4, 3)
    assert count.fit == Fit(2, 2, 1)
    assert (count.least, count.greatest, count.default) == (1, 9.5, 3)
    assert found.variables["many"].default == ("a", "b")
    assert found.variables["photo"].share == (0.5, 1.0)
    assert found.variables["look"].choices == ("light", "very dark")
    assert found.examples == {"title": "T", "many": ("x",), "n": 2}


def test_a_text_may_have_other_lines_on_cards_of_another_outline(tmp_path: Path) -> None:
    found = declared(tmp_path, HEAD + TITLE + "size = 2\nlines = { wide = 2, tall = 5 }\n").variables["title"].fit
    assert found
    lines = {outline: found.within(outline) for outline in Outline}
    assert lines == {each: Fit(2, 2, 5 if each is Outline.TALL else 2) for each in Outline}


@pytest.mark.parametrize("name", ["template.toml", "card.html", "card.css"])
def test_a_missing_file_is_named(name: str, tmp_path: Path) -> None:
    folder = template(tmp_path)
    (folder / name).unlink()
    with pytest.raises(BadTemplate, match=f"{name}: is missing"):
        load(folder)


@pytest.fixture
def _impatient() -> Iterator[None]:
    """What waits for ever fails after a few seconds."""

    def give_up(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(5)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize("name", ["template.toml", "card.html", "card.css"])
def test_what_is_no_plain_file_of_utf8_is_refused(name: str, tmp_path: Path) -> None:
    folder = template(tmp_path)
    path = folder / name
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadTemplate, match=f"{name}: is not UTF-8"):
        load(folder)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(BadTemplate, match=f"{name}: is no plain file"):
        load(folder)
    path.unlink()
    path.symlink_to("/dev/zero")
    with pytest.raises(BadTemplate, match=f"{name}: is no plain file"):
        load(folder)
    path.unlink()
    with socket.socket(socket.AF_UNIX) as door, chdir(folder):
        # Bound from within: the address of a socket may have 107 bytes.
        door.bind(name)
        with pytest.raises(BadTemplate, match=f"{name}: is no plain file"):
            load(folder)
    path.unlink()
    path.mkdir()
    with pytest.raises(BadTemplate, match=f"{name}: is no plain file"):
        load(folder)
    path.rmdir()
    path.symlink_to(path)
    with pytest.raises(BadTemplate, match=name):
        load(folder)


@pytest.mark.parametrize("name", ["template.toml", "card.html", "card.css"])
@pytest.mark.parametrize("target", ["{elsewhere}/file", "../elsewhere/file", "gate/file"])
def test_a_link_out_of_the_folder_is_refused_and_shows_nothing(name: str, target: str, tmp_path: Path) -> None:
    folder, elsewhere = template(tmp_path), tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "file").write_bytes((folder / name).read_bytes() + b"\n<secret")
    (folder / "gate").symlink_to(elsewhere)
    (folder / name).unlink()
    (folder / name).symlink_to(target.format(elsewhere=elsewhere))
    with pytest.raises(BadTemplate, match=f"{name}: is a link out of its folder") as caught:
        load(folder)
    assert "secret" not in str(caught.value)


def test_links_within_the_folder_and_to_the_folder_are_fine(tmp_path: Path) -> None:
    # Kubernetes mounts the files of a ConfigMap as links to a folder of that moment's version.
    folder = template(tmp_path / "real")
    version = folder / "..2026"
    version.mkdir()
    (folder / "..data").symlink_to("..2026")
    for name in ("template.toml", "card.html", "card.css"):
        (folder / name).rename(version / name)
        (folder / name).symlink_to(f"..data/{name}")
    (tmp_path / "tried").symlink_to(folder)
    assert load(tmp_path / "tried").template.id == "tried"


@pytest.mark.parametrize("name", ["template.toml", "card.html", "card.css"])
def test_a_file_is_read_up_to_its_limit_and_no_further(name: str, tmp_path: Path) -> None:
    folder = template(tmp_path)
    path = folder / name
    room = LONGEST_SOURCE - path.stat().st_size
    with path.open("a") as file:
        file.write("\n" * room)
    assert load(folder).template.id == "tried"
    with path.open("a") as file:
        file.write("\n")
    with pytest.raises(BadTemplate, match=f"{name}: is larger than 32,000 bytes"):
        load(folder)


def test_the_digest_changes_with_each_file(tmp_path: Path) -> None:
    digests = {
        load(template(tmp_path / "a")).template.digest,
        load(template(tmp_path / "b", html="<p>{{ title }} </p>")).template.digest,
        load(template(tmp_path / "c", css="p { color: red }")).template.digest,
        load(template(tmp_path / "d", toml=DECLARED + "\n")).template.digest,
    }
    assert len(digests) == 4


class Raw(str):
    """TOML as it stands."""

    __slots__ = ()


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x7f"), max_size=9)
plain = st.one_of(
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    words,
    st.dates().map(str).map(Raw),
)


def written(value: Any) -> str:
    """A value in TOML."""
    match value:
        case Raw():
            return value
        case bool():
            return str(value).lower()
        case str():
            escaped = "".join(f"\\U{ord(each):08x}" if not each.isalnum() else each for each in value)
            return f'"{escaped}"'
        case list():
            return f"[{', '.join(map(written, value))}]"
        case dict():
            return "{" + ", ".join(f"{written(key)} = {written(each)}" for key, each in value.items()) + "}"
    return str(value)


tables = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3), max_leaves=6
)
KEYS = [
    "kind",
    "help",
    "default",
    "required",
    "longest",
    "most",
    "least",
    "greatest",
    "choices",
    "size",
    "lines",
    "share",
]


@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=st.sampled_from(KEYS), kind=st.sampled_from(Kind), value=tables)
def test_any_value_of_any_key_of_a_variable_is_read_or_refused(
    key: str, kind: Kind, value: Any, tmp_path: Path
) -> None:
    keys = {"kind": written(str(kind.value)), "help": '"x"', key: written(value)}
    if kind is Kind.CHOICE and key != "choices":
        keys["choices"] = '["a", "b"]'
    toml = HEAD + "[variables.thing]\n" + "".join(f"{name} = {each}\n" for name, each in keys.items())
    read_or_refused(tmp_path, toml)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=st.sampled_from(["id", "name", "description", "fonts", "sizes", "variables", "examples"]), value=tables)
def test_any_value_of_any_key_at_the_top_is_read_or_refused(key: str, value: Any, tmp_path: Path) -> None:
    keys = {"id": '"{id}"', "name": '"x"', "description": '"x"', key: written(value)}
    read_or_refused(tmp_path, "".join(f"{name} = {each}\n" for name, each in keys.items()))


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(toml=st.text(st.sampled_from("[]{}=\"'\\#.,\n a1variables.titlekind_:-"), max_size=120))
def test_any_text_for_a_declaration_is_read_or_refused(toml: str, tmp_path: Path) -> None:
    read_or_refused(tmp_path, HEAD + toml)


def read_or_refused(tmp_path: Path, toml: str) -> None:
    folder = tmp_path / "tried"
    if not folder.exists():
        template(tmp_path, html="")
    (folder / "template.toml").write_text(toml.replace("{id}", "tried"), "utf-8")
    try:
        found = load(folder).template
    except BadTemplate as fault:
        refused = str(fault)
        assert refused.startswith(str(folder))
    else:
        assert found.id == "tried"
        assert all(isinstance(each.default, str | int | float | bool | tuple) for each in found.variables.values())
