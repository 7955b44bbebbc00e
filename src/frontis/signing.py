"""Signed addresses: made by the sites that use them, checked by the edge.

The scheme is OSIG's, bit for bit, so that addresses signed there with the same secret are good here and the other way
round: all parameters but `sig`, sorted by name and form-encoded, under HMAC-SHA256 with a key that is the SHA-256
digest of a salt and the secret. `exp`, the Unix second at which the address ends, is a parameter like any other, so it
is signed too.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

from frontis.errors import BadInput, BadSignature
from frontis.model.query import UNIX_SECOND

SIGNATURE = "sig"
EXPIRY = "exp"

# Django's Signer, on which OSIG builds, puts "signer" between its salt and the secret.
_SALT = "core.og-url-signature" + "signer"

Plain = str | int | float | bool | None


def sign(parameters: Iterable[tuple[str, Plain]] | Mapping[str, Plain], *, secret: str, expires_at: int) -> str:
    """The query string of these parameters, in their order, with `exp` and `sig` behind them.

    Values are written as `str` does; a None is left out, and so is an `exp` or `sig` of an earlier signature.
    expires_at: the last Unix second at which the address is good.
    Raises BadInput for a parameter that is given twice: a signature covers one value of each.
    """
    if not UNIX_SECOND.fullmatch(str(expires_at)):
        raise BadInput("expires_at", "must be a Unix time in whole seconds")
    signed: dict[str, str] = {}
    for name, value in parameters.items() if isinstance(parameters, Mapping) else parameters:
        if value is None or name in (EXPIRY, SIGNATURE):
            continue
        if name in signed:
            raise BadInput(
                name, "is given twice, and a signature covers one value; join the items of a list with a newline (%0A)"
            )
        signed[name] = str(value)
    signed[EXPIRY] = str(expires_at)
    return _encoded(signed.items()) + "&" + _encoded([(SIGNATURE, _signature(signed, secret))])


def sign_url(url: str, *, secret: str, expires_at: int) -> str:
    """The whole address, signed: "https://og.example.com/g?title=Hello" gets `exp` and `sig`, and keeps the rest.

    expires_at: the last Unix second at which it is good. Raises BadInput for what is no address, or cannot be signed.
    """
    try:
        parts = urlsplit(url)
        parameters = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        raise BadInput("url", "is no address that can be read") from None
    return parts._replace(query=sign(parameters, secret=secret, expires_at=expires_at)).geturl()


def is_signed(parameters: Iterable[tuple[str, str]]) -> bool:
    """Whether the address claims to be signed: an empty `sig` counts as none, as with OSIG."""
    return bool(dict(parameters).get(SIGNATURE))


def verify(parameters: Iterable[tuple[str, str]] | Mapping[str, str], *, secret: str, now: float) -> int:
    """The Unix second at which a signed address ends.

    parameters: all of its query string, decoded; where a name repeats, its last value counts.
    now: the Unix time.
    Raises BadSignature when the signature or its `exp` is missing, its time is over, or it belongs to other parameters.
    """
    given = dict(parameters)
    signature = given.pop(SIGNATURE, "")
    expiry = given.get(EXPIRY, "")
    if not signature:
        raise BadSignature(SIGNATURE, "is missing")
    if not UNIX_SECOND.fullmatch(expiry):
        raise BadSignature(EXPIRY, "must be a Unix time in whole seconds")
    if now > int(expiry):
        raise BadSignature(EXPIRY, "is over; the address must be signed anew")
    expected = _signature(given, secret)
    if not hmac.compare_digest(signature.encode("utf-8", "surrogatepass"), expected.encode()):
        raise BadSignature(SIGNATURE, "does not belong to these parameters")
    return int(expiry)


def _signature(parameters: Mapping[str, str], secret: str) -> str:
    """43 characters of base64url over the parameters, sorted by name."""
    if not secret:
        raise BadInput("secret", "may not be empty")
    key = hashlib.sha256((_SALT + secret).encode()).digest()
    digest = hmac.digest(key, _encoded(sorted(parameters.items())).encode(), "sha256")
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def _encoded(pairs: Iterable[tuple[str, str]]) -> str:
    # Lone surrogates, which UTF-8 refuses, stay distinct from every character that can be asked for.
    return urlencode([*pairs], errors="surrogatepass")
