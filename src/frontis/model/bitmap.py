"""Pixels: what `draw` gives and `encode` takes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Bitmap:
    """Straight (not premultiplied) RGBA, 8 bits a channel, row by row from the top left, sRGB.

    pixels has exactly width * height * 4 bytes, and nobody writes to it.
    surely_opaque: every alpha is known to be 255, and need not be looked for. False says nothing.
    """

    width: int
    height: int
    pixels: bytes | memoryview
    surely_opaque: bool = False

    def __post_init__(self) -> None:
        if len(self.pixels) != self.width * self.height * 4:
            raise ValueError(f"{len(self.pixels)} bytes are no {self.width}x{self.height} RGBA bitmap")


@dataclass(frozen=True, slots=True)
class Layered:
    """Words and what stands behind them, two bitmaps of one size. Where no word is, `words` holds nothing but noughts.

    backdrop: while it is kept it is the same object from card to card, so what was found out about it is known.
    """

    words: Bitmap
    backdrop: Bitmap

    def __post_init__(self) -> None:
        words, backdrop = self.words, self.backdrop
        if (words.width, words.height) != (backdrop.width, backdrop.height):
            raise ValueError(
                f"Words of {words.width}x{words.height} do not lie over {backdrop.width}x{backdrop.height} pixels"
            )

    @property
    def width(self) -> int:
        """In pixels."""
        return self.backdrop.width

    @property
    def height(self) -> int:
        """In pixels."""
        return self.backdrop.height
