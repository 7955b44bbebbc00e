"""The patterns that repeat every few pixels: dots, grid, diagonal, waves."""

from frontis.model.output import Size
from frontis.patterns.tile import THINNEST, Tile, margin, scale_of


def dots(size: Size) -> Tile:
    """Round dots at the crossings of squares."""
    scale = scale_of(size)
    pitch = _even(28 * scale)
    x, y = margin(size.width, pitch), margin(size.height, pitch)
    strokes = f'<path d="M{x} {y}h0" stroke-linecap="round"/>'
    return Tile(pitch, pitch, strokes, alpha=0.12, line=max(2, 4 * scale))


def grid(size: Size) -> Tile:
    """Squares of hair lines."""
    scale = scale_of(size)
    pitch, line = _even(48 * scale), max(1, round(scale))
    # A line of odd width fills whole pixels when its middle is in the middle of one.
    crisp = line % 2 / 2
    x, y = margin(size.width, pitch) + crisp, margin(size.height, pitch) + crisp
    strokes = f'<path d="M{-pitch} {y:g}H{2 * pitch}M{x:g} {-pitch}V{2 * pitch}"/>'
    return Tile(pitch, pitch, strokes, alpha=0.07, line=max(THINNEST, line))


def diagonal(size: Size) -> Tile:
    """Lines that rise at 45 degrees."""
    scale = scale_of(size)
    pitch = _even(34 * scale)
    half = pitch // 2
    # The strokes of the neighbours reach over the corners.
    strokes = (
        f'<path d="M{-half} {half}L{half} {-half}M{-half} {pitch + half}L{pitch + half} {-half}'
        f'M{half} {pitch + half}L{pitch + half} {half}"/>'
    )
    return Tile(pitch, pitch, strokes, alpha=0.09, line=max(THINNEST, 1.25 * scale))


def waves(size: Size) -> Tile:
    """Stacked sine waves, each a tenth of a period behind the one above it, like silk."""
    scale = scale_of(size)
    pitch, length = round(18 * scale), round(300 * scale)
    # Neighbours differ by 0.62 of this at most, so they come near one another and never touch.
    period = _period(length, height=0.95 * pitch)
    path = "".join(
        f"M{(row % 10 - 10) * length / 10:.2f} {(row + 0.5) * pitch:g}{period}{period}" for row in range(-2, 12)
    )
    return Tile(length, 10 * pitch, f'<path d="{path}"/>', alpha=0.09, line=max(THINNEST, 1.5 * scale))


def _period(length: float, height: float) -> str:
    """Path data of one period of a sine from where the pen is."""
    # The control points of the Bezier curve that fits a quarter of a sine: along the way, and of the height.
    (x1, y1), (x2, y2) = (0.3261, 0.5123), (0.6381, 1.0)
    quarter = length / 4
    path = ""
    for up in (-height, height):
        path += (
            f"c{x1 * quarter:.3f} {y1 * up:.3f} {x2 * quarter:.3f} {y2 * up:.3f} {quarter:.3f} {up:.3f}"
            f"c{(1 - x2) * quarter:.3f} 0 {(1 - x1) * quarter:.3f} {(y1 - 1) * up:.3f} {quarter:.3f} {-up:.3f}"
        )
    return path


def _even(pixels: float) -> int:
    """A pitch in whole pixels with a whole half."""
    return 2 * round(pixels / 2)
