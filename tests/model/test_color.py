"""Colours: every notation, their arithmetic, and words that stay legible."""

import subprocess
import sys

import pytest
from coloraide import Color as Reference
from hypothesis import example, given
from hypothesis import strategies as st

from frontis.errors import BadInput
from frontis.model.color import BLACK, NEAR_BLACK, TRANSPARENT, WHITE, Color

levels = st.integers(0, 255).map(lambda level: level / 255)
shares = st.floats(0, 1)
opaque_colors = st.builds(Color, levels, levels, levels)
colors = st.builds(Color, levels, levels, levels, levels)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#f80", "#ff8800"),
        ("#F808", "#ff880088"),
        ("#ff8800", "#ff8800"),
        (" #FF8800cc ", "#ff8800cc"),
        ("#ff8800ff", "#ff8800"),
        ("Teal", "#008080"),
        ("transparent", "#00000000"),
        ("rgb(255 136 0)", "#ff8800"),
        ("rgba(255, 136, 0, 50%)", "#ff880080"),
        ("rgb(300 -20 4)", "#ff0004"),
        ("hsl(210deg 80% 50%)", "#1980e6"),
        ("hwb(120 0% 0%)", "#00ff00"),
        ("color(srgb 1 0.5333 0)", "#ff8800"),
        ("hsl(none 0% 50%)", "#808080"),
    ],
)
def test_every_css_notation_is_read(text: str, expected: str) -> None:
    assert Color.parse(text).hex == expected


def test_a_colour_outside_srgb_is_mapped_into_it_and_keeps_its_hue() -> None:
    hue = Reference(Color.parse("oklch(70% 0.4 150)").hex).convert("oklch")["hue"]
    assert hue == pytest.approx(150, abs=2)


@pytest.mark.parametrize("text", ["ff8800", "f80", "#FF8800", "#f80"])
def test_plain_hex_is_read_with_or_without_its_hash(text: str) -> None:
    assert Color.parse_hex(text).hex == "#ff8800"


@pytest.mark.parametrize("text", ["", "#ff88", "ff88", "#ff8800cc", "red", "##f80", "f80;", "٣٣٣"])
def test_plain_hex_is_three_or_six_digits_and_nothing_else(text: str) -> None:
    with pytest.raises(BadInput, match="background: must be three or six hex digits"):
        Color.parse_hex(text, parameter="background")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ff8800",
        "#ff88g0",
        "#12345",
        "reddish",
        "currentcolor",
        "rgb(1 2)",
        "oklab(nan 0 0)",
        "red; background: url(x)",
        "red" + " " * 70 + "red",
        "oklch(1e300 1e300 1e300)",
        "<script>",
        "\ud800",
    ],
)
def test_what_is_no_colour_is_refused_by_the_name_of_its_parameter(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        Color.parse(text, parameter="accent")
    assert caught.value.parameter == "accent"


@given(
    st.text(max_size=80)
    | st.from_regex(
        r"(rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)"
        r"\(((srgb|display-p3|xyz|none|inf|nan|-?[0-9]{1,3}(e-?[0-9]{1,3})?(%|turn)?)[ ,/]?){1,5}\)",
        fullmatch=True,
    )
)
@example("color(srgb inf nan 1e308 / 50%)")
@example("lch(1e300% none 1)")
def test_any_text_is_a_colour_or_bad_input(text: str) -> None:
    try:
        color = Color.parse(text)
    except BadInput:
        return
    assert Color.parse(color.hex).hex == color.hex


@given(colors)
def test_a_colour_survives_its_hex(color: Color) -> None:
    assert Color.parse(color.hex) == color


@given(colors)
def test_css_says_the_same_colour_as_hex(color: Color) -> None:
    assert Color.parse(color.css).hex == color.hex


def test_css_keeps_a_faint_alpha_exact() -> None:
    assert WHITE.with_alpha(0.065).css == "rgba(255,255,255,0.065)"


@pytest.mark.parametrize("channel", [-0.001, 1.001, float("nan"), float("inf"), 255])
@pytest.mark.parametrize("place", range(4))
def test_a_channel_out_of_range_makes_no_colour(channel: float, place: int) -> None:
    channels = [0.5] * 4
    channels[place] = channel
    with pytest.raises(ValueError, match="0 to 1"):
        Color(*channels)


@given(opaque_colors, opaque_colors)
def test_contrast_is_symmetric_and_from_1_to_21(one: Color, other: Color) -> None:
    assert one.contrast(other) == other.contrast(one)
    assert 1 <= one.contrast(other) <= 21


@given(opaque_colors, opaque_colors)
def test_contrast_is_that_of_the_reference(one: Color, other: Color) -> None:
    expected = Reference(one.hex).contrast(Reference(other.hex), method="wcag21")
    assert one.contrast(other) == pytest.approx(expected, rel=1e-3)


@given(colors, colors, shares)
def test_a_mixture_is_that_of_the_reference(one: Color, other: Color, share: float) -> None:
    ours = one.mix(other, share)
    reference = Reference(one.hex).mix(Reference(other.hex), share, space="oklab", premultiplied=True).convert("srgb")
    assert ours.alpha == pytest.approx(reference.alpha(), abs=1e-6)
    if ours.alpha > 0.01:
        expected = [min(1, max(0, channel)) for channel in reference.coords(nans=False)]
        assert [ours.red, ours.green, ours.blue] == pytest.approx(expected, abs=2e-3)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_is_from_0_to_1(share: float) -> None:
    with pytest.raises(ValueError, match="share"):
        WHITE.mix(BLACK, share)


@given(colors, opaque_colors)
def test_over_an_opaque_backdrop_nothing_shines_through(color: Color, backdrop: Color) -> None:
    seen = color.over(backdrop)
    assert seen.alpha == 1
    for front, back, result in zip(
        (color.red, color.green, color.blue),
        (backdrop.red, backdrop.green, backdrop.blue),
        (seen.red, seen.green, seen.blue),
        strict=True,
    ):
        assert result == pytest.approx(front * color.alpha + back * (1 - color.alpha), abs=1e-9)


def test_nothing_over_nothing_is_nothing() -> None:
    assert TRANSPARENT.over(TRANSPARENT) == TRANSPARENT
    assert WHITE.with_alpha(0).over(BLACK.with_alpha(0.5)) == BLACK.with_alpha(0.5)


@given(colors, colors)
def test_over_and_mix_give_colours_for_any_alphas(one: Color, other: Color) -> None:
    assert one.over(other).alpha == pytest.approx(one.alpha + other.alpha * (1 - one.alpha))
    assert one.mix(other, 0).hex == (one.hex if one.alpha else TRANSPARENT.hex)


@given(colors, st.floats(0.05, 1))
def test_lighter_and_darker_move_the_luminance_and_keep_the_alpha(color: Color, amount: float) -> None:
    lighter, darker = color.lighter(amount), color.darker(amount)
    if color.alpha:
        assert darker.luminance <= color.luminance + 1e-9
        assert lighter.luminance >= color.luminance - 1e-9
    assert lighter.alpha == pytest.approx(color.alpha)
    assert darker.alpha == pytest.approx(color.alpha)


@given(colors, opaque_colors, st.floats(1, 21))
def test_a_readable_colour_reaches_the_ratio_whenever_white_or_black_does(
    color: Color, backdrop: Color, ratio: float
) -> None:
    result = color.readable_on(backdrop, ratio)
    reachable = max(WHITE.contrast(backdrop), BLACK.contrast(backdrop))
    assert result.over(backdrop).contrast(backdrop) >= min(ratio, reachable)
    if result is not color:
        assert Color.parse(result.hex) == result


@given(opaque_colors, opaque_colors)
def test_a_colour_that_is_readable_already_stays_itself(color: Color, backdrop: Color) -> None:
    if color.contrast(backdrop) >= 4.5:
        assert color.readable_on(backdrop) is color


@given(opaque_colors, opaque_colors)
def test_a_colour_that_has_to_move_keeps_its_hue(color: Color, backdrop: Color) -> None:
    before = Reference(color.hex).convert("oklch")
    after = Reference(color.readable_on(backdrop).hex).convert("oklch")
    # In a near-grey the steps of 8 bits alone turn the hue by more.
    if min(before["chroma"], after["chroma"]) > 0.04:
        turn = abs((before["hue"] - after["hue"] + 180) % 360 - 180)
        assert turn < 7


def test_a_colour_moves_no_farther_than_it_must() -> None:
    for backdrop in (Color.parse("#3b82f6"), Color.parse("#0a0a0f"), WHITE, Color.parse("#808080")):
        for color in (Color.parse("#1d4ed8"), Color.parse("#f59e0b"), Color.parse("#22c55e")):
            moved = color.readable_on(backdrop)
            assert moved == color or moved.contrast(backdrop) < 4.75


def test_a_colour_goes_to_the_nearer_end_when_both_would_do() -> None:
    backdrop = Color.parse("#808080")
    assert Color.parse("#b0b0b0").readable_on(backdrop, 3).luminance > backdrop.luminance
    assert Color.parse("#505050").readable_on(backdrop, 3).luminance < backdrop.luminance


@given(opaque_colors)
@example(Color.parse("#777777"))
@example(Color.parse("#787878"))
def test_ink_can_be_read_on_every_colour(color: Color) -> None:
    ink = color.ink()
    assert ink in (WHITE, NEAR_BLACK)
    assert ink.contrast(color) >= 4.5


def test_hex_colours_do_not_load_the_colour_library() -> None:
    program = (
        "import sys; from frontis.model.color import Color; Color.parse('#3b82f6').readable_on(Color.parse_hex('fff'));"
        "assert 'coloraide' not in sys.modules; Color.parse('teal'); assert 'coloraide' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@given(colors, st.lists(opaque_colors, min_size=1, max_size=4))
def test_words_on_several_colours_read_on_all_where_any_do(color: Color, backdrops: list[Color]) -> None:
    found = color.readable_on_all(backdrops)
    if any(all(end.contrast(each) >= 4.5 for each in backdrops) for end in (WHITE, BLACK)):
        assert all(found.over(each).contrast(each) >= 4.5 for each in backdrops)
    else:
        assert found in (WHITE, BLACK, color)
