"""How much of anything a foreign picture may ask for."""

from frontis.errors import PictureTooLarge
from frontis.model.output import MOST_PIXELS as MOST_CARD_PIXELS

MOST_BYTES = 10_000_000
MOST_PIXELS = 50_000_000

# What a picture larger than this needs in memory and time is spent in a process apart, which can be stopped.
MOST_PIXELS_HERE = MOST_PIXELS // 4
# Of a picture that comes in layers, each of which goes over all pixels: progressive JPEG has up to a hundred.
MOST_LAYERED_PIXELS_HERE = MOST_PIXELS // 16

# Any picture whose shape differs from the box by less than a factor of two covers the largest card in full.
MOST_RESULT_PIXELS = 2 * MOST_CARD_PIXELS
LARGEST_RESULT_SIDE = 16_384

MOST_PROFILE_BYTES = 4_000_000
# Of a bitmap: a larger icon is a PNG.
LARGEST_ICON_SIDE = 256

MOST_SVG_BYTES = 1_000_000
MOST_SVG_ELEMENTS = 5_000
MOST_SVG_DEPTH = 64
MOST_SVG_DRAWN = 20_000
MOST_SVG_NESTING = 128
MOST_SVG_PICTURE_PIXELS = 16_000_000

SECONDS_APART = 4
MEMORY_APART = 1_500_000_000
IDLE_SECONDS_APART = 60
PROCESSES_APART = 2


def refuse_too_many_pixels(width: int, height: int) -> None:
    """Raises PictureTooLarge when a picture of that size is over MOST_PIXELS."""
    if width * height > MOST_PIXELS:
        most = f"{MOST_PIXELS // 1_000_000} megapixels"
        raise PictureTooLarge(f"The picture is {width}x{height} pixels. At most {most} are accepted.")
