import socket
from pathlib import Path

import pytest
import pyvips
from hypothesis import given, settings
from hypothesis import strategies as st
from specimens import QUARTERS, assert_near, embedded, middle, pixels, quartered, quartered_svg, saved, seen, svg

from frontis.decode import decode
from frontis.decode.vector import draw_svg
from frontis.errors import BadPicture, DamagedPicture, PictureTooLarge
from frontis.model.output import Size

BOX = Size(100, 50)
SVG_SPACE = 'xmlns="http://www.w3.org/2000/svg"'
RED, GREEN, CLEAR = (255, 0, 0, 255), (0, 128, 0, 255), (0, 0, 0, 0)
RED_SQUARE = quartered(9, 9, ((255, 0, 0),) * 4)


def test_what_draws_reaches_no_file_and_no_network_even_without_our_rules(tmp_path: Path) -> None:
    (tmp_path / "red.png").write_bytes(saved(quartered(8, 8, ((255, 0, 0),) * 4), "PNG"))
    (tmp_path / "red.css").write_text("rect{fill:red}")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        site = f"http://127.0.0.1:{server.getsockname()[1]}"
        for place in (str(tmp_path), f"file://{tmp_path}", site):
            raw = (
                f'<?xml-stylesheet href="{place}/red.css" type="text/css"?><svg {SVG_SPACE} width="8" height="8">'
                f'<style>@import "{place}/red.css"; @import url({place}/red.css);</style>'
                f'<rect width="8" height="8" fill="green"/><image href="{place}/red.png" width="8" height="8"/></svg>'
            )
            drawn = pyvips.Image.svgload_buffer(raw.encode())
            assert tuple(drawn(4, 4)) == GREEN
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize(
    ("attributes", "box", "wanted"),
    [
        ('width="24" height="24"', (96, 96), (96, 96)),
        ('width="400" height="200"', (100, 10), (100, 50)),
        ('viewBox="0 0 30 10"', (60, 60), (180, 60)),
        ('viewBox="-15,-5,30,10" width="100%" height="100%"', (60, 20), (60, 20)),
        ('viewBox="0 0 30 10" width="9000000" height="3000000"', (60, 20), (60, 20)),
        ('viewBox="0 0 30 10" width="60"', (60, 1), (60, 20)),
        ('viewBox="0 0 30 10" height="60mm" width="auto"', (60, 1), (60, 20)),
        ('viewBox="0 0 30 10" width="1in" height="1in"', (60, 60), (60, 60)),
        ('width="10mm" height="1cm"', (50, 50), (50, 50)),
        ('width="3em" height="48px"', (50, 50), (50, 50)),
        ('style="width: 20px; height: 10px" viewBox="0 0 5 5"', (40, 40), (80, 40)),
        ('viewBox="none" width="20" height="10"', (40, 20), (40, 20)),
        ('viewBox="0 0 0 0" width="20" height="10"', (40, 20), (40, 20)),
        ('width="-5" height="-5" viewBox="0 0 20 10"', (40, 20), (40, 20)),
        ("", (600, 10), (600, 300)),
    ],
)
def test_a_drawing_of_any_size_is_drawn_for_the_box(attributes: str, box: Size, wanted: tuple[int, int]) -> None:
    image = draw_svg(svg('<rect width="100%" height="100%"/>', attributes), Size(*box))
    assert (image.width, image.height) == wanted


def test_a_size_that_cannot_be_overruled_is_refused() -> None:
    # Of two declarations that are both important, the later one counts: that of the drawing.
    with pytest.raises(DamagedPicture, match="cannot be followed"):
        decode(svg("<g/>", 'style="width:30000px!important" width="10" height="10"'), BOX)


@pytest.mark.parametrize(
    "attributes", ['width="0" height="9"', 'width="1e10" height="9"', 'viewBox="0 0 nan 1" width="0"']
)
def test_a_drawing_without_a_size_is_refused(attributes: str) -> None:
    with pytest.raises(DamagedPicture, match="width and height"):
        decode(svg("<g/>", attributes), BOX)


def test_a_style_sheet_cannot_make_a_drawing_larger_than_the_box() -> None:
    photo = decode(svg("<style>svg{width:30000px!important;height:30000px!important}</style>"), BOX)
    assert (photo.width, photo.height) == BOX


WHOLE = 'width="100" height="50"'
GRADIENT = '<linearGradient id="g"><stop stop-color="red"/></linearGradient>'


@pytest.mark.parametrize(
    "inside",
    [
        f'<rect {WHOLE} fill="red"/>',
        f'<svg:rect xmlns:svg="http://www.w3.org/2000/svg" {WHOLE} fill="red"/>',
        f'<style>.a{{fill:red}}</style><rect class="a" {WHOLE}/>',
        f'<style>/* url(#x) */ #a{{fill:url(#g)}}</style>{GRADIENT}<rect id="a" {WHOLE}/>',
        f'{GRADIENT}<linearGradient id="h" href="#g"/><rect fill="url(#h)" {WHOLE}/>',
        f'<defs><g id="a"><rect {WHOLE}/></g></defs><use xlink:href="#a" fill="red"/>',
        '<symbol id="a" viewBox="0 0 2 1"><rect width="2" height="1" fill="red"/></symbol><use href="#a"/>',
        f'<pattern id="p" width="1" height="1"><rect {WHOLE} fill="red"/></pattern><rect {WHOLE} fill="url(#p)"/>',
        f'<clipPath id="c"><rect {WHOLE}/></clipPath><g clip-path="url(#c)"><circle r="500" fill="red"/></g>',
        f'<mask id="m"><rect {WHOLE} fill="white"/></mask><rect mask="url(#m)" {WHOLE} fill="red"/>',
        f'<filter id="f"><feFlood flood-color="red"/></filter><rect filter="url(#f)" {WHOLE}/>',
        f'<a href="https://example.com/"><rect {WHOLE} fill="red"/></a>',
        f'<switch><foreignObject/><rect {WHOLE} fill="red"/></switch>',
        f'<image href="{embedded(saved(RED_SQUARE, "PNG"))}" {WHOLE} preserveAspectRatio="none"/>',
        f'<image xlink:href="{embedded(saved(RED_SQUARE, "GIF"), "image/gif")}" {WHOLE} preserveAspectRatio="none"/>',
        f'<image href="{embedded(saved(RED_SQUARE, "JPEG"), "image/jpeg")}" {WHOLE} preserveAspectRatio="none"/>',
        f'<image href="{embedded(saved(RED_SQUARE, "WEBP"), "image/webp")}" {WHOLE} preserveAspectRatio="none"/>',
        '<text x="-400" y="400" font-size="1000" font-family="sans-serif" fill="red">█</text>',
    ],
)
def test_what_drawings_are_made_of_is_drawn(inside: str) -> None:
    assert_near([middle(svg(inside))], [RED], tolerance=3)


def test_of_two_elements_of_one_id_the_first_is_meant_by_all() -> None:
    light = '<rect id="a" width="100" height="50" fill="red"/>'
    heavy = '<g id="a">' + '<rect width="1" height="1"/>' * 500 + "</g>"
    assert middle(svg(f"<defs>{light}{heavy}</defs>" + '<use href="#a"/>' * 100)) == RED
    with pytest.raises(PictureTooLarge):
        decode(svg(f"<defs>{heavy}{light}</defs>" + '<use href="#a"/>' * 100), BOX)


def test_units_inside_are_those_of_css() -> None:
    image = draw_svg(svg('<rect width="1in" height="50" fill="red"/>', 'width="200" height="50"'), Size(200, 50))
    assert tuple(image(94, 25)) == RED
    assert tuple(image(97, 25)) == CLEAR


def test_other_encodings_are_read() -> None:
    text = quartered_svg().decode()
    assert_near(seen(text.encode("utf-16")), QUARTERS)
    assert_near(seen(f"<?xml version='1.0' encoding='iso-8859-1'?><!-- é -->{text}".encode("latin-1")), QUARTERS)


def test_words_with_markup_in_them_stay_words() -> None:
    photo = decode(svg('<text y="40" font-size="40">&lt;rect&gt; &amp;amp; "x"</text>'), BOX)
    assert pixels(photo).getbbox() is not None


NAMES = st.sampled_from(
    ["svg", "g", "rect", "use", "path", "pattern", "image", "style", "text", "marker", "switch", "b:x"]
)
VALUES = st.sampled_from(
    [
        "#a",
        "#b",
        "url(#a)",
        "url(#b)",
        "url(x)",
        "1",
        "-1e9",
        "nan",
        "M0 0L9 9",
        "\\",
        "/*",
        "'",
        "red;fill:url(#a)",
        "&lt;",
    ]
)
ATTRIBUTES = st.dictionaries(
    st.sampled_from(["id", "href", "fill", "style", "class", "width", "viewBox", "d", "marker", "transform", "onload"]),
    VALUES | st.sampled_from(["a", "b"]),
    max_size=4,
)


def written(name: str, attributes: dict[str, str], inside: list[str]) -> str:
    listed = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{listed}>{''.join(inside)}</{name}>"


ELEMENTS = st.recursive(
    st.sampled_from(["", "hello", ".a{fill:url(#b)}", "@media x{", "]]>"]),
    lambda inside: st.builds(written, NAMES, ATTRIBUTES, st.lists(inside, max_size=4)),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(ELEMENTS, max_size=5), ATTRIBUTES)
def test_any_tree_is_a_photo_or_a_refusal(inside: list[str], attributes: dict[str, str]) -> None:
    data = written(f"svg {SVG_SPACE} xmlns:b='b'", attributes, inside).replace(
        "</svg " + f"{SVG_SPACE} xmlns:b='b'", "</svg"
    )
    try:
        photo = decode(data.encode(), BOX)
    except BadPicture:
        return
    assert photo.width >= BOX.width
