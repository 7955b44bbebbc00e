"""How foreign services are spoken: one room each, strangers to one another, and this register of them."""

from frontis.dialects import native, ogforge, ogimage, ogstack, osig, urlpix
from frontis.model.dialect import Dialect

__all__ = ["DIALECTS"]

DIALECTS: tuple[Dialect, ...] = (
    native.DIALECT,
    osig.DIALECT,
    ogstack.DIALECT,
    ogimage.DIALECT,
    ogforge.DIALECT,
    urlpix.DIALECT,
)
