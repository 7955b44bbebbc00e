"""Pixels: what `draw` gives and `encode` takes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
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
