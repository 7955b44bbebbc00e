"""Words in capitals, as those who read them write them."""

import re
import unicodedata

_TURKIC = {"tr", "az"}
# A letter of Greek, decomposed, with what stands on it: accents, breathings, a dialytika, an iota below.
_GREEK = re.compile("[\u0370-\u03ff\u1f00-\u1fff][\u0300-\u036f]*")
_DIALYTIKA = "\u0308"
_TONOS = "\u0301"
# Grave, acute, both breathings, circumflex: what Greek capitals do not have.
_DROPPED = re.compile("[\u0300\u0301\u0313\u0314\u0342]")
_VOWELS = frozenset("ΑΕΗΙΟΥΩ")
_PART_OF_WORD = re.compile("[\\w\u0300-\u036f]")


def capitals(text: str, language: str = "") -> str:
    """The text in capitals by the rules of Unicode, and of Greek typography.

    Greek loses its accents and keeps its dialytika, and gets one where only the accent parted two vowels: άυλος is
    ΑΫΛΟΣ. German ß is SS. language: a BCP 47 tag; in Turkish and Azeri, i is İ. Nobody can tell that from the text.
    """
    if language.lower().partition("-")[0] in _TURKIC:
        text = text.replace("i", "İ").replace("ı", "I")
    if not _GREEK.search(text):
        return text.upper()
    return unicodedata.normalize("NFC", _greek(unicodedata.normalize("NFD", text)))


def _greek(text: str) -> str:
    """The decomposed text in capitals, its Greek as Greek has them."""
    found, end, was_accented = [], 0, False
    for match in _GREEK.finditer(text):
        found.append(text[end : match.start()].upper())
        was_accented = was_accented and end == match.start()
        letter, is_accented = match[0].upper(), bool(_DROPPED.search(match[0]))
        if not (letter == f"Η{_TONOS}" and _is_alone(text, match)):
            # The word for "or" keeps its accent, by which it is told from the article.
            letter = _DROPPED.sub("", letter)
        if was_accented and letter in ("Ι", "Υ"):
            letter += _DIALYTIKA
        found.append(letter)
        end, was_accented = match.end(), is_accented and letter[0] in _VOWELS
    return "".join([*found, text[end:].upper()])


def _is_alone(text: str, match: re.Match[str]) -> bool:
    return not _PART_OF_WORD.search(
        text[max(match.start() - 1, 0) : match.start()] + text[match.end() : match.end() + 1]
    )
