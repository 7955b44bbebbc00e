"""Tries templates of others in a process of their own, which can be stopped whatever they do."""

import multiprocessing
import resource
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from frontis.cli.samples import PICTURES, SAMPLES, values_for
from frontis.errors import BadTemplate, FrontisError, TemplateTooCostly
from frontis.model.card import Card
from frontis.pipeline import render
from frontis.templates import Catalogue, load

_MOST_SECONDS = 2.0
_MOST_BYTES = 3_000_000_000
_START_SECONDS = 60.0


def check(folder: Path) -> Iterator[tuple[Path, BadTemplate | None]]:
    """Each template at or directly below the folder, with what is wrong with it, or None.

    A template is read and inspected, then drawn with every sample at each of its sizes, in a process that is killed
    when one drawing takes longer than 2 s or more memory than a card may need.
    """
    if (folder / "template.toml").exists():
        paths = [folder]
    else:
        paths = sorted(path.parent for path in folder.glob("*/template.toml"))
    if not paths:
        yield folder, BadTemplate(str(folder), None, "holds no template", "a template is a folder with a template.toml")
    for path in paths:
        yield path, _fault(path.resolve())


def _fault(path: Path) -> BadTemplate | None:
    try:
        load(path)
    except BadTemplate as fault:
        return fault
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=_draw_all, args=(str(path), theirs), daemon=True)
    child.start()
    theirs.close()
    try:
        return _watch(ours, path)
    finally:
        child.kill()
        child.join()


def _watch(news: Connection, path: Path) -> BadTemplate | None:
    """Listen to the child: "ready", then a line for each drawing, and "" at the end, or a fault."""
    patience = _START_SECONDS
    while True:
        if not news.poll(patience):
            return TemplateTooCostly(
                str(path), None, f"takes longer than {_MOST_SECONDS:g} s to draw", "fewer filters and shadows"
            )
        try:
            word = news.recv()
        except EOFError:
            return TemplateTooCostly(str(path), None, "ended the process that drew it", "it may want too much memory")
        if isinstance(word, BadTemplate):
            return word
        if word == "":
            return None
        patience = _MOST_SECONDS


def _draw_all(path: str, news: Connection) -> None:
    """Runs in the child."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))
    folder = Path(path)
    looks = Catalogue()
    looks.add(folder)
    template = looks.look(folder.name).template
    # The first drawing loads fonts and codecs, which is not the template's doing.
    render(Card("article", {"title": "Ready"}), templates=looks)
    news.send("ready")
    try:
        for sample in SAMPLES:
            for size in template.sizes:
                render(Card(template.id, values_for(template, sample), size), PICTURES, templates=looks)
                news.send(sample.name)
    except BadTemplate as fault:
        news.send(fault)
    except (FrontisError, MemoryError) as error:
        news.send(BadTemplate(path, None, f"cannot be drawn: {str(error) or 'it wants too much memory'}"))
    news.send("")
