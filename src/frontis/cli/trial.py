"""Tries templates of others in a process of their own, which can be stopped whatever they do."""

import multiprocessing
import resource
from collections.abc import Collection, Iterator
from contextlib import suppress
from importlib.metadata import version
from multiprocessing.connection import Connection
from pathlib import Path

from frontis.cli.samples import PICTURES, SAMPLES, values_for
from frontis.errors import BadTemplate, FrontisError, TemplateTooCostly
from frontis.model.card import Card, Value
from frontis.model.template import Kind, Template
from frontis.pipeline import render
from frontis.templates import Catalogue, load

_MOST_SECONDS = 2.0
_MOST_BYTES = 3_000_000_000
_START_SECONDS = 60.0


def faults(folder: Path, memory: Path) -> list[BadTemplate]:
    """What is wrong with the templates of a folder.

    memory: a file of ours that tells which were good; one that has not changed since is not drawn again.
    """
    known = set(memory.read_text().split()) if memory.exists() else set()
    found = dict(check(folder, known))
    good = {_mark(load(path).template) for path, fault in found.items() if fault is None}
    if good != known:
        # A folder that cannot be written to only costs time at the next start.
        with suppress(OSError):
            memory.write_text("".join(f"{mark}\n" for mark in sorted(good)))
    return [fault for fault in found.values() if fault is not None]


def check(folder: Path, known: Collection[str] = ()) -> Iterator[tuple[Path, BadTemplate | None]]:
    """Each template at or directly below the folder, with what is wrong with it, or None.

    A template is read and inspected, then drawn with all kinds of content, in a process that is killed
    when one drawing takes longer than 2 s or more memory than a card may need.
    """
    if (folder / "template.toml").exists():
        paths = [folder]
    else:
        paths = sorted(path.parent for path in folder.glob("*/template.toml"))
    if not paths:
        yield folder, BadTemplate(str(folder), None, "holds no template", "a template is a folder with a template.toml")
    for path in paths:
        yield path, _fault(path.resolve(), known)


def _mark(template: Template) -> str:
    """Tells the template as it is now, and who tries it."""
    return f"{version('frontis')}/{template.id}/{template.digest}"


def _fault(path: Path, known: Collection[str]) -> BadTemplate | None:
    try:
        template = load(path).template
    except BadTemplate as fault:
        return fault
    if _mark(template) in known:
        return None
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
    """Listen to the child: "ready", then a word for each drawing, and "" at the end, or a fault."""
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


def _cards(template: Template) -> Iterator[Card]:
    """The template with every sample at each of its sizes.

    At its first also with each word that a choice or a flag has, and without each value that may be absent: a branch
    may wait for any of these.
    """
    for sample in SAMPLES:
        for size in template.sizes:
            yield Card(template.id, values_for(template, sample), size)
    shown = values_for(template, SAMPLES[0])
    for name, variable in template.variables.items():
        words: tuple[Value, ...] = (True, False) if variable.kind is Kind.FLAG else variable.choices
        for word in words:
            yield Card(template.id, {**shown, name: word}, template.sizes[0])
        if name in shown and not variable.required:
            yield Card(template.id, {**shown, name: ""}, template.sizes[0])


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
        for card in _cards(template):
            render(card, PICTURES, templates=looks)
            news.send(card.fingerprint)
    except BadTemplate as fault:
        news.send(fault)
    except (FrontisError, MemoryError) as error:
        news.send(BadTemplate(path, None, f"cannot be drawn: {str(error) or 'it wants too much memory'}"))
    news.send("")
