"""Icons: every one of Lucide's, under every spelling, harmless, and drawn whole in the colour of its place."""

import subprocess
import sys
from xml.etree import ElementTree as ET

import pytakumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontis.errors import BadInput
from frontis.icons import icon, names

SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {SVG + shape for shape in ("path", "circle", "rect", "line", "ellipse", "polyline", "polygon")}
GEOMETRY = {
    *(
        "d",
        "cx",
        "cy",
        "r",
        "rx",
        "ry",
        "x",
        "y",
        "width",
        "height",
        "x1",
        "y1",
        "x2",
        "y2",
        "points",
        "fill",
        "stroke",
    ),
}


def mask(address: str) -> str:
    """HTML that shows an icon as cards do: through a mask that fills its box."""
    style = f"width:100%;height:100%;background:currentColor;mask-image:url({address})"
    return f'<span style="display:block;{style};mask-size:contain;mask-repeat:no-repeat;mask-position:center"></span>'


def drawn(svg: str, side: int, *, box: str = "width:100%;height:100%") -> bytes:
    """The RGBA of an icon in a box on a square of white, in the colour #1d4ed8."""
    page = (
        f'<div style="display:block;width:{side}px;height:{side}px;color:#1d4ed8;background:#fff">'
        f'<div style="display:block;{box}">{mask("icon")}</div></div>'
    )
    pixels: bytes = pytakumi.Renderer().render_html(
        page, width=side, height=side, format="raw", images={"icon": svg.encode()}
    )
    return pixels


def test_the_names_are_sorted_and_all_of_lucide() -> None:
    assert len(names()) > 1600
    assert list(names()) == sorted(names())
    assert {"arrow-right", "heart", "rocket", "a-arrow-down", "zoom-out"} <= set(names())


@pytest.mark.parametrize("stroke_width", [0.25, 1, 2, 4])
def test_every_icon_is_well_formed_and_holds_nothing_but_shapes(stroke_width: float) -> None:
    for name in names():
        root = ET.fromstring(icon(name, stroke_width=stroke_width))
        assert root.tag == f"{SVG}svg", name
        assert root.get("viewBox") == "0 0 24 24", name
        assert root.get("stroke") == "#fff", name
        assert (root.get("width"), root.get("height")) == ("256", "256"), name
        assert len(root) > 0, name
        for shape in root.iter():
            if shape is not root:
                assert shape.tag in SHAPES, name
                assert set(shape.keys()) <= GEOMETRY, name
                assert shape.get("fill") in (None, "none", "#fff", "currentColor"), name
                assert shape.get("stroke") in (None, "none"), name


def test_every_icon_leaves_ink_on_the_card() -> None:
    columns, side = 50, 16
    rows = -(-len(names()) // columns)
    boxes = "".join(f'<div style="width:{side}px;height:{side}px">{mask(name)}</div>' for name in names())
    page = f'<div style="display:flex;flex-wrap:wrap;width:{columns * side}px;color:#000">{boxes}</div>'
    width, height = columns * side, rows * side
    pictures = {name: icon(name).encode() for name in names()}
    pixels: bytes = pytakumi.Renderer().render_html(page, width=width, height=height, format="raw", images=pictures)
    alphas = pixels[3::4]
    for place, name in enumerate(names()):
        left, top = place % columns * side, place // columns * side
        assert any(any(alphas[y * width + left : y * width + left + side]) for y in range(top, top + side)), name


@pytest.mark.parametrize(
    "spelling",
    ["arrow-right", "ArrowRight", "arrow_right", "arrow right", "Arrow Right", " ARROW-RIGHT ", "arrowRight"],
)
def test_a_name_may_be_spelled_in_every_common_way(spelling: str) -> None:
    assert icon(spelling) == icon("arrow-right")


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("Building2", "building-2"),
        ("ArrowDownAZ", "arrow-down-a-z"),
        ("Grid3x3", "grid-3x3"),
        ("AArrowDown", "a-arrow-down"),
    ],
)
def test_digits_and_single_letters_survive_the_spelling(spelling: str, name: str) -> None:
    assert icon(spelling) == icon(name)


def test_every_name_is_known_in_pascal_and_snake_case() -> None:
    for name in names():
        words = name.split("-")
        assert icon("".join(word.capitalize() for word in words)) == icon(name)
        assert icon("_".join(words)) == icon(name)


@pytest.mark.parametrize(("former", "name"), [("home", "house"), ("alarm-check", "alarm-clock-check")])
def test_a_former_name_still_gives_its_icon(former: str, name: str) -> None:
    assert icon(former) == icon(name)
    assert former not in names()


@pytest.mark.parametrize(
    ("wrong", "near"), [("arow-right", "arrow-right"), ("RocketShip", "rocket"), ("hart", "heart")]
)
def test_an_unknown_name_is_answered_with_the_nearest(wrong: str, near: str) -> None:
    with pytest.raises(BadInput) as caught:
        icon(wrong)
    assert caught.value.parameter == "icon"
    assert caught.value.suggestion == near


@pytest.mark.parametrize(
    "hostile",
    [
        "",
        "-",
        "../../../../etc/passwd",
        "heart\x00",
        "heart.svg",
        '"><script>alert(1)</script>',
        "heart'; DROP TABLE icons; --",
        "%",
        "\ud800",
        "heart" * 2000,
        "-" * 10_000 + "heart",
    ],
)
def test_a_hostile_name_is_refused_in_few_words(hostile: str) -> None:
    with pytest.raises(BadInput) as caught:
        icon(hostile)
    assert len(str(caught.value)) < 250


@given(st.text(max_size=80))
def test_any_name_is_an_icon_or_bad_input(name: str) -> None:
    try:
        drawing = icon(name)
    except BadInput:
        return
    assert drawing in {icon(known) for known in names()}


def test_the_stroke_is_as_wide_as_asked() -> None:
    assert 'stroke-width="1.5"' in icon("heart", stroke_width=1.5)
    assert sum(drawn(icon("heart", stroke_width=3), 96)) < sum(drawn(icon("heart", stroke_width=1), 96))


@pytest.mark.parametrize("stroke_width", [0, -1, 5, float("nan"), float("inf")])
def test_a_stroke_that_cannot_be_drawn_is_refused(stroke_width: float) -> None:
    with pytest.raises(BadInput, match="stroke_width: must be from"):
        icon("heart", stroke_width=stroke_width)


def test_an_icon_takes_the_colour_of_its_place() -> None:
    pixels = drawn(icon("square"), 48)
    # The left side of the square runs from 2/24 to 4/24 of the width.
    middle = (24 * 48 + 6) * 4
    assert tuple(pixels[middle : middle + 3]) == (0x1D, 0x4E, 0xD8)


def test_an_icon_keeps_its_proportions_in_a_box_that_is_not_square() -> None:
    pixels = drawn(icon("circle"), 96, box="width:96px;height:48px")
    inked = {place % 96 for place in range(96 * 48) if pixels[place * 4] < 128}
    assert (min(inked), max(inked)) == pytest.approx((26, 69), abs=1)


def test_a_dot_in_an_icon_is_filled_to_its_middle() -> None:
    pixels = drawn(icon("palette"), 240)
    for x, y in ((135, 65), (175, 105), (65, 125), (85, 75)):
        for row in range(y - 8, y + 9):
            for column in range(x - 8, x + 9):
                place = (row * 240 + column) * 4
                assert tuple(pixels[place : place + 3]) == (0x1D, 0x4E, 0xD8)


def test_icons_do_not_load_the_package_that_ships_them() -> None:
    program = "import sys; from frontis.icons import icon; icon('heart'); assert 'lucide' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)
