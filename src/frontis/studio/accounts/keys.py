"""Makes keys, and what is kept of them; and the signing secrets of projects, which are not kept at all."""

import hmac
import secrets
import string
from base64 import urlsafe_b64encode

from django.conf import settings

from frontis.model.account import KeyKind

_ALPHANUMERICS = string.ascii_letters + string.digits
_OSIG_SHOWN = 3
_SHOWN = 4
PREFIXES = {KeyKind.OSIG: "", KeyKind.OGIMAGE: "og_sk_", KeyKind.OGSTACK: "og_live_", KeyKind.URLPIX: "sk_live_"}


def mint(kind: KeyKind) -> str:
    """A new key that nobody can guess."""
    match kind:
        case KeyKind.OSIG:
            return _alphanumerics(10)
        case KeyKind.OGIMAGE:
            return PREFIXES[kind] + secrets.token_hex(16)
        case KeyKind.OGSTACK:
            return PREFIXES[kind] + secrets.token_hex(32)
        case KeyKind.URLPIX:
            return PREFIXES[kind] + _alphanumerics(32)


def beginning_of(key: str, kind: KeyKind) -> str:
    """What may be shown of a key, so that its owner knows which one it is."""
    # An OSIG key is short: more than three of its ten characters would make it easier to guess.
    return key[: len(PREFIXES[kind]) + (_OSIG_SHOWN if kind is KeyKind.OSIG else _SHOWN)]


def digest_of(key: str) -> str:
    """64 hexadecimal digits: HMAC-SHA256 under a secret that the database does not hold."""
    return hmac.digest(_pepper("keys"), key.encode("utf-8", "surrogatepass"), "sha256").hex()


def signing_secret_of(public_id: str, salt: str) -> str:
    """The signing secret of a project, 43 characters; "" without a salt."""
    if not salt:
        return ""
    digest = hmac.digest(_pepper("projects"), f"{public_id}:{salt}".encode(), "sha256")
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def _pepper(purpose: str) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), purpose.encode(), "sha256")


def _alphanumerics(length: int) -> str:
    return "".join(secrets.choice(_ALPHANUMERICS) for _ in range(length))
