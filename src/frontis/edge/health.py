"""/healthz: whether this process can draw. It waits for nothing."""

import json

from starlette.requests import Request
from starlette.responses import Response

from frontis.edge.rendering import Renderers
from frontis.edge.replies import respond
from frontis.model.dialect import Reply

_HEADERS = {"Cache-Control": "no-store"}


async def healthz(request: Request) -> Response:
    """200 while a thread is left to draw, else 503: then the process should be started anew."""
    renderers: Renderers = request.app.state.renderers
    is_well = renderers.has_hands
    body = json.dumps({"status": "ok" if is_well else "no renderer is left"}).encode()
    return respond(Reply(200 if is_well else 503, body, "application/json", _HEADERS), method=request.method)
