"""Finds size and lines for every fitted text of a card, so that it fits its box and the card."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import zip_longest
from typing import Any

from markupsafe import escape

from frontis.draw import lines
from frontis.draw.collisions import collides
from frontis.draw.document import BASE_CSS, WATERMARK_STRIP, fill_slots, page, rem, without_colors
from frontis.draw.lines import Segment, Setting
from frontis.draw.phrases import marked, phrases, words
from frontis.draw.probe import Probe, clusters_of, is_spaced, plain_words, probe, probe_apart, read, read_apart, style
from frontis.draw.renderers import Engine
from frontis.errors import DrawFailed
from frontis.fonts import Family, direction_is_rtl, scripts_of
from frontis.model.markup import SLOT_CLOSE, SLOT_OPEN, FittedText, Markup
from frontis.model.output import Size

_MOST_ATTEMPTS = 48
_MOST_PROOFS = 8
_SHRINK = 0.92
_NARROWEST_LETTER = 0.18
"""In em: no ordinary text has more letters to a line than this tells, so what is beyond need not be measured."""
_MOST_LETTERS = 4
_LEADINGS = {"Thai": 1.22, "Beng": 1.25, "Arab": 1.28, "Laoo": 1.3, "Telu": 1.35, "Khmr": 1.35, "Mymr": 1.4}
"""Scripts that stack signs above and below their letters, and how high their lines are in em, at least."""
_STACKED_LEADING = 1.25
"""The same of letters with two marks, such as Vietnamese has."""
_TALL_LEADING = 1.3
"""From here on one line alone needs as much: what stands above and below it is near."""


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
        self._plain = {number for number, text in enumerate(self._texts) if plain_words(text)}
        self._settings: dict[tuple[int, _Limits], Setting] = {}
        self._misplaced: dict[tuple[int, Setting], list[float]] = {}
        self._letters = [_letters(text) for text in self._texts]
        self._leadings = [_leading(text) for text in self._texts]
        # Where only words are measured, those around them need not be shaped.
        self._bare = _WORDS.sub("><", markup.content)
        fits = [text.fit for text in markup.texts]
        content = without_colors(markup.content)
        names = [family.name for family in families]
        parts = (content, markup.css, markup.size, markup.rtl, bool(markup.watermark), names, fits)
        self._skeleton = hashlib.blake2b(repr(parts).encode(), digest_size=16).digest()

    def content(self) -> str:
        """The card's HTML with every text in its lines.

        While anything overlaps or leaves the canvas, texts shrink, the largest first, then lose lines, one at a time.
        """
        if not self._markup.texts:
            return self._markup.content
        measured = self._measured(clusters=False)
        settings: dict[int, Setting] = {}
        for _ in range(_MOST_ATTEMPTS):
            settings = {number: self._setting(number, box, segments) for number, (box, segments) in measured.items()}
            if not self._collides(settings) or not self._tighten(settings):
                break
        return fill_slots(self._markup.content, partial(self._set, settings))

    def _setting(self, number: int, box: float, words: Sequence[Segment]) -> Setting:
        key = (number, self._limits[number])
        if key not in self._settings:
            self._settings[key] = self._proven(number, box, words)
        return self._settings[key]

    def _proven(self, number: int, box: float, words: Sequence[Segment]) -> Setting:
        """The text's lines and size, measured once more where letters may be wider beside others than alone."""
        limit = self._limits[number]
        tried = lines.sizes(limit.smallest, limit.largest)
        room = box
        for _ in range(_MOST_PROOFS):
            whole = lines.largest_setting(words, room, tried, limit.lines)
            if whole and number in self._plain:
                return whole
            clusters = () if whole else self._clusters[number][1]
            setting = whole or lines.cut_setting(clusters, room, limit.smallest, limit.lines)
            probes = [Probe(text, setting.size, setting.size) for text in self._texts]
            _, drawn = self._measured_apart(probes, {number: setting.lines})[number]
            widest = max(line.width for line in drawn)
            if widest * setting.size <= box:
                self._misplaced[number, setting] = [line.misplaced * setting.size for line in drawn]
                break
            fits = box / widest
            if whole:
                tried = [size for size in tried if size <= fits]
            else:
                # A letter has a few forms: by less than a quarter of an em, nothing may change.
                room = min(room * fits / setting.size, room - setting.size / 4)
        return setting

    @cached_property
    def _clusters(self) -> Mapping[int, tuple[float, list[Segment]]]:
        return self._measured(clusters=True)

    def _measured(self, *, clusters: bool) -> dict[int, tuple[float, list[Segment]]]:
        """Each text's box in pixels, and its segments: words, or grapheme clusters."""
        probes = [
            Probe(text, each.largest, each.smallest) for text, each in zip(self._texts, self._limits, strict=True)
        ]
        boxes = self._boxes(probes)
        found = {} if clusters else self._of_plain_words(probes, boxes)
        if len(found) == len(boxes):
            return found
        content = fill_slots(self._bare, lambda n: "" if n in found else probe(n, probes[n], clusters=clusters))
        unread = {}
        for number, (_, segments) in read(self._measure(content), probes).items():
            # Takumi breaks no Hebrew word, not even where CSS says "break-all".
            if segments is None or (clusters and any(len(clusters_of(each.text)) > 2 for each in segments)):
                unread[number] = clusters_of(probes[number].text) if clusters else words(probes[number].text)
            else:
                found[number] = (boxes[number], segments)
        apart = self._measured_apart(probes, unread) if unread else {}
        measured = found | {number: (boxes[number], segments) for number, (_, segments) in apart.items()}
        shape = marked if clusters else phrases
        return {number: (box, shape(segments)) for number, (box, segments) in measured.items()}

    def _boxes(self, probes: Sequence[Probe]) -> dict[int, float]:
        """How wide the texts' boxes are, in pixels: they take it from their column, not from their words."""
        known = _boxes.get(self._skeleton)
        if known is None:
            content = fill_slots(self._markup.content, lambda n: probe(n, probes[n], clusters=False))
            known = {number: box for number, (box, _) in read(self._measure(content), probes).items()}
            for number, text in enumerate(self._texts):
                if f"{SLOT_OPEN}{number}{SLOT_CLOSE}" in self._markup.content and number not in known:
                    raise DrawFailed(f"The text {text[:40]!r} stands in no box that can be measured.")
            _keep(_boxes, self._skeleton, known)
        return known

    def _of_plain_words(
        self, probes: Sequence[Probe], boxes: Mapping[int, float]
    ) -> dict[int, tuple[float, list[Segment]]]:
        """The texts of plain words alone. Such words are as wide wherever they stand, so each is measured once."""
        plain = {n: found for n in boxes if (found := plain_words(probes[n].text))}
        kept = {(n, word): _widths.get((self._skeleton, n, word)) for n, found in plain.items() for word in found}
        new: dict[int, list[str]] = {}
        for (number, word), segment in kept.items():
            if segment is None:
                new.setdefault(number, []).append(word)
        for number, (_, segments) in (self._measured_apart(probes, new) if new else {}).items():
            for segment in segments:
                kept[number, segment.text] = segment
                _keep(_widths, (self._skeleton, number, segment.text), segment)
        return {n: (boxes[n], [each for word in found if (each := kept[n, word])]) for n, found in plain.items()}

    def _measured_apart(
        self, probes: Sequence[Probe], pieces: Mapping[int, Sequence[str]]
    ) -> dict[int, tuple[float, list[Segment]]]:
        content = fill_slots(self._bare, lambda n: probe_apart(n, probes[n], pieces[n]) if n in pieces else "")
        return read_apart(self._measure(content), probes, pieces)

    def _measure(self, content: str) -> dict[str, object]:
        html = page(self._markup, backdrop="", content=content)
        return self._engine.measure(html, self._css, self._markup.size, self._families)

    def _collides(self, settings: Mapping[int, Setting]) -> bool:
        markup = self._markup
        blocks = tuple(
            (n, round(each.size, 3), len(each.lines), self._letters[n], self._leadings[n])
            for n, each in settings.items()
        )
        key = (self._skeleton, blocks)
        known = _verdicts.get(key)
        if known is None:
            # Each line is measured with some letters in it: a verdict on words would hang on which card came first.
            content = fill_slots(
                markup.content,
                lambda n: _fit([self._letters[n]] * len(settings[n].lines), settings[n].size, self._leadings[n]),
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
        setting, text = settings[number], self._texts[number]
        direction = "rtl" if direction_is_rtl(text) else "ltr"
        misplaced = self._misplaced.get((number, setting), ())
        leading = self._leadings[number]
        return _fit(
            setting.lines, setting.size, leading, direction=direction, spaced=is_spaced(text), misplaced=misplaced
        )

    def _bounded(self, text: FittedText, limit: _Limits) -> str:
        """No more of the text than could fit at all: measuring costs as much as the text is long."""
        most = int(limit.lines * self._markup.size.width / (limit.smallest * _NARROWEST_LETTER)) + 16
        return text.text if len(text.text) <= most else text.text[:most]


def _letters(text: str) -> str:
    """A letter of each script that the text is written in, the tallest first: scripts differ in height."""
    found = {}
    for letter in text:
        if not letter.isascii() and not unicodedata.category(letter).startswith("M"):
            found.update({script: letter for script in scripts_of(letter) if script not in found})
    return "".join(sorted(found.values(), key=_leading, reverse=True)[:_MOST_LETTERS]) or "x"


def _leading(text: str) -> float:
    of_scripts = max((_LEADINGS.get(script, 0.0) for script in scripts_of(text)), default=0.0)
    is_stacked = not text.isascii() and _STACKED.search(unicodedata.normalize("NFD", text))
    return max(of_scripts, _STACKED_LEADING) if is_stacked else of_scripts


def _fit(
    broken: Sequence[str],
    size: float,
    leading: float,
    *,
    direction: str = "ltr",
    spaced: bool = True,
    misplaced: Sequence[float] = (),
) -> str:
    """HTML of a text in these lines, each in a box of its own: Takumi loses some line ends that stand within a text.

    leading: what the lines are high in em, at least, where there are several.
    """
    inside = ""
    # A line is as high as the higher of its box's own text, which is the template's affair, and what stands in it.
    start, end = (
        (f'<span style="line-height:{leading}">', "</span>")
        if leading and (len(broken) > 1 or leading >= _TALL_LEADING)
        else ("", "")
    )
    for line, beside in zip_longest(broken, misplaced, fillvalue=0.0):
        moved = f' style="position:relative;left:{-beside:.3f}px"' if beside else ""
        inside += f'<span class="line"{moved}>{start}{escape(line)}{end}</span>'
    return f'<span class="fit" dir="{direction}" style="{style(size, spaced=spaced)}">{inside}</span>'


def _keep(kept: dict[Any, Any], key: object, value: object) -> None:
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    kept[key] = value


_MOST_KEPT = 20_000
_STACKED = re.compile("[A-Za-z\u0370-\u04ff][\u0300-\u036f]{2}")
# Words between tags. What might be the rest of an attribute is left, and so is the slot of a fitted text.
_WORDS = re.compile(f">[^<>\"'={SLOT_OPEN}{SLOT_CLOSE}]+<")
# How wide the boxes of fitted texts are, by the skeleton of the card.
_boxes: dict[bytes, dict[int, float]] = {}
# Plain words by the skeleton of the card and the number of the text that they stand in.
_widths: dict[tuple[bytes, int, str], Segment] = {}
# Whether texts collide depends on the skeleton, their sizes and their number of lines, not on their words.
_verdicts: dict[object, bool] = {}
