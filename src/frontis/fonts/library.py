"""All font families that can be had here: the operator's first, then ours, then the system's Noto."""

import logging
import os
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

from frontis.errors import BadSetting, nearest
from frontis.fonts import shipped
from frontis.fonts.scripts import encodable, language_of, scripts_of

_log = logging.getLogger(__name__)

_ENDINGS = frozenset({".ttf", ".otf", ".ttc", ".otc", ".woff2", ".woff"})
_SYSTEM_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
_LARGEST_FILE = 64_000_000
_FALLBACK = "Noto Sans"

MISSING = "\u25a1"
"""What stands for a character that cannot be drawn."""

_FIRST_DOUBTFUL = "\u0530"
_SHIPPED_NAMES = {name.casefold(): name for name in shipped.SHIPPED}
_SHIPPED_NAMES |= {name.casefold(): stand_in for name, stand_in in shipped.STAND_INS.items()}
_SURE_SCRIPTS = frozenset({*shipped.SCRIPT_FAMILIES, "Hani", "Grek", "Cyrl"}) - {"Zsye"}


@dataclass(frozen=True, slots=True)
class Family:
    """A family and its font files (several weights, an italic; a variable font is one file)."""

    name: str
    files: tuple[Path, ...]


class FontLibrary:
    """Families by name, and the chain of families that a text needs.

    folder: the operator's fonts, or None. Raises BadSetting if it cannot be read.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._own = _families_below(folder) if folder else {}

    def own(self) -> tuple[Family, ...]:
        """The operator's families."""
        return tuple(self._own.values())

    def family(self, name: str) -> Family | None:
        """The family of that name in any case, or the free one that stands in for it, or None."""
        own = self._own.get(name.casefold())
        if own:
            return own
        shipped_name = _SHIPPED_NAMES.get(name.casefold())
        if shipped_name:
            return _shipped(shipped_name)
        return self._system.get(name.casefold())

    def names(self) -> tuple[str, ...]:
        """Every family that a template may ask for, sorted."""
        return tuple(sorted({each.name for each in self.own()} | set(shipped.SHIPPED) | set(shipped.STAND_INS)))

    def suggestion(self, name: str) -> str:
        """The family name nearest to a wrong one, or ""."""
        known = {each.casefold(): each for each in self.names()}
        return known.get(nearest(name, known), "") if name else ""

    def chain(self, words: str, families: Iterable[str]) -> tuple[Family, ...]:
        """The families asked for, then those that the scripts of the words need, each once, in order of preference.

        It depends on the words alone, so the same card is drawn with the same fonts by every thread and process.
        """
        names = [*families]
        if not words.isascii():
            names += self._script_names(words)
            names.append(_FALLBACK)
        found = (self.family(name) for name in dict.fromkeys(names))
        return tuple(dict.fromkeys(family for family in found if family is not None))

    def drawable(self, text: str, families: tuple[str, ...]) -> str:
        """The text with an empty square for each character that no family has.

        Only what may be missing is looked up: symbols, and letters of scripts that we ship nothing for. Without this
        the first family would draw its own sign for "no such glyph", which in Inter is the words NO GLYPH.
        """
        if text.isascii():
            return text
        chain = self.chain(text, families)
        return "".join(each if each < _FIRST_DOUBTFUL or _have(chain, each) else MISSING for each in text)

    def _script_names(self, words: str) -> list[str]:
        scripts = scripts_of(words)
        names = []
        if "Hani" in scripts:
            names += _han_names(words)
        for script in scripts:
            if script in shipped.SCRIPT_FAMILIES:
                names.append(shipped.SCRIPT_FAMILIES[script])
            elif script not in ("Hani", "Grek", "Cyrl"):
                names.append(f"Noto Sans {_script_title(script)}")
        # Emoji come last: a text font's own arrows and check marks are in keeping with its letters.
        return sorted(names, key=lambda name: name == shipped.SCRIPT_FAMILIES["Zsye"])

    @cached_property
    def _system(self) -> dict[str, Family]:
        """The system's Noto families: they fill in the scripts that we do not ship."""
        found: dict[str, list[Path]] = {}
        for folder in _SYSTEM_FOLDERS:
            for path in sorted(folder.rglob("NotoSans*-Regular.*")) + sorted(folder.rglob("NotoSans*-Bold.*")):
                if path.suffix in _ENDINGS and "UI" not in path.stem:
                    found.setdefault(_spaced(path.stem.rsplit("-", 1)[0]), []).append(path)
        return {name.casefold(): Family(name, tuple(paths)) for name, paths in found.items()}


@cache
def library() -> FontLibrary:
    """The library of this process, with the operator's fonts from FRONTIS_FONTS_DIR."""
    folder = os.environ.get("FRONTIS_FONTS_DIR", "")
    return FontLibrary(Path(folder) if folder else None)


@cache
def _shipped(name: str) -> Family | None:
    files = shipped.shipped_files(name)
    return Family(name, files) if files else None


@lru_cache(maxsize=4096)
def _have(chain: tuple[Family, ...], character: str) -> bool:
    """Whether one of the families surely or really has the character."""
    scripts = scripts_of(character)
    category = unicodedata.category(character)
    if category[0] in "ZM" or category in ("Cc", "Cf") or any(script in _SURE_SCRIPTS for script in scripts):
        return True
    return any(ord(character) in _characters_of(path) for family in chain for path in family.files)


@cache
def _characters_of(path: Path) -> frozenset[int]:
    """The code points that a font file has glyphs for; none when it cannot be read."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415  (only for doubtful characters)

    try:
        with TTFont(path, lazy=True, fontNumber=0) as font:
            return frozenset(font.getBestCmap() or ())
    except Exception:  # noqa: BLE001  (of a broken file, fontTools raises whatever it stumbles over)
        return frozenset()


def _han_names(words: str) -> list[str]:
    family, charset = shipped.HAN_FAMILIES.get(language_of(words), shipped.HAN_FAMILIES["zh-Hans"])
    han = "".join(each for each in words if scripts_of(each) == ("Hani",))
    return [family] if encodable(han, charset) else [family, *shipped.WIDEST_HAN]


def _script_title(script: str) -> str:
    from fontTools import unicodedata as script_data  # noqa: PLC0415  (only for scripts that are rare here)

    return str(script_data.script_name(script, default=script)).replace("_", " ")


def _spaced(stem: str) -> str:
    """NotoSansOldItalic -> Noto Sans Old Italic."""
    return "".join(f" {each}" if each.isupper() and at else each for at, each in enumerate(stem))


def _families_below(folder: Path) -> dict[str, Family]:
    """The operator's families by casefolded name. A file that only looks like a font is left out, with a warning."""
    if not folder.is_dir():
        raise BadSetting(f"FRONTIS_FONTS_DIR: {folder} is no folder that can be read.")
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in _ENDINGS or not path.is_file():
            continue
        try:
            names = _names_in(path)
        except Exception as error:  # noqa: BLE001  (of a broken file, fontTools raises whatever it stumbles over)
            _log.warning("FRONTIS_FONTS_DIR: %s is left out, as it cannot be read as a font: %s", path, error)
            continue
        for name in names:
            found.setdefault(name, []).append(path)
    return {name.casefold(): Family(name, tuple(paths)) for name, paths in found.items()}


def _names_in(path: Path) -> tuple[str, ...]:
    """The family names that a font file gives itself (several in a collection). Raises whatever a broken one causes."""
    from fontTools.ttLib import TTCollection, TTFont  # noqa: PLC0415  (only where an operator has fonts)

    with path.open("rb") as file:
        head = file.read(20)
        size = path.stat().st_size
        if head[:4] in (b"wOFF", b"wOF2"):
            # These are compressed, and say how large the font in them is.
            size = max(size, int.from_bytes(head[16:20], "big"))
        if size > _LARGEST_FILE:
            raise ValueError(f"it has more than {_LARGEST_FILE // 1_000_000} MB")
        file.seek(0)
        is_collection = path.suffix.lower() in (".ttc", ".otc")
        fonts = TTCollection(file, lazy=True).fonts if is_collection else [TTFont(file, lazy=True)]
        names = dict.fromkeys(name for font in fonts if (name := font["name"].getBestFamilyName()))
    if not names:
        raise ValueError("it has no family name")
    return tuple(names)
