import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from specimens import AS_IT_IS, oriented, quartered, quartered_svg, saved

from frontis.decode import decode
from frontis.decode.fit import covering
from frontis.decode.limits import LARGEST_RESULT_SIDE, MOST_RESULT_PIXELS
from frontis.model.output import Size

SIDES = st.integers(1, 60_000)
SMALL = st.integers(1, 200)
BOXES = st.builds(Size, st.integers(1, 4096), st.integers(1, 2048))


def decoded_size(data: bytes, box: Size) -> Size:
    photo = decode(data, box)
    return Size(photo.width, photo.height)


@pytest.mark.parametrize(
    ("natural", "box", "wanted"),
    [
        ((400, 300), (200, 150), (200, 150)),
        ((400, 300), (200, 100), (200, 150)),
        ((400, 300), (100, 150), (200, 150)),
        ((300, 400), (100, 100), (100, 133)),
        ((400, 300), (800, 600), (400, 300)),
        ((400, 300), (800, 10), (400, 300)),
        ((400, 300), (1, 1), (1, 1)),
        ((3000, 10), (300, 100), (3000, 10)),
        ((3000, 10), (300, 1), (300, 1)),
        ((1, 3000), (10, 10), (1, 3000)),
    ],
)
@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP", "GIF"])
def test_pixels_are_made_no_larger_than_covers_the_box(
    natural: tuple[int, int], box: tuple[int, int], wanted: tuple[int, int], format_: str
) -> None:
    assert decoded_size(saved(Image.new("RGB", natural, "teal"), format_), Size(*box)) == wanted


@pytest.mark.parametrize("format_", ["JPEG", "WEBP", "PNG"])
def test_a_large_picture_that_the_codec_shrinks_is_exactly_as_large_as_asked(format_: str) -> None:
    data = saved(Image.linear_gradient("L").resize((2003, 1501)), format_)
    for width in (1999, 1001, 500, 333, 250, 125, 63, 7):
        assert decoded_size(data, Size(width, 1)) == (width, round(1501 * width / 2003))


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_turned_picture_covers_the_box_as_it_is_seen(format_: str) -> None:
    data = saved(quartered(400, 200), format_, exif=oriented(6))
    assert decoded_size(data, Size(100, 50)) == (100, 200)


def test_an_extreme_shape_stays_drawable() -> None:
    assert decoded_size(saved(Image.new("L", (60_000, 1)), "PNG"), AS_IT_IS) == (LARGEST_RESULT_SIDE, 1)
    assert decoded_size(saved(Image.new("L", (1, 60_000)), "JPEG"), AS_IT_IS) == (1, LARGEST_RESULT_SIDE)
    assert decoded_size(quartered_svg('width="100000" height="1"'), AS_IT_IS) == (LARGEST_RESULT_SIDE, 1)


@given(width=SIDES, height=SIDES, box=BOXES)
def test_pixels_never_grow_and_keep_their_shape(width: int, height: int, box: Size) -> None:
    size = covering((width, height), box)
    assert 1 <= size.width <= width
    assert 1 <= size.height <= height
    assert abs(size.height - size.width * height / width) <= 1 + height / width


@given(width=SIDES, height=SIDES, box=BOXES)
def test_the_box_is_covered_unless_the_picture_is_smaller_or_extreme(width: int, height: int, box: Size) -> None:
    size = covering((width, height), box)
    is_extreme = size.pixels > 0.99 * MOST_RESULT_PIXELS or max(size) == LARGEST_RESULT_SIDE
    if not is_extreme:
        assert size.width >= min(width, box.width)
        assert size.height >= min(height, box.height)
        assert size.width == min(width, box.width) or size.height == min(height, box.height)


@given(width=st.floats(1e-6, 1e9), height=st.floats(1e-6, 1e9), box=BOXES)
def test_drawings_grow_to_cover_the_box_within_bounds(width: float, height: float, box: Size) -> None:
    size = covering((width, height), box, may_grow=True)
    assert min(size) >= 1
    assert max(size) <= LARGEST_RESULT_SIDE
    assert size.pixels <= MOST_RESULT_PIXELS + sum(size)
    if max(size) < LARGEST_RESULT_SIDE and size.pixels < 0.99 * MOST_RESULT_PIXELS:
        assert size.width >= box.width
        assert size.height >= box.height


@settings(max_examples=25, deadline=None)
@given(width=SMALL, height=SMALL, box=st.builds(Size, SMALL, SMALL))
def test_what_is_decoded_has_the_covering_size(width: int, height: int, box: Size) -> None:
    picture = Image.new("RGB", (width, height), "teal")
    for format_ in ("PNG", "JPEG", "WEBP", "GIF"):
        assert decoded_size(saved(picture, format_), box) == covering((width, height), box)
