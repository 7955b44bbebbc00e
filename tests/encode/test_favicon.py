"""Icons: as small as is asked for, with their transparency, and as ICO files that others can read."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw

from frontis.encode import ico, shrunk
from frontis.errors import EncodeFailed


def disc(side: int = 512) -> bytes:
    picture = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse((0, 0, side - 1, side - 1), fill=(220, 38, 38, 255))
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("side", [16, 32, 48, 180, 192])
def test_a_smaller_icon_keeps_its_corners_clear_and_its_colour_clean(side: int) -> None:
    with Image.open(BytesIO(shrunk(disc(), side))) as small:
        assert (small.format, small.mode, small.size) == ("PNG", "RGBA", (side, side))
        assert small.getchannel("A").getpixel((0, 0)) == 0
        assert small.getpixel((side // 2, side // 2)) == (220, 38, 38, 255)
        pixels = np.asarray(small).reshape(-1, 4)
        edge = pixels[(pixels[:, 3] > 40) & (pixels[:, 3] < 250)]
        assert len(edge)
        assert edge[:, 0].min() > 190
        assert edge[:, 1].max() < 70


def test_an_ico_holds_each_size() -> None:
    sides = (16, 32, 48, 256)
    with Image.open(BytesIO(ico((side, shrunk(disc(), side)) for side in sides))) as icon:
        assert icon.format == "ICO"
        assert icon.info["sizes"] == {(side, side) for side in sides}
        assert icon.convert("RGBA").getpixel((128, 128)) == (220, 38, 38, 255)


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(EncodeFailed):
        shrunk(b"no picture", 16)
