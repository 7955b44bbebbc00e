"""Lines break between words where no space tells them apart, and never where that would be a mistake."""

import unicodedata

import pytest
from hypothesis import given
from measuring import laid_out, texts

from frontis.draw.document import rem
from frontis.draw.lines import Segment, Setting, largest_setting
from frontis.draw.phrases import boundaries, marked, phrases, words
from frontis.model.card import Card
from frontis.model.output import Size
from frontis.templates import catalogue

TITLES = {
    "japanese": "プログラミング言語の選び方を初心者向けに徹底解説します",
    "chinese": "安静的命名艺术：为什么最好的名字总是无人察觉",
    "taiwanese": "台灣科技產業的未來展望與挑戰",
    "korean": "조용한 이름 짓기의 기술과 그 이유에 대하여",
    "thai": "ศิลปะแห่งการตั้งชื่อสิ่งต่างๆอย่างเงียบๆและเหตุผลที่ชื่อที่ดีที่สุดมักไม่มีใครสังเกตเห็น",
    "lao": "ສິນລະປະແຫ່ງການຕັ້ງຊື່ສິ່ງຕ່າງໆຢ່າງງຽບໆແລະເຫດຜົນທີ່ຊື່ທີ່ດີທີ່ສຸດບໍ່ມີໃຜສັງເກດເຫັນ",
    "khmer": "សិល្បៈនៃការដាក់ឈ្មោះអ្វីៗដោយស្ងៀមស្ងាត់និងមូលហេតុដែលឈ្មោះល្អបំផុតមិនត្រូវបានគេកត់សម្គាល់",
    "burmese": "အရာဝတ္ထုများကိုတိတ်ဆိတ်စွာအမည်ပေးခြင်းအနုပညာနှင့်အကောင်းဆုံးအမည်များ",
}
SIZES = [(1200, 630), (1080, 1920), (1080, 1080)]


def told(text: str) -> str:
    return "|".join(words(text))


@pytest.mark.parametrize(
    "text",
    [
        "プログラミング言語の|選び方を|初心者向けに|徹底解説します",
        "React |19と|TypeScript |5.4で|作る|👨‍👩‍👧‍👦アプリの|2,000円|（税込）|プラン",
        "「話せば|わかる」は|本当か？",
        "使用|Kubernetes ",
        "艺术：|为什么",
        "조용한 |이름 |짓기의 |기술",
        "สวัสดี|JavaScript",
        "วิธี|สร้าง|เว็บไซต์|ให้|โหลด|เร็ว|ขึ้น|ใน|ปี |2026 |ด้วย |Rust",
        "สิ่ง|ต่างๆ|อย่าง|เงียบๆ",
        "ຫນ້າ|ຫວຽດ|ນາມ|ສອງ|ຄົນ|ຂວາ",
        "ສະ|ຫວັນ|ນະ|ເຂດ |ຫຼວງ|ພະ|ບາງ",
        "នៃ|ការ|ដាក់|ឈ្មោះ|អ្វីៗ|ដោយ|ស្ងៀម|ស្ងាត់",
        "မြန်|မာ|နိုင်|ငံ |ရန့်|ကုန် |ပြည်|ထောင်|စု",
        "ကို|တိတ်|ဆိတ်|စွာ|အမည်|ပေး|ခြင်း",
        "one\u200b|two",
    ],
)
def test_a_text_is_told_apart_into_its_words(text: str) -> None:
    assert told(text.replace("|", "")) == text


@given(text=texts)
def test_a_line_never_ends_within_a_cluster_a_latin_word_or_a_number(text: str) -> None:
    for at in boundaries(text):
        before, after = text[at - 1], text[at]
        assert after != " "
        assert unicodedata.category(after) not in ("Mn", "Mc", "Me")
        assert before not in "\u200d\u2060\u00a0\u202f"
        assert after not in "\u200d\u2060\u00a0\u202f。、」）ๆะาำຳ"
        assert not (before.isascii() and before.isalnum() and after.isascii() and after.isalnum())
        assert not ("\U0001f1e6" <= before <= "\U0001f1ff" and "\U0001f1e6" <= after <= "\U0001f1ff")
        assert before not in "เแโใไເແໂໃໄ"
        assert before != "\u17d2"
        assert not "\U0001f3fb" <= after <= "\U0001f3ff"


@given(text=texts)
def test_words_are_the_whole_text(text: str) -> None:
    assert "".join(words(text)) == text
    assert all(words(text)) or not text


@given(text=texts)
def test_phrases_hold_all_that_they_are_made_of(text: str) -> None:
    segments = [Segment(letter, 0.5 + at % 3) for at, letter in enumerate(text)]
    found = phrases(segments)
    parts = [part for phrase in found for part in phrase.parts or (phrase,)]
    assert "".join(part.text for part in parts) == text
    assert all(len(part.text) == 1 or not {*part.text}.isdisjoint("\u00a0\u2007\u202f\u2060\ufeff") for part in parts)
    assert sum(phrase.width for phrase in found) == pytest.approx(sum(segment.width for segment in segments))


@given(text=texts)
def test_marks_lose_nothing(text: str) -> None:
    found = marked([Segment(letter, 1.0) for letter in text])
    assert "".join(each.text for each in found) == text
    assert sum(each.width for each in found) == len(text)
    assert max((len(each.text) for each in found), default=0) <= 3


def test_latin_words_are_left_as_the_engine_breaks_them() -> None:
    segments = [Segment("well-", 2.0), Segment("known ", 3.0), Segment("words", 2.0)]
    assert phrases(segments) == segments


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("tongue", TITLES)
def test_each_line_of_a_headline_ends_with_a_word(tongue: str, size: tuple[int, int]) -> None:
    title = TITLES[tongue]
    if size == (1080, 1920):
        # There, a phrase of Japanese may be wider than the line.
        title = "".join(word for word in words(title) if len(word) < 9)
    lines = sorted((line.text for line in laid_out(Card("article", {"title": title}, size)).lines), key=title.find)
    assert len(lines) > 1
    for line in lines[1:]:
        assert title.index(line) in boundaries(title), f"{line!r} begins within a word of {told(title)}"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("tongue", TITLES)
def test_a_headline_without_spaces_is_set_no_smaller_than_needed(tongue: str, size: tuple[int, int]) -> None:
    laid = laid_out(Card("article", {"title": TITLES[tongue]}, size))
    fit = catalogue().look("article").template.variables["title"].fit
    assert fit is not None
    assert "…" not in laid.words
    is_largest = f"font-size:{fit.largest * rem(Size(*size)):.3f}px" in laid.content
    # Where it is not, the lines are full but for a word each. To keep words whole, Chinese and Japanese give up more.
    full = 0.5 if tongue in ("japanese", "chinese", "taiwanese", "korean") else 0.7
    assert is_largest or sum(line.width for line in laid.lines) > full * fit.lines * laid.lines[0].box


def test_a_word_is_torn_only_where_no_line_holds_it_and_then_where_another_kind_of_letters_begins() -> None:
    parts = [Segment(letter, 1.0) for letter in "プログラミング言語の"]
    found = phrases(parts)
    assert [phrase.text for phrase in found] == ["プログラミング言語の"]
    assert largest_setting(found, 100, [10, 5], 1) == Setting(("プログラミング言語の",), 10)
    assert largest_setting(found, 90, [10, 5], 2) == Setting(("プログラミング", "言語の"), 10)


def test_a_headline_gives_up_a_part_of_its_size_to_keep_words_whole_but_not_half_of_it() -> None:
    one, other = (
        Segment(word, 4.0, parts=tuple(Segment(letter, 1.0) for letter in word)) for word in ("静かな命", "名の技術")
    )
    assert largest_setting([one, other], 60, [20, 15, 10], 3) == Setting(("静かな命", "名の技術"), 15)
    assert largest_setting([one, other], 60, [20, 14, 10], 3) == Setting(("静かな", "命名の", "技術"), 20)


@pytest.mark.parametrize("glue", ["\u00a0", "\u202f", "\u2060"])
@pytest.mark.parametrize(
    "title", ["a quiet craft of naming things ", "静かな命名の技術と", "ศิลปะแห่งการตั้งชื่อ", "האומנות השקטה של "]
)
def test_no_line_ends_at_a_no_break_space(title: str, glue: str) -> None:
    for count in range(1, 8):
        text = f"{title * count}12{glue}345 {title}"
        for size in ((1080, 1920), (700, 1920)):
            lines = [line.text for line in laid_out(Card("article", {"title": text}, size)).lines]
            assert any(f"12{glue}345" in line or f"345{glue}12" in line for line in lines) or "…" in " ".join(lines)
            assert not any(line.startswith(glue) or line.strip("…").endswith(glue) for line in lines)
