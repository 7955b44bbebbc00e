"""What all pages for people share: their frame, their style sheet, and what a browser may do with them."""

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from frontis.edge.replies import respond
from frontis.model.dialect import Reply

POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_ASSETS = {"pages.css": "text/css; charset=utf-8", "favicon.svg": "image/svg+xml"}
_FOR_EVER = "public, max-age=31536000, immutable"
_A_WHILE = "public, max-age=300"
_HTML_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    # The addresses that a page shows are those of the host that was asked.
    "Vary": "Host",
}


def page(request: Request, name: str, values: Mapping[str, object]) -> Response:
    """An HTML page of the folder `pages`. Values are escaped where they stand."""
    known = {"has_accounts": request.app.state.has_accounts, "live": request.app.state.live}
    html = _environment().get_template(name).render({**known, **values})
    return _respond(request, Reply(200, html.encode(), "text/html; charset=utf-8", _HTML_HEADERS))


async def asset(request: Request) -> Response:
    """A file that a page needs. Raises HTTPException 404 for any other name."""
    name = request.path_params["name"]
    if name not in _ASSETS:
        raise HTTPException(404, "There is no such file.")
    data, digest = _asset(name)
    is_named_with_digest = request.query_params.get("v") == digest
    lasting = {"Cache-Control": _FOR_EVER if is_named_with_digest else _A_WHILE}
    # An SVG that is opened by itself is a document, and must not be able to do more than a picture.
    return _respond(request, Reply(200, data, _ASSETS[name], {"Content-Security-Policy": POLICY, **lasting}))


def _respond(request: Request, reply: Reply) -> Response:
    return respond(reply, method=request.method, if_none_match=request.headers.get("if-none-match", ""))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("frontis.edge", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"asset": _address_of, "version": version("frontis")}
    return environment


def _address_of(name: str) -> str:
    return f"/assets/{name}?v={_asset(name)[1]}"


@cache
def _asset(name: str) -> tuple[bytes, str]:
    """A file's bytes, and a digest of them."""
    data = files("frontis.edge").joinpath("pages", name).read_bytes()
    return data, hashlib.sha256(data).hexdigest()[:12]
