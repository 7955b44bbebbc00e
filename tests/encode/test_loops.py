"""What is compiled does what numpy does, to the bit."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from bitmaps import KINDS
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from frontis.encode import palette
from frontis.encode.loops import by_numpy, compiled
from frontis.encode.palette import Indexed
from frontis.encode.pixels import channels

Words = NDArray[np.uint32]


@st.composite
def rows(draw: st.DrawFn, count: int = 0) -> Words:
    """Pixels as cards have them: runs or not, of few colours or of many, opaque or not."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    colors = random.integers(0, 1 << 32, draw(st.sampled_from([1, 2, 30, 250, 300])), np.uint32)
    if draw(st.booleans()):
        colors |= np.uint32(0xFF000000)
    size = count or draw(st.integers(1, 900))
    runs = colors[random.integers(0, len(colors), size)]
    return runs.repeat(random.integers(1, 40, size) if draw(st.booleans()) else 1)[:size]


@st.composite
def layers(draw: st.DrawFn) -> tuple[Words, Words]:
    """Words, with nothing in many places, and what stands behind them."""
    back = draw(rows())
    front = draw(rows(back.size))
    random = np.random.default_rng(back.size)
    front[(front >> 24 == 0) | (random.random(back.size) < draw(st.sampled_from([0, 0.5, 0.98])))] = 0
    return front, back


@given(layers())
def test_words_are_laid_over_a_backdrop(both: tuple[Words, Words]) -> None:
    assert np.array_equal(compiled.laid(*both), by_numpy.laid(*both))


@given(rows())
def test_pixels_get_a_palette(pixels: Words) -> None:
    found, expected = compiled.index(pixels), by_numpy.index(pixels)
    assert (found is None) is (expected is None) is (len(np.unique(pixels)) > 256)
    if found and expected:
        assert np.array_equal(found[0], expected[0])
        assert np.array_equal(found[1], expected[1])
        assert found[2] == expected[2]
        assert np.array_equal(found[0][found[1]], pixels)


@given(layers())
def test_words_over_a_backdrop_with_a_palette_get_one(both: tuple[Words, Words]) -> None:
    front, back = both
    known = by_numpy.index(back)
    if known is None:
        return
    indices, others = known[1].copy(), known[1].copy()
    found = compiled.index_words(front, back, known[0], indices)
    expected = by_numpy.index_words(front, back, known[0], others)
    assert (found is None) is (expected is None)
    if found is not None and expected is not None:
        assert np.array_equal(found, expected)
        assert np.array_equal(indices, others)
        assert np.array_equal(found[indices], compiled.laid(front, back))


@given(rows(), st.sampled_from([1, 3, 4]), st.integers(1, 40), st.booleans())
def test_rows_are_packed_and_compared(pixels: Words, channels: int, width: int, up: bool) -> None:
    width = min(width, len(pixels))
    picture = pixels[: len(pixels) // width * width].reshape(-1, width)
    packed = compiled.packed(picture, channels, up=up)
    assert np.array_equal(packed, by_numpy.packed(picture, channels, up=up))
    if len(picture) > 1:
        assert compiled.repeats(picture, 3) == by_numpy.repeats(picture, 3)


@given(st.integers(0, 9000), st.integers(0, 8999))
def test_what_is_not_nought_is_found_wherever_it_is(size: int, place: int) -> None:
    array = np.zeros(size, np.uint8)
    for way in (compiled, by_numpy):
        assert way.are_nought(array)
    if place < size:
        array[place] = 1
        for way in (compiled, by_numpy):
            assert not way.are_nought(array)


@pytest.mark.parametrize("kind", KINDS)
def test_edges_that_colour_draws_are_counted(kind: str) -> None:
    pairs = channels(KINDS[kind]())[::2]
    assert pairs.shape[1] % 2 == 0
    assert compiled.smeared(pairs, 48) == by_numpy.smeared(pairs, 48)


def test_arrays_that_do_not_belong_together_are_refused() -> None:
    three, four = np.zeros(3, np.uint32), np.zeros(4, np.uint32)
    places = np.zeros(4, np.uint8)
    for wrong in (
        lambda: compiled.laid(three, four),
        lambda: compiled.laid(four[::2], four[:2]),
        lambda: compiled.index(three[:0]),
        lambda: compiled.index_words(four, four, three[:0], places),
        lambda: compiled.index_words(four, four, np.zeros(257, np.uint32), places),
        lambda: compiled.index_words(four, four, three, places[:3]),
        lambda: compiled.packed(four[None], 2, up=True),
    ):
        with pytest.raises(ValueError, match=r"colour|lie"):
            wrong()


def test_what_is_kept_of_a_backdrop_is_not_written_to() -> None:
    known = Indexed(np.array([7, 8], np.uint32), np.zeros((2, 3), np.uint8))
    back, front = np.full((2, 3), 7, np.uint32), np.zeros((2, 3), np.uint32)
    front[1, 1] = 0xFF000009
    found = palette.with_words(known, front, back)
    assert found is not None
    assert found.colors.tolist() == [7, 8, 0xFF000009]
    assert found.indices.tolist() == [[0, 0, 0], [0, 2, 0]]
    assert not known.indices.any()


def test_frontis_is_built_with_a_compiler_and_without(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    copy = tmp_path / "frontis"
    shutil.copytree(root / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__", "libloops.so"))
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(root / name, copy / name)
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    wheels = {}
    for compiler in ("no-such-compiler", "cc"):
        done = subprocess.run(
            build, cwd=copy, env={"PATH": "/usr/bin:/bin", "CC": compiler}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        (wheel,) = (copy / "dist").iterdir()
        wheels[compiler] = wheel.name
        wheel.unlink()
    assert wheels["no-such-compiler"].endswith("-py3-none-any.whl")
    assert "-py3-none-linux" in wheels["cc"]
