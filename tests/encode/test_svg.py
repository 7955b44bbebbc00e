from base64 import b64decode
from xml.etree import ElementTree as ET

import pytest
from bitmaps import bitmap, faded, flat_card, photo
from decoded import array, error, pixels_of

from frontis.encode import encode
from frontis.errors import BadInput, EncodeFailed
from frontis.model.bitmap import Bitmap
from frontis.model.drawing import Drawing
from frontis.model.output import Format, Output, Size

SIZE = Size(160, 100)
SHAPES = '<rect width="80" height="100" fill="#f00"/>'


def svg(drawn: Bitmap | Drawing, max_kb: int | None = None) -> bytes:
    return encode(drawn, Output(SIZE, Format.SVG, max_kb=max_kb)).data


def embedded(data: bytes) -> bytes:
    (picture,) = ET.fromstring(data).findall("{http://www.w3.org/2000/svg}image")
    return b64decode(picture.get("href", "").partition(",")[2])


def test_shapes_stand_in_a_document_of_their_size() -> None:
    root = ET.fromstring(svg(Drawing(SIZE, SHAPES)))
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("160", "100", "0 0 160 100")
    assert [child.tag for child in root] == ["{http://www.w3.org/2000/svg}rect"]


def test_shapes_lie_over_their_ground() -> None:
    ground = bitmap(photo(160, 100))
    seen = pixels_of(svg(Drawing(SIZE, SHAPES, ground)))
    assert seen[40, 20].tolist() == [255, 0, 0, 255]
    off = abs(seen[:, 90:].astype(int) - array(ground)[:, 90:].astype(int))
    assert off.mean() < 8


def test_a_ground_of_few_colours_loses_nothing() -> None:
    card = flat_card()
    document = encode(card, Output(SIZE, Format.SVG)).data
    assert embedded(document).startswith(b"\x89PNG")
    assert error(embedded(document), card) == 0


def test_a_ground_that_lets_something_through_keeps_its_alpha() -> None:
    card = faded(flat_card())
    assert error(embedded(encode(card, Output(SIZE, Format.SVG)).data), card) == 0


def test_a_budget_is_kept_by_the_ground() -> None:
    noise = bitmap(photo(160, 100))
    free = svg(noise)
    picture = encode(Drawing(SIZE, SHAPES, noise), Output(SIZE, Format.SVG, max_kb=len(free) // 1024 - 1))
    assert picture.within_budget
    assert len(picture.data) <= (len(free) // 1024 - 1) * 1024


def test_shapes_that_are_too_large_are_written_all_the_same_and_say_so() -> None:
    drawing = Drawing(SIZE, SHAPES * 100)
    picture = encode(drawing, Output(SIZE, Format.SVG, max_kb=1))
    assert (picture.within_budget, picture.data) == (False, svg(drawing))


def test_shapes_are_no_pixels() -> None:
    with pytest.raises(EncodeFailed, match="160x100 drawing could not be written as png: it is made of shapes"):
        encode(Drawing(SIZE, SHAPES), Output(SIZE))


def test_a_ground_has_the_size_of_its_drawing() -> None:
    with pytest.raises(ValueError, match="A ground of 2x3 pixels"):
        Drawing(SIZE, "", Bitmap(2, 3, bytes(24)))


def test_shapes_have_no_quality() -> None:
    with pytest.raises(BadInput, match="quality: does nothing for svg"):
        Output(SIZE, Format.SVG, quality=80)
