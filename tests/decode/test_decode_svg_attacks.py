import pytest
import pyvips
from specimens import AS_IT_IS, QUARTERS, assert_near, embedded, middle, quartered, quartered_svg, saved, seen, svg

from frontis.decode import decode
from frontis.decode.vector import draw_svg
from frontis.errors import DamagedPicture, PictureTooLarge, UnknownFormat
from frontis.model.output import Size

BOX = Size(100, 50)
CIRCLE = '<circle r="1"/>'
DOT = '<path d="M0 0"/>'
GREEN = (0, 128, 0, 255)


def nested_uses(width: int, depth: int) -> bytes:
    """Layers of groups, each of which uses the one below it several times."""
    ground = '<rect id="l0" width="1" height="1"/>'
    layers = (f'<g id="l{level + 1}">' + f'<use xlink:href="#l{level}"/>' * width + "</g>" for level in range(depth))
    return svg(f'<defs>{ground}{"".join(layers)}</defs><use href="#l{depth}"/>')


def nested(kind: str, using: str, width: int, depth: int) -> bytes:
    """Layers of patterns or the like, in each of which several shapes use the one below it."""
    layers = [f'<{kind} id="l0" width="9" height="9"><rect width="9" height="9"/></{kind}>']
    for level in range(1, depth):
        shapes = f'<rect width="9" height="9" {using}="url(#l{level - 1})"/>' * width
        layers.append(f'<{kind} id="l{level}" width="9" height="9">{shapes}</{kind}>')
    return svg("".join(layers) + f'<rect width="9" height="9" {using}="url(#l{depth - 1})"/>')


OUTSIDE = {
    "image by http": '<image href="http://127.0.0.1:9/x.png" width="9" height="9"/>',
    "image by https and xlink": '<image xlink:href="https://127.0.0.1:9/x.png" width="9" height="9"/>',
    "image without a scheme": '<image href="//127.0.0.1:9/x.png" width="9" height="9"/>',
    "image in a file": '<image href="file:///etc/hostname" width="9" height="9"/>',
    "image in a path": '<image href="/etc/hostname" width="9" height="9"/>',
    "image beside it": '<image href="x.png" width="9" height="9"/>',
    "image without any address": '<image width="9" height="9"/>',
    "image in capitals and spaces": '<image href="  HTTP://127.0.0.1:9/x.png" width="9" height="9"/>',
    "image that is an SVG": f'<image href="{embedded(quartered_svg(), "image/svg+xml")}" width="9" height="9"/>',
    "image that is text": '<image href="data:text/plain,hello" width="9" height="9"/>',
    "image of another kind than it says": f'<image href="{embedded(quartered_svg())}" width="9" height="9"/>',
    "image that is damaged": f'<image href="{embedded(b"hello")}" width="9" height="9"/>',
    "use of another file": '<use href="other.svg#a"/>',
    "use of another site": '<use xlink:href="http://127.0.0.1:9/x.svg#a"/>',
    "use of a script": '<use href="javascript:alert(1)"/>',
    "gradient of another file": '<linearGradient id="g" xlink:href="other.svg#g"/>',
    "paint of another file": '<rect width="9" height="9" fill="url(other.svg#g)"/>',
    "paint of another site": '<rect width="9" height="9" fill="url( \'http://127.0.0.1:9/x.svg#g\' )"/>',
    "paint by data": '<rect width="9" height="9" fill="url(data:image/svg+xml,x)"/>',
    "mask by style": '<rect width="9" height="9" style="mask:URL(//127.0.0.1:9/x.svg#m)"/>',
    "filter of another site": '<rect width="9" height="9" filter="url(http://127.0.0.1:9/x.svg#f)"/>',
    "escaped letters": '<rect width="9" height="9" style="fill:u\\72 l(http://127.0.0.1:9/x)"/>',
    "comment before it": '<rect width="9" height="9" style="fill:/* url(#a) */url(http://127.0.0.1:9/x)"/>',
    "style sheet that imports": "<style>@import url(http://127.0.0.1:9/x.css);</style>",
    "style sheet that imports a string": '<style>@IMPORT "http://127.0.0.1:9/x.css";</style>',
    "style sheet that imports in escapes": '<style>@\\69mport "http://127.0.0.1:9/x.css";</style>',
    "style sheet that imports in CDATA": '<style><![CDATA[@import "x.css";]]></style>',
    "style sheet that paints from outside": "<style>rect{fill:url(x.svg#g)}</style>",
    "style sheet that imports across a comment": '<style>@im/**/port "x.css";</style>',
    "style sheet that imports across a font": '<style>@im@font-face{}port "x.css";</style>',
    "font whose rule never ends": "<style>@font-face{src:url(x.woff)</style>",
}

BOMBS = {
    "uses": nested_uses(10, 6),
    "wide uses": nested_uses(100, 3),
    "deep uses": nested_uses(2, 40),
    "long chain of uses": nested_uses(1, 1500),
    "symbols": svg(
        '<symbol id="a"><path d="M0 0h9"/></symbol>'
        + "".join(
            f'<symbol id="{there}">' + f'<use href="#{here}"/>' * 50 + "</symbol>" for here, there in ("ab", "bc", "cd")
        )
        + '<use href="#d"/>'
    ),
    "patterns": nested("pattern", "fill", 9, 6),
    "patterns on strokes": nested("pattern", "stroke", 9, 6),
    "clips": nested("clipPath", "clip-path", 9, 6),
    "masks": nested("mask", "mask", 9, 6),
    "markers": svg(
        '<marker id="m">'
        + '<circle r="1"/>' * 200
        + f'</marker><path marker-mid="url(#m)" d="M0 0{"L1 1L0 0" * 500}"/>'
    ),
    "markers by style sheet": svg(
        f'<style>g > .a:not(.b) {{ marker: url( "#m" ) }}</style><marker id="m">{CIRCLE * 200}</marker>'
        f'<g><path class="x a" d="M0 0{"L1 1L0 0" * 500}"/></g>'
    ),
    "markers that a group hands down": svg(
        '<marker id="m">'
        + '<circle r="1"/>' * 99
        + '</marker><g style="marker:url(#m)">'
        + '<path d="M0 0"/>' * 99
        + "</g>"
    ),
    "pattern that a group hands down": svg(
        '<pattern id="p">'
        + '<circle r="1"/>' * 200
        + '</pattern><g fill="url(#p)">'
        + '<rect width="1"/>' * 200
        + "</g>"
    ),
    "filters": svg(
        '<filter id="f">'
        + "<feGaussianBlur/>" * 20
        + "</filter>"
        + '<rect width="9" height="9" filter="url(#f)"/>' * 20
    ),
    "letters": svg("<text>" + "W" * 30_000 + "</text>"),
    "letters used again and again": svg(
        '<defs><text id="t">' + "W" * 500 + "</text></defs>" + '<use href="#t"/>' * 100
    ),
    "long path used again and again": svg(
        f'<defs><path id="p" d="M0 0{"L1 1L0 0" * 5000}"/></defs>' + '<use href="#p"/>' * 200
    ),
    "elements": svg("<g/>" * 5_001),
    "depth": svg("<g>" * 65 + "</g>" * 65),
    "bytes": svg(f"<!--{'x' * 1_000_000}-->"),
    "embedded pixels": svg(f'<image href="{embedded(saved(quartered(3000, 2000), "PNG"))}" width="9" height="9"/>' * 3),
}

CIRCLES = {
    "use of itself": '<use id="a" href="#a"/>',
    "use of what it is in": '<g id="a"><use href="#a"/></g>',
    "two uses of each other": '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>',
    "pattern that fills itself": '<pattern id="p"><rect fill="url(#p)"/></pattern><rect fill="url(#p)"/>',
    "mask of itself": '<mask id="m"><rect mask="url(#m)"/></mask><rect style="mask:url(\'#m\')"/>',
    "gradients of each other": (
        '<linearGradient id="a" href="#b"/><linearGradient id="b" href="#a"/><rect fill="url(#a)"/>'
    ),
}

LEFT_OUT = {
    "script": "<script>alert(1)</script>",
    "script of another site": '<script href="http://127.0.0.1:9/x.js"/>',
    "foreign object": '<foreignObject width="100" height="50"><body xmlns="http://www.w3.org/1999/xhtml"><iframe '
    'src="http://127.0.0.1:9/"/></body></foreignObject>',
    "animation": '<set href="#a" attributeName="fill" to="red" begin="0s"/>',
    "metadata": '<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></metadata>',
    "an inclusion": '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/hostname" parse="text"/>',
    "another language": '<video xmlns="http://www.w3.org/1999/xhtml" src="http://127.0.0.1:9/x"/>',
    "a font of its own": "<style>@font-face{font-family:x;src:url(http://127.0.0.1:9/x.woff)}</style>",
    "an import that comment marks in strings hide": (
        '<style>a{content:"/*"}@import "http://127.0.0.1:9/x.css";b{content:"*/"}</style>'
    ),
    "a link around nothing": '<a href="https://127.0.0.1:9/"/>',
    "an event": "<g onclick=\"fetch('http://127.0.0.1:9/')\"/>",
    "a base": '<g xml:base="http://127.0.0.1:9/"/>',
    "a picture in a filter": '<filter id="f"><feImage href="http://127.0.0.1:9/x.png"/></filter>',
}


@pytest.mark.parametrize("inside", OUTSIDE.values(), ids=OUTSIDE)
def test_a_drawing_with_parts_elsewhere_is_refused(inside: str) -> None:
    with pytest.raises(DamagedPicture, match=r"outside itself|embedded"):
        decode(svg(inside), BOX)


@pytest.mark.parametrize("data", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused(data: bytes) -> None:
    with pytest.raises(PictureTooLarge):
        decode(data, BOX)


@pytest.mark.parametrize("data", [nested_uses(10, 6), nested_uses(100, 40), nested("pattern", "fill", 20, 200)])
def test_a_bomb_is_refused_before_anything_is_drawn(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    # The smallest would take half a second to draw; to count the others one by one would never end.
    monkeypatch.setattr(pyvips.Image, "svgload_buffer", None)
    with pytest.raises(PictureTooLarge):
        draw_svg(data, AS_IT_IS)


@pytest.mark.parametrize("inside", CIRCLES.values(), ids=CIRCLES)
def test_an_element_that_refers_to_itself_is_refused(inside: str) -> None:
    with pytest.raises(DamagedPicture, match="refers to itself"):
        decode(svg(inside), BOX)


@pytest.mark.parametrize("inside", LEFT_OUT.values(), ids=LEFT_OUT)
def test_what_does_not_draw_is_left_out(inside: str) -> None:
    ground = '<rect id="a" width="100" height="50" fill="green"/>'
    assert middle(svg(ground + inside)) == GREEN


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE svg [<!ENTITY a "x">]><svg/>',
        b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg><text>&a;</text></svg>',
        b'<!DOCTYPE svg [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x.dtd"> %a;]><svg/>',
        b'<!DOCTYPE svg [<!ENTITY a "&b;&b;"><!ENTITY b "&c;&c;"><!ENTITY c "x">]><svg>&a;</svg>',
        b'<!DOCTYPE svg [<!ATTLIST svg width CDATA "1">]><svg/>',
        b"<!DOCTYPE svg []><svg/>",
    ],
)
def test_a_drawing_that_declares_entities_is_refused(data: bytes) -> None:
    with pytest.raises(DamagedPicture, match="entities"):
        decode(data, BOX)


def test_the_bare_document_type_of_drawing_programs_is_accepted() -> None:
    prolog = (
        b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?>\n<!-- Generator -->\n'
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n'
    )
    assert_near(seen(prolog + quartered_svg()), QUARTERS)


@pytest.mark.parametrize(
    "data",
    [
        b"<svg>",
        b"<svg></g></svg>",
        b"<svg><a:b/></svg>",
        b"<svg>&undeclared;</svg>",
        b"<svg/><svg/>",
        b"<svg a='1' a='2'/>",
        b"<svg>\x00</svg>",
        b"<svg>\xff\xfe</svg>",
        b"<?xml version='1.0' encoding='utf-7'?><svg/>",
        b"<?xml version='1.0' encoding='no such'?><svg/>",
    ],
)
def test_what_is_no_xml_is_refused(data: bytes) -> None:
    with pytest.raises(DamagedPicture):
        decode(data, BOX)


def test_another_language_s_svg_element_is_no_drawing() -> None:
    with pytest.raises(UnknownFormat):
        decode(b'<svg xmlns="http://example.com/vegetables"/>', BOX)


def test_a_style_sheet_of_another_site_is_never_asked_for() -> None:
    data = b'<?xml-stylesheet href="http://127.0.0.1:9/x.css"?>' + quartered_svg()
    assert_near(seen(data), QUARTERS)
