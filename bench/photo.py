"""The photo of the photo card: drawn by numbers, so that no picture need be kept here, and the same on every run."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench.cards import HEIGHT, WIDTH

Plane = NDArray[np.float32]

_SEED = 20240607
_QUALITY = 90
_GRAIN = 2.0


def landscape() -> bytes:
    """A JPEG of 1200x630: hills under an evening sky, with the edges, the texture and the grain of a photograph."""
    random = np.random.default_rng(_SEED)
    down = np.linspace(0, 1, HEIGHT, dtype=np.float32)[:, None, None]
    scene = _blend(_color(74, 112, 168), _color(250, 196, 140), np.clip(down * 1.8, 0, 1))
    scene = _blend(scene, _color(252, 232, 214), 0.8 * np.clip(2 * _noise(random, 2, 7) - 1, 0, 1)[:, :, None])
    scene = _with_hill(scene, random, 0, 0.46, _color(140, 138, 160))
    scene = _with_hill(scene, random, 1, 0.56, _color(96, 106, 124))
    scene = _with_hill(scene, random, 2, 0.68, _color(62, 82, 78))
    scene = _with_hill(scene, random, 3, 0.82, _color(46, 58, 40))
    scene = scene + random.normal(0, _GRAIN, scene.shape).astype(np.float32)
    file = io.BytesIO()
    Image.fromarray(np.clip(scene, 0, 255).astype(np.uint8)).save(file, "JPEG", quality=_QUALITY, subsampling=0)
    return file.getvalue()


def _with_hill(scene: Plane, random: np.random.Generator, depth: int, horizon: float, color: Plane) -> Plane:
    """The scene with a hill in front. depth: 0 for the farthest. horizon: its height, 0 at the top to 1."""
    ridge = (horizon - 0.22 * (_noise(random, 2, 6)[HEIGHT // 2] - 0.5)) * HEIGHT
    trees = random.exponential(0.4 + 1.2 * depth, WIDTH).astype(np.float32)
    rows = np.arange(HEIGHT, dtype=np.float32)[:, None]
    covered = np.clip(rows - (ridge - trees)[None, :], 0, 1)[:, :, None]
    ground = color * (0.75 + 0.5 * _noise(random, 3, 7))[:, :, None]
    ground = ground + (_noise(random, 8, 10) - 0.5)[:, :, None] * (6 + 12 * depth)
    return _blend(scene, ground, covered)


def _blend(under: Plane, over: Plane, opacity: Plane) -> Plane:
    return under * (1 - opacity) + over * opacity


def _color(red: int, green: int, blue: int) -> Plane:
    return np.array([red, green, blue], np.float32)


def _noise(random: np.random.Generator, coarsest: int, finest: int) -> Plane:
    """Fractal noise around 0.5. coarsest, finest: the octaves; one of n has cells of 1200 / 2**n pixels."""
    plane = np.full((HEIGHT, WIDTH), 0.5, np.float32)
    for step, octave in enumerate(range(coarsest, finest + 1)):
        cells = random.random((2**octave * HEIGHT // WIDTH + 2, 2**octave + 2), np.float32) - 0.5
        whole = Image.fromarray(cells).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
        plane += np.asarray(whole) * 0.55**step
    return plane
