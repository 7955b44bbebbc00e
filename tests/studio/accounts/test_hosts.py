"""A host has one form, whoever writes it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontis.errors import BadInput
from frontis.studio.accounts.hosts import canonical_host


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("www.Example.COM", "www.example.com"),
        ("  example.com. ", "example.com"),
        ("Straße.de", "xn--strae-oqa.de"),
        ("xn--strae-oqa.de", "xn--strae-oqa.de"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
        ("ｅｘａｍｐｌｅ.com", "example.com"),
        ("localhost", "localhost"),
        ("localhost:3000", "localhost:3000"),
        ("example.com:0080", "example.com"),
        ("example.com:443", "example.com"),
        ("example.com.:8443", "example.com:8443"),
        ("127.0.0.1:8000", "127.0.0.1:8000"),
        ("[::1]:8000", "[::1]:8000"),
        ("[2001:DB8:0:0:0:0:0:1]", "[2001:db8::1]"),
        ("a-b.c--d.example", "a-b.c--d.example"),
    ],
)
def test_a_host_is_kept_in_one_form(given: str, kept: str) -> None:
    assert canonical_host(given) == kept
    assert canonical_host(kept) == kept


@pytest.mark.parametrize(
    "given",
    [
        "",
        ".",
        "..",
        "a..b",
        "example.com..",
        ".example.com",
        "*",
        "*.example.com",
        "exa mple.com",
        "exa_mple.com",
        "-a.com",
        "a-.com",
        "https://example.com",
        "example.com/path",
        "example.com:",
        "example.com:0",
        "example.com:65536",
        "example.com:http",
        "user@example.com",
        "::1",
        "[::1",
        "[::ffff::1]",
        "[fe80::1%eth0]",
        "[127.0.0.1]",
        "256.1.1.1",
        "1.2.3",
        "0x7f.0.0.1",
        "127.1",
        "example.0x1",
        "127.0.0.01",
        "xn--a.example",
        "xn--.example",
        "a\u05d0.example",
        "a" * 64 + ".example",
        ".".join(["abcdefgh"] * 30),
        "example.com\n.evil.example",
        "a.example\0",
        "\ud800.example",
    ],
)
def test_what_is_no_host_is_refused(given: str) -> None:
    with pytest.raises(BadInput) as caught:
        canonical_host(given)
    assert caught.value.parameter == "domain"


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("https://www.example.com/about?x", "www.example.com"),
        ("http://localhost:3000", "localhost:3000"),
        ("*.example.com", "example.com"),
        ("example.com/path", "example.com"),
        ("nonsense here", ""),
        ("*.*.example.com", ""),
        ("http://[", ""),
    ],
)
def test_who_writes_an_address_or_a_wildcard_is_told_the_host_in_it(given: str, meant: str) -> None:
    with pytest.raises(BadInput) as caught:
        canonical_host(given)
    assert caught.value.suggestion == meant


@given(
    st.one_of(
        st.text(max_size=80),
        st.from_regex(r"[a-zA-Zäßİı。.\-0-9x]{1,30}(:[0-9]{1,5})?", fullmatch=True),
        st.ip_addresses(v=4).map(str),
        st.ip_addresses(v=6).map("[{}]".format),
    )
)
def test_any_text_is_a_host_in_one_form_or_refused(text: str) -> None:
    try:
        kept = canonical_host(text)
    except BadInput:
        return
    assert canonical_host(kept) == kept
    assert kept.isascii()
    assert kept == kept.lower()
    assert len(kept) <= 259
