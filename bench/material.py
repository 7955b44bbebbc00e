"""What all sides draw with, laid out in one folder: the cards, the photo, the fonts, and each card as a web page."""

import hashlib
import html
import json
import re
import tempfile
from pathlib import Path

import fontpkg_inter  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from lucide import lucide_icon

from bench import cards, photo
from bench.cards import HEIGHT, ICON, PHOTO, QUALITY, TITLE, WIDTH, Element, elements
from bench.photo import landscape

VARIABLE_FONT = fontpkg_inter.ROOT / "files" / "Inter[opsz,wght].ttf"
_WEIGHTS = (400, 600, 800)
# Takumi draws a variable font at its default optical size, whatever the font size; so all sides get that cut.
_OPTICAL_SIZE = 14


def laid_out(parent: Path) -> Path:
    """The folder to draw from, in `parent`: cards.json, photo.jpg, three fonts, and a web page for each card.

    It is made anew when what it is made of has changed; cutting the fonts takes some seconds.
    """
    sources = [VARIABLE_FONT, *(Path(module) for module in (__file__, cards.__file__, photo.__file__))]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    folder = parent / digest
    if not folder.exists():
        parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=parent) as unfinished:
            made = Path(unfinished) / digest
            made.mkdir()
            _lay_out(made)
            made.rename(folder)
    return folder


def _lay_out(folder: Path) -> None:
    drawn = elements(_icon_paths())
    fonts = [{"file": _static_font(folder, weight), "weight": weight} for weight in _WEIGHTS]
    (folder / "photo.jpg").write_bytes(landscape())
    meta = {"width": WIDTH, "height": HEIGHT, "quality": QUALITY, "title": TITLE, "photo": PHOTO, "fonts": fonts}
    (folder / "cards.json").write_text(json.dumps({**meta, "cards": drawn}), encoding="utf-8")
    for name, element in drawn.items():
        (folder / f"{name}.html").write_text(_page(element), encoding="utf-8")


def _icon_paths() -> str:
    svg = str(lucide_icon(ICON))
    return " ".join(svg[svg.index(">") + 1 : svg.rindex("</svg>")].split())


def _static_font(folder: Path, weight: int) -> str:
    """Write Inter in one weight, for Satori takes no variable fonts, and return the file's name."""
    font = instantiateVariableFont(TTFont(VARIABLE_FONT), {"wght": weight, "opsz": _OPTICAL_SIZE}, inplace=True)
    name = f"Inter-{weight}.ttf"
    font["OS/2"].usWeightClass = weight
    font.save(folder / name)
    return name


def _page(element: Element) -> str:
    faces = "".join(
        f'@font-face {{ font-family: Inter; font-weight: {weight}; src: url("Inter-{weight}.ttf") }}\n'
        for weight in _WEIGHTS
    )
    style = f"<style>\n{faces}body {{ margin: 0 }}\nimg {{ flex-shrink: 0 }}</style>"
    return f'<!doctype html><html lang="en"><meta charset="utf-8">{style}<body>{_markup(element)}</body></html>\n'


def _markup(element: Element) -> str:
    props = element["props"]
    style = html.escape("; ".join(f"{_kebab(name)}: {_length(name, value)}" for name, value in props["style"].items()))
    if element["type"] == "img":
        src = props["src"]
        if src == PHOTO:
            return f'<img src="photo.jpg" style="{style}">'
        return f'<div style="{style}">{src}</div>'
    children = props["children"]
    if isinstance(children, str):
        marked = ' id="title"' if children == TITLE else ""
        return f'<div{marked} style="{style}">{html.escape(children)}</div>'
    return f'<div style="{style}">{"".join(map(_markup, children))}</div>'


def _kebab(name: str) -> str:
    return re.sub(r"[A-Z]", lambda capital: "-" + capital.group().lower(), name)


def _length(name: str, value: str | float) -> str:
    plain = isinstance(value, str) or name in {"fontWeight", "lineHeight"}
    return str(value) if plain else f"{value}px"
