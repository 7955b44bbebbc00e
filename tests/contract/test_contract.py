"""Everything that /openapi.json says is held against the service, by schemathesis."""

from collections.abc import Mapping
from typing import Any

import schemathesis
from hypothesis import settings
from hypothesis import strategies as st
from schemathesis.checks import negative_data_rejection, not_a_server_error, positive_data_acceptance
from schemathesis.config import CoveragePhaseConfig, PhasesConfig, ProjectConfig, ProjectsConfig

from frontis.edge import make_app
from frontis.errors import UpstreamUnreachable
from frontis.fetch import Fetched
from frontis.model.card import Card
from frontis.model.output import Format
from frontis.model.picture import Picture
from frontis.settings import Settings


class NoNetwork:
    """Addresses that the fuzzer makes up must reach nobody."""

    async def fetch(self, url: str, *, accept: str = "image/*", budget_seconds: float | None = None) -> Fetched:
        raise UpstreamUnreachable(url, f"no {accept} within {budget_seconds} s")

    async def close(self) -> None:
        pass


def draw(card: Card, pictures: Mapping[str, bytes]) -> Picture:
    return Picture(f"{card.fingerprint}{pictures}".encode(), Format(card.format), card.output.size)


# What JSON schema cannot say of our values.
schemathesis.openapi.format("color", st.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
schemathesis.openapi.format("lucide-icon", st.sampled_from(["activity", "rocket", "book-open"]))
schemathesis.openapi.format("programming-language", st.sampled_from(["python", "C++", "text"]))

app = make_app(Settings(access_log=False), draw=draw, open_source=lambda *_: NoNetwork())
# Enumerating every boundary of every parameter takes half a minute before the first request; drawing them does not.
phases = PhasesConfig(coverage=CoveragePhaseConfig(enabled=False))
config = schemathesis.Config(projects=ProjectsConfig(default=ProjectConfig(phases=phases)))
schema = schemathesis.openapi.from_asgi("/openapi.json", app, config=config)
# Templates differ in nothing but their variables, and a few of them have every kind that there is.
some = schema.exclude(path_regex="^/card/(?!urlpix-code|urlpix-change)[a-z]+-")


@some.parametrize()
@settings(max_examples=40, deadline=None)
def test_an_address_does_what_its_description_says(case: schemathesis.Case[Any]) -> None:
    # We take more than we describe: blanks and null count as absent, numbers may be text, and OSIG refuses nothing.
    excluded = [negative_data_rejection]
    answer = case.call()
    unsaid = ("pixels", "for svg", "layout=metric")
    if answer.status_code == 400 and any(words in answer.text for words in unsaid):
        # OpenAPI has no words for the limit of an area, nor for a parameter that another one asks for or rules out.
        excluded.append(positive_data_acceptance)
    if answer.status_code == 503 and case.path == "/v1/auth/register":
        # There are no accounts here.
        excluded.append(not_a_server_error)
    case.validate_response(answer, excluded_checks=excluded)
