"""The colour that a picture shows most of."""

from io import BytesIO

import numpy as np
from PIL import Image

from frontis.decode.decoding import decode
from frontis.model.color import Color
from frontis.model.output import Size

_BOX = Size(64, 64)
_SOLID = 0.5
# Less than this between the highest and the lowest channel is a grey, which is nobody's colour.
_LEAST_CHROMA = 0.15
_LEAST_SHARE = 0.03
_HUES = 24


def dominant_color(data: bytes) -> Color | None:
    """The colour of the largest part of a picture that has any colour; None where all is black, white or grey.

    Raises BadPicture.
    """
    with Image.open(BytesIO(decode(data, _BOX).data)) as picture:
        picture.thumbnail(_BOX)
        pixels = np.asarray(picture.convert("RGBA"), dtype=np.float64).reshape(-1, 4) / 255
    solid = pixels[pixels[:, 3] >= _SOLID][:, :3]
    chroma = np.ptp(solid, axis=1) if len(solid) else np.zeros(0)
    colored, chroma = solid[chroma >= _LEAST_CHROMA], chroma[chroma >= _LEAST_CHROMA]
    if len(colored) < max(1, _LEAST_SHARE * len(solid)):
        return None
    hues = _hues(colored, chroma)
    weights = np.bincount(hues, chroma, _HUES)
    # A hue at the border of two belongs to both.
    best = int(np.argmax(weights + (np.roll(weights, 1) + np.roll(weights, -1)) / 2))
    near = np.isin((hues - best) % _HUES, (0, 1, _HUES - 1))
    red, green, blue = np.average(colored[near], axis=0, weights=chroma[near])
    return Color(float(red), float(green), float(blue))


def _hues(
    colors: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]",
    chroma: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]",
) -> "np.ndarray[tuple[int, ...], np.dtype[np.int64]]":
    """Which of the parts of the circle of hues each colour is in."""
    red, green, blue = colors.T
    highest = colors.max(axis=1)
    angle = np.select(
        [highest == red, highest == green],
        [(green - blue) / chroma % 6, (blue - red) / chroma + 2],
        (red - green) / chroma + 4,
    )
    return np.asarray(np.round(angle / 6 * _HUES), dtype=np.int64) % _HUES
