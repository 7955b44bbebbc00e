"""A card as SVG, in a browser: by itself under its sandbox, and within a page."""

from io import BytesIO

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Page

from .conftest import watched_page

WORDS = "value=99.98%25&label=%D9%85%D8%B1%D8%AD%D8%A8%D8%A7+%E9%9D%99%E3%81%8B+%F0%9F%9A%80&icon=rocket&pattern=dots"
IN_A_PAGE = """address => {
    const picture = new Image();
    picture.src = address;
    picture.style = "position: fixed; left: 0; top: 0";
    document.body.replaceChildren(picture);
    return picture.decode();
}"""
HOSTILE = "title=%3C/text%3E%3Cscript%3Ealert(1)%3C/script%3E&author=%22%20onload%3D%22alert(1)"


def pixels(data: bytes) -> NDArray[np.int16]:
    return np.asarray(Image.open(BytesIO(data)).convert("RGB"), np.int16)


@pytest.mark.parametrize("way", ["by itself", "in a page"])
def test_it_looks_as_the_png_does(browser: Browser, server: str, way: str) -> None:
    with watched_page(browser, server, viewport={"width": 1200, "height": 630}) as page:
        if way == "by itself":
            page.goto(f"/card/metric.svg?{WORDS}")
        else:
            page.goto("/")
            page.evaluate(IN_A_PAGE, f"/card/metric.svg?{WORDS}")
        shown = pixels(page.screenshot())
    expected = pixels(httpx.get(f"{server}/card/metric.png?{WORDS}", trust_env=False).content)
    off = np.abs(shown - expected)
    assert (off.max(axis=2) > 64).mean() < 0.002
    assert off.mean() < 1.5


def test_hostile_words_run_nothing(page: Page) -> None:
    answer = page.goto(f"/card/article.svg?{HOSTILE}")
    assert answer is not None
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert page.evaluate("document.querySelectorAll('script, text, foreignObject, [onload]').length") == 0
