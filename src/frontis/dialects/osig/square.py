"""`/blank-square.png`: the white picture that OSIG serves beside its cards."""

from base64 import b64decode

from frontis.model.dialect import Reply
from frontis.model.query import Query

# 200 by 200 pixels, in shades of grey of one bit.
_SQUARE = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAMgAAADIAQAAAACFI5MzAAAAJ0lEQVR42u3JoQEAAAwCIP9/WvPCPoBK+okxxhhjjDHGGGOMMcYc"
    "A4uOdZZzS32eAAAAAElFTkSuQmCC"
)


def square(_: Query) -> Reply:
    """The picture. It never changes."""
    return Reply(200, _SQUARE, "image/png", {"Cache-Control": "public, max-age=31536000, immutable"})
