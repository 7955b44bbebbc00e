"""Finds where a line breaks well in scripts that put no spaces between their words."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from itertools import accumulate, pairwise

import budoux

from frontis.draw.lines import Segment
from frontis.fonts import language_of, scripts_of

_EAST_ASIAN = frozenset({"Hani", "Hira", "Kana", "Hang", "Bopo"})
_EAST_ASIAN_LETTER = re.compile("[\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
# A phrase ends behind these, and begins with those, whatever the words are.
_PAUSES = "、。，．：；！？"
_OPENING = "「『（【《〈〔［｛"
_NEVER_FIRST = frozenset(_PAUSES + "」』）】》〉〕］｝…ー々")

_WITHOUT_SPACES = re.compile("(?P<thai>[\u0e00-\u0e7f]+)|[\u0e80-\u0eff]+|[\u1000-\u109f]+|[\u1780-\u17ff]+")
_DEPENDENT = frozenset("ะาำๅๆฯะາຳຽໆຯ")
"""Letters of Thai and Lao that belong to the one before them, though Unicode counts them as letters of their own."""
_LEADING = frozenset("เแโใไເແໂໃໄ")
"""Vowels of Thai and Lao that are written before their consonant, and stay with it."""

_SYLLABLES = (
    # A Lao syllable begins with a vowel that is written first, or a consonant. Only eight consonants may end one too:
    # those begin one where they carry a vowel or a tone. ຫ before them changes the tone; ວ may follow another at once.
    re.compile("(?<![ເແໂໃໄ])(?:[ເແໂໃໄ]|(?<!ຫ)[ຂຄຈຊສຕຖທປຜຝພຟຢຣລຫຮໜໝ](?!\u0ecc)|(?<!ຫ)[ກງດນບມຍວອ](?=[ະ-ຼຽ່-໋ໍ])(?<![ກຂຄ]ວ))"),
    # A Khmer one with a consonant that carries a vowel or another consonant below it. Those that carry nothing may end
    # the syllable before them.
    re.compile("(?<!\u17d2)[\u1780-\u17a2](?=[\u17b6-\u17ca\u17d2])|(?<!\u17d2)[\u17a3-\u17b3]"),
    # A Burmese one with a letter that is not killed by an asat, below another, or above one.
    re.compile("(?<!\u1039)[\u1000-\u102a\u103f](?!\u1037?[\u103a\u1039])|[\u1040-\u1049\u104c-\u104f]"),
)
_ZERO_WIDTH_SPACE = "\u200b"
_JOINER = "\u200d"
_GLUE = frozenset("\u00a0\u2007\u202f\u2060\ufeff")
_MOST_GLUED = 3


def phrases(segments: Sequence[Segment]) -> list[Segment]:
    """The segments of a text as the layout engine breaks it, joined to phrases of Chinese, Japanese and Korean.

    The engine breaks behind no-break spaces, too: there, segments are joined for good.
    Each phrase has its segments as its parts: a line breaks between these where it is too narrow for the phrase. Only
    what the engine would tear apart within or beside such words is joined; all else stays as it is.
    """
    text = "".join(segment.text for segment in segments)
    if not _GLUE.isdisjoint(text):
        segments = _glued(segments, len(segments))
    if not _EAST_ASIAN_LETTER.search(text):
        return list(segments)
    good = boundaries(text)
    joined: list[list[Segment]] = []
    end = 0
    for segment in segments:
        if not joined or end in good or not _is_tearing(text[end - 1], text[end]):
            joined.append([])
        joined[-1].append(segment)
        end += len(segment.text)
    return [_joined(parts) for parts in joined]


def marked(clusters: Sequence[Segment]) -> list[Segment]:
    """The grapheme clusters of a text, with those marked behind which a line breaks well.

    Those on both sides of a no-break space or a word joiner are one.
    """
    # A row without end must be broken somewhere.
    clusters = _glued(clusters, _MOST_GLUED)
    good = boundaries("".join(cluster.text for cluster in clusters))
    ends = accumulate(len(cluster.text) for cluster in clusters)
    return [replace(each, ends_phrase=True) if end in good else each for each, end in zip(clusters, ends, strict=True)]


def _glued(segments: Sequence[Segment], most: int) -> list[Segment]:
    """The segments, but those beside a no-break space or a word joiner joined, at most so many to one."""
    glued: list[list[Segment]] = []
    for segment in segments:
        if glued and len(glued[-1]) < most and (segment.text[:1] in _GLUE or glued[-1][-1].text[-1:] in _GLUE):
            glued[-1].append(segment)
        else:
            glued.append([segment])
    return [replace(_joined(parts), parts=()) for parts in glued]


def words(text: str) -> list[str]:
    """The text in words, each with the spaces behind it; in Lao, Khmer and Burmese in syllables."""
    ends = [*sorted(boundaries(text)), len(text)]
    return [text[start:end] for start, end in zip([0, *ends], ends, strict=False) if start < end] or [text]


@lru_cache(maxsize=1024)
def boundaries(text: str) -> frozenset[int]:
    """Each place, as a number of characters from the start, where a line of the text breaks well.

    Never at its ends, in a Latin word or a number, within a grapheme cluster, or before a sign that depends on the
    letter before it.
    """
    found = {at for at in range(1, len(text)) if text[at] != " " and text[at - 1] in (" ", _ZERO_WIDTH_SPACE)}
    found.update(_in_east_asian(text))
    for run in _WITHOUT_SPACES.finditer(text):
        found.update(_thai_words(run) if run["thai"] else _syllables(run))
        # Beside letters of another script, but not beside a number or a bracket.
        found.update(
            at for at in run.span() if 0 < at < len(text) and _is_letter(text[at - 1]) and _is_letter(text[at])
        )
    return frozenset(at for at in found if 0 < at < len(text) and not is_bound(text[at - 1], text[at]))


def _in_east_asian(text: str) -> Iterable[int]:
    if not _EAST_ASIAN_LETTER.search(text):
        return
    language = language_of(text)
    chunks = _parser(language).parse(text) if language in _MODELS else [text]
    at = 0
    for chunk, following in pairwise(chunks):
        at += len(chunk)
        if text[at] in _NEVER_FIRST or "Hang" in scripts_of(text[at - 1 : at + 1]):
            continue
        if not _is_tearing(text[at - 1], text[at]):
            continue
        # The models of Chinese make most of their mistakes in words of which they leave a single character.
        if language == "ja" or chunk.endswith("的") or (len(chunk) > 1 and len(following) > 1):
            yield at
    for at in range(1, len(text)):
        is_pause = text[at - 1] in _PAUSES and text[at] not in _NEVER_FIRST
        if is_pause or (text[at] in _OPENING and text[at - 1] not in _OPENING):
            yield at


def _thai_words(run: re.Match[str]) -> Iterable[int]:
    at = run.start()
    for chunk in _parser("th").parse(run[0])[:-1]:
        at += len(chunk)
        yield at


def _syllables(run: re.Match[str]) -> Iterable[int]:
    starts = sorted({match.start() for pattern in _SYLLABLES for match in pattern.finditer(run.string, *run.span())})
    for before, at in zip([run.start(), *starts], starts, strict=False):
        # A letter that is a syllable by itself is most often a prefix, or half of the next one.
        if at - before > 1:
            yield at


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM"


def _is_tearing(before: str, after: str) -> bool:
    """Whether a break between the two might tear a word: one of them is Chinese, Japanese or Korean, and no space."""
    return before != " " and not _EAST_ASIAN.isdisjoint(scripts_of(before + after))


def is_bound(before: str, after: str) -> bool:
    """Whether the two may never stand on different lines."""
    if after == _ZERO_WIDTH_SPACE:
        return False
    if after in _DEPENDENT or before in _LEADING or unicodedata.category(after) in ("Mn", "Mc", "Me", "Cf"):
        return True
    return (
        before == _JOINER or before in _GLUE or after in _GLUE or after == " " or "\U0001f3fb" <= after <= "\U0001f3ff"
    )


def _joined(parts: Sequence[Segment]) -> Segment:
    if len(parts) == 1:
        return parts[0]
    # If it must be torn, then rather before a word of Chinese characters or katakana than within one.
    best = [
        replace(part, ends_phrase=True) if _kind(part.text[-1]) != _kind(after.text[0]) != "" else part
        for part, after in pairwise(parts)
    ]
    text, width = "".join(part.text for part in parts), sum(part.width for part in parts)
    return Segment(text, width, parts=(*best, parts[-1]))


def _kind(character: str) -> str:
    if "\u30a0" <= character <= "\u30ff":
        return "katakana"
    return "han" if "\u3400" <= character <= "\u9fff" or character == "々" else ""


_MODELS = {
    "ja": budoux.load_default_japanese_parser,
    "th": budoux.load_default_thai_parser,
    "zh-Hans": budoux.load_default_simplified_chinese_parser,
    "zh-Hant": budoux.load_default_traditional_chinese_parser,
}


@cache
def _parser(language: str) -> budoux.Parser:
    return _MODELS[language]()
