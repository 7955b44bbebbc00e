"""Frontis draws the picture that faces a link: social cards from a few words, in any script, in milliseconds."""

from typing import TYPE_CHECKING, Any

from frontis.errors import (
    BadInput,
    BadPicture,
    BadSetting,
    BadSignature,
    BadTemplate,
    DrawFailed,
    EncodeFailed,
    FetchFailed,
    FrontisError,
    Overloaded,
    UnknownTemplate,
)
from frontis.model.card import Card
from frontis.model.picture import Picture
from frontis.signing import sign_url as sign

if TYPE_CHECKING:
    from frontis.pipeline import render

__all__ = [
    "BadInput",
    "BadPicture",
    "BadSetting",
    "BadSignature",
    "BadTemplate",
    "Card",
    "DrawFailed",
    "EncodeFailed",
    "FetchFailed",
    "FrontisError",
    "Overloaded",
    "Picture",
    "UnknownTemplate",
    "render",
    "sign",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401  (a module's own attribute)
    # The engine loads its codecs and fonts when it is first asked for, so that `import frontis` stays quick.
    if name == "render":
        from frontis.pipeline import render  # noqa: PLC0415

        globals()["render"] = render
        return render
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
