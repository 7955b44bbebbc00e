"""In which encoding a page is written (https://html.spec.whatwg.org/#determining-the-character-encoding)."""

import codecs
import re

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# The standard looks at the first 1,024 bytes; some pages have a comment before.
_LOOKED_AT = 4096
_META = re.compile(rb"<meta\s[^>]{0,400}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)

# What the names mean (https://encoding.spec.whatwg.org/#names-and-labels), by Python's names for it. What is not here
# is no encoding of the web: some of Python's, such as Punycode, take time that grows with the square of the length.
_LABELS = {
    **dict.fromkeys(("utf-8", "utf8", "unicode-1-1-utf-8", "x-unicode20utf8"), "utf-8"),
    **dict.fromkeys(("utf-16", "utf-16le", "unicode", "ucs-2"), "utf-16-le"),
    "utf-16be": "utf-16-be",
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin1", "ascii", "us-ascii", "l1", "x-cp1252"), "cp1252"),
    **dict.fromkeys(("iso-8859-9", "latin5"), "cp1254"),
    **dict.fromkeys(("iso-8859-11", "tis-620", "windows-874"), "cp874"),
    **{f"iso-8859-{part}": f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    **{f"{name}{part}": f"cp{part}" for part in range(1250, 1259) for name in ("windows-", "cp", "x-cp")},
    **{name: name for name in ("koi8-r", "koi8-u", "gb18030", "euc-jp", "iso-2022-jp")},
    **dict.fromkeys(("macintosh", "mac", "x-mac-roman"), "mac-roman"),
    **dict.fromkeys(("gb2312", "gbk", "x-gbk", "chinese", "gb_2312-80"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "x-x-big5"), "big5hkscs"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j", "ms_kanji"), "cp932"),
    "x-euc-jp": "euc-jp",
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "ksc5601", "korean", "windows-949"), "cp949"),
}


def text_of(data: bytes, charset: str = "") -> str:
    """The text of a page: by its byte order mark, else the charset of the header, else of a meta tag, else by trying.

    What is wrong in it becomes U+FFFD.
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(codec, "replace")
    codec = _LABELS.get(charset.strip().lower(), "") or _named_within(data)
    if codec:
        return data.decode(codec, "replace")
    try:
        # Not final: a page that was cut may end within a character.
        return codecs.getincrementaldecoder("utf-8")().decode(data, final=False)
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _named_within(data: bytes) -> str:
    found = _META.search(data, 0, _LOOKED_AT)
    codec = _LABELS.get(found[1].decode("ascii").lower(), "") if found else ""
    # Who can read the tag does not read UTF-16.
    return "utf-8" if codec.startswith("utf-16") else codec
