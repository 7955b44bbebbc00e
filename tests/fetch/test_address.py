from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontis.errors import AddressForbidden
from frontis.fetch.address import BAD_PORTS, parse_address, parse_host


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("http://example.com", "http://example.com/"),
        ("  HTTPS://Example.COM:443/a  ", "https://example.com/a"),
        ("http://example.com:80/", "http://example.com/"),
        ("http://example.com:/", "http://example.com/"),
        ("https://example.com:80/", "https://example.com:80/"),
        ("http://example.com:0443/", "http://example.com:443/"),
        ("http://example.com./", "http://example.com/"),
        ("http://example。com/", "http://example.com/"),
        ("http://ｅｘａｍｐｌｅ．com/", "http://example.com/"),
        ("http://ex%61mple%2Ecom/", "http://example.com/"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
        ("http://b%C3%BCcher.example/", "http://xn--bcher-kva.example/"),
        ("http://straße.example/", "http://xn--strae-oqa.example/"),
        ("http://soft\u00adhyphen.example/", "http://softhyphen.example/"),
        ("http://my_pictures.example/", "http://my_pictures.example/"),
        ("http://a.b-c.1a/", "http://a.b-c.1a/"),
        ("http://[2606:4700:0:0::0001]:8080/x", "http://[2606:4700::1]:8080/x"),
        ("http://[::ffff:1.2.3.4]/", "http://1.2.3.4/"),
        ("http://16909060/", "http://1.2.3.4/"),
        ("http://example.com?q", "http://example.com/?q"),
        ("http://example.com/?", "http://example.com/?"),
        ("http://example.com#part", "http://example.com/"),
        ("http://example.com/a b/ü?ä=1 2#x", "http://example.com/a%20b/%C3%BC?%C3%A4=1%202"),
        ("http://example.com/%zz%20%", "http://example.com/%zz%20%"),
        ("http://example.com/a\nb\t c", "http://example.com/ab%20c"),
        ("http://example.com/\x00\x7f", "http://example.com/%00%7F"),
        ("http://example.com/<\\>{}|^`\"'", "http://example.com/%3C%5C%3E%7B%7D%7C%5E%60%22'"),
        ("http://example.com/@:8080", "http://example.com/@:8080"),
        ("ht\ntp://example.com/", "http://example.com/"),
    ],
)
def test_every_notation_has_one_form(url: str, canonical: str) -> None:
    assert parse_address(url).text == canonical
    assert parse_address(canonical).text == canonical


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com/a.png",
        "//example.com/",
        "/a.png",
        "http:example.com",
        "http:/example.com",
        "http:\\\\example.com\\",
        "http://",
        "http:///a",
        "http://?",
        "http://.",
        "http://..",
        "http://a..b/",
        "http://.example.com/",
        "http://example.com../",
        "http://-a.example/",
        "http://a-.example/",
        "http://a b.example/",
        "http://a%20b.example/",
        "http://a%00.example/",
        "http://a%2Fb.example/",
        "http://a%ff.example/",
        "http://a*b.example/",
        "http://a≠b.example/",
        "http://\u200f.example/",
        "http://\ud800.example/",
        "http://example.com/\ud800",
        "http://" + "a" * 64 + ".example/",
        "http://" + "a." * 127 + "example/",
        "http://" + "ü" * 5000 + "/",
        "http://example.com/" + "a" * 8192,
        "http://user@example.com/",
        "http://user:password@example.com/",
        "http://@example.com/",
        "http://example.com:80@evil.example/",
        "http://example.com\\@evil.example/",
        "http://example.com%40evil.example/",
        "http://example.com:80:80/",
        "http://example.com:65536/",
        "http://example.com:-1/",
        "http://example.com:+80/",
        "http://example.com:８０/",
        "http://example.com:8_0/",
        "http://example.com:0/",
        "http://example.com: 80/",
        "http://[::1",
        "http://[::1:80",
        "http://::1/",
        "http://[::1]a/",
        "http://[[::1]]/",
        "http://[]/",
        "http://[fe80::1%eth0]/",
        "http://[fe80::1%25eth0]/",
        "http://[v1.x]/",
        "http://[127.0.0.1]/",
        "http://[example.com]/",
        "http://[::1%5D/",
        "http://1.2.3.4.5/",
        "http://1.2.3.256/",
        "http://1.2.65536/",
        "http://1.16777216/",
        "http://4294967296/",
        "http://0x100000000/",
        "http://256.1/",
        "http://1..2/",
        "http://08/",
        "http://1.2.3.09/",
        "http://0xg.1/",
        "http://a.1/",
        "http://example.0x7f/",
        "http://1_0.1/",
        "http://" + "9" * 250 + "/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "file://example.com/",
        "data:image/png;base64,AAAA",
        "javascript:alert(1)",
        "gopher://example.com/",
        "ws://example.com/",
        "unix:///run/docker.sock",
        "http+unix://run/",
        "jar:http://example.com!/",
    ],
)
def test_what_is_no_plain_web_address_is_refused(url: str) -> None:
    with pytest.raises(AddressForbidden) as caught:
        parse_address(url)
    assert caught.value.url == url


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://user@example.com/", "it holds a user name or a password"),
        ("ftp://example.com/", "only http and https are fetched, not ftp"),
        ("example.com", "it is no http or https address"),
        ("http://example.com:25/", "port 25 is not for the web"),
        ("http://[fe80::1%25eth0]/", "its IPv6 address holds a zone"),
    ],
)
def test_a_refusal_says_what_is_wrong(url: str, problem: str) -> None:
    with pytest.raises(AddressForbidden) as caught:
        parse_address(url)
    assert str(caught.value) == f"{problem}: {url}"


@pytest.mark.parametrize("port", sorted(BAD_PORTS))
def test_ports_of_other_protocols_are_refused(port: int) -> None:
    with pytest.raises(AddressForbidden, match=f"port {port}"):
        parse_address(f"http://example.com:{port}/")


@pytest.mark.parametrize("port", [81, 591, 8000, 8080, 8443, 9000, 65535])
def test_other_ports_are_open(port: int) -> None:
    assert parse_address(f"http://example.com:{port}/").port == port


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("1.2.3.4", "1.2.3.4"),
        ("1.2.772", "1.2.3.4"),
        ("1.131844", "1.2.3.4"),
        ("0x1.0x2.0x3.0x4", "1.2.3.4"),
        ("0X01020304", "1.2.3.4"),
        ("01.02.03.04", "1.2.3.4"),
        ("0100401404", "1.2.3.4"),
        ("0", "0.0.0.0"),
        ("0x", "0.0.0.0"),
        ("0x.0x.0x.0x", "0.0.0.0"),
        ("00000000000000000000001", "0.0.0.1"),
        ("255.255.255.255", "255.255.255.255"),
        ("4294967295", "255.255.255.255"),
        ("1.2.3.4.", "1.2.3.4"),
        ("①。②。③。④", "1.2.3.4"),
        ("𝟏.𝟐.𝟑.𝟒", "1.2.3.4"),
        ("%31%2e2.3.4", "1.2.3.4"),
    ],
)
def test_every_notation_of_ipv4_is_read_as_the_system_reads_it(host: str, address: str) -> None:
    assert parse_host(host) == IPv4Address(address)


@settings(deadline=None)
@given(st.ip_addresses(v=6))
def test_an_ipv6_host_is_that_address(address: IPv6Address) -> None:
    expected = address.ipv4_mapped or address
    assert parse_host(f"[{address.exploded.upper()}]") == expected
    assert parse_address(f"http://[{address}]:8080/a").text == (
        f"http://{expected}:8080/a" if address.ipv4_mapped else f"http://[{expected}]:8080/a"
    )


@settings(deadline=None)
@given(
    st.text(max_size=40)
    | st.builds("http://{}".format, st.text(max_size=40))
    | st.builds(
        "http://{}:{}/{}?{}".format, st.text("abc.-_%[]:@0x1\\。", max_size=20), st.text(), st.text(), st.text()
    )
)
def test_any_text_is_an_address_in_one_form_or_forbidden(text: str) -> None:
    try:
        address = parse_address(text)
    except AddressForbidden:
        return
    assert address.text.isascii()
    assert address.text.isprintable()
    assert " " not in address.text
    assert parse_address(address.text) == address
    assert address.follow(address.text) == address
