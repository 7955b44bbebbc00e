"""An edge with its studio, its engine and its store, and three who ask: alice, bob and charlie."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image as Pillow
from starlette.applications import Starlette

from frontis.edge import make_app
from frontis.errors import FetchFailed, UpstreamRefused
from frontis.fetch import Fetched
from frontis.model.account import KeyKind
from frontis.settings import Settings
from frontis.studio.accounts import register
from frontis.studio.accounts.models import Account, Project
from frontis.studio.standing import open_ports

POST = "https://example.com/post"
HTML = """<!doctype html><html lang="en"><head><title>First post</title>
<meta property="og:title" content="The first post"><meta property="og:site_name" content="Fieldnotes &amp; Co">
<meta name="description" content="What it is about."><meta name="theme-color" content="#c2410c">
<link rel="icon" href="/icon.png" sizes="256x256"></head><body><h1>The first post</h1></body></html>"""


def square(color: str = "#0f766e", side: int = 256) -> bytes:
    out = BytesIO()
    Pillow.new("RGB", (side, side), color).save(out, "PNG")
    return out.getvalue()


@dataclass
class Site:
    """Answers with what it holds, in place of the door."""

    holds: dict[str, bytes | str | FetchFailed] = field(
        default_factory=lambda: {POST: HTML, "https://example.com/icon.png": square()}
    )
    asked: list[str] = field(default_factory=list)

    async def fetch(self, url: str, *, accept: str = "image/*", budget_seconds: float | None = None) -> Fetched:
        self.asked.append(url)
        found = self.holds.get(url, UpstreamRefused(url, 404))
        if isinstance(found, FetchFailed):
            raise found
        return Fetched(url, url, found.encode() if isinstance(found, str) else found, "", "")

    async def close(self) -> None:
        pass


@dataclass
class Person:
    """Somebody with a key, or without. project: the public id of a site of theirs."""

    key: str = ""
    account: Account | None = None
    row: Project | None = None

    @property
    def project(self) -> str:
        assert self.row is not None
        return self.row.public_id

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"} if self.key else {}


@dataclass
class People:
    """Alice has a site and a key for all of hers, bound is hers for another site, bob has an account of his own, and
    charlie has nothing."""

    alice: Person
    bound: Person
    bob: Person
    charlie: Person


def person(name: str, plan: str) -> Person:
    account = register.create_account(f"{name}@example.com", plan=plan)
    row = register.create_project(account, name=f"{name}'s site")
    return Person(register.create_key(account, KeyKind.OGSTACK, name=name)[1], account, row)


@pytest.fixture
def people(transactional_db: None) -> People:  # noqa: ARG001
    alice = person("alice", "pro")
    assert alice.account is not None
    other = register.create_project(alice.account, name="Alice's other site")
    key = register.create_key(alice.account, KeyKind.OGSTACK, name="bound", project=other)[1]
    return People(alice, Person(key, alice.account, other), person("bob", "pro"), Person())


@dataclass
class House:
    """The service, as one who speaks HTTP sees it, and what lies behind it."""

    app: Starlette
    client: httpx.AsyncClient
    site: Site
    people: People

    async def ask(self, who: Person, method: str, path: str, **more: Any) -> httpx.Response:
        return await self.client.request(method, path, headers={**who.headers, **more.pop("headers", {})}, **more)

    async def generate(self, who: Person, **body: Any) -> httpx.Response:
        given = {"url": POST, "projectId": who.project, **body}
        return await self.ask(who, "POST", "/api/images/generate", json=given)


@asynccontextmanager
async def house(people: People, folder: Path, **settings: object) -> AsyncIterator[House]:
    chosen = Settings(**{"access_log": False, "render_threads": 2, "data_dir": folder, **settings})
    site = Site()
    app = make_app(chosen, open_source=lambda *_: site, open_ports=partial(open_ports, chosen))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://og.example.com") as client:
            yield House(app, client, site, people)
