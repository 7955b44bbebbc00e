"""The same card is the same pixels: again, in any thread, in any process, and with a kept backdrop."""

import hashlib
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips

from frontis.compose import compose
from frontis.draw import draw, drawing
from frontis.draw.layers import Layers
from frontis.draw.renderers import Engine
from frontis.encode.layers import flat
from frontis.errors import DrawFailed
from frontis.fonts import Family, library
from frontis.model.bitmap import Bitmap, Layered
from frontis.model.card import Card
from frontis.model.markup import Markup
from frontis.model.output import Size
from frontis.model.photo import Photo
from frontis.templates import Catalogue, catalogue

SIZES = [(1200, 630), (1080, 1920), (1500, 500), (333, 777)]
ARTICLE: dict[str, Any] = {"title": "Naming 静かな things 🚀", "subtitle": "لماذا أفضل الأسماء", "site": "a.example"}
WORDS = ["Hello", "静かな命名", "فن تسمية", "को चीज़ों", "שָׁלוֹם", "🚀 👨‍👩‍👧‍👦", "Ünïcödé", "ภาษาไทย"]


def markup(card: Card, looks: Catalogue | None = None, photos: dict[str, Photo] | None = None) -> Markup:
    looks = looks or catalogue()
    card = looks.resolve(card)
    return compose(card, looks.look(card.template), photos or {})


def pixels(drawn: Bitmap | Layered) -> bytes:
    return bytes(flat(drawn).pixels)


def picture(color: tuple[int, int, int]) -> Photo:
    image = pyvips.Image.black(8, 6).bandjoin([0, 0]) + list(color)
    return Photo(image.cast("uchar").pngsave_buffer(), 8, 6, 0.5, opaque=True)


def own_template(folder: Path, html: str, css: str = "", more: str = "") -> Catalogue:
    path = folder / "own"
    path.mkdir(exist_ok=True)
    (path / "template.toml").write_text(
        'id = "own"\nname = "x"\ndescription = "x"\n'
        '[variables.title]\nkind = "text"\nhelp = "x"\nsize = [2, 4]\nlines = 2\n'
        '[variables.label]\nkind = "text"\nhelp = "x"\n[variables.hero]\nkind = "image"\nhelp = "x"\n' + more,
        "utf-8",
    )
    (path / "card.html").write_text(html, "utf-8")
    (path / "card.css").write_text(css, "utf-8")
    return Catalogue(folder)


@pytest.fixture(autouse=True)
def no_layers_from_other_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "_layers", Layers())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("identity", catalogue().ids())
def test_a_card_is_the_same_the_first_second_and_third_time(identity: str, size: tuple[int, int]) -> None:
    template = catalogue().look(identity).template
    drawn = markup(Card(identity, dict(template.examples), size))
    first, second, third = (pixels(draw(drawn)) for _ in range(3))
    assert len(first) == size[0] * size[1] * 4
    assert first == second == third


def test_a_card_is_the_same_in_every_thread_and_in_any_order() -> None:
    cards = [Card("article", {"title": word, "site": "a.example"}, (600, 315)) for word in WORDS]
    expected = {card: pixels(draw(markup(card))) for card in cards}
    start = threading.Barrier(4)

    def draw_all(turn: int) -> dict[Card, bytes]:
        start.wait()
        return {card: pixels(draw(markup(card))) for card in [*cards[turn:], *cards[:turn]]}

    with ThreadPoolExecutor(4) as pool:
        for drawn in pool.map(draw_all, range(4)):
            assert drawn == expected


def test_a_card_is_the_same_in_every_process() -> None:
    code = (
        "import hashlib, sys\n"
        "from frontis.compose import compose\n"
        "from frontis.draw import draw\n"
        "from frontis.encode.layers import flat\n"
        "from frontis.model.card import Card\n"
        "from frontis.templates import catalogue\n"
        "for word in sys.argv[1:]:\n"
        "    card = catalogue().resolve(Card('article', {'title': word}, (600, 315)))\n"
        "    markup = compose(card, catalogue().look('article'), {})\n"
        "    print(word, hashlib.sha256(bytes(flat(draw(markup)).pixels)).hexdigest())\n"
    )
    found = []
    for seed, words in (("0", WORDS), ("99", WORDS[::-1])):
        done = subprocess.run(
            [sys.executable, "-c", code, *words],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1"},
        )
        found.append(sorted(done.stdout.decode().splitlines()))
    ours = hashlib.sha256(pixels(draw(markup(Card("article", {"title": WORDS[0]}, (600, 315)))))).hexdigest()
    assert found[0] == found[1]
    assert f"{WORDS[0]} {ours}" in found[0]


def test_different_cards_are_different_pictures() -> None:
    drawn = {pixels(draw(markup(Card("article", {**ARTICLE, "title": word})))) for word in WORDS}
    assert len(drawn) == len(WORDS)


LETTERS = ["אב", "بد", "कख", "কখ", "கச", "కఖ", "กข", "ກຂ", "កខ", "ကခ", "静動", "あい", "가나", "🚀🐢"]


@pytest.mark.parametrize("letters", LETTERS)
def test_the_letters_of_each_script_are_drawn_as_themselves(letters: str) -> None:
    # Whatever stands for a letter that no font has is the same for both.
    one, other = (pixels(draw(markup(Card("metric", {"value": letter}, (600, 315))))) for letter in letters)
    assert one != other


def test_a_picture_that_is_named_in_the_style_sheet_alone_is_drawn_every_time(tmp_path: Path) -> None:
    looks = own_template(
        tmp_path,
        '{% block backdrop %}<div class="behind"></div>{% endblock %}<div class="before"></div>',
        ".behind, .before { position: absolute; width: 50%; height: 100%; left: 0; background-image: url(hero) }"
        ".before { left: 50% }",
    )
    card = Card("own", {"hero": "https://a.example/p"}, (200, 100))
    for color in ((200, 10, 20), (10, 200, 20)):
        drawn = markup(card, looks, {"https://a.example/p": picture(color)})
        for _ in range(3):
            bitmap = np.frombuffer(pixels(draw(drawn)), np.uint8).reshape(100, 200, 4)
            assert tuple(bitmap[50, 40, :3]) == color
            assert tuple(bitmap[50, 160, :3]) == color


def test_words_in_the_backdrop_are_drawn_with_the_fonts_of_the_card(tmp_path: Path) -> None:
    html = '{% block backdrop %}<div class="big">{{ label }}</div>{% endblock %}{{ title }}'
    looks = own_template(tmp_path, f"<h1>{html}</h1>", ".big { font-size: 9rem }")
    # The character has other strokes in a Japanese face than in a Chinese one; the title tells which is meant.
    chinese, japanese = ({"label": "直", "title": title} for title in ("安静", "しずか"))
    alone = [pixels(draw(markup(Card("own", values, (400, 210)), looks))) for values in (chinese, japanese)]
    for _ in range(2):
        again = [pixels(draw(markup(Card("own", values, (400, 210)), looks))) for values in (chinese, japanese)]
        assert again == alone


def test_a_template_without_backdrop_is_drawn_on_nothing(tmp_path: Path) -> None:
    looks = own_template(tmp_path, "<h1>{{ title }}</h1>")
    bitmap = draw(markup(Card("own", {"title": ""}, (100, 100)), looks))
    assert set(pixels(bitmap)) == {0}


def test_markup_that_cannot_be_laid_out_is_told(tmp_path: Path) -> None:
    looks = own_template(tmp_path, "<div>" * 200 + "{{ title }}")
    with pytest.raises(DrawFailed, match="depth"):
        draw(markup(Card("own", {"title": "x"}), looks))
    # The engine lives on.
    assert draw(markup(Card("article", ARTICLE))).width == 1200


def test_an_image_element_without_a_source_is_told_and_one_without_its_picture_is_left_out(tmp_path: Path) -> None:
    bare = own_template(tmp_path, '<img src="">')
    with pytest.raises(DrawFailed, match="src"):
        draw(markup(Card("own"), bare))
    for html in ('<img src="{{ hero }}">', '{% if hero %}<img src="{{ hero }}">{% endif %}'):
        own = own_template(tmp_path, html)
        assert draw(markup(Card("own", {"hero": "https://a.example/p"}), own)).height == 630


def test_a_font_file_that_the_engine_refuses_leaves_the_others(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    engine = Engine()
    inter = family_of("Inter")
    engine.prepare([Family("Inter", (broken, tmp_path / "gone.ttf", *inter.files))])
    html = '<html><body style="font-size:40px;font-family:Inter">Hello</body></html>'
    assert set(engine.paint(html, (), Size(200, 100), [inter], {})) > {0}


def family_of(name: str) -> Family:
    family = library().family(name)
    assert family is not None
    return family


def test_a_family_with_signs_in_its_name_spoils_no_page() -> None:
    card = catalogue().resolve(Card("article", ARTICLE))
    whole = compose(card, catalogue().look("article"), {})
    odd = replace(whole, families=('O\'Hara "Bold" <b>;}', *whole.families))
    assert pixels(draw(odd)) == pixels(draw(whole))


@pytest.mark.parametrize("identity", catalogue().ids())
def test_what_is_surely_opaque_is_opaque(identity: str) -> None:
    drawn = markup(Card(identity, dict(catalogue().look(identity).template.examples), (600, 315)))
    for bitmap in (flat(draw(drawn)) for _ in range(3)):
        assert not bitmap.surely_opaque or min(pixels(bitmap)[3::4]) == 255


def test_a_backdrop_is_opaque_only_if_all_of_it_is(tmp_path: Path) -> None:
    backdrop = (
        '{% block backdrop %}<div style="width: WIDE; height: 100%; background: COLOR"></div>{% endblock %}<p>x</p>'
    )
    told = {}
    for wide, color in (("100%", "#123"), ("99%", "#123"), ("100%", "#123e")):
        looks = own_template(tmp_path, backdrop.replace("WIDE", wide).replace("COLOR", color), "")
        drawn = markup(Card("own", {"title": "x"}), looks=looks)
        told[wide, color] = flat(draw(drawn)).surely_opaque
    assert told == {("100%", "#123"): True, ("99%", "#123"): False, ("100%", "#123e"): False}


def test_kept_layers_are_bounded() -> None:
    layers = Layers()
    big = Bitmap(2_500, 2_000, bytes(4 * 5_000_000))
    for name in "abcd":
        for _ in range(2):
            layers.get(name, lambda: big)
    assert layers._pixels <= 12_000_000
    assert len(layers._kept) == 2
    asked = []

    def asking(name: str) -> Bitmap:
        asked.append(name)
        return big

    layers.get("d", lambda: asking("d"))
    layers.get("a", lambda: asking("a"))
    assert asked == ["a"]


@pytest.mark.parametrize("color", ["#102030", "linear-gradient(#102030, #102030)"])
def test_a_backdrop_of_one_colour_is_painted_with_the_words(tmp_path: Path, color: str) -> None:
    html = '{% block backdrop %}<div class="ground"></div>{% endblock %}<h1>{{ title }}</h1>'
    looks = own_template(tmp_path, html, f".ground {{ height: 100%; background: {color} }} h1 {{ color: #fff }}")
    drawn = draw(markup(Card("own", {"title": "Words"}, (200, 100)), looks))
    assert isinstance(drawn, Bitmap)
    assert drawn.surely_opaque
    colors = np.frombuffer(pixels(drawn), np.uint8).reshape(-1, 4)
    assert colors[0].tolist() == [16, 32, 48, 255]
    assert colors[:, :3].max() > 200


def test_a_backdrop_that_lets_something_through_or_has_a_spot_stays_a_layer(tmp_path: Path) -> None:
    for css in (".ground { height: 100%; background: #10203080 }", ".ground { height: 99%; background: #102030 }"):
        looks = own_template(tmp_path, '{% block backdrop %}<div class="ground"></div>{% endblock %}<p>x</p>', css)
        assert isinstance(draw(markup(Card("own", {"title": "x"}, (200, 100)), looks)), Layered)


def test_a_kept_layer_is_the_same_object_from_the_second_card_on() -> None:
    drawn = [draw(markup(Card("ogimage-dark", {"title": title}, (600, 315)))) for title in ("one", "two", "three")]
    backdrops = [each.backdrop for each in drawn if isinstance(each, Layered)]
    assert len(backdrops) == 3
    assert backdrops[1] is backdrops[2]


def test_colours_that_are_kept_are_bounded_in_number() -> None:
    layers = Layers()
    for number in range(13_000):
        color = Bitmap(1, 1, (0xFF000000 + number).to_bytes(4, "little"))
        layers.get(str(number), partial(replace, color))
    assert len(layers._kept) == 12_000
