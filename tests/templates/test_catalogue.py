"""The catalogue finds templates, and resolves a card to what its template really uses."""

import random
from pathlib import Path
from typing import Any

import pytest
from folders import DECLARED, template
from hypothesis import given
from hypothesis import strategies as st

from frontis.compose import compose
from frontis.errors import BadInput, BadSetting, BadTemplate, UnknownTemplate
from frontis.icons import names as icon_names
from frontis.model.card import Card
from frontis.model.color import Color
from frontis.templates import Catalogue, catalogue, load
from frontis.templates.catalogue import OURS

FOLDERS = sorted(path.parent for path in OURS.glob("*/template.toml"))


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    parent = tmp_path_factory.mktemp("templates")
    toml = DECLARED.replace('default = "#336699"', 'default = "#336699"\n[variables.sign]\nkind = "icon"\nhelp = "x"')
    toml += '[variables.look]\nkind = "choice"\nhelp = "x"\nchoices = ["light", "dark"]\ndefault = "dark"\n'
    template(parent, toml=toml)
    return Catalogue(parent)


def test_each_of_our_folders_is_a_template_of_the_catalogue() -> None:
    assert catalogue().ids() == tuple(folder.name for folder in FOLDERS)
    assert catalogue().faults == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_of_ours_has_examples_for_what_it_requires(folder: Path) -> None:
    look = load(folder)
    card = Card(look.template.id, dict(look.template.examples))
    assert catalogue().resolve(card).values.keys() == look.template.variables.keys()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_of_ours_is_composed_with_nothing_but_what_it_requires(folder: Path) -> None:
    look = load(folder)
    values: dict[str, Any] = {name: "x" for name, each in look.template.variables.items() if each.required}
    card = catalogue().resolve(Card(look.template.id, values))
    assert compose(card, look, {}).size == (1200, 630)


def test_an_operators_template_replaces_ours_of_the_same_id(tmp_path: Path) -> None:
    template(tmp_path, identity="article", html="<p>Mine: {{ title }}</p>")
    looks = Catalogue(tmp_path)
    assert looks.ids() == catalogue().ids()
    assert looks.look("article").template.html == "<p>Mine: {{ title }}</p>"


def test_a_broken_template_of_the_operators_does_not_take_ours_with_it(tmp_path: Path) -> None:
    template(tmp_path, identity="article", html="{% nothing %}")
    looks = Catalogue(tmp_path)
    assert looks.look("article").template.html != "{% nothing %}"
    assert [type(fault) for fault in looks.faults] == [BadTemplate]


def test_files_and_other_folders_beside_templates_are_no_templates(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("Words.")
    (tmp_path / "drafts").mkdir()
    template(tmp_path, identity="good")
    looks = Catalogue(tmp_path)
    assert "good" in looks.ids()
    assert looks.faults == []


def test_a_folder_that_cannot_be_read_is_a_wrong_setting(tmp_path: Path) -> None:
    for wrong in (tmp_path / "nowhere", Path(__file__)):
        with pytest.raises(BadSetting, match="FRONTIS_TEMPLATES_DIR"):
            Catalogue(wrong)


def test_an_unknown_template_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownTemplate, match="Did you mean 'article'") as caught:
        catalogue().look("artikle")
    assert caught.value.parameter == "template"
    with pytest.raises(UnknownTemplate):
        catalogue().resolve(Card("a" * 64))


values = st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=20) | st.integers(0, 9), max_size=6)


@given(unknown=values)
def test_unknown_values_and_their_order_change_no_resolved_card(unknown: dict[str, Any]) -> None:
    known = {"title": "Hello", "accent": "red"}
    extra = {f"x {name}": value for name, value in unknown.items()} | known
    shuffled = list(extra.items())
    random.Random(3).shuffle(shuffled)
    resolved = catalogue().resolve(Card("article", known))
    assert catalogue().resolve(Card("article", dict(shuffled))) == resolved
    assert catalogue().resolve(Card("article", dict(shuffled))).fingerprint == resolved.fingerprint


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"title": " a  b "}, {"title": "a b"}),
        ({"tint": "#f00"}, {"tint": "rgb(255 0 0)"}),
        ({"tint": ""}, {}),
        ({"count": "3"}, {"count": 3.0}),
        ({"items": "a\nb"}, {"items": ("a", "b")}),
        ({"look": ""}, {"look": "dark"}),
        ({"sign": "ArrowRight"}, {"sign": "arrow-right"}),
        ({"photo": ""}, {}),
    ],
)
def test_cards_that_look_the_same_resolve_to_one(
    tried: Catalogue, first: dict[str, Any], second: dict[str, Any]
) -> None:
    one, other = (tried.resolve(Card("tried", values)) for values in (first, second))
    assert one == other
    assert one.fingerprint == other.fingerprint


@given(title=st.text(max_size=40), tint=st.sampled_from(["red", "#ABC", "hsl(9 9% 9%)"]))
def test_resolving_twice_is_resolving_once(title: str, tint: str) -> None:
    values = {"title": f"a{title}", "accent": tint}
    once = catalogue().resolve(Card("article", values))
    assert catalogue().resolve(once) == once
    assert Color.parse(str(once.values["accent"])).hex == once.values["accent"]


def test_what_is_required_and_not_there_is_told_with_what_may_have_been_meant() -> None:
    with pytest.raises(BadInput, match=r"title: is required\. Did you mean 'titel'\?"):
        catalogue().resolve(Card("article", {"titel": "Hello"}))
    with pytest.raises(BadInput, match="title: is required"):
        catalogue().resolve(Card("article", {"title": " \t "}))


def test_an_icon_is_one_that_there_is(tried: Catalogue) -> None:
    assert tried.resolve(Card("tried", {"sign": icon_names()[0]})).values["sign"] == icon_names()[0]
    with pytest.raises(BadInput, match="Did you mean 'activity'") as caught:
        tried.resolve(Card("tried", {"sign": "activty"}))
    assert caught.value.parameter == "sign"


def test_a_wrong_value_is_told_by_the_name_of_its_variable(tried: Catalogue) -> None:
    for name, value in {"tint": "reddish", "count": "many", "photo": "/etc/passwd", "look": "grey"}.items():
        with pytest.raises(BadInput) as caught:
            tried.resolve(Card("tried", {name: value}))
        assert caught.value.parameter == name
