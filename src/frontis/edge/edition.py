"""Tells stored pictures that would be drawn otherwise today: by another Frontis, another template, other fonts."""

import hashlib
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path

import frontis
from frontis.settings import Settings
from frontis.templates import Catalogue

# What decides how a card looks, beside its template's own files.
_DRAWING = ("compose", "decode", "draw", "encode", "fonts", "icons", "model", "patterns", "templates", "pipeline.py")
_ENGINES = ("pytakumi", "pillow", "pyvips-binary", "budoux", "pygments", "python-lucide")
_LENGTH = 16


class Editions:
    """By template. settings: whose fonts and templates are drawn with."""

    def __init__(self, templates: Catalogue, settings: Settings) -> None:
        self._templates = templates
        self._beside = f"{_engine()}/{_fonts(settings.fonts_dir)}"

    def edition(self, template: str) -> str:
        """Lower-case hex digits that are others as soon as the template's cards may look otherwise."""
        return _edition(self._beside, self._templates.look(template).template.digest)


@lru_cache(maxsize=1_024)
def _edition(beside: str, look: str) -> str:
    return hashlib.sha256(f"{beside}/{look}".encode()).hexdigest()[:_LENGTH]


@cache
def _engine() -> str:
    """Of our own code and the libraries that draw. Contents count, not times: several machines may share a bucket."""
    digest = hashlib.sha256("".join(f"{name} {version(name)}\n" for name in _ENGINES).encode())
    package = Path(frontis.__file__).parent
    for name in _DRAWING:
        place = package / name
        for file in sorted([*place.rglob("*.py"), *place.rglob("*.c")]) if place.is_dir() else [place]:
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _fonts(folder: Path | None) -> str:
    """Of the operator's fonts, by name, size and time: to read them all would hold up the start."""
    if folder is None:
        return ""
    known = [(file, file.stat()) for file in sorted(folder.rglob("*")) if file.is_file()]
    told = "\n".join(f"{file.relative_to(folder)} {found.st_size} {found.st_mtime_ns}" for file, found in known)
    return hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()
