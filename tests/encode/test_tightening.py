"""PNGs that are written once more: the same pixels, fewer bytes."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from frontis import Card, render
from frontis.encode import encode
from frontis.encode.tightening import tightened
from frontis.model.bitmap import Bitmap
from frontis.model.output import Format, Output, Size
from frontis.model.picture import Picture
from frontis.templates import catalogue


def pixels(picture: Picture) -> bytes:
    with Image.open(BytesIO(picture.data)) as image:
        assert image.format == "PNG"
        return image.convert("RGBA").tobytes()


@pytest.mark.parametrize("identity", ["article", "metric", "osig-base", "ogstack-aurora", "ogforge-standard"])
def test_a_card_is_smaller_and_looks_the_same(identity: str) -> None:
    picture = render(Card(identity, catalogue().look(identity).template.examples, size=(600, 315)))
    smaller = tightened(picture)
    assert smaller is not None
    assert len(smaller.data) < 0.97 * len(picture.data)
    assert pixels(smaller) == pixels(picture)
    assert (smaller.size, smaller.format) == (picture.size, picture.format)
    assert smaller.etag != picture.etag
    assert tightened(smaller) is None


@given(
    st.integers(1, 40), st.integers(1, 40), st.sampled_from([2, 16, 200, 256]), st.booleans(), st.integers(0, 2**32 - 1)
)
def test_any_bitmap_keeps_its_pixels(width: int, height: int, shades: int, opaque: bool, seed: int) -> None:
    drawn = np.random.default_rng(seed).integers(0, shades, (height, width, 4), np.uint8)
    if opaque:
        drawn[..., 3] = 255
    picture = encode(Bitmap(width, height, drawn.tobytes()), Output(Size(1200, 630), Format.PNG, None, None))
    smaller = tightened(picture)
    assert pixels(smaller or picture) == pixels(picture)


def test_other_formats_are_left_as_they_are() -> None:
    for form in ("jpeg", "webp", "svg"):
        assert tightened(render(Card("article", {"title": "Hello"}, size=(600, 315), format=form))) is None
