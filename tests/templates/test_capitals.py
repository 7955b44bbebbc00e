"""Words in capitals, as their readers write them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontis.templates.capitals import capitals

# Those of Greek are the examples of Unicode's own root and Greek upper-casing (CLDR, el-Upper).
WRITTEN = {
    "Straße": "STRASSE",
    "ﬁn": "FIN",
    "naïve café": "NAÏVE CAFÉ",
    "istanbul": "ISTANBUL",
    "Київ": "КИЇВ",
    "日本語 🎉": "日本語 🎉",
    "العربية": "العربية",
    "Αθήνα, Τρίτη": "ΑΘΗΝΑ, ΤΡΙΤΗ",
    "καφές": "ΚΑΦΕΣ",
    "προϋπόθεση": "ΠΡΟΫΠΟΘΕΣΗ",
    "Μαΐου": "ΜΑΪΟΥ",
    "ΐ": "Ϊ",
    "μάιος": "ΜΑΪΟΣ",
    "άυλος": "ΑΫΛΟΣ",
    "τσάι ή καφές": "ΤΣΑΪ Ή ΚΑΦΕΣ",
    "η ήττα": "Η ΗΤΤΑ",
    "ᾠδή": "ΩΙΔΗ",
    "ὁ Ἀριστοτέλης": "Ο ΑΡΙΣΤΟΤΕΛΗΣ",
    "Ἑλληνική é": "ΕΛΛΗΝΙΚΗ É",
}


@pytest.mark.parametrize(("text", "written"), WRITTEN.items())
def test_a_text_is_written_in_capitals(text: str, written: str) -> None:
    assert capitals(text) == written
    assert capitals(unicodedata.normalize("NFD", text)) in (written, unicodedata.normalize("NFD", written))


@pytest.mark.parametrize("language", ["tr", "TR", "az", "tr-TR"])
def test_the_dot_of_turkish_is_kept_where_the_language_is_known(language: str) -> None:
    assert capitals("ılık istanbul", language) == "ILIK İSTANBUL"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_without_greek_it_is_what_unicode_says(text: str) -> None:
    without = "".join(each for each in text if "GREEK" not in unicodedata.name(each, ""))
    assert capitals(without) == without.upper()


@given(st.text(st.sampled_from("αάϊΐηήιίυύΑΉ \u0301\u0308ᾳἆs-")))
def test_what_is_in_capitals_stays_as_it_is(text: str) -> None:
    once = capitals(text)
    assert once == once.upper()
    assert capitals(once) == once
