"""The smaller nouns keep what they promise."""

import hashlib

import pytest

from frontis.model.bitmap import Bitmap
from frontis.model.output import Format, Outline, Size
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


@pytest.mark.parametrize(
    ("parameters", "until"),
    [
        ([("sig", "x"), ("exp", "12")], 12),
        ([("sig", "x"), ("exp", "9" * 18)], 10**18 - 1),
        ([("exp", "7"), ("sig", "x"), ("exp", "12")], 12),
        ([("exp", "12")], None),
        ([("sig", "x"), ("sig", ""), ("exp", "12")], None),
        ([("sig", "x")], None),
        *(([("sig", "x"), ("exp", odd)], None) for odd in ("soon", "9" * 19, "-1", "1\n", "١٢", "1\ud8002")),
    ],
)
def test_an_address_that_claims_to_be_signed_ends_when_its_exp_says(
    parameters: list[tuple[str, str]], until: int | None
) -> None:
    assert Query("GET", "/g", tuple(parameters)).signed_until == until


@pytest.mark.parametrize(
    ("size", "outline"),
    [
        ((1500, 500), Outline.BANNER),
        ((1200, 500), Outline.BANNER),
        ((1199, 500), Outline.WIDE),
        ((1200, 630), Outline.WIDE),
        ((500, 400), Outline.WIDE),
        ((499, 400), Outline.SQUARE),
        ((1080, 1080), Outline.SQUARE),
        ((400, 500), Outline.SQUARE),
        ((399, 500), Outline.TALL),
        ((1080, 1920), Outline.TALL),
    ],
)
def test_a_size_has_an_outline(size: tuple[int, int], outline: Outline) -> None:
    assert Size(*size).outline is outline
