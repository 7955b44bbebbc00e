"""Bytes from outside -> a picture that is safe to draw."""

from frontis.decode.decoding import decode
from frontis.decode.dominant import dominant_color
from frontis.decode.kept import KeptPhotos
from frontis.decode.limits import MOST_BYTES, MOST_PIXELS

__all__ = ["MOST_BYTES", "MOST_PIXELS", "KeptPhotos", "decode", "dominant_color"]
