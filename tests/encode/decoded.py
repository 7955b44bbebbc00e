"""Reads back what was encoded, with decoders that the encoder does not use for writing where there are such."""

import struct
from io import BytesIO

import numpy as np
import pyvips
from numpy.typing import NDArray
from PIL import Image

from frontis.model.bitmap import Bitmap


def array(bitmap: Bitmap) -> NDArray[np.uint8]:
    return np.frombuffer(bitmap.pixels, np.uint8).reshape(bitmap.height, bitmap.width, 4)


def pixels_of(data: bytes) -> NDArray[np.uint8]:
    """As libvips reads them, as RGBA."""
    picture = pyvips.Image.new_from_buffer(data, "").colourspace("srgb")
    if not picture.hasalpha():
        picture = picture.bandjoin(255)
    return np.frombuffer(picture.cast("uchar").write_to_memory(), np.uint8).reshape(picture.height, picture.width, 4)


def pixels_by_pillow(data: bytes) -> NDArray[np.uint8]:
    with Image.open(BytesIO(data)) as picture:
        return np.asarray(picture.convert("RGBA"))


def error(data: bytes, bitmap: Bitmap) -> float:
    """How far the values are off at a mean, alpha included, of 255."""
    return float(np.abs(pixels_of(data).astype(int) - array(bitmap).astype(int)).mean())


def png_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, place = [], 8
    while place < len(data):
        (length,) = struct.unpack_from(">I", data, place)
        chunks.append((data[place + 4 : place + 8], data[place + 8 : place + 8 + length]))
        place += 12 + length
    return chunks


def jpeg_markers(data: bytes) -> list[int]:
    """Up to the first scan."""
    markers, place = [], 2
    while data[place + 1] != 0xDA:
        markers.append(data[place + 1])
        (length,) = struct.unpack_from(">H", data, place + 2)
        place += 2 + length
    return markers


def webp_chunks(data: bytes) -> list[bytes]:
    chunks, place = [], 12
    while place < len(data):
        (length,) = struct.unpack_from("<I", data, place + 4)
        chunks.append(data[place : place + 4])
        place += 8 + length + length % 2
    return chunks


def depth_and_color_type(data: bytes) -> tuple[int, int]:
    """Of a PNG: see its specification, 11.2.1."""
    header = png_chunks(data)[0][1]
    return header[8], header[9]
