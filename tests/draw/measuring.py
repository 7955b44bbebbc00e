"""Measures finished cards with the layout engine, and makes up texts for them."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any, NamedTuple

from hypothesis import strategies as st

from frontis.compose import compose
from frontis.draw.document import BASE_CSS, WATERMARK_STRIP, page, rem
from frontis.draw.fitting import Fitting
from frontis.draw.renderers import engine
from frontis.fonts import library
from frontis.model.card import Card
from frontis.model.markup import Markup
from frontis.model.output import Size
from frontis.model.photo import Photo
from frontis.templates import Catalogue, catalogue

_BODY = 0.72
"""The part of a font's height between the tops and the feet of its letters, as in frontis.draw.collisions."""

# The layout engine rounds boxes to whole pixels.
ROUNDING = 1.0
# Where a line mixes scripts, the taller ones may reach into what is left free between two texts.
TOUCH = 0.2


class Line(NamedTuple):
    """A line of text on the canvas: its words, where they stand, and its box, in pixels."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    box: float
    box_left: float

    @property
    def width(self) -> float:
        return self.right - self.left


class Laid(NamedTuple):
    """A card, laid out."""

    markup: Markup
    lines: list[Line]
    tree: dict[str, Any]
    room: Size
    content: str

    @property
    def words(self) -> str:
        return " ".join(line.text for line in self.lines)


def laid_out(card: Card, photos: Mapping[str, Photo] | None = None, looks: Catalogue | None = None) -> Laid:
    """The card as it is drawn, but for its backdrop, measured."""
    looks = looks or catalogue()
    card = looks.resolve(card)
    markup = compose(card, looks.look(card.template), photos or {})
    own = engine()
    families = library().chain(markup.words, markup.families)
    own.prepare(families)
    content = Fitting(markup, own, families).content()
    html = page(markup, backdrop="", content=content)
    tree = own.measure(html, (BASE_CSS, markup.css), markup.size, families)
    strip = round(WATERMARK_STRIP * rem(markup.size)) if markup.watermark else 0
    return Laid(markup, list(_lines(tree)), tree, Size(markup.size.width, markup.size.height - strip), content)


def assert_it_fits(laid: Laid) -> None:
    __tracebackhide__ = True
    for line in laid.lines:
        assert line.width <= line.box + ROUNDING, f"{line.text!r} is wider than its box"
        assert line.left >= -ROUNDING, f"{line.text!r} leaves the canvas to the left"
        assert line.right <= laid.markup.size.width + ROUNDING, f"{line.text!r} leaves the canvas to the right"
        assert line.top >= -ROUNDING, f"{line.text!r} leaves the canvas above"
        assert line.bottom <= laid.room.height + ROUNDING, f"{line.text!r} leaves the canvas, or its part of it, below"
    for one, other in combinations(laid.lines, 2):
        across = min(one.right, other.right) - max(one.left, other.left)
        down = min(one.bottom, other.bottom) - max(one.top, other.top)
        low = min(one.bottom - one.top, other.bottom - other.top)
        assert across <= ROUNDING or down <= ROUNDING + TOUCH * low, f"{one.text!r} lies over {other.text!r}"


def _lines(tree: Mapping[str, Any]) -> Iterator[Line]:
    """Each box of one line; the letters of tall scripts count for no more than the height of their line."""
    boxes = [tree]
    while boxes:
        box = boxes.pop()
        boxes.extend(box["children"])
        runs = [run for run in box["runs"] if run["text"].strip()]
        if not runs:
            continue
        *_, x, y = box["transform"]
        spares = [(run["height"] - min(run["height"] * _BODY, box["height"])) / 2 for run in runs]
        yield Line(
            text="".join(run["text"] for run in box["runs"]),
            left=x + min(run["x"] for run in runs),
            top=y + min(run["y"] + spare for run, spare in zip(runs, spares, strict=True)),
            right=x + max(run["x"] + run["width"] for run in runs),
            bottom=y + max(run["y"] + run["height"] - spare for run, spare in zip(runs, spares, strict=True)),
            box=box["width"],
            box_left=x,
        )


WORDS = {
    "latin": [
        "quiet",
        "craft",
        "of",
        "naming",
        "things",
        "iiiii",
        "WWWW",
        "a",
        "Donaudampfschifffahrt",
        "ﬁne",
        "Straße",
    ],
    "greek": ["Γειά", "σου", "κόσμε", "ΐΰ"],
    "cyrillic": ["Привет", "мир", "ёж"],
    "arabic": ["فن", "تسمية", "الأشياء", "بهدوء،", "وكيف", "ٱلْعَرَبِيَّة"],
    "hebrew": ["האומנות", "השקטה", "שָׁלוֹם", "של"],
    "hindi": ["चीज़ों", "को", "नाम", "देने", "की", "शांत", "कला", "क्षत्रिय"],
    "bengali": ["জিনিসের", "নাম", "দেওয়ার"],
    "tamil": ["பொருட்களுக்கு", "பெயரிடும்", "கலை"],
    "telugu": ["వస్తువులకు", "పేరు", "పెట్టే"],
    "thai": ["ที่นี่", "ภาษาไทย", "น้ำ", "ศิลปะแห่งการตั้งชื่อสิ่งต่างๆอย่างเงียบๆ"],
    "lao": ["ສິນລະປະ", "ແຫ່ງການ", "ຕັ້ງຊື່", "ສິ່ງຕ່າງໆ", "ຢ່າງງຽບໆ"],
    "khmer": ["សិល្បៈ", "ស្ងប់ស្ងាត់", "ដាក់ឈ្មោះ", "អ្វីៗ"],
    "burmese": ["အရာဝတ္ထုများ", "ကို", "တိတ်ဆိတ်စွာ", "အမည်ပေးခြင်း"],
    "chinese": ["安静的命名", "艺术：", "最好的名字", "无人察觉。"],
    "japanese": ["静かな命名の", "技術：", "最良の名前は", "「誰にも」", "ー"],
    "korean": ["조용한", "이름", "짓기의", "기술"],
    "emoji": ["🚀", "👨‍👩‍👧‍👦", "👍🏽", "🇩🇪", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "❤️", "1️⃣", "go"],
    "signs": ["→", "—", "…", "100%", "€", "«»", "https://a.example/b?c=d&e#f", "<b>", "&amp;"],
}

NASTY = [
    "W" * 5000,
    "i" * 5000,
    "ﷺ" * 40,
    "﷽" * 9,
    "ก" + "็" * 60,
    "Z" + "\u0301\u0327\u0334" * 60 + "algo",
    "\u202eevil\u202c \u2066x\u2069 \u200f\u200e",
    "\u200d\u200d\ufe0f\u20e3",
    "\U0001f1e6" * 7,
    "\ufdd0\ufdd1\ufdd2\ufffe\uffff\U0001fffe",
    "a\ud800b\udfffc",
    "\x00\x07\x1b[31m\x7f\x85\u2028\u2029",
    "\u00a0\u3000\u2003",
    "\u0000",
    "ffi" * 30,
    "{{ title }} {% x %} \ufdd00\ufdd1",
    "</span></div><script>",
    "👨‍👩‍👧‍👦" * 30,
    "क्ष" * 50,
    "静" * 200,
    "سس" * 120,
    "x\u0300" * 300,
]

_word = st.one_of(
    *(st.sampled_from(words) for words in WORDS.values()),
    st.sampled_from(NASTY),
    st.text(st.characters(codec=None), max_size=12),
    st.text(st.characters(min_codepoint=0x300, max_codepoint=0x17FF), max_size=12),
)

_tongue = st.sampled_from(sorted(WORDS)).flatmap(
    lambda tongue: st.tuples(st.sampled_from(["", " "]), st.lists(st.sampled_from(WORDS[tongue]), max_size=40)).map(
        lambda pair: pair[0].join(pair[1])
    )
)

texts = st.one_of(_tongue, _tongue, st.lists(_word, max_size=10).map(" ".join))
"""Anything that somebody might write, and much that nobody should."""

_EXTREMES = [(100, 100), (100, 4096), (4096, 100), (2048, 4096), (4096, 2048), (1500, 500), (1080, 1920), (820, 312)]
_sides = st.integers(100, 4096)

sizes = st.one_of(
    st.sampled_from(_EXTREMES),
    st.tuples(_sides, _sides).map(lambda pair: (pair[0], min(pair[1], 8_400_000 // pair[0]))),
)
"""Every size that is legal, the ends of the range most often."""
