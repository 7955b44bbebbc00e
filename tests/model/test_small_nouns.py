"""The smaller nouns keep what they promise."""

import hashlib

import pytest

from frontis.model.bitmap import Bitmap
from frontis.model.output import Format, Size
from frontis.model.picture import Picture
from frontis.model.query import Query


def test_a_bitmap_has_four_bytes_a_pixel() -> None:
    assert Bitmap(2, 3, bytes(24)).height == 3
    with pytest.raises(ValueError, match="23 bytes are no 2x3"):
        Bitmap(2, 3, bytes(23))


def test_an_etag_is_strong_quoted_and_that_of_the_bytes() -> None:
    picture = Picture(b"abc", Format.WEBP, Size(100, 100))
    assert picture.etag == f'"{hashlib.sha256(b"abc").hexdigest()[:32]}"'
    assert picture.media_type == "image/webp"
    assert Picture(b"abd", Format.WEBP, Size(100, 100)).etag != picture.etag


def test_the_last_of_a_repeated_parameter_wins() -> None:
    query = Query("GET", "/g", (("a", "1"), ("b", "2"), ("a", "")))
    assert query.last("a") == ""
    assert query.last("b") == "2"
    assert query.last("c") is None
