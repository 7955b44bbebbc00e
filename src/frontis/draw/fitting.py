"""Finds size and lines for every fitted text of a card, so that it fits its box and the card."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from markupsafe import escape

from frontis.draw import lines
from frontis.draw.collisions import collides
from frontis.draw.document import BASE_CSS, WATERMARK_STRIP, fill_slots, page, rem
from frontis.draw.lines import Segment, Setting
from frontis.draw.probe import Probe, is_spaced, pieces_of, probe, probe_apart, read, read_apart, style
from frontis.draw.renderers import Engine
from frontis.errors import DrawFailed
from frontis.fonts import Family, direction_is_rtl, scripts_of
from frontis.model.markup import SLOT_CLOSE, SLOT_OPEN, FittedText, Markup
from frontis.model.output import Size

_MOST_ATTEMPTS = 48
_MOST_CUTS = 4
_SHRINK = 0.92
_NARROWEST_LETTER = 0.18
"""In em: no ordinary text has more letters to a line than this tells, so what is beyond need not be measured."""


@dataclass(frozen=True, slots=True)
class _Limits:
    """What a text may still take, in pixels and lines."""

    smallest: float
    largest: float
    lines: int


class Fitting:
    """One card's texts on their way to a size."""

    def __init__(self, markup: Markup, engine: Engine, families: Sequence[Family]) -> None:
        self._markup = markup
        self._engine = engine
        self._families = families
        self._css = (BASE_CSS, markup.css)
        unit = rem(markup.size)
        self._limits = [
            _Limits(text.fit.smallest * unit, text.fit.largest * unit, text.fit.lines) for text in markup.texts
        ]
        self._texts = [self._bounded(text, limit) for text, limit in zip(markup.texts, self._limits, strict=True)]
        self._cuts: dict[tuple[int, int], Setting] = {}
        self._letters = [_letter(text) for text in self._texts]
        # All that decides how wide the texts' boxes are: they take their width from their column, not from their words.
        self._skeleton = (
            markup.content, markup.css, markup.size, markup.rtl, bool(markup.watermark), tuple(families)
        )  # fmt: skip

    def content(self) -> str:
        """The card's HTML with every text in its lines.

        While anything overlaps or leaves the canvas, texts shrink, the largest first, then lose lines, one at a time.
        """
        if not self._markup.texts:
            return self._markup.content
        words = self._measured(clusters=False)
        clusters: Mapping[int, tuple[float, list[Segment]]] = {}
        settings: dict[int, Setting] = {}
        for _ in range(_MOST_ATTEMPTS):
            for number, (box, segments) in words.items():
                limit = self._limits[number]
                tried = lines.sizes(limit.smallest, limit.largest)
                setting = lines.largest_setting(segments, box, tried, limit.lines)
                if setting is None:
                    clusters = clusters or self._measured(clusters=True)
                    setting = self._cut(number, box, clusters[number][1])
                settings[number] = setting
            if not self._collides(settings) or not self._tighten(settings):
                break
        return fill_slots(self._markup.content, partial(self._set, settings))

    def _measured(self, *, clusters: bool) -> dict[int, tuple[float, list[Segment]]]:
        probes = [
            Probe(text, each.largest, each.smallest) for text, each in zip(self._texts, self._limits, strict=True)
        ]

        boxes = _boxes.get(self._skeleton)
        # Where the boxes are known, the words around them need not be shaped.
        around = self._markup.content if boxes is None else _WORDS.sub("><", self._markup.content)
        content = fill_slots(around, lambda number: probe(number, probes[number], clusters=clusters))
        read_whole = read(self._measure(content), probes)
        if boxes is None:
            _keep(_boxes, self._skeleton, {number: box for number, (box, _) in read_whole.items()})
        else:
            read_whole = {number: (boxes[number], segments) for number, (_, segments) in read_whole.items()}
        found = {number: (box, segments) for number, (box, segments) in read_whole.items() if segments is not None}
        unread = {n: pieces_of(probes[n].text, clusters=clusters) for n in read_whole if n not in found}
        if unread:
            found |= self._measured_apart(probes, unread)
        missing = [
            number
            for number in range(len(self._texts))
            if f"{SLOT_OPEN}{number}{SLOT_CLOSE}" in self._markup.content and number not in found
        ]
        if missing:
            raise DrawFailed(f"The text {self._texts[missing[0]][:40]!r} stands in no box that can be measured.")
        return found

    def _measured_apart(
        self, probes: Sequence[Probe], pieces: Mapping[int, Sequence[str]]
    ) -> dict[int, tuple[float, list[Segment]]]:
        content = fill_slots(
            self._markup.content, lambda n: probe_apart(n, probes[n], pieces[n]) if n in pieces else ""
        )
        return read_apart(self._measure(content), probes, pieces)

    def _cut(self, number: int, box: float, clusters: Sequence[Segment]) -> Setting:
        """As much of a text as really fits: what stands at a cut may be wider than it was within a word."""
        limit = self._limits[number]
        known = self._cuts.get((number, limit.lines))
        if known:
            return known
        size, room = limit.smallest, box
        probes = [Probe(text, size, size) for text in self._texts]
        for _ in range(_MOST_CUTS):
            setting = lines.cut_setting(clusters, room, size, limit.lines)
            _, drawn = self._measured_apart(probes, {number: setting.lines})[number]
            excess = max(line.width for line in drawn) * size - box
            if excess <= 0:
                break
            room -= excess
        self._cuts[number, limit.lines] = setting
        return setting

    def _measure(self, content: str) -> dict[str, object]:
        html = page(self._markup, backdrop="", content=content)
        return self._engine.measure(html, self._css, self._markup.size, self._families)

    def _collides(self, settings: Mapping[int, Setting]) -> bool:
        markup = self._markup
        blocks = tuple((n, round(each.size, 3), len(each.lines), self._letters[n]) for n, each in settings.items())
        key = (self._skeleton, blocks)
        known = _verdicts.get(key)
        if known is None:
            # Each line is measured with one letter in it: a verdict on the words would hang on which card came first.
            content = fill_slots(
                markup.content, lambda n: _fit([self._letters[n]] * len(settings[n].lines), settings[n].size)
            )
            known = collides(self._measure(content), self._room())
            _keep(_verdicts, key, known)
        return known

    def _room(self) -> Size:
        """The part of the canvas, from its top, that the words may fill."""
        strip = WATERMARK_STRIP * rem(self._markup.size) if self._markup.watermark else 0
        return Size(self._markup.size.width, self._markup.size.height - round(strip))

    def _tighten(self, settings: Mapping[int, Setting]) -> bool:
        """Leave less to one text, the largest that can still shrink; False when there is no less.

        The headline gives way first: small words made smaller would hardly make room, and be harder to read.
        """
        shrinkable = [number for number, setting in settings.items() if setting.size > self._limits[number].smallest]
        if shrinkable:
            number = max(shrinkable, key=lambda each: settings[each].size)
            largest = max(settings[number].size * _SHRINK, self._limits[number].smallest)
            self._limits[number] = replace(self._limits[number], largest=largest)
            return True
        most = max(settings, key=lambda number: len(settings[number].lines))
        if len(settings[most].lines) <= 1:
            return False
        self._limits[most] = replace(self._limits[most], lines=len(settings[most].lines) - 1)
        return True

    def _set(self, settings: Mapping[int, Setting], number: int) -> str:
        setting = settings[number]
        text = self._texts[number]
        return _fit(
            setting.lines, setting.size, direction="rtl" if direction_is_rtl(text) else "ltr", spaced=is_spaced(text)
        )

    def _bounded(self, text: FittedText, limit: _Limits) -> str:
        """No more of the text than could fit at all: measuring costs as much as the text is long."""
        most = int(limit.lines * self._markup.size.width / (limit.smallest * _NARROWEST_LETTER)) + 16
        return text.text if len(text.text) <= most else text.text[:most]


def _letter(text: str) -> str:
    """A letter of the script that the text is written in: scripts differ in height."""
    return next((each for each in text if scripts_of(each) and not unicodedata.category(each).startswith("M")), "x")


def _fit(broken: Sequence[str], size: float, *, direction: str = "ltr", spaced: bool = True) -> str:
    """HTML of a text in these lines, each in a box of its own: Takumi loses some line ends that stand within a text."""
    inside = "".join(f'<span class="line">{escape(line)}</span>' for line in broken)
    return f'<span class="fit" dir="{direction}" style="{style(size, spaced=spaced)}">{inside}</span>'


def _keep(kept: dict[Any, Any], key: object, value: object) -> None:
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    kept[key] = value


_MOST_KEPT = 4_096
# Words between tags. What might be the rest of an attribute is left, and so is the slot of a fitted text.
_WORDS = re.compile(f">[^<>\"'={SLOT_OPEN}{SLOT_CLOSE}]+<")
# How wide the boxes of fitted texts are, by the skeleton of the card.
_boxes: dict[object, dict[int, float]] = {}
# Whether texts collide depends on the skeleton, their sizes and their number of lines, not on their words.
_verdicts: dict[object, bool] = {}
