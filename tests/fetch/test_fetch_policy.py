from ipaddress import ip_network

import pytest

from frontis.errors import BadSetting
from frontis.fetch import Policy, parse_allow


def test_networks_addresses_and_names_are_allowed_in_one_line() -> None:
    assert parse_allow(" 127.0.0.0/8, Intranet.Example.,::1 fd00::/8\n10.0.0.7 bücher.example,") == (
        ip_network("127.0.0.0/8"),
        "intranet.example",
        ip_network("::1/128"),
        ip_network("fd00::/8"),
        ip_network("10.0.0.7/32"),
        "xn--bcher-kva.example",
    )


@pytest.mark.parametrize("text", ["", " ", ", ,"])
def test_nothing_allows_nothing(text: str) -> None:
    assert parse_allow(text) == ()


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("10.0.0.5/8", "Write 10.0.0.0/8"),
        ("fd00::1/8", "Write fd00::/8"),
        ("127.1", "write 127.0.0.1 instead"),
        ("0x7f000001", "write 127.0.0.1 instead"),
        ("[::1]", "write ::1 instead"),
        ("localhost:9000", "'localhost:9000' is no network, address or host name"),
        ("*.example", "'*.example' is no network"),
        (".example", "'.example' is no network"),
        ("http://intranet.example/", "is no network"),
        ("10.0.0.0/33", "is no network"),
        ("10.0.0.256", "is no network"),
        ("a_b.exa mple, -", "'-' is no network"),
    ],
)
def test_a_word_that_cannot_be_used_is_told_with_a_way_out(text: str, hint: str) -> None:
    with pytest.raises(BadSetting) as caught:
        parse_allow(text)
    assert str(caught.value).startswith("FRONTIS_FETCH_ALLOW: ")
    assert hint in str(caught.value)


@pytest.mark.parametrize(
    "limits", [{"total_seconds": 0}, {"most_bytes": 0}, {"most_attempts": 0}, {"most_in_all": -1}, {"kept_bytes": -1}]
)
def test_a_policy_that_lets_nothing_through_is_a_mistake(limits: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(limits))):
        Policy(**limits)  # type: ignore[arg-type]
