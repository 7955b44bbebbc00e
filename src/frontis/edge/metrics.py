"""/metrics: what is counted here, as Prometheus reads it."""

import asyncio
from hmac import compare_digest
from ipaddress import ip_address

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from frontis.edge.counters import Metrics
from frontis.edge.ledger import Membership
from frontis.edge.replies import respond
from frontis.edge.samples import book_of, page_of
from frontis.model.dialect import Reply

_OF_PROXIES = frozenset({"forwarded", "via", "x-real-ip", "cf-connecting-ip"})


class MetricsPage:
    """Answers `/metrics`: this machine's own askers, and whoever shows the token. token: "" for nobody else."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def answer(self, request: Request) -> Response:
        """The page, of all processes. Raises HTTPException 403, and 503 when they do not tell."""
        if not self._may_see(request):
            raise HTTPException(403, "Metrics are shown to this machine, and to who has FRONTIS_METRICS_TOKEN.")
        metrics: Metrics = request.app.state.metrics
        membership: Membership | None = request.app.state.membership
        try:
            # Adding up takes some milliseconds: not in the event loop.
            book = await (membership.books() if membership else asyncio.to_thread(book_of, metrics.registry))
        except (OSError, EOFError):
            # What this process knows alone would be less than was told before, and so be taken for a new start.
            raise HTTPException(503, "The first process does not tell what all of them count.") from None
        body, media_type = await asyncio.to_thread(page_of, book, request.headers.get("accept", ""))
        return respond(Reply(200, body, media_type, {"Cache-Control": "no-store"}), method=request.method)

    def _may_see(self, request: Request) -> bool:
        shown = request.headers.get("authorization", "")
        if self._token and compare_digest(shown.encode(), f"Bearer {self._token}".encode()):
            return True
        # A proxy on this machine that we were not told of brings strangers from our own address.
        is_brought = any(name in _OF_PROXIES or name.startswith("x-forwarded-") for name in request.headers)
        asked_here = _is_loopback(request.url.hostname or "")
        return not is_brought and asked_here and request.client is not None and _is_loopback(request.client.host)


def _is_loopback(address: str) -> bool:
    if address == "localhost":
        return True
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
