"""OSIG's signing scheme: its two golden vectors, and what must hold for any address."""

from random import Random
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from frontis import BadInput, BadSignature
from frontis.signing import is_signed, sign, sign_url, verify

# Made with Django 5.2's Signer, as OSIG uses it.
Pairs = list[tuple[str, str]]
SECRET = "test-secret-key"
VECTORS = [
    (
        [("style", "base"), ("site", "x"), ("title", "Signed title & more ·"), ("subtitle", "")],
        "uLeXymRGS9ySp7IZdp8S5LrnLdVFkF6vl2yXqR8d-UY",
    ),
    (
        [
            ("style", "logo"),
            ("site", "x"),
            ("title", "Narrative"),
            ("subtitle", "Founding Senior Software Engineer"),
            ("image_url", "https://example.com/logo.png"),
            ("format", "jpeg"),
            ("quality", "80"),
            ("v", "2026-02-26"),
        ],
        "gvR0tWhQ_ZpSviuAYeD4NLMEHvD4lXueV3glcdN_IKo",
    ),
]
EXPIRY = 1772109296

words = st.text(st.characters(exclude_categories=()), max_size=30)
parameters = st.dictionaries(words, words, max_size=6)


def signed(given: dict[str, str]) -> list[tuple[str, str]]:
    return read(sign(given, secret=SECRET, expires_at=EXPIRY))


def read(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True, errors="surrogatepass")


@pytest.mark.parametrize(("pairs", "signature"), VECTORS)
def test_signatures_are_those_of_osig(pairs: Pairs, signature: str) -> None:
    query = sign(pairs, secret=SECRET, expires_at=EXPIRY)
    assert read(query) == [*pairs, ("exp", str(EXPIRY)), ("sig", signature)]
    assert verify([*pairs, ("exp", str(EXPIRY)), ("sig", signature)], secret=SECRET, now=EXPIRY) == EXPIRY


@settings(deadline=None)
@given(parameters)
def test_what_was_signed_is_accepted(given: dict[str, str]) -> None:
    assert verify(signed(given), secret=SECRET, now=EXPIRY) == EXPIRY


@settings(deadline=None)
@given(parameters, st.randoms())
def test_the_order_of_parameters_does_not_matter(given: dict[str, str], random: Random) -> None:
    pairs = signed(given)
    random.shuffle(pairs)
    assert verify(pairs, secret=SECRET, now=0) == EXPIRY


@settings(deadline=None)
@given(parameters.filter(bool), st.data())
def test_one_changed_character_spoils_a_signature(given: dict[str, str], data: st.DataObject) -> None:
    pairs = signed(given)
    at = data.draw(st.integers(0, len(pairs) - 1))
    part = data.draw(st.sampled_from([0, 1]))
    word = pairs[at][part]
    place = data.draw(st.integers(0, len(word)))
    changed = (
        word[:place] + data.draw(st.characters(exclude_categories=())) + word[place + data.draw(st.integers(0, 1)) :]
    )
    assume(changed != word)
    pairs[at] = (changed, pairs[at][1]) if part == 0 else (pairs[at][0], changed)
    assume(dict(pairs) != dict(signed(given)))
    with pytest.raises(BadSignature):
        verify(pairs, secret=SECRET, now=0)


def test_an_added_parameter_spoils_a_signature() -> None:
    with pytest.raises(BadSignature):
        verify([*signed({"title": "a"}), ("utm_source", "mail")], secret=SECRET, now=0)


def test_another_secret_makes_another_signature() -> None:
    with pytest.raises(BadSignature):
        verify(signed({"title": "a"}), secret="another", now=0)


def test_an_address_is_good_up_to_its_last_second_and_no_longer() -> None:
    assert verify(signed({}), secret=SECRET, now=float(EXPIRY)) == EXPIRY
    with pytest.raises(BadSignature, match="exp"):
        verify(signed({}), secret=SECRET, now=EXPIRY + 0.5)


@pytest.mark.parametrize(
    "expiry", ["", "soon", "1e10", "-1", "9" * 5000, "١٧٧٢١٠٩٢٩٦", "17721\ud8009296", "1_772", " 1", "1\n"]
)
def test_an_expiry_that_is_no_number_is_refused(expiry: str) -> None:
    with pytest.raises(BadSignature, match="exp"):
        verify({"exp": expiry, "sig": "x"}, secret=SECRET, now=0)


@pytest.mark.parametrize("signature", ["x", "é", "\ud800", "=" * 43, "x" * 100_000])
def test_a_signature_that_is_none_is_refused(signature: str) -> None:
    with pytest.raises(BadSignature, match="sig"):
        verify({"exp": str(EXPIRY), "sig": signature}, secret=SECRET, now=0)


@pytest.mark.parametrize("pairs", [[], [("exp", str(EXPIRY))], [("sig", ""), ("exp", str(EXPIRY))]])
def test_an_unsigned_address_does_not_pass_for_a_signed_one(pairs: Pairs) -> None:
    assert not is_signed(pairs)
    with pytest.raises(BadSignature, match="missing"):
        verify(pairs, secret=SECRET, now=0)


def test_the_last_value_of_a_name_counts() -> None:
    pairs = signed({"title": "good"})
    assert verify([("title", "evil"), *pairs], secret=SECRET, now=0) == EXPIRY
    with pytest.raises(BadSignature):
        verify([*pairs, ("title", "evil")], secret=SECRET, now=0)
    assert is_signed(pairs)


def test_a_name_that_repeats_is_not_signed_at_all() -> None:
    with pytest.raises(BadInput, match="items"):
        sign([("items", "a"), ("items", "b")], secret=SECRET, expires_at=EXPIRY)


def test_values_are_written_as_python_writes_them_and_none_is_left_out() -> None:
    query = sign({"b": True, "n": 80, "x": None, "exp": 1, "sig": "old"}, secret=SECRET, expires_at=EXPIRY)
    assert query.startswith(f"b=True&n=80&exp={EXPIRY}&sig=")
    assert verify(read(query), secret=SECRET, now=0) == EXPIRY


def test_nothing_is_signed_without_a_secret() -> None:
    with pytest.raises(BadInput, match="secret"):
        sign({"title": "a"}, secret="", expires_at=EXPIRY)


@pytest.mark.parametrize("expires_at", [-1, 10**20])
def test_an_end_that_is_no_time_is_refused(expires_at: int) -> None:
    with pytest.raises(BadInput, match="expires_at"):
        sign({}, secret=SECRET, expires_at=expires_at)


@pytest.mark.parametrize(
    "url",
    [
        "https://og.example.com/g?title=10%20Years&subtitle=",
        "/card/article@3.png?title=a%0Ab#top",
        "http://[::1]:8000/g",
    ],
)
def test_a_whole_address_is_signed_and_keeps_the_rest(url: str) -> None:
    parts, made = urlsplit(url), urlsplit(sign_url(url, secret=SECRET, expires_at=EXPIRY))
    assert (made.scheme, made.netloc, made.path, made.fragment) == (
        parts.scheme,
        parts.netloc,
        parts.path,
        parts.fragment,
    )
    assert read(made.query)[:-2] == read(parts.query)
    assert verify(read(made.query), secret=SECRET, now=0) == EXPIRY


def test_an_address_can_be_signed_anew() -> None:
    first = sign_url("https://og.example.com/g?title=a", secret=SECRET, expires_at=1)
    assert sign_url(first, secret=SECRET, expires_at=EXPIRY) == sign_url(
        "https://og.example.com/g?title=a", secret=SECRET, expires_at=EXPIRY
    )


@pytest.mark.parametrize("url", ["http://[::1", "http://[x]/"])
def test_what_is_no_address_cannot_be_signed(url: str) -> None:
    with pytest.raises(BadInput, match="url"):
        sign_url(url, secret=SECRET, expires_at=EXPIRY)
