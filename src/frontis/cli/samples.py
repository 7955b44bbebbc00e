"""What the gallery and the golden pictures put on each template: words in many scripts, and pictures drawn here."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from frontis.model.card import Value
from frontis.model.template import Kind, Template, Variable


@dataclass(frozen=True, slots=True)
class Sample:
    """Words for a headline, a sentence and a label; None keeps the template's own example."""

    name: str
    headline: str | None = None
    sentence: str | None = None
    label: str | None = None
    pictured: bool = True


SAMPLES = (
    Sample("example"),
    Sample("short", "Go", "Ship it.", "New"),
    Sample(
        "long",
        "An exceedingly long headline that goes on about the many virtues of brevity without ever coming to the point, "
        "until nobody can remember how it began or why it should matter, Donaudampfschifffahrtsgesellschaftskapitän "
        "included",
        "A summary that says everything the headline has said before, and then says it once more with other words, "
        "because whoever filled in the form had been told that more text means more reach, and nobody had the heart to "
        "tell them that a card is read in the blink of an eye, between two other cards, on a small screen in the sun.",
        "Department of Extraordinarily Long Designations and Other Administrative Affairs of Some Importance",
    ),
    Sample(
        "arabic",
        "فن تسمية الأشياء بهدوء، وكيف نجد أفضل الأسماء",
        "لماذا أفضل الأسماء هي تلك التي لا يلاحظها أحد، وكيف نعثر عليها قبل أن يتصلب الكود.",
        "مقالة · ليلى حسن",
    ),
    Sample(
        "hebrew",
        "האומנות השקטה של מתן שמות לדברים",
        "למה השמות הטובים ביותר הם אלה שאיש אינו מבחין בהם.",
        "מאמר · נועה לוי",
    ),
    Sample(
        "japanese",
        "静かな命名の技術：最良の名前は誰にも気づかれない",
        "良い名前はコードが固まる前に見つけるもの。その探し方を、三つの実例とともに紹介します。",
        "技術記事・佐藤 花子",
    ),
    Sample(
        "hindi",
        "चीज़ों को नाम देने की शांत कला और उसका अभ्यास",
        "सबसे अच्छे नाम वे हैं जिन पर किसी का ध्यान नहीं जाता।",
        "लेख · मीरा शर्मा",
    ),
    Sample(
        "emoji",
        "Ship it 🚀 with the whole family 👨‍👩‍👧‍👦 today",
        "Thumbs up 👍🏽, flags 🇩🇪 🇯🇵 🏴󠁧󠁢󠁳󠁣󠁴󠁿 and a heart ❤️ for everyone.",
        "Release 🎉 1️⃣",
    ),
    Sample("no-picture", pictured=False),
)

_FOLDER = Path(__file__).parent / "pictures"

PICTURES: Mapping[str, bytes] = {
    f"https://sample.example/{name}": (_FOLDER / f"{name}.svg").read_bytes() for name in ("photo", "logo", "portrait")
}
"""The pictures that `values_for` names, by address."""


def values_for(template: Template, sample: Sample) -> dict[str, Value]:
    """Values for every variable of the template that the sample has something for."""
    # What holds only a few words, such as a number, keeps its example.
    fitted = [
        each for each in template.variables.values() if each.fit and each.kind is Kind.TEXT and each.longest >= 60
    ]
    main = max(fitted, key=lambda each: each.fit.largest if each.fit else 0.0).name if fitted else ""
    values = dict(template.examples)
    for variable in template.variables.values():
        if variable.kind is Kind.IMAGE:
            values[variable.name] = _picture(variable) if sample.pictured else ""
        elif variable.kind in (Kind.TEXT, Kind.LONG_TEXT):
            text = sample.headline if variable.name == main else sample.label
            if variable.longest < 60:
                text = None
            if variable.kind is Kind.LONG_TEXT:
                text = sample.sentence
            if text or (variable.required and variable.name not in values):
                values[variable.name] = (text or template.name)[: variable.longest]
    return values


def _picture(variable: Variable) -> str:
    if variable.name in ("avatar", "author"):
        return "https://sample.example/portrait"
    small = variable.share[0] * variable.share[1] < 0.5
    return "https://sample.example/logo" if small else "https://sample.example/photo"
