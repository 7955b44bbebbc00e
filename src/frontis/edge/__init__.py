"""The edge: answers requests for cards over HTTP, and never lets its event loop wait for a drawing."""

from typing import TYPE_CHECKING, Any

from frontis.edge.serving import Program, serve

if TYPE_CHECKING:
    from frontis.edge.app import make_app

__all__ = ["Program", "make_app", "serve"]


def __getattr__(name: str) -> Any:  # noqa: ANN401  (a module's own attribute)
    # The first process of a server, which only starts the others, is spared the application.
    if name == "make_app":
        from frontis.edge.app import make_app  # noqa: PLC0415

        return make_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
