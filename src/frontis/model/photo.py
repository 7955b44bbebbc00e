"""A picture from outside, made safe to draw."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Photo:
    """What `decode` makes of foreign bytes: upright, sRGB, one frame, no larger than it is drawn, no metadata.

    data: PNG when it has transparent parts or few colours, else JPEG.
    brightness: 0 to 1, the sRGB level of its lightest large patch: what a veil must darken for white words to be read.
    opaque: no pixel shows what is behind.
    """

    data: bytes
    width: int
    height: int
    brightness: float
    opaque: bool
