"""Photos that are decoded once."""

import pytest

from frontis.decode import KeptPhotos
from frontis.errors import BadPicture
from frontis.model.output import Size

_SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><rect width="20" height="20" fill="{}"/></svg>'


def _drawing(color: str) -> bytes:
    return _SVG.format(color).encode()


def test_the_same_bytes_in_the_same_box_are_decoded_once() -> None:
    photos = KeptPhotos()
    first = photos.decode(_drawing("#123456"), Size(100, 100))
    assert photos.decode(_drawing("#123456"), Size(100, 100)) is first


def test_another_box_or_other_bytes_are_another_photo() -> None:
    photos = KeptPhotos()
    first = photos.decode(_drawing("#123456"), Size(100, 100))
    assert photos.decode(_drawing("#123456"), Size(200, 200)).width > first.width
    assert photos.decode(_drawing("#654321"), Size(100, 100)).data != first.data


def test_the_oldest_photos_go_when_there_is_no_room() -> None:
    photos = KeptPhotos(most_bytes=1)
    first = photos.decode(_drawing("#123456"), Size(100, 100))
    assert photos.decode(_drawing("#123456"), Size(100, 100)) is not first


def test_a_refusal_is_not_kept() -> None:
    photos = KeptPhotos()
    for _ in range(2):
        with pytest.raises(BadPicture):
            photos.decode(b"no picture", Size(100, 100))
