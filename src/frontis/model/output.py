"""What the finished picture shall be: its size, format and byte budget."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Self

from frontis.errors import BadInput, nearest

SMALLEST_SIDE = 100
LARGEST_SIDE = 4096
MOST_PIXELS = 8_400_000
REFERENCE_AREA = 1200 * 630
FEWEST_REM = 28


class Outline(StrEnum):
    """The shape of a card, by which a template may lay it out in another way."""

    BANNER = "banner"
    WIDE = "wide"
    SQUARE = "square"
    TALL = "tall"


class Size(NamedTuple):
    """A width and a height in pixels."""

    width: int
    height: int

    @property
    def pixels(self) -> int:
        """The area in pixels."""
        return self.width * self.height

    @property
    def scale(self) -> float:
        """How much larger than a 1200x630 card this one is, by the side of a square of the same area.

        Templates are drawn in rem; one rem is 16 px times this. A very long or very high card is drawn as if it were
        smaller: its shorter side has at least 28 rem, so that the words have room beside the margins.
        """
        shorter = min(self.width, self.height) / (FEWEST_REM * 16)
        return min(math.sqrt(self.pixels / REFERENCE_AREA), shorter)

    @property
    def outline(self) -> Outline:
        """What a card of this size is called in a template."""
        ratio = self.width / self.height
        if ratio >= 2.4:
            return Outline.BANNER
        if ratio >= 1.25:
            return Outline.WIDE
        return Outline.SQUARE if ratio >= 0.8 else Outline.TALL

    @classmethod
    def checked(cls, width: int, height: int) -> Self:
        """The size, if it may be drawn. Raises BadInput for a side or an area out of range."""
        for name, side in (("width", width), ("height", height)):
            _check_range(name, side, SMALLEST_SIDE, LARGEST_SIDE)
        if width * height > MOST_PIXELS:
            raise BadInput("width", f"times height may be at most {MOST_PIXELS:,} pixels, not {width * height:,}")
        return cls(width, height)


class Format(StrEnum):
    """The formats a card can be written in."""

    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"
    AVIF = "avif"
    SVG = "svg"

    @property
    def media_type(self) -> str:
        """As in a Content-Type header."""
        return "image/svg+xml" if self is Format.SVG else f"image/{self.value}"

    @classmethod
    def named(cls, name: str) -> Self:
        """The format of that name; "jpg" is JPEG. Raises BadInput for any other."""
        word = {"jpg": "jpeg"}.get(name.lower(), name.lower())
        try:
            return cls(word)
        except ValueError:
            names = [each.value for each in cls]
            raise BadInput(
                "format", f"must be one of {', '.join(names)}, not {name[:40]!r}", suggestion=nearest(word, names)
            ) from None


@dataclass(frozen=True, slots=True)
class Output:
    """What to write.

    quality: 1 to 100, or None for the format's own default; SVG has none.
    max_kb: the byte budget in units of 1,024 bytes, or None for none.
    """

    size: Size
    format: Format = Format.PNG
    quality: int | None = None
    max_kb: int | None = None

    def __post_init__(self) -> None:
        Size.checked(*self.size)
        for name, value, most in (("quality", self.quality, 100), ("max_kb", self.max_kb, 100_000)):
            if value is not None:
                _check_range(name, value, 1, most)
        if self.format is Format.SVG and self.quality is not None:
            raise BadInput("quality", "does nothing for svg, whose shapes lose nothing; leave it out")


def _check_range(name: str, value: object, least: int, most: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise BadInput(name, f"must be a whole number from {least} to {most}, not {value!r}")
