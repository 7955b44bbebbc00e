"""/metrics: what is counted here, as Prometheus reads it."""

from hmac import compare_digest
from ipaddress import ip_address

from prometheus_client.exposition import choose_encoder
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from frontis.edge.counters import Metrics
from frontis.edge.replies import respond
from frontis.model.dialect import Reply

_OF_PROXIES = frozenset({"forwarded", "via", "x-real-ip", "cf-connecting-ip"})


class MetricsPage:
    """Answers `/metrics`: this machine's own askers, and whoever shows the token. token: "" for nobody else."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def answer(self, request: Request) -> Response:
        """The page. Raises HTTPException 403."""
        if not self._may_see(request):
            raise HTTPException(403, "Metrics are shown to this machine, and to who has FRONTIS_METRICS_TOKEN.")
        metrics: Metrics = request.app.state.metrics
        encode, media_type = choose_encoder(request.headers.get("accept", ""))
        reply = Reply(200, encode(metrics.registry), media_type, {"Cache-Control": "no-store"})
        return respond(reply, method=request.method)

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
