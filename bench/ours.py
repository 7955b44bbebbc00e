"""Our side: the library, called as any program would call it. It speaks with the runner as peers/protocol.mjs does."""

import json
import platform
import sys
import time
import traceback
from importlib.metadata import version
from pathlib import Path

from bench.cards import EYEBROW, ICON, QUALITY, SITE, SUBTITLE
from frontis import Card, render

_PHOTO_ADDRESS = "https://frontis.example/photo.jpg"
_WORDS = {"eyebrow": EYEBROW, "subtitle": SUBTITLE, "site": SITE}
_VALUES = {"flat": _WORDS, "gradient": {**_WORDS, "mark": ICON}, "photo": {**_WORDS, "image": _PHOTO_ADDRESS}}


def draw_ours(card: str, title: str, form: str, photo: bytes) -> bytes:
    """The encoded picture of one card."""
    values = {**_VALUES[card], "title": title}
    ordered = Card(template=f"bench-{card}", values=values, format=form, quality=QUALITY[form])
    return render(ordered, {_PHOTO_ADDRESS: photo}).data


def _answer(request: dict[str, str], photo: bytes) -> dict[str, object]:
    card, title, form, save = request["card"], request["title"], request["format"], request["save"]
    try:
        spent_before, start = time.process_time(), time.perf_counter()
        picture = draw_ours(card, title, form, photo)
        ms, cpu_ms = (time.perf_counter() - start) * 1000, (time.process_time() - spent_before) * 1000
        if save:
            Path(save).write_bytes(picture)
    except Exception:  # noqa: BLE001  (whatever it is, the runner shall tell it)
        return {"error": traceback.format_exc()}
    return {"ms": ms, "cpu_ms": cpu_ms, "bytes": len(picture)}


def main() -> None:
    """Answer requests until the input ends."""
    photo = (Path(sys.argv[1]) / "photo.jpg").read_bytes()
    greeting = {
        "name": f"Frontis {version('frontis')}",
        "formats": list(QUALITY),
        "runtime": f"Python {platform.python_version()}",
    }
    print(json.dumps(greeting), flush=True)
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line), photo)), flush=True)


if __name__ == "__main__":
    main()
