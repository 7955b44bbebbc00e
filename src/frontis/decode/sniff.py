"""What bytes are, told by the bytes alone: never by a file's name or a server's header."""

import re
from enum import StrEnum

from frontis.errors import DamagedPicture, UnknownFormat


class Kind(StrEnum):
    """The formats a foreign picture may have; the value is the name that people know."""

    PNG = "PNG"
    JPEG = "JPEG"
    WEBP = "WebP"
    GIF = "GIF"
    AVIF = "AVIF"
    SVG = "SVG"
    ICO = "ICO"

    def damaged(self) -> DamagedPicture:
        """The error for a picture of this kind that cannot be read."""
        return DamagedPicture(f"The {self.value} picture is broken off or damaged.")


PNG_MAGIC = b"\x89PNG\r\n\x1a\n"

_MAGIC = {
    PNG_MAGIC: Kind.PNG,
    b"\xff\xd8\xff": Kind.JPEG,
    b"GIF87a": Kind.GIF,
    b"GIF89a": Kind.GIF,
    b"\0\0\1\0": Kind.ICO,
}

# Only to name what was sent in its place.
_FOREIGN_MAGIC = {
    b"BM": "a BMP picture",
    b"II*\0": "a TIFF picture",
    b"MM\0*": "a TIFF picture",
    b"%PDF": "a PDF document",
    b"8BPS": "a Photoshop document",
    b"\xff\x0a": "a JPEG XL picture",
    b"\0\0\0\x0cJXL ": "a JPEG XL picture",
    b"\0\0\0\x0cjP  ": "a JPEG 2000 picture",
    b"\0\0\2\0": "a mouse pointer",
    b"\x1f\x8b": "gzip data",
    b"PK\3\4": "a ZIP archive",
}

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")

# Atomic and possessive, so that no input makes it try anything twice.
_ROOT = re.compile(
    rb"(?:\s++|(?><!--.*?-->)|(?><\?.*?\?>))*+<(?i:!DOCTYPE\s+)?(?:[\w.-]+:)?([\w.-]+)", re.DOTALL | re.ASCII
)


def sniff(data: bytes) -> Kind:
    """The format of a picture's bytes. Raises UnknownFormat for what is none of ours."""
    for magic, kind in _MAGIC.items():
        if data.startswith(magic):
            return kind
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return Kind.WEBP
    if _is_avif(data):
        return Kind.AVIF
    if _root_name(data) == "svg":
        return Kind.SVG
    *most, last = Kind
    raise UnknownFormat(f"This is {_foreign_name(data)}. Pictures may be {', '.join(most)} or {last}.")


def _is_avif(data: bytes) -> bool:
    """Whether a file type box (ISO/IEC 14496-12, 4.3) names AVIF among its brands."""
    if data[4:8] != b"ftyp":
        return False
    end = min(int.from_bytes(data[:4], "big"), 256)
    brands = {data[8:12], *(data[start : start + 4] for start in range(16, end - 3, 4))}
    return not brands.isdisjoint({b"avif", b"avis"})


def _root_name(data: bytes) -> str:
    """The root element's name without its prefix, or the document type's, if this is markup; "" otherwise."""
    if data.startswith(_UTF16_MARKS):
        data = data.decode("utf-16", "replace").encode()
    root = _ROOT.match(data.removeprefix(b"\xef\xbb\xbf"))
    return root[1].decode() if root else ""


def _foreign_name(data: bytes) -> str:
    if not data:
        return "empty"
    for magic, name in _FOREIGN_MAGIC.items():
        if data.startswith(magic):
            return name
    if data[4:8] == b"ftyp":
        return "a video, or a HEIC picture"
    if _root_name(data).lower() == "html":
        return "a web page"
    return "no picture that we know"
