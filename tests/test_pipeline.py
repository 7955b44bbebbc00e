"""The library's own promise: a card in, its picture out."""

import io
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from frontis import BadInput, Card, UnknownTemplate, render
from frontis.cli.samples import PICTURES, SAMPLES, values_for
from frontis.model.color import Color
from frontis.templates import Catalogue, catalogue

PHOTO = "https://sample.example/photo"


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("form", ["png", "jpeg", "webp", "avif"])
@pytest.mark.parametrize("size", [(100, 100), (1200, 630), (640, 4096), (4096, 2050)])
def test_a_picture_has_the_size_and_format_that_were_asked(form: str, size: tuple[int, int]) -> None:
    picture = render(Card("article", {"title": "Hello"}, size, form))
    assert opened(picture.data).size == size == picture.size
    assert opened(picture.data).format == form.upper()
    assert picture.media_type == f"image/{form}"


@pytest.mark.parametrize("size", [(100, 100), (1200, 630), (640, 4096), (4096, 2050)])
def test_a_drawing_has_the_size_that_was_asked(size: tuple[int, int]) -> None:
    picture = render(Card("article", {"title": "Hello"}, size, "svg"))
    root = ET.fromstring(picture.data)
    assert (root.get("width"), root.get("height")) == (str(size[0]), str(size[1]))
    assert (picture.size, picture.media_type, picture.within_budget) == (size, "image/svg+xml", True)


def test_the_same_card_is_the_same_bytes_in_every_thread() -> None:
    cards = [
        Card(identity, values_for(catalogue().look(identity).template, sample))
        for identity in catalogue().ids()
        for sample in SAMPLES[::3]
    ]
    alone = [render(card, PICTURES).data for card in cards]
    with ThreadPoolExecutor(4) as threads:
        for _ in range(2):
            assert list(threads.map(lambda card: render(card, PICTURES).data, cards)) == alone


def test_the_same_card_is_the_same_bytes_in_another_process_whatever_was_drawn_before() -> None:
    card = Card("osig-base", {"title": "Ten years of great books", "subtitle": "A plan."})
    render(Card("osig-base", {"title": "Other words were drawn here before", "subtitle": "And more."}))
    program = (
        "import sys; from frontis import Card, render;"
        "card = Card('osig-base', {'subtitle': 'A plan.', 'title': 'Ten years of great books'});"
        "sys.stdout.write(render(card).etag)"
    )
    found = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONHASHSEED": "7"},
    )
    assert found.stdout == render(card).etag


def test_a_picture_that_is_missing_or_broken_is_named_and_the_card_is_whole() -> None:
    card = Card("osig-base", {"title": "Hello", "image": PHOTO})
    for pictures in ({}, {PHOTO: b"no picture"}, {PHOTO: PICTURES[PHOTO][:200]}):
        picture = render(card, pictures)
        assert picture.missing == (PHOTO,)
        assert picture.data == render(Card("osig-base", {"title": "Hello"})).data
    assert render(card, PICTURES).missing == ()


def test_one_picture_in_two_places_is_as_sharp_in_each_as_alone() -> None:
    hero = {"title": "Hello", "hero": PHOTO}
    both = opened(render(Card("article", {**hero, "avatar": PHOTO}), PICTURES).data).convert("RGB")
    alone = opened(render(Card("article", hero), PICTURES).data).convert("RGB")
    frame = (720, 0, 1200, 630)
    assert both.crop(frame).tobytes() == alone.crop(frame).tobytes()
    assert both.tobytes() != alone.tobytes()


def test_words_on_the_brightest_picture_can_be_read() -> None:
    white = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9" fill="#fff"/></svg>'
    )
    for identity in ("osig-base", "osig-job-classic"):
        picture = opened(render(Card(identity, {"image": PHOTO}), {PHOTO: white}).data).convert("RGB")
        pixels = picture.tobytes()
        found = {pixels[at : at + 3].hex() for at in range(0, len(pixels), 3)}
        assert len(found) > 10
        assert min(Color(1, 1, 1).contrast(Color.parse_hex(digits)) for digits in found) >= 4.5


def test_a_budget_is_kept_or_the_picture_says_that_it_is_not() -> None:
    values = {"title": "Hello", "image": PHOTO}
    for form in ("png", "jpeg", "webp"):
        picture = render(Card("osig-base", values, format=form, max_kb=40), PICTURES)
        assert picture.within_budget
        assert len(picture.data) <= 40 * 1024
        assert not render(Card("osig-base", values, format=form, max_kb=1), PICTURES).within_budget


def test_unknown_values_change_nothing() -> None:
    plain = render(Card("article", {"title": "Hello"}))
    assert render(Card("article", {"title": "Hello", "utm_source": "x", "zzz": "1"})).data == plain.data


def test_an_unknown_template_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownTemplate) as caught:
        render(Card("artcle", {"title": "Hello"}))
    assert caught.value.suggestion == "article"


@pytest.mark.parametrize(
    ("values", "parameter"),
    [
        ({}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"title": "x", "theme": "drak"}, "theme"),
        ({"title": "x", "accent": "blu"}, "accent"),
        ({"title": "x", "hero": "file:///etc/passwd"}, "hero"),
        ({"title": ("a", "list")}, "title"),
    ],
)
def test_a_wrong_value_is_refused_by_name(values: dict[str, str], parameter: str) -> None:
    with pytest.raises(BadInput) as caught:
        render(Card("article", values))
    assert caught.value.parameter == parameter


def test_a_watermark_is_drawn_only_where_it_is_asked() -> None:
    card = {"title": "Hello"}
    plain = opened(render(Card("osig-job-clean", card)).data).convert("RGB")
    marked = opened(render(Card("osig-job-clean", card, watermark="made with Frontis")).data).convert("RGB")
    corner = (900, 560, 1200, 630)
    assert len(plain.crop(corner).getcolors(10_000) or []) == 1
    assert len(marked.crop(corner).getcolors(10_000) or []) > 10


def test_a_catalogue_of_ones_own_is_drawn_from(tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "template.toml").write_text('id = "plain"\nname = "Plain"\ndescription = "One colour."\n')
    (folder / "card.html").write_text('<div class="all"></div>')
    (folder / "card.css").write_text(".all { width: 100%; height: 100%; background: #123456; }")
    picture = opened(render(Card("plain", size=(200, 100)), templates=Catalogue(tmp_path)).data).convert("RGB")
    assert picture.getcolors() == [(20_000, (0x12, 0x34, 0x56))]
