"""A card in shapes looks as it is painted, and holds nothing but shapes."""

import os
import re
import subprocess
import sys
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from xml.parsers import expat

import numpy as np
import pytest
import pyvips
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from frontis import Card, render
from frontis.cli.samples import PICTURES, SAMPLES, values_for
from frontis.draw import draw, shapes, trace, tracing
from frontis.draw.mending import NotInShapes
from frontis.encode import encode
from frontis.encode.layers import flat
from frontis.model.drawing import Drawing
from frontis.model.markup import Markup
from frontis.model.output import Format, Output, Size
from frontis.model.photo import Photo
from frontis.templates import catalogue

# Apart from what the code allows: if both lists grow, somebody has thought about it twice.
ELEMENTS = {
    "svg", "g", "defs", "use", "image", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon",
    "clipPath", "mask", "pattern", "linearGradient", "radialGradient", "stop", "filter", "feGaussianBlur", "feOffset",
    "feFlood", "feComposite", "feMerge", "feMergeNode", "feColorMatrix", "feComponentTransfer", "feFuncR", "feFuncG",
    "feFuncB", "feFuncA",
}  # fmt: skip
STYLES = re.compile(r"isolation:isolate|mask-type:alpha|mix-blend-mode:[a-z-]+")
PICTURE = re.compile(r"data:image/(?:png|jpeg);base64,([A-Za-z0-9+/]+=*)")
HOSTILE = [
    "</text><script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "' onload='alert(1)' x='",
    "&lt;script&gt; &amp;#60; &#x3c;script&#x3e; &nbsp; &evil;",
    "]]><![CDATA[ <!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]> &e;",
    "<?xml-stylesheet href='https://evil.example/x.css'?>",
    "<foreignObject><iframe src=javascript:alert(1)></foreignObject>",
    "url(https://evil.example/x) url(#w0) @import 'https://evil.example'; } * { fill: red }",
    '<use href="https://evil.example/#x"/><image href="file:///etc/passwd"/>',
    "\ufdd00\ufdd1 \ud7ff \u202e<b>\u202c \x00\x0b\ufffe\uffff",
]
SIZE = Size(480, 260)


def checked(document: bytes) -> list[tuple[str, dict[str, str]]]:
    """Every element of the document with its attributes, each of them looked at."""
    found: list[tuple[str, dict[str, str]]] = []
    identities: list[str] = []
    references: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def refuse(*what: object) -> None:
        raise AssertionError(f"more than elements: {what}")

    def begin(name: str, attributes: dict[str, str]) -> None:
        space, _, bare = name.rpartition(" ")
        assert (space, bare in ELEMENTS) == ("http://www.w3.org/2000/svg", True), name
        for key, value in attributes.items():
            assert re.fullmatch(r"(?!on)[A-Za-z0-9-]+", key), key
            if key == "style":
                assert STYLES.fullmatch(value), value
            elif key == "href" and bare == "image":
                picture = PICTURE.fullmatch(value)
                assert picture is not None, value[:80]
                assert b64decode(picture[1], validate=True)[:2] in (b"\x89P", b"\xff\xd8")
            elif key == "href":
                assert (bare, value[0]) == ("use", "#"), value
                references.append(value[1:])
            else:
                assert re.fullmatch(r"[-+\w\s.,#%()]*", value, re.ASCII), (key, value)
                references.extend(re.findall(r"url\(#(\w+)\)", value))
                assert value.lower().count("url") == len(re.findall(r"url\(#\w+\)", value)), value
            if key == "id":
                identities.append(value)
        found.append((bare, attributes))

    parser.StartElementHandler = begin
    parser.CharacterDataHandler = lambda text: refuse(text) if text.strip() else None
    parser.CommentHandler = parser.ProcessingInstructionHandler = parser.StartDoctypeDeclHandler = refuse
    parser.StartCdataSectionHandler = refuse
    parser.Parse(document, True)
    assert len(identities) == len(set(identities))
    assert set(references) <= set(identities)
    return found


def svg(drawing: Drawing) -> bytes:
    return encode(drawing, Output(drawing.size, Format.SVG)).data


def seen(document: bytes) -> NDArray[np.int16]:
    """The pixels as librsvg draws them."""
    return levels(pyvips.Image.svgload_buffer(document))


def painted(markup: Markup) -> NDArray[np.int16]:
    bitmap = flat(draw(markup))
    return levels(pyvips.Image.new_from_memory(bytes(bitmap.pixels), bitmap.width, bitmap.height, 4, "uchar"))


def levels(image: pyvips.Image) -> NDArray[np.int16]:
    return np.asarray(image.flatten(background=255).numpy(), np.int16)


def styled(html: str, *, css: str = "", backdrop: str = "", photos: dict[str, Photo] | None = None) -> Markup:
    paper = '<div style="position:absolute;left:0;top:0;width:100%;height:100%;background:#f4f4f4"></div>'
    return Markup(SIZE, paper + backdrop, html, css, ("Inter",), "Words", photos=photos or {})


def photo(width: int = 90, height: int = 60) -> Photo:
    image = (pyvips.Image.xyz(width, height) * [255 / width, 255 / height]).bandjoin(128).cast("uchar")
    return Photo(image.copy(interpretation="srgb").pngsave_buffer(), width, height, 0.5, opaque=True)


@pytest.mark.parametrize("name", ["example", "emoji", "arabic"])
@pytest.mark.parametrize("identity", catalogue().ids())
def test_a_template_is_shapes_alone_and_looks_as_it_is_painted(identity: str, name: str) -> None:
    sample = next(each for each in SAMPLES if each.name == name)
    values = values_for(catalogue().look(identity).template, sample)
    picture = render(Card(identity, values, format="svg", watermark="made with Frontis"), PICTURES)
    checked(picture.data)
    png = render(Card(identity, values, watermark="made with Frontis"), PICTURES)
    pixels = Image.open(BytesIO(png.data)).convert("RGBA")
    on_white = Image.alpha_composite(Image.new("RGBA", pixels.size, "white"), pixels)
    expected = np.asarray(on_white.convert("RGB"), np.int16)
    off = np.abs(seen(picture.data) - expected)
    # Two programs smooth the edges of letters each in its way; a letter or a line that lacks is ten times as much.
    assert (off.max(axis=2) > 64).mean() < 0.002
    assert off.mean() < 1.5


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("identity", ["article", "metric"])
def test_hostile_words_become_outlines(identity: str, words: str) -> None:
    look = catalogue().look(identity).template
    texts = {name: each for name, each in look.variables.items() if each.kind in ("text", "long_text")}
    values = {name: words[: each.longest] for name, each in texts.items()}
    picture = render(Card(identity, values, format="svg", watermark=words))
    names = {name for name, _ in checked(picture.data)}
    assert "path" in names
    assert not re.search(rb"script|alert|evil|passwd|<!|<\?|&", picture.data)


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=60))
def test_any_words_make_a_document_that_is_shapes_alone(words: str) -> None:
    picture = render(Card("article", {"title": f"a {words}", "author": words}, format="svg"))
    checked(picture.data)


def test_the_same_card_is_the_same_bytes_in_every_thread_and_process() -> None:
    card = Card("metric", {"value": "99 %", "label": "静かな words 🚀", "icon": "rocket"}, format="svg")
    alone = render(card).data
    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(lambda _: render(card).data, range(8))) == {alone}
    program = (
        "import sys; from frontis import Card, render;"
        "render(Card('article', {'title': 'Other words'}, format='svg'));"
        "card = Card('metric', {'label': '静かな words 🚀', 'icon': 'rocket', 'value': '99 %'}, format='svg');"
        "sys.stdout.write(render(card).etag)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONHASHSEED": "7"},
    )
    assert done.stdout == render(card).etag


class TestPictures:
    def test_a_foreign_picture_is_embedded_as_it_was_decoded_never_as_it_came(self) -> None:
        came = pyvips.Image.black(60, 60).bandjoin([30, 200]).cast("uchar").copy(interpretation="srgb")
        came.set_type(pyvips.GValue.gstr_type, "png-comment-0-note", "from elsewhere")
        data = came.pngsave_buffer(keep="all") + b"<script>trailing()</script>"
        address = "https://elsewhere.example/a.png"
        picture = render(Card("article", {"title": "Hello", "avatar": address}, format="svg"), {address: data})
        embedded = [attributes["href"] for name, attributes in checked(picture.data) if name == "image"]
        assert len(embedded) == 1
        inside = b64decode(embedded[0].partition(",")[2])
        assert inside.startswith(b"\x89PNG")
        assert b"from elsewhere" not in inside
        assert b"script" not in inside
        assert picture.missing == ()

    def test_one_that_stands_in_many_places_is_embedded_once(self) -> None:
        html = '<img src="p" style="width:90px;height:60px">' * 40
        markup = styled(html, photos={"p": photo()})
        document = svg(trace(markup))
        assert sum(name == "image" for name, _ in checked(document)) == 1
        assert np.abs(seen(document) - painted(markup)).mean() < 1

    def test_an_icon_is_shapes_in_the_colour_of_its_place(self) -> None:
        picture = render(Card("metric", {"value": "1", "icon": "rocket", "accent": "#ff0000"}, format="svg"))
        names = [name for name, _ in checked(picture.data)]
        assert "mask" in names
        assert "image" not in names

    @pytest.mark.parametrize(
        "inside",
        [
            "<script>alert(1)</script>",
            "<text x='1' y='9'>words</text>",
            "<foreignObject></foreignObject>",
            "<image href='https://evil.example/x.png'/>",
            "<use href='https://evil.example/x.svg#a'/>",
            "<rect width='9' height='9' onclick='alert(1)'/>",
            "<rect width='9' height='9' style='fill:url(https://evil.example/#a)'/>",
            "<a href='javascript:alert(1)'><rect width='9' height='9'/></a>",
            "<animate attributeName='href' to='javascript:alert(1)'/>",
            "<linearGradient id='w0'/>",
            "<use href='#w0'/>",
            "<rect width='9' height='9' fill='url(#w0)'/>",
        ],
    )
    def test_an_svg_of_a_template_is_inlined_only_if_it_is_shapes_alone(self, inside: str) -> None:
        html = f'<svg width="24" height="24" viewBox="0 0 24 24"><circle cx="9" cy="9" r="5"/>{inside}</svg>'
        drawing = trace(styled(html))
        assert (drawing.shapes, drawing.ground is not None) == ("", True)
        checked(svg(drawing))

    def test_one_that_is_shapes_alone_is_inlined(self) -> None:
        markup = styled(
            '<svg width="96" height="96" viewBox="0 0 24 24"><circle cx="9" cy="9" r="5" fill="#f00"/></svg>'
        )
        document = svg(trace(markup))
        assert "circle" in {name for name, _ in checked(document)}
        assert np.abs(seen(document) - painted(markup)).mean() < 0.3


class TestWhatTheEngineWritesOtherwise:
    @pytest.mark.parametrize(
        "style",
        [
            "background:#fff;border-radius:20px;box-shadow:0 10px 30px rgba(0,0,0,.5)",
            "background:#fff;border-radius:20px;box-shadow:inset 0 0 20px 5px rgba(200,0,0,.8)",
            "border-radius:50%;background:conic-gradient(from 30deg,#f00,#0f0,#00f,#f00)",
            "background:#08f;filter:drop-shadow(4px 4px 12px #000)",
            "background:#c42;filter:grayscale(.5) contrast(1.4) hue-rotate(90deg)",
            "background:linear-gradient(90deg,#f00,#00f);opacity:.5",
            "background:#0a0;transform:rotate(12deg) scale(.9)",
            "background:#e00;mask-image:linear-gradient(90deg,black,transparent)",
            "background:#e00;mask-image:linear-gradient(90deg,black,transparent);transform:rotate(12deg)",
            "background:#e00;mask-image:radial-gradient(circle,black 50%,transparent 52%);transform:scaleX(-1)",
            "background:linear-gradient(90deg,#f00,#00f);clip-path:circle(40%);transform:rotate(12deg)",
            "background:#fff;box-shadow:0 4px 12px #000;transform:rotate(12deg)",
            "background:#f00;clip-path:polygon(0 0,100% 0,50% 100%)",
            "border:6px dashed #00f;border-radius:24px",
            "background-image:linear-gradient(#00f 1px,transparent 1px);background-size:20px 20px",
        ],
    )
    def test_it_looks_as_it_is_painted(self, style: str) -> None:
        markup = styled("", backdrop=f'<div style="margin:60px;width:200px;height:100px;{style}"></div>')
        drawing = trace(markup)
        assert drawing.ground is None
        document = svg(drawing)
        checked(document)
        off = np.abs(seen(document) - painted(markup))
        assert (off.max(axis=2) > 48).mean() < 0.006
        assert off.mean() < 0.8

    def test_a_blurred_ground_is_painted_and_the_words_stay_shapes(self) -> None:
        blurred = '<img src="p" style="position:absolute;left:0;top:0;width:480px;height:260px;filter:blur(12px)">'
        drawing = trace(styled("<p>Words</p>", backdrop=blurred, photos={"p": photo()}))
        assert drawing.ground is not None
        assert "path" in drawing.shapes
        names = [name for name, _ in checked(svg(drawing))]
        assert names[:2] == ["svg", "image"]

    @pytest.mark.parametrize("css", ["", ".x{background-blend-mode:multiply}"])
    def test_what_only_painting_can_do_is_painted(self, css: str) -> None:
        style = "" if css else "background:linear-gradient(#f00,#00f),#0f0;background-blend-mode:multiply"
        markup = styled(f'<div class="x" style="width:200px;height:99px;{style}"></div>', css=css)
        drawing = trace(markup)
        assert drawing.shapes == ""
        assert drawing.ground is not None
        assert bytes(flat(drawing.ground).pixels) == bytes(flat(draw(markup)).pixels)

    def test_what_is_mixed_with_the_layer_behind_is_mixed_as_in_painting(self) -> None:
        markup = styled('<div style="width:200px;height:100px;background:#0f8;mix-blend-mode:multiply"></div>')
        assert np.abs(seen(svg(trace(markup))) - painted(markup)).mean() < 0.3

    @pytest.mark.parametrize("around", ["transform:rotate(9deg)", "margin:0"])
    def test_a_mask_whose_place_cannot_be_told_is_painted(self, around: str) -> None:
        mask = "mask-image:linear-gradient(90deg,black,transparent);transform:rotate(9deg)"
        side = "100%" if "margin" in around else "50%"
        inner = f'<div style="width:{side};height:100%;background:#e00;{mask}"></div>'
        drawing = trace(styled("", backdrop=f'<div style="width:100%;height:100%;{around}">{inner}</div>'))
        assert drawing.ground is not None

    def test_too_many_shapes_are_painted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        markup = styled("<p>Words</p>")
        monkeypatch.setattr(shapes, "MOST_CHARACTERS", 500)
        assert trace(markup).shapes == ""

    def test_too_large_photos_are_painted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        markup = styled('<img src="p" style="width:90px;height:60px">', photos={"p": photo()})
        monkeypatch.setattr(tracing, "MOST_CHARACTERS", 500)
        assert trace(markup).ground is not None


@pytest.mark.parametrize(
    "inside",
    [
        "<script/>",
        "<text/>",
        "<g>words</g>",
        "<g/>words",
        "<g onload='x'/>",
        "<g style='fill:red'/>",
        "<use href='https://evil.example/#a'/>",
        "<use xmlns:xlink='http://www.w3.org/1999/xlink' xlink:href='#a'/>",
        "<rect fill='url(https://evil.example/#a)'/>",
        "<rect fill='URL( #a)'/>",
        "<rect fill='a&quot;b'/>",
        "<image href='data:image/png;base64,AAAA'/>",
        "<image href='data:image/svg+xml;base64,PCFET0NUWVBFIHg+PHN2Zy8+'/>",
        "<image href='data:image/svg+xml;base64,AAAA'/>",
        "<image href='file:///etc/passwd'/>",
        "<other xmlns='urn:x'/>",
        "<g>",
        "<g>" * 3_000 + "<path/>" + "</g>" * 3_000,
        "<image x='0' y='0' width='9' height='9' preserveAspectRatio='none' mask='url(#a)' href='data:,'/>",
    ],
)
def test_whatever_the_engine_may_write_only_shapes_come_through(inside: str) -> None:
    with pytest.raises(NotInShapes):
        shapes.shapes(f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>', SIZE, {}, prefix="w", is_ground=False)
