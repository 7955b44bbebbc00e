import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from PIL import Image, ImageDraw, JpegImagePlugin, PngImagePlugin
from specimens import AS_IT_IS, PLAIN, chunk, oriented, p3_profile, pixels, quartered, saved, svg

from frontis.decode import decode
from frontis.model.output import Size


def noise(width: int = 300, height: int = 200) -> Image.Image:
    return Image.merge("RGB", [Image.effect_noise((width, height), 60) for _ in range(3)])


def brightness_of(picture: Image.Image) -> float:
    return decode(saved(picture, "PNG"), AS_IT_IS).brightness


@pytest.mark.parametrize("level", [0, 3, 60, 128, 200, 255])
def test_the_brightness_of_a_grey_is_its_level(level: int) -> None:
    assert brightness_of(Image.new("RGB", (90, 50), (level,) * 3)) == pytest.approx(level / 255, abs=0.005)


def test_brightness_weighs_colors_as_eyes_do() -> None:
    red, green, blue = (brightness_of(Image.new("RGB", (90, 50), color)) for color in ("red", "lime", "blue"))
    assert blue < red < green < 1


def test_the_lightest_large_patch_counts() -> None:
    sky = Image.new("RGB", (800, 400), "black")
    sky.paste("white", (0, 0, 200, 100))
    assert brightness_of(sky) == pytest.approx(1, abs=0.01)


def test_a_few_light_pixels_are_no_patch() -> None:
    stars = Image.new("RGB", (800, 400), "black")
    for x in range(0, 800, 40):
        stars.putpixel((x, x // 2), (255, 255, 255))
    assert brightness_of(stars) < 0.1


def test_transparent_parts_are_as_dark_as_black() -> None:
    assert brightness_of(Image.new("RGBA", (80, 40), (255, 255, 255, 0))) == 0


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (9, 1), (3, 3)])
def test_the_smallest_pictures_have_a_brightness_too(size: tuple[int, int]) -> None:
    assert brightness_of(Image.new("RGB", size, "white")) == pytest.approx(1, abs=0.01)


def test_a_photograph_becomes_jpeg_without_loss_of_color_detail() -> None:
    photo = decode(saved(noise(), "PNG"), AS_IT_IS)
    picture = Image.open(io.BytesIO(photo.data))
    assert picture.format == "JPEG"
    assert JpegImagePlugin.get_sampling(picture) == 0
    assert photo.opaque


def test_what_is_drawn_in_few_colors_becomes_png_and_stays_exact() -> None:
    screenshot = Image.new("RGB", (640, 360), "white")
    draw = ImageDraw.Draw(screenshot)
    for line in range(12):
        draw.text((20, 20 + line * 25), "All that is gold does not glitter", fill="navy", font_size=18)
    photo = decode(saved(screenshot, "PNG"), AS_IT_IS)
    assert photo.data.startswith(b"\x89PNG")
    assert pixels(photo).tobytes() == screenshot.tobytes()


def test_an_alpha_that_hides_nothing_is_dropped() -> None:
    picture = noise()
    opaque = decode(saved(picture.convert("RGBA"), "PNG"), AS_IT_IS)
    assert opaque.opaque
    assert opaque == decode(saved(picture, "PNG"), AS_IT_IS)


def test_one_pixel_that_lets_through_makes_a_picture_transparent() -> None:
    picture = noise().convert("RGBA")
    picture.putpixel((7, 7), (1, 2, 3, 254))
    photo = decode(saved(picture, "PNG"), AS_IT_IS)
    assert not photo.opaque
    assert pixels(photo).getpixel((7, 7)) == (1, 2, 3, 254)


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("make", [quartered, noise], ids=["drawn", "photographed"])
def test_nothing_but_pixels_leaves(format_: str, make: Callable[[], Image.Image]) -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "secret-place")
    exif = oriented(1)
    exif[0x010E] = "secret-place"
    options: dict[str, dict[str, Any]] = {
        "PNG": {"pnginfo": words, "dpi": (300, 300)},
        "JPEG": {"comment": b"secret-place", "dpi": (300, 300)},
        "WEBP": {"xmp": b"secret-place"},
    }
    data = saved(make(), format_, exif=exif, icc_profile=p3_profile(), **options[format_])
    assert b"secret-place" in data
    photo = decode(data, AS_IT_IS)
    assert b"secret-place" not in photo.data
    found = Image.open(io.BytesIO(photo.data))
    assert not found.getexif()
    assert not {"icc_profile", "comment", "xmp"} & set(found.info)
    assert found.info.get("dpi", (0, 0))[0] < 100


def test_chunks_that_draw_nothing_change_nothing() -> None:
    plain = PLAIN["PNG"]()
    padded = plain[:33] + chunk(b"tEXt", b"a\0b") + chunk(b"prVt", b"x" * 1000) + plain[33:] + b"more"
    assert decode(padded, AS_IT_IS) == decode(plain, AS_IT_IS)


@pytest.mark.parametrize("kind", PLAIN)
def test_the_same_bytes_give_the_same_photo_on_every_thread(kind: str) -> None:
    data, box = PLAIN[kind](), Size(33, 20)
    alone = decode(data, box)
    with ThreadPoolExecutor(6) as threads:
        assert set(threads.map(lambda _: decode(data, box), range(24))) == {alone}


def test_a_tiny_logo_is_drawn_crisp_at_the_size_at_which_it_is_shown() -> None:
    photo = decode(svg('<path d="M0 0H12V24H0Z"/>', 'width="24" height="24"'), Size(480, 480))
    assert (photo.width, photo.height) == (480, 480)
    row = [pixels(photo).getpixel((x, 240)) for x in range(480)]
    assert row == [(0, 0, 0, 255)] * 240 + [(0, 0, 0, 0)] * 240


def test_the_gaps_of_a_pattern_do_not_make_it_darker() -> None:
    checker = Image.new("RGB", (1200, 640), "white")
    for left in range(0, 1200, 40):
        for top in range((left // 40 % 2) * 40, 640, 80):
            checker.paste("black", (left, top, left + 40, top + 40))
    assert brightness_of(checker) > 0.85
