"""The page at `/`: what every template looks like, and the address that makes each card."""

from dataclasses import dataclass
from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response

from frontis.edge.asking import origin_of
from frontis.edge.examples import FIRST, Example, example, greeting, variants
from frontis.edge.paper import page
from frontis.model.dialect import Dialect
from frontis.model.template import Template
from frontis.templates import Catalogue


@dataclass(frozen=True, slots=True)
class Section:
    """A template on the page."""

    template: Template
    card: Example
    others: tuple[Example, ...]


class Home:
    """Answers `/`. public_url: see Settings."""

    def __init__(self, templates: Catalogue, dialects: tuple[Dialect, ...], *, public_url: str = "") -> None:
        self._public_url = public_url
        self._foreign = tuple(dialect for dialect in dialects if dialect.name != "native")
        # The templates that can do most stand before those that imitate a service's.
        identities = sorted(templates.ids(), key=lambda each: (each != FIRST, _is_foreign(each, self._foreign), each))
        self._sections = tuple(
            _section(templates.look(identity).template, number) for number, identity in enumerate(identities)
        )
        self._groups = tuple((title, tuple(some)) for title, some in groupby(self._sections, self._title_of))
        self._greeting = greeting(templates)

    async def answer(self, request: Request) -> Response:
        """The page."""
        origin = self._public_url or origin_of(request)
        values = {"groups": self._groups, "greeting": self._greeting, "foreign": self._foreign}
        return page(request, "home.html", {**values, "origin": origin, "here": "/"})

    def _title_of(self, section: Section) -> str:
        """Whose template it is."""
        own = (each.title for each in self._foreign if section.template.id.startswith(f"{each.name}-"))
        return next(own, "Frontis")


def _section(template: Template, number: int) -> Section:
    return Section(template, example(template), tuple(variants(template, number)))


def _is_foreign(identity: str, foreign: tuple[Dialect, ...]) -> bool:
    return any(identity.startswith(f"{dialect.name}-") for dialect in foreign)
