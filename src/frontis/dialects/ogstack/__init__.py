"""OGStack (ogstack.dev): cards of web pages, by projects. SPEC.md says what we promise."""

from frontis.dialects.ogstack import images
from frontis.dialects.ogstack.bodies import DeleteBody, GenerateBody, Search, WordsBody
from frontis.dialects.ogstack.explain import explain, headers
from frontis.dialects.ogstack.params import Parameters
from frontis.dialects.ogstack.parse import parse
from frontis.model.account import KeyKind
from frontis.model.dialect import Dialect, Route, Terms

__all__ = ["DIALECT"]

_READ = ("GET", "HEAD")
_PNG, _JSON = ("image/png",), ("application/json",)
_KEYED = Terms(keys=frozenset({KeyKind.OGSTACK}), is_key_required=True, is_rate_limited=True)


def _routes_of_images(base: str) -> tuple[Route, ...]:
    return (
        Route(
            ("POST",),
            f"{base}/generate",
            "Draw a picture of a web page, and keep it",
            images.generate,
            GenerateBody,
            _JSON,
            _KEYED,
        ),
        Route(_READ, base, "List the pictures that are kept", images.browse, Search, _JSON, _KEYED),
        Route(("POST",), base, "The same as generate", images.generate, GenerateBody, _JSON, _KEYED),
        Route(("DELETE",), base, "Delete some pictures", images.discard_many, DeleteBody, _JSON, _KEYED),
        Route(_READ, f"{base}/{{id}}", "Tell of one picture", images.find, None, _JSON, _KEYED),
        Route(("PATCH",), f"{base}/{{id}}", "Give a picture other words", images.describe, WordsBody, _JSON, _KEYED),
        Route(("DELETE",), f"{base}/{{id}}", "Delete a picture", images.discard, None, _JSON, _KEYED),
        Route(
            _READ,
            f"{base}/{{id}}/download",
            "A picture, or all files of an icon, to be saved",
            images.download,
            None,
            (*_PNG, "application/zip"),
            _KEYED,
        ),
    )


DIALECT = Dialect(
    name="ogstack",
    title="OGStack",
    # The service answers at the first of each two on its API's host, and at the second on its site's.
    routes=(
        *(
            Route(
                _READ,
                path,
                "Draw the card of a web page",
                parse,
                Parameters,
                media_types=_PNG,
                terms=Terms(is_rate_limited=True),
            )
            for path in ("/og/{publicId}", "/api/og/{publicId}")
        ),
        *_routes_of_images("/images"),
        *_routes_of_images("/api/images"),
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
