"""A colour: sRGB with alpha, and the arithmetic that keeps words legible on it."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Self

from frontis.errors import BadInput, nearest

_LONGEST_TEXT = 64
_HASH_HEX = re.compile(r"#([0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_PLAIN_HEX = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


@dataclass(frozen=True, slots=True)
class Color:
    """red, green, blue and alpha, each from 0 to 1, in sRGB, not premultiplied. Raises ValueError out of that range."""

    red: float
    green: float
    blue: float
    alpha: float = 1.0

    def __post_init__(self) -> None:
        for channel in (self.red, self.green, self.blue, self.alpha):
            if not 0.0 <= channel <= 1.0:
                raise ValueError(f"a channel of a colour is 0 to 1, not {channel!r}")

    @classmethod
    def parse(cls, text: str, *, parameter: str = "color") -> Self:
        """The colour that a CSS text names: hex with its '#', a name, rgb(), hsl(), hwb(), lab(), oklch(), color() ...

        What lies outside sRGB is mapped into it and keeps its hue. Raises BadInput, naming the parameter.
        """
        text = text.strip()
        if match := _HASH_HEX.fullmatch(text):
            return cls._of_digits(match[1])
        channels = _css_channels(text.lower()) if len(text) <= _LONGEST_TEXT else None
        if channels is None:
            problem = "must be a CSS colour, such as '#ff8800', 'teal' or 'hsl(210 80% 50%)'"
            raise BadInput(parameter, problem, suggestion=_suggestion(text[:_LONGEST_TEXT]))
        return cls(*channels)

    @classmethod
    def parse_hex(cls, text: str, *, parameter: str = "color") -> Self:
        """The colour of three or six hex digits, with or without '#'. Raises BadInput, naming the parameter."""
        match = _PLAIN_HEX.fullmatch(text.strip())
        if match is None:
            raise BadInput(parameter, "must be three or six hex digits, such as 'ff8800'")
        return cls._of_digits(match[1])

    @classmethod
    def _of_digits(cls, digits: str) -> Self:
        if len(digits) <= 4:
            digits = "".join(digit * 2 for digit in digits)
        return cls(*(each / 255 for each in bytes.fromhex(digits)))

    @property
    def hex(self) -> str:
        """As "#rrggbb", or "#rrggbbaa" when it is not opaque."""
        levels = [self.red, self.green, self.blue, self.alpha]
        digits = bytes(round(level * 255) for level in levels).hex()
        return f"#{digits[:6]}" if digits.endswith("ff") else f"#{digits}"

    @property
    def css(self) -> str:
        """For a style sheet or an SVG attribute: hex when opaque, else rgba(), which keeps faint alphas exact."""
        if self.alpha == 1:
            return self.hex
        red, green, blue = (round(level * 255) for level in (self.red, self.green, self.blue))
        return f"rgba({red},{green},{blue},{round(self.alpha, 4):g})"

    def __str__(self) -> str:
        return self.css

    @property
    def luminance(self) -> float:
        """Relative luminance, 0 to 1 (WCAG 2.2), as if opaque."""
        return 0.2126 * _linear(self.red) + 0.7152 * _linear(self.green) + 0.0722 * _linear(self.blue)

    def contrast(self, other: "Color") -> float:
        """The contrast ratio, 1 to 21 (WCAG 2.2), as if opaque: lay a translucent colour `over` its backdrop first."""
        first, second = self.luminance + 0.05, other.luminance + 0.05
        return first / second if first > second else second / first

    def over(self, backdrop: "Color") -> "Color":
        """What is seen when this colour is laid over the backdrop."""
        behind = backdrop.alpha * (1 - self.alpha)
        alpha = min(1.0, self.alpha + behind)
        if alpha == 0:
            return TRANSPARENT

        def blend(front: float, back: float) -> float:
            return min(1.0, (front * self.alpha + back * behind) / alpha)

        return Color(
            blend(self.red, backdrop.red), blend(self.green, backdrop.green), blend(self.blue, backdrop.blue), alpha
        )

    def mix(self, other: "Color", share: float) -> "Color":
        """This colour with a share, 0 to 1, of the other, mixed in OKLab as `color-mix(in oklab, ...)` does.

        What that brings outside sRGB is clipped.
        """
        if not 0.0 <= share <= 1.0:
            raise ValueError(f"a share is 0 to 1, not {share!r}")
        ours, theirs = self.alpha * (1 - share), other.alpha * share
        alpha = ours + theirs
        if alpha == 0:
            return TRANSPARENT
        roots = zip(_cone_roots(self), _cone_roots(other), strict=True)
        mixed = [(mine * ours + yours * theirs) / alpha for mine, yours in roots]
        return replace(_of_cone_roots(*mixed), alpha=min(1.0, alpha))

    def with_alpha(self, alpha: float) -> "Color":
        """The same colour with that alpha, 0 to 1."""
        return replace(self, alpha=alpha)

    def lighter(self, amount: float) -> "Color":
        """Moved towards white by a share of the way, 0 to 1. The alpha stays."""
        return self.mix(WHITE.with_alpha(self.alpha), amount)

    def darker(self, amount: float) -> "Color":
        """Moved towards black by a share of the way, 0 to 1. The alpha stays."""
        return self.mix(BLACK.with_alpha(self.alpha), amount)

    def readable_on(self, backdrop: "Color", ratio: float = 4.5) -> "Color":
        """This colour, if it has that contrast on the backdrop, else moved towards white or black as far as it must be.

        It goes the shorter way and keeps its hue. What had to move is opaque, and in whole 8-bit steps, so that its hex
        has that contrast too. When neither end has it, the better end. The backdrop counts as opaque.
        """
        return self.readable_on_all((backdrop,), ratio)

    def readable_on_all(self, backdrops: Sequence["Color"], ratio: float = 4.5) -> "Color":
        """The same for words that lie on several colours, such as the ends of a gradient.

        When neither white nor black has that contrast on all of them, the one that has more on the worst of them.
        """
        grounds = [each.with_alpha(1) for each in backdrops]
        if all(self.over(each).contrast(each) >= ratio for each in grounds):
            return self
        seen = self.over(grounds[0])
        ways = [
            _moved(seen, end, grounds, ratio)
            for end in (WHITE, BLACK)
            if all(end.contrast(each) >= ratio for each in grounds)
        ]
        if ways:
            return min(ways, key=lambda way: _distance(seen, way))
        return max(WHITE, BLACK, key=lambda end: min(map(end.contrast, grounds)))

    def ink(self) -> "Color":
        """White or near-black, whichever reads better on this colour: 4.5:1 or more on each."""
        return max(WHITE, NEAR_BLACK, key=self.contrast)


WHITE = Color(1, 1, 1)
BLACK = Color(0, 0, 0)
# No lighter: from a luminance of 0.0018 on, there are greys on which neither white nor this has a contrast of 4.5.
NEAR_BLACK = Color(5 / 255, 5 / 255, 7 / 255)
TRANSPARENT = Color(0, 0, 0, 0)


def _linear(level: float) -> float:
    """Light from an sRGB level (IEC 61966-2-1)."""
    return level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4


def _level(light: float) -> float:
    """The sRGB level of light, clipped to 0 to 1."""
    if light <= 0.0031308:
        return max(0.0, light * 12.92)
    return min(1.0, 1.055 * math.pow(light, 1 / 2.4) - 0.055)


def _cone_roots(color: Color) -> tuple[float, float, float]:
    """Cube roots of the cones' answers, of which OKLab is a linear image: a mixture of them is one in OKLab.

    https://bottosson.github.io/posts/oklab/
    """
    red, green, blue = _linear(color.red), _linear(color.green), _linear(color.blue)
    return (
        (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3),
        (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3),
        (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3),
    )


def _of_cone_roots(long: float, middle: float, short: float) -> Color:
    long, middle, short = long**3, middle**3, short**3
    return Color(
        _level(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short),
        _level(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short),
        _level(-0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short),
    )


def _distance(first: Color, second: Color) -> float:
    """How far apart two opaque colours look: their distance in OKLab."""
    long, middle, short = (a - b for a, b in zip(_cone_roots(first), _cone_roots(second), strict=True))
    return math.hypot(
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _moved(color: Color, end: Color, backdrops: Sequence[Color], ratio: float) -> Color:
    """On the way to `end`, which must have that contrast on all, the first colour in whole 8-bit steps that has it."""
    start, goal = _cone_roots(color), _cone_roots(end)
    best, near, far = end, 0.0, 1.0
    for _ in range(8):  # a share of 1/256 is less than one step of a channel
        middle = (near + far) / 2
        mixed = _of_cone_roots(*(mine + (yours - mine) * middle for mine, yours in zip(start, goal, strict=True)))
        stepped = Color(round(mixed.red * 255) / 255, round(mixed.green * 255) / 255, round(mixed.blue * 255) / 255)
        if all(stepped.contrast(each) >= ratio for each in backdrops):
            best, far = stepped, middle
        else:
            near = middle
    return best


def _suggestion(text: str) -> str:
    """What was meant: the digits with their '#', or the name of a colour that looks most like it; or ""."""
    if _PLAIN_HEX.fullmatch(text):
        return f"#{text}"
    from coloraide.css.color_names import name2val_map  # noqa: PLC0415  (as below)

    return nearest(text, name2val_map)


@lru_cache(maxsize=512)
def _css_channels(text: str) -> tuple[float, float, float, float] | None:
    """Red, green, blue and alpha of a CSS colour, or None when it is none."""
    # Imported here: it takes longer to load than a card takes to draw, and most colours are hex.
    from coloraide import Color as CssColor  # noqa: PLC0415

    # Levels of rgb() are cut off where they are read (CSS Color 4, section 5.1); all else keeps its hue.
    method = "clip" if text.startswith("rgb") else "raytrace"
    try:
        color = CssColor(text).convert("srgb").fit(method=method)
    except (ValueError, ArithmeticError):  # no colour, or numbers too large to convert
        return None
    channels = [*color.coords(nans=False), color.alpha(nans=False)]
    if not all(map(math.isfinite, channels)):
        return None
    red, green, blue, alpha = (min(1.0, max(0.0, channel)) for channel in channels)
    return red, green, blue, alpha
