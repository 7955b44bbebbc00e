"""frontis gallery: every template with every kind of content, as pictures and one page to look at."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment

from frontis.cli.drawing import write
from frontis.cli.samples import PICTURES, SAMPLES, values_for
from frontis.model.card import Card
from frontis.pipeline import render
from frontis.templates import catalogue

SIZES = ((1200, 630), (1080, 1920), (1500, 500))

_PAGE = Path(__file__).with_name("gallery.html")


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture of the gallery."""

    card: Card
    sample: str

    @property
    def file(self) -> str:
        """Its file's name."""
        return f"{self.card.template}-{self.sample}-{self.card.size[0]}x{self.card.size[1]}.png"

    @property
    def caption(self) -> str:
        """What it shows."""
        return f"{self.sample}, {self.card.size[0]} × {self.card.size[1]}"


def shots(identity: str) -> Iterator[Shot]:
    """Every picture of one template's part of the gallery. Raises UnknownTemplate."""
    template = catalogue().look(identity).template
    for sample in SAMPLES:
        for size in SIZES:
            yield Shot(Card(identity, values_for(template, sample), size), sample.name)


def make_gallery(folder: Path, identities: tuple[str, ...]) -> Iterator[Path]:
    """Draw the gallery of these templates into the folder, giving each file as it is written, index.html last."""
    folder.mkdir(parents=True, exist_ok=True)
    groups = []
    for identity in identities:
        drawn = list(shots(identity))
        groups.append((catalogue().look(identity).template, drawn))
        for shot in drawn:
            path = folder / shot.file
            write(path, render(shot.card, PICTURES).data)
            yield path
    index = folder / "index.html"
    index.write_text(Environment(autoescape=True).from_string(_PAGE.read_text("utf-8")).render(groups=groups), "utf-8")
    yield index
