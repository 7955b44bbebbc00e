"""Looks at the environment variables: those that cannot be used, those that nobody reads, and those that surprise."""

import os
from collections.abc import Iterator
from ipaddress import ip_network
from urllib.parse import urlsplit

from frontis.cli.doctor.finding import Finding, fault, good, note
from frontis.errors import BadSetting, nearest
from frontis.settings import Settings, settings_table

_OURS = ("FRONTIS_", "OSIG_")
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
SHORTEST_TOKEN = 16


def examine_variables() -> Iterator[Finding]:
    """Every variable of ours by itself."""
    known = {row.variable for row in settings_table()}
    given = {name for name in os.environ if name.startswith(_OURS)}
    for name in sorted(given - known):
        yield note(name, "is set, and nothing reads it", _meant(name, known))
    try:
        Settings()
    except BadSetting as error:
        for line in str(error).splitlines():
            variable, _, problem = line.partition(": ")
            yield fault(variable, problem, "See docs/settings.md for what it may be.")
        return
    count = len(given & known)
    yield good("settings", f"{count} variable{'' if count == 1 else 's'} set, all of them readable")


def examine_settings(settings: Settings) -> Iterator[Finding]:
    """What the values mean together."""
    yield from _public_url(settings)
    for name, networks in (
        ("FRONTIS_TRUSTED_PROXIES", settings.trusted_proxies),
        ("FRONTIS_FETCH_ALLOW", settings.fetch_allow),
    ):
        if any(_is_everybody(word) for word in networks.replace(",", " ").split()):
            yield _EVERYBODY[name]
    if 0 < len(settings.metrics_token) < SHORTEST_TOKEN:
        words = f"has {len(settings.metrics_token)} characters, and can be guessed"
        yield note("FRONTIS_METRICS_TOKEN", words, "Take a longer one, such as of `openssl rand -hex 24`.")
    for name, pair in (
        ("GITHUB", (settings.github_client_id, settings.github_client_secret)),
        ("GOOGLE", (settings.google_client_id, settings.google_client_secret)),
    ):
        if any(pair) and not all(pair):
            lacks = f"FRONTIS_{name}_CLIENT_{'SECRET' if pair[0] else 'ID'}"
            yield fault(lacks, "is missing, so nobody can sign in that way", f"Set {lacks}, or unset the other.")


def _meant(name: str, known: set[str]) -> str:
    # All begin alike, so that is no likeness.
    rests = {each.partition("_")[2].lower(): each for each in known}
    rest = nearest(name.partition("_")[2], rests)
    return f"Did you mean {rests[rest]}?" if rest else "See docs/settings.md."


_EVERYBODY = {
    "FRONTIS_TRUSTED_PROXIES": fault(
        "FRONTIS_TRUSTED_PROXIES",
        "trusts everybody, so that anybody may claim any address",
        "Name the addresses of your own proxies alone.",
    ),
    "FRONTIS_FETCH_ALLOW": fault(
        "FRONTIS_FETCH_ALLOW",
        "lets pictures be fetched from every address, those inside your network among them",
        "Name the few networks or hosts that have your pictures.",
    ),
}


def _public_url(settings: Settings) -> Iterator[Finding]:
    name, address = "FRONTIS_PUBLIC_URL", settings.public_url
    parts = urlsplit(address)
    if not address:
        yield note(
            name,
            "is not set, so addresses in answers and mails are those that each visitor's browser says",
            "Set it to the address under which the world reaches Frontis, such as https://og.example.com.",
        )
    elif parts.scheme == "http" and parts.hostname not in _HERE:
        yield note(
            name,
            "is not https, so cookies and keys travel in the open",
            "Put a proxy with a certificate before Frontis, and write https.",
        )
    else:
        yield good(name, address)


def _is_everybody(word: str) -> bool:
    try:
        return ip_network(word, strict=False).prefixlen == 0
    except ValueError:
        return False
