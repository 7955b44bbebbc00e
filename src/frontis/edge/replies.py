"""Writes answers: the headers that every one has, validators, and nothing that the method does not allow."""

import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from starlette.responses import Response

from frontis.edge.cards import Drawn
from frontis.edge.tags import holds
from frontis.model.dialect import DEGRADED_SECONDS, Reply, Served, Terms
from frontis.model.order import Order
from frontis.model.output import Format

_MAX_AGE = re.compile(r"(?<=max-age=)[0-9]+")
_EXTENSIONS = {"jpeg": "jpg"}
# RFC 9110, 15.4.5: what a 304 says again. The rest describes the body that is not sent.
_KEPT_IN_304 = frozenset({
    "cache-control", "content-location", "date", "etag", "expires", "vary",
    "access-control-allow-origin", "cross-origin-resource-policy", "server-timing",
})  # fmt: skip
OPEN_TO_ALL = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
A_DAY = 86_400
# An SVG that is opened by itself is a document of our origin. Ours hold no script, and this makes sure.
SANDBOX = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"}


def respond(reply: Reply, *, method: str, if_none_match: str = "") -> Response:
    """The reply as it goes over the wire.

    Always: exact Content-Length, nosniff, and for a refusal no-store unless the reply says otherwise. A 200 has a
    strong ETag, and becomes 304 when the asker has it (RFC 9110, 13.1.2). A HEAD gets the headers of the GET.
    """
    headers = {name.lower(): value for name, value in reply.headers.items()}
    headers["x-content-type-options"] = "nosniff"
    if reply.status >= 400:
        headers.setdefault("cache-control", "no-store")
    elif reply.status == 200 and method in ("GET", "HEAD"):
        if "etag" not in headers:
            headers["etag"] = f'"{hashlib.sha256(reply.body).hexdigest()[:32]}"'
        if holds(headers["etag"], if_none_match):
            reply = replace(reply, status=304)
    if reply.status == 304:
        kept = {name: value for name, value in headers.items() if name in _KEPT_IN_304}
        return Response(status_code=304, headers=kept | {"x-content-type-options": "nosniff"})
    headers["content-length"] = str(len(reply.body))
    body = b"" if method == "HEAD" else reply.body
    return Response(body, reply.status, headers, media_type=reply.media_type)


def picture_reply(served: Served, drawn: Drawn, tag: str, headers: Mapping[str, str]) -> Reply:
    """A picture with its ETag, the headers of its dialect and those of every picture."""
    picture = drawn.picture
    extension = _EXTENSIONS.get(picture.format, picture.format.value)
    stages = [f'cache;desc="{"hit" if drawn.is_cached else "miss"}"']
    stages += [f"{stage};dur={seconds * 1000:.1f}" for stage, seconds in drawn.seconds.items()]
    ours = {
        "ETag": tag,
        "Content-Disposition": f'inline; filename="{served.card.template}.{extension}"',
        "Accept-Ranges": "none",
        "Server-Timing": ", ".join(stages),
    }
    if picture.format is Format.SVG:
        ours |= SANDBOX
    if served.is_degraded:
        headers = _ageing(headers, math.ceil(drawn.age_seconds))
    return Reply(200, picture.data, picture.media_type, {**OPEN_TO_ALL, **headers, **ours})


def for_whom(headers: Mapping[str, str], order: Order, terms: Terms, *, method: str) -> dict[str, str]:
    """The headers of a picture, with what caches must know of the key that it was asked for with."""
    told = dict(headers)
    if terms.keys:
        # With another key the same address may be refused, or have another mark.
        told["Vary"] = "Authorization, X-API-Key"
    if order.is_key_private and method != "POST":
        # A shared cache would give it to those who have no key.
        told["Cache-Control"] = told["Cache-Control"].replace("public", "private")
    return told


def held_reply(tag: str, headers: Mapping[str, str]) -> Reply:
    """For whoever has the picture of that ETag already. headers: those of its dialect."""
    return Reply(304, b"", "", {**OPEN_TO_ALL, **headers, "ETag": tag, "Server-Timing": 'cache;desc="hit"'})


def problem(status: int, title: str, detail: str, headers: Mapping[str, str] | None = None) -> Reply:
    """A refusal as problem details (RFC 9457)."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return Reply(status, json.dumps(body).encode(), "application/problem+json", headers or {})


def preflight(methods: Iterable[str]) -> Reply:
    """The answer to OPTIONS: who may ask what from where (Fetch standard, CORS protocol)."""
    allowed = ", ".join(methods)
    return Reply(
        204,
        b"",
        "",
        {
            "Allow": allowed,
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Methods": allowed,
            "Access-Control-Allow-Headers": "Authorization, Content-Type, If-None-Match, X-API-Key",
            "Access-Control-Max-Age": str(A_DAY),
        },
    )


def _ageing(headers: Mapping[str, str], age_seconds: int) -> Mapping[str, str]:
    """The headers of a picture that lacks something: what is left of the little time that it may be kept."""
    left = max(0, DEGRADED_SECONDS - age_seconds)
    return {name: _MAX_AGE.sub(lambda found: str(min(int(found[0]), left)), value) for name, value in headers.items()}
