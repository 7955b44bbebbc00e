"""One address of the service: asks its dialect what a query means, and answers."""

from collections.abc import Mapping
from dataclasses import replace

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from frontis.edge.admission import Admission
from frontis.edge.asking import glance, read
from frontis.edge.errands import Errands
from frontis.edge.fallback import Case, Fallbacks
from frontis.edge.hot import HotAnswers
from frontis.edge.orders import Orders
from frontis.edge.presence import ClientGone, while_present
from frontis.edge.replies import OPEN_TO_ALL, preflight, respond
from frontis.edge.visits import visit_of
from frontis.errors import AddressUnknown, DrawFailed, FrontisError, WrongMethod
from frontis.model.crawler import is_social_crawler
from frontis.model.dialect import Dialect, Errand, Reply, Route
from frontis.model.order import Order
from frontis.model.query import Query

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

CLIENT_CLOSED_REQUEST = 499
"""What the log says of an answer that nobody was left to hear, as nginx does."""


class Address:
    """An ASGI application for one path: what each method there answers.

    routes: by method, with the dialect that they belong to. public_url: see Settings.
    """

    def __init__(self, routes: Mapping[str, tuple[Dialect, Route]], *, public_url: str = "") -> None:
        self._routes = dict(routes)
        if "GET" in self._routes:
            self._routes.setdefault("HEAD", self._routes["GET"])
        self._methods = (*self._routes, "OPTIONS")
        self._public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        response = await self._answer(request)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return respond(preflight(self._methods), method="OPTIONS")
        dialect, route = self._routes.get(request.method) or next(iter(self._routes.values()))
        visit_of(request.scope).dialect = dialect.name
        query = glance(request, public_url=self._public_url)
        try:
            if request.method not in self._routes:
                raise WrongMethod(self._methods)
            query = await read(request, query)
            answer = route.answer(query)
        except FrontisError as error:
            reply = _refused(request, dialect, error, query)
        else:
            try:
                reply = await self._reply(request, dialect, route, answer, query)
            except ClientGone:
                return Response(status_code=CLIENT_CLOSED_REQUEST)
        return respond(_open(reply), method=request.method, if_none_match=query.headers.get("if-none-match", ""))

    async def _reply(
        self, request: Request, dialect: Dialect, route: Route, answer: Order | Errand | Reply, query: Query
    ) -> Reply:
        """What was asked for; where it cannot be had, a picture in its place for some, and for others the refusal."""
        if isinstance(answer, Reply):
            return answer
        try:
            return await self._fulfil(request, dialect, route, answer, query)
        except FrontisError as error:
            instead = await self._instead(request, dialect, route, answer, error)
            refused = _refused(request, dialect, error, query)
            return instead or refused
        except ClientGone:
            raise
        except Exception:
            broken = DrawFailed("Something broke here.")
            instead = await self._instead(request, dialect, route, answer, broken)
            if instead is None:
                raise
            log.exception("request failed unexpectedly", dialect=dialect.name)
            visit_of(request.scope).refusal = type(broken).__name__
            return instead

    async def _fulfil(
        self, request: Request, dialect: Dialect, route: Route, answer: Order | Errand, query: Query
    ) -> Reply:
        client = request.client.host if request.client else ""
        if isinstance(answer, Errand):
            admission: Admission = request.app.state.admission
            errands: Errands = request.app.state.errands
            admitted = await admission.admit(answer, dialect, route.terms, query, client=client)
            return await errands.run(answer, admitted, dialect)
        orders: Orders = request.app.state.orders
        visit = visit_of(request.scope)
        visit.template = answer.card.template
        fallbacks = _fallbacks_for(request)
        if fallbacks:
            answer = await fallbacks.eased(answer, user_agent=query.headers.get("user-agent", ""), client=client)
        work = orders.fill(answer, dialect, route.terms, query, client=client)
        filled = await while_present(request, fallbacks.patiently(work) if fallbacks else work)
        drawn = filled.drawn
        keep: Fallbacks | None = request.app.state.fallbacks
        if keep and filled.is_good:
            keep.remember(Case(answer, dialect, route.terms, _address_of(request)), filled.card)
        visit.source = drawn.source if drawn else "held"
        visit.stages = drawn.seconds if drawn else {}
        if drawn and filled.is_constant and drawn.source == "memory" and request.method == "GET":
            hot: HotAnswers = request.app.state.hot
            hot.keep(request.scope, filled.card.fingerprint, drawn.picture, _open(filled.reply))
        return filled.reply

    async def _instead(
        self,
        request: Request,
        dialect: Dialect,
        route: Route,
        answer: Order | Errand,
        error: FrontisError,
    ) -> Reply | None:
        """A picture in place of the refusal, for those who would remember that there was none."""
        fallbacks = _fallbacks_for(request)
        if fallbacks is None or not isinstance(answer, Order):
            return None
        return await fallbacks.instead(Case(answer, dialect, route.terms, _address_of(request)), error)


class Nowhere:
    """An ASGI application for the paths of a dialect's realm where nothing is."""

    def __init__(self, dialect: Dialect, *, public_url: str = "") -> None:
        self._dialect = dialect
        self._public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Say so."""
        request = Request(scope, receive)
        visit_of(scope).dialect = self._dialect.name
        reply = self._dialect.explain(AddressUnknown(), glance(request, public_url=self._public_url))
        response = respond(_open(reply), method=request.method)
        await response(scope, receive, send)


def _fallbacks_for(request: Request) -> Fallbacks | None:
    """Where the request is that of a social crawler, and it is to get a picture in any case."""
    fallbacks: Fallbacks | None = request.app.state.fallbacks
    is_crawler = request.method in ("GET", "HEAD") and is_social_crawler(request.headers.get("user-agent", ""))
    return fallbacks if is_crawler else None


def _address_of(request: Request) -> tuple[str, bytes]:
    return request.scope["path"], request.scope["query_string"]


def _open(reply: Reply) -> Reply:
    return replace(reply, headers={**OPEN_TO_ALL, **reply.headers})


def _refused(request: Request, dialect: Dialect, error: FrontisError, query: Query) -> Reply:
    visit_of(request.scope).refusal = type(error).__name__
    reply = dialect.explain(error, query)
    more: dict[str, str] = {}
    if error.retry_after_seconds is not None:
        more["Retry-After"] = str(error.retry_after_seconds)
    if isinstance(error, WrongMethod):
        more["Allow"] = ", ".join(error.allowed)
    return replace(reply, headers={**more, **reply.headers})
