import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from bitmaps import KINDS, bitmap, gradient_card, half_photo_card, photo, plain

from frontis.encode import cores, drawing, encode, use_cores
from frontis.errors import EncodeFailed
from frontis.model.bitmap import Bitmap
from frontis.model.output import Format, Output, Size

QUICK = [Format.PNG, Format.JPEG, Format.WEBP]


@pytest.mark.parametrize("format_", Format)
def test_a_picture_is_as_large_as_the_bitmap_and_says_what_it_is(format_: Format) -> None:
    picture = encode(bitmap(photo(160, 90)), Output(Size(1200, 630), format_))
    assert (picture.format, picture.size, picture.within_budget) == (format_, Size(160, 90), True)
    assert picture.missing == ()


@pytest.mark.parametrize("format_", QUICK)
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_bitmap_gives_the_same_bytes_in_every_thread(format_: Format, kind: str) -> None:
    card = KINDS[kind]()
    output = Output(Size(1200, 630), format_)
    with ThreadPoolExecutor(6) as threads:
        pictures = list(threads.map(lambda _: encode(card, output).data, range(12)))
    assert set(pictures) == {encode(card, output).data}


def test_avif_is_the_same_in_every_thread() -> None:
    card = bitmap(photo(160, 90))
    output = Output(Size(1200, 630), Format.AVIF)
    with ThreadPoolExecutor(3) as threads:
        assert len(set(threads.map(lambda _: encode(card, output).data, range(6)))) == 1


def test_cards_of_all_kinds_can_be_encoded_at_once() -> None:
    orders = [(draw(), Output(Size(1200, 630), format_)) for draw in KINDS.values() for format_ in QUICK]
    alone = [encode(*order).data for order in orders]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda order: encode(*order).data, orders)) == alone


@pytest.mark.parametrize("draw", [gradient_card, half_photo_card])
def test_a_png_is_the_same_without_any_helper(draw: Callable[[], Bitmap], monkeypatch: pytest.MonkeyPatch) -> None:
    card = draw()
    beside = encode(card, Output(Size(1200, 630))).data
    monkeypatch.setattr(cores, "_helpers", lambda: pytest.fail("a helper is asked"))
    # Put back at the end.
    monkeypatch.setattr(cores, "_cores", 2)
    use_cores(1)
    assert encode(card, Output(Size(1200, 630))).data == beside
    # One core is this card's, and one that of another card.
    monkeypatch.setattr(cores, "_cores", 2)
    with drawing(), drawing():
        assert encode(card, Output(Size(1200, 630))).data == beside


def test_the_same_bytes_come_from_another_process() -> None:
    program = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from bitmaps import bitmap, photo\n"
        "from frontis.encode import encode\n"
        "from frontis.model.output import Format, Output, Size\n"
        "for each in Format: print(encode(bitmap(photo(160, 90)), Output(Size(1200, 630), each)).etag)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    card = bitmap(photo(160, 90))
    assert done.stdout.split() == [encode(card, Output(Size(1200, 630), each)).etag for each in Format]


def test_the_bitmap_is_not_changed() -> None:
    card = gradient_card()
    before = bytes(bytearray(card.pixels))
    for format_ in QUICK:
        encode(card, Output(Size(1200, 630), format_, max_kb=3))
    assert card.pixels == before


@pytest.mark.parametrize("format_", Format)
@pytest.mark.parametrize(("width", "height"), [(0, 0), (0, 5), (5, 0)])
def test_a_bitmap_without_pixels_is_refused(format_: Format, width: int, height: int) -> None:
    with pytest.raises(EncodeFailed, match=f"{width}x{height}"):
        encode(Bitmap(width, height, b""), Output(Size(1200, 630), format_))


@pytest.mark.parametrize(("format_", "width"), [(Format.JPEG, 65536), (Format.WEBP, 16384)])
def test_a_bitmap_that_the_format_has_no_room_for_is_refused(format_: Format, width: int) -> None:
    with pytest.raises(EncodeFailed, match=f"{width}x1 .* {format_.value}"):
        encode(bitmap(plain(width=width, height=1)), Output(Size(1200, 630), format_))
