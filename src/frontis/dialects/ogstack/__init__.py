"""OGStack (ogstack.dev): cards of web pages, by projects. SPEC.md says what we promise."""

from collections.abc import Callable

from pydantic import BaseModel

from frontis.dialects.ogstack import images
from frontis.dialects.ogstack.bodies import DeleteBody, GenerateBody, Search, WordsBody
from frontis.dialects.ogstack.explain import explain, headers
from frontis.dialects.ogstack.params import Parameters
from frontis.dialects.ogstack.parse import parse
from frontis.model.account import KeyKind
from frontis.model.dialect import Dialect, Errand, Route, Terms
from frontis.model.query import Query

__all__ = ["DIALECT"]

_READ = ("GET", "HEAD")
_PNG, _JSON = ("image/png",), ("application/json",)
_KEYED = Terms(keys=frozenset({KeyKind.OGSTACK}), is_key_required=True, is_rate_limited=True)


def _of_images(
    methods: tuple[str, ...],
    path: str,
    summary: str,
    answer: Callable[[Query], Errand],
    parameters: type[BaseModel] | None = None,
    media_types: tuple[str, ...] = _JSON,
) -> Route:
    """An address of the library, which the service has with and without /api."""
    return Route(
        methods, f"/api/images{path}", summary, answer, parameters, media_types, _KEYED, aliases=(f"/images{path}",)
    )


DIALECT = Dialect(
    name="ogstack",
    title="OGStack",
    # The service answers on its API's host without /api, and on its site's with it.
    routes=(
        Route(
            _READ,
            "/og/{publicId}",
            "Draw the card of a web page",
            parse,
            Parameters,
            media_types=_PNG,
            terms=Terms(is_rate_limited=True),
            aliases=("/api/og/{publicId}",),
        ),
        _of_images(("POST",), "/generate", "Draw a picture of a web page, and keep it", images.generate, GenerateBody),
        _of_images(_READ, "", "List the pictures that are kept", images.browse, Search),
        _of_images(("POST",), "", "The same as generate", images.generate, GenerateBody),
        _of_images(("DELETE",), "", "Delete some pictures", images.discard_many, DeleteBody),
        _of_images(_READ, "/{id}", "Tell of one picture", images.find),
        _of_images(("PATCH",), "/{id}", "Give a picture other words", images.describe, WordsBody),
        _of_images(("DELETE",), "/{id}", "Delete a picture", images.discard),
        _of_images(
            _READ,
            "/{id}/download",
            "A picture, or all files of an icon, to be saved",
            images.download,
            media_types=(*_PNG, "application/zip"),
        ),
        Route(_READ, "/api/templates", "List the templates", images.templates, None, _JSON, _KEYED),
        Route(
            _READ,
            "/uploads/images/{word}/{name}",
            "A picture that is kept",
            images.stored,
            None,
            (*_PNG, "image/x-icon", "application/manifest+json"),
        ),
    ),
    headers=headers,
    explain=explain,
)
