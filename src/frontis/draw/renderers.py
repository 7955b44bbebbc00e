"""Takumi's renderer, which all threads share, with the fonts that were needed so far."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from pytakumi import NodeTree, Renderer, from_html

from frontis.draw.memory import give_back_free_memory, keep_large_buffers
from frontis.errors import DrawFailed
from frontis.fonts import Family
from frontis.model.output import Size

_KEPT_IMAGE_BYTES = 24_000_000
_DEEPEST = 48

keep_large_buffers()


class Engine:
    """A Takumi Renderer. Threads draw with it side by side; one for each would hold every font once more."""

    def __init__(self) -> None:
        self._renderer = Renderer(cache_max_bytes=_KEPT_IMAGE_BYTES)
        self._registered: set[Family] = set()
        self._lock = threading.Lock()

    def prepare(self, families: Sequence[Family]) -> None:
        """Register those of the families that this renderer does not have yet."""
        if self._registered.issuperset(families):
            return
        with self._lock:
            for family in families:
                if family in self._registered:
                    continue
                for path in family.files:
                    # A broken file of the operator's must not fail every card: the families behind it stand in.
                    with suppress(DrawFailed, OSError), _our_errors():
                        self._renderer.register_font(path.read_bytes(), name=family.name)
                self._registered.add(family)
        # Registering a font of 18 MB takes 51 MB for a moment, and the heap would keep them all.
        give_back_free_memory()

    def measure(self, html: str, css: Sequence[str], size: Size, families: Sequence[Family]) -> dict[str, Any]:
        """Every box with its size, its place on the canvas and its runs of text, in pixels."""
        with _our_errors():
            return self._renderer.measure(
                tree(html), width=size.width, height=size.height, stylesheets=css, font_families=_names(families)
            )

    def paint(
        self, html: str, css: Sequence[str], size: Size, families: Sequence[Family], photos: Mapping[str, bytes]
    ) -> bytes:
        """Straight RGBA of the whole canvas. photos: encoded pictures by the name that the HTML gives them."""
        with _our_errors():
            return self._renderer.render(
                tree(html),
                width=size.width,
                height=size.height,
                format="raw",
                stylesheets=css,
                images=photos,
                font_families=_names(families),
            )

    def trace(
        self, html: str, css: Sequence[str], size: Size, families: Sequence[Family], photos: Mapping[str, bytes]
    ) -> str:
        """The whole canvas as an SVG document, letters as paths. photos: as for `paint`; their bytes stand in it."""
        with _our_errors():
            return self._renderer.render_svg(
                tree(html),
                width=size.width,
                height=size.height,
                stylesheets=css,
                images=photos,
                font_families=_names(families),
            )


_shared: list[Engine] = []
_making = threading.Lock()


def engine() -> Engine:
    """The engine of this process."""
    with _making:
        if not _shared:
            _shared.append(Engine())
        return _shared[0]


def tree(html: str) -> NodeTree:
    """The parsed HTML. Raises DrawFailed, as for too many levels."""
    with _our_errors():
        return from_html(html, max_depth=_DEEPEST, use_presets=False)


def _names(families: Sequence[Family]) -> list[str]:
    # The chain is given with every call: without it Takumi falls back to whatever this renderer has registered so far,
    # and the same card would differ from thread to thread.
    return [family.name for family in families]


@contextmanager
def _our_errors() -> Iterator[None]:
    try:
        yield
    except (RuntimeError, ValueError, TypeError) as error:
        raise DrawFailed(f"The layout engine refused the card: {error}") from error
    except BaseException as error:
        # A panic in Rust arrives as pyo3's PanicException, a BaseException. The renderer may be left locked: drop it.
        if type(error).__name__ != "PanicException":
            raise
        with _making:
            _shared.clear()
        raise DrawFailed("The layout engine failed on this card.") from error
