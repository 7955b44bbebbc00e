"""Every template with every kind of content looks as it did when somebody last looked at it."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from comparison import difference
from PIL import Image

from frontis import Card, render
from frontis.cli.samples import PICTURES, SAMPLES, Sample, values_for
from frontis.model.template import Kind
from frontis.templates import catalogue

PLACE = Path(__file__).parent / "pictures"
RESULTS = Path(__file__).parents[2] / "build" / "golden"
WIDE, TALL, BANNER = (1200, 630), (1080, 1920), (1500, 500)
# The rest of the samples is in the gallery, and laid out by the tests of `draw`.
KEPT = ("example", "long", "arabic", "japanese", "emoji")


def _cases() -> Iterator[tuple[str, Sample, tuple[int, int]]]:
    for identity in catalogue().ids():
        variables = catalogue().look(identity).template.variables.values()
        has_pictures = any(each.kind is Kind.IMAGE for each in variables)
        for sample in SAMPLES:
            if sample.name in KEPT or (has_pictures and not sample.pictured):
                yield identity, sample, WIDE
        yield identity, SAMPLES[0], TALL
        yield identity, SAMPLES[0], BANNER


CASES = [*_cases()]
# Of the templates whose themes are looks of their own, those that no sample shows.
THEMED = [
    (identity, theme)
    for identity in ("ogforge-standard", "ogforge-metric")
    for theme in catalogue().look(identity).template.variables["theme"].choices
    if theme != catalogue().look(identity).template.variables["theme"].default
]


def named(identity: str, sample: Sample, size: tuple[int, int]) -> str:
    return f"{identity}-{sample.name}-{size[0]}x{size[1]}.png"


def drawn(identity: str, sample: Sample, size: tuple[int, int], watermark: str = "") -> Image.Image:
    """The card at half its size, which is what is kept of it."""
    values = values_for(catalogue().look(identity).template, sample)
    picture = render(Card(identity, values, size, watermark=watermark), PICTURES)
    return Image.open(io.BytesIO(picture.data)).convert("RGB").reduce(2)


def check(name: str, actual: Image.Image, *, accept: bool) -> None:
    """Compare with the golden picture of that name, or make it the golden one."""
    golden = PLACE / name
    if accept:
        PLACE.mkdir(exist_ok=True)
        actual.save(golden, optimize=True)
        return
    RESULTS.mkdir(parents=True, exist_ok=True)
    actual.save(RESULTS / name)
    how = "Look at it. `make golden` accepts all pictures as they are drawn now."
    assert golden.exists(), f"There is no golden picture {golden}; {RESULTS / name} is what is drawn now. {how}"
    found = difference(Image.open(golden).convert("RGB"), actual)
    if not found.is_small:
        found.picture.save(RESULTS / f"difference-{name}")
        pytest.fail(
            f"{found.share:.2%} of the pixels differ, {found.mean:.2f} levels in the mean. Expected: {golden}. "
            f"Drawn: {RESULTS / name}. Where: {RESULTS / f'difference-{name}'}. {how}"
        )


@pytest.mark.parametrize(("identity", "sample", "size"), CASES, ids=[named(*case) for case in CASES])
def test_a_card_looks_as_it_did(identity: str, sample: Sample, size: tuple[int, int], accept: bool) -> None:
    check(named(identity, sample, size), drawn(identity, sample, size), accept=accept)


@pytest.mark.parametrize("identity", ["metric", "osig-job-clean", "osig-job-classic"])
def test_a_watermark_looks_as_it_did(identity: str, accept: bool) -> None:
    check(f"{identity}-watermark.png", drawn(identity, SAMPLES[0], WIDE, "made with Frontis"), accept=accept)


@pytest.mark.parametrize(("identity", "theme"), THEMED)
def test_a_theme_looks_as_it_did(identity: str, theme: str, accept: bool) -> None:
    values = {**catalogue().look(identity).template.examples, "theme": theme}
    picture = Image.open(io.BytesIO(render(Card(identity, values, WIDE), PICTURES).data))
    check(f"{identity}-theme-{theme}.png", picture.convert("RGB").reduce(2), accept=accept)


def test_no_golden_picture_is_left_over() -> None:
    watermarked = {f"{identity}-watermark.png" for identity in ("metric", "osig-job-clean", "osig-job-classic")}
    themed = {f"{identity}-theme-{theme}.png" for identity, theme in THEMED}
    assert {path.name for path in PLACE.glob("*.png")} == {named(*case) for case in CASES} | watermarked | themed
