"""The colour that a picture shows most of."""

from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from frontis.decode import dominant_color
from frontis.errors import BadPicture


def png(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def test_a_flat_icon_has_its_own_colour() -> None:
    color = dominant_color(png(Image.new("RGB", (32, 32), "#dc2626")))
    assert color is not None
    assert color.hex == "#dc2626"


def test_white_black_and_what_is_clear_do_not_count() -> None:
    icon = Image.new("RGBA", (96, 96), (0, 200, 0, 0))
    draw = ImageDraw.Draw(icon)
    draw.rectangle((0, 0, 95, 47), fill="white")
    draw.rectangle((20, 20, 60, 60), fill="#2563eb")
    draw.rectangle((70, 70, 90, 90), fill="black")
    color = dominant_color(png(icon))
    assert color is not None
    assert (color.blue > 0.8, color.red < 0.25) == (True, True)


def test_the_larger_part_wins() -> None:
    icon = Image.new("RGB", (64, 64), "#10b981")
    ImageDraw.Draw(icon).rectangle((0, 0, 63, 15), fill="#ef4444")
    color = dominant_color(png(icon))
    assert color is not None
    assert color.green > 0.6


def test_a_drawing_has_a_colour_too() -> None:
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4" fill="#f97316"/></svg>'
    )
    color = dominant_color(svg)
    assert color is not None
    assert color.red > 0.9


@pytest.mark.parametrize("fill", ["white", "black", "#777777", "#1e2327"])
def test_a_grey_icon_has_none(fill: str) -> None:
    assert dominant_color(png(Image.new("RGB", (16, 16), fill))) is None


def test_what_is_clear_all_over_has_none() -> None:
    assert dominant_color(png(Image.new("RGBA", (16, 16), (255, 0, 0, 0)))) is None


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(BadPicture):
        dominant_color(b"<html>")
