"""The eleven looks of OGStack: a logo in any corner touches no words, and what is not given is not drawn."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest
from measuring import laid_out

from frontis.draw.document import rem
from frontis.model.card import Card, Value
from frontis.model.photo import Photo
from frontis.model.template import Kind
from frontis.templates import catalogue

LOOKS = [each for each in catalogue().ids() if each.startswith("ogstack-") and each != "ogstack-icon"]
CORNERS = ("top-left", "top-right", "bottom-left", "bottom-right")
SIZES = ((1200, 630), (1920, 1200), (1080, 1080), (1080, 1920), (1500, 500))
LOGO, PHOTO = "https://a.example/logo", "https://a.example/photo"
# Of a shape that no other box has: 2.75 rem high, it is as wide as no icon and no avatar is.
PHOTOS = {LOGO: Photo(b"", 260, 100, 0.9, opaque=True), PHOTO: Photo(b"", 400, 300, 0.9, opaque=True)}
ARABIC = "فن تسمية الأشياء بهدوء، وكيف نجد أفضل الأسماء"


class Box(NamedTuple):
    """A rectangle on the canvas, in pixels."""

    left: float
    top: float
    right: float
    bottom: float


def boxes(tree: Mapping[str, Any]) -> Iterator[Box]:
    *_, left, top = tree["transform"]
    yield Box(left, top, left + tree["width"], top + tree["height"])
    for child in tree["children"]:
        yield from boxes(child)


def logo_box(tree: Mapping[str, Any], unit: float) -> Box:
    found = {
        box
        for box in boxes(tree)
        if abs(box.bottom - box.top - 2.75 * unit) < 1.5 and abs(box.right - box.left - 2.75 * 2.6 * unit) < 1.5
    }
    assert len(found) == 1, f"there are {len(found)} boxes of the logo's shape"
    return found.pop()


def filled(identity: str, title: str = "") -> dict[str, Value]:
    """The example with every picture that the look can show."""
    template = catalogue().look(identity).template
    pictures = {each.name: PHOTO for each in template.variables.values() if each.kind is Kind.IMAGE}
    return {**template.examples, **pictures, "logo": LOGO, **({"title": title} if title else {})}


def test_there_are_eleven_looks_that_share_their_variables() -> None:
    assert len(LOOKS) == 11
    shared: dict[str, tuple[object, ...]] = {}
    for identity in LOOKS:
        variables = catalogue().look(identity).template.variables
        assert {"title", "description", "accent", "font", "logo", "logo_position"} <= set(variables)
        for each in variables.values():
            limits = (each.kind, each.help, each.required, each.default, each.longest, each.most, each.choices)
            assert shared.setdefault(each.name, limits) == limits


@pytest.mark.parametrize("corner", CORNERS)
@pytest.mark.parametrize("identity", LOOKS)
def test_a_logo_stands_in_its_corner_and_touches_no_words(identity: str, corner: str) -> None:
    for size in SIZES:
        for values in (filled(identity), filled(identity, ARABIC), {"title": "Hello", "logo": LOGO}):
            laid = laid_out(Card(identity, {**values, "logo_position": corner}, size), PHOTOS)
            box = logo_box(laid.tree, rem(laid.markup.size))
            for line in laid.lines:
                apart = line.right <= box.left or line.left >= box.right
                assert apart or line.bottom <= box.top or line.top >= box.bottom, f"{line.text!r} touches it, {size}"
            across, down = (box.left + box.right) / 2 / size[0], (box.top + box.bottom) / 2 / size[1]
            assert ("left" if across < 0.5 else "right") in corner, size
            assert box.left >= -1
            assert box.right <= size[0] + 1
            # On a tall or square card a picture may fill the upper part, and words begin below it.
            assert ("top" if down < 0.6 else "bottom") in corner, size


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("identity", LOOKS)
def test_only_what_is_given_is_said(identity: str, size: tuple[int, int]) -> None:
    assert laid_out(Card(identity, {"title": "Hello"}, size)).words == "Hello"
