"""What OSIG's JSON calls have in common: how a body is read, how an answer is told, and how an address is signed."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from frontis.dialects.osig.params import LONGEST_LIFETIME_SECONDS, BadBody
from frontis.model.dialect import Errand, Reply
from frontis.model.order import Plain, SignedQuery, SignWish
from frontis.model.query import Query

MOST_FAULTS = 40
"""That are told of one body."""

M = TypeVar("M", bound=BaseModel)


def posted(model: type[M], query: Query) -> M:
    """The body of a POST. Raises BadBody, whose places are those of django-ninja."""
    try:
        body = json.loads(query.body)
    except (ValueError, RecursionError):
        raise BadBody([{"type": "json_invalid", "loc": ["body"], "msg": "Cannot parse request body"}]) from None
    return checked(model, body, ("body", "data"))


def checked(model: type[M], given: Any, place: tuple[str, ...]) -> M:  # noqa: ANN401  (whatever JSON may hold)
    """What was sent as the model has it. place: where it stood. Raises BadBody."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)[:MOST_FAULTS]
        raise BadBody([{**fault, "loc": [*place, *fault["loc"]]} for fault in faults]) from None


def signing(
    query: Query,
    parameters: Iterable[tuple[str, Plain]],
    lifetime_seconds: int,
    tell: Callable[[str], Mapping[str, object]],
) -> Errand:
    """An address of `/g` to be signed. tell: what the answer holds, of the address, between it and when it ends.

    Whoever must show a key for it does so in a header; else the key in the address tells whose it is.
    """
    given = tuple(parameters)
    bearer = query.bearer

    def reply(signed: SignedQuery) -> Reply:
        address = f"{query.origin}/g?{signed.text}"
        return told({"signed_url": address, "expires_at": signed.expires_at.isoformat(), **tell(address)})

    lifetime = min(max(lifetime_seconds, 1), LONGEST_LIFETIME_SECONDS)
    key = bearer or str(dict(given).get("key") or "")
    return Errand(SignWish(given, lifetime), reply, key=key, is_key_private=bool(bearer))


def told(body: Mapping[str, object]) -> Reply:
    """An answer in JSON, for this asker alone."""
    return Reply(200, json.dumps(body).encode(), "application/json; charset=utf-8", {"Cache-Control": "no-store"})
