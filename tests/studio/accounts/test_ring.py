"""Who stands behind a key: alice has keys and a site, bob has his own, charlie has nothing."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from django.conf import settings as django_settings
from django.contrib.auth.models import update_last_login
from django.db import connection, connections, transaction
from django.utils import timezone
from redis import Redis
from structlog.testing import capture_logs

from frontis.errors import StudioUnavailable
from frontis.model.account import UNLIMITED, Allowance, KeyKind
from frontis.settings import Settings
from frontis.studio import database
from frontis.studio.accounts import ring as ring_module
from frontis.studio.accounts.broadcasting import CHANNEL
from frontis.studio.accounts.changes import announce
from frontis.studio.accounts.keys import digest_of, mint, signing_secret_of
from frontis.studio.accounts.memory import FRESH_SECONDS
from frontis.studio.accounts.models import Account, Key, PlanAllowance, Project
from frontis.studio.accounts.register import (
    change_project,
    create_account,
    create_key,
    create_project,
    delete_account,
    delete_project,
    renew_signing_secret,
    revoke_key,
    set_domains,
    set_plan,
)
from frontis.studio.accounts.ring import KeyRing
from frontis.studio.database import in_database
from redis_server import RedisServer

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_SECONDS = 30


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class People:
    alice: Account
    bob: Account
    site: Project
    texts: dict[str, str]

    @staticmethod
    def arrive() -> "People":
        alice = create_account("alice@example.com", plan="free")
        bob = create_account("bob@example.com", plan="plus")
        site = create_project(alice, name="Site", domains=["Example.com"])
        texts = {
            "alice": create_key(alice, KeyKind.OGIMAGE, name="hers")[1],
            "site": create_key(alice, KeyKind.OGSTACK, name="of the site", project=site)[1],
            "bob": create_key(bob, KeyKind.OSIG, name="his")[1],
        }
        return People(alice, bob, site, texts)

    def key(self, name: str) -> Key:
        return Key.objects.get(digest=digest_of(self.texts[name]))


@dataclass
class Stand:
    ring: KeyRing
    people: People
    clock: Clock
    looked_up: list[str] = field(default_factory=list)

    async def holder(self, name: str) -> Any:
        return await self.ring.holder(self.people.texts[name])


@pytest_asyncio.fixture
async def here(monkeypatch: pytest.MonkeyPatch, settings: Any) -> AsyncIterator[Stand]:
    async for stand in opened(settings.FRONTIS, monkeypatch):
        yield stand


async def opened(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stand]:
    clock = Clock()
    ring = KeyRing(settings, clock=clock)
    stand = Stand(ring, await in_database(People.arrive), clock)

    async def counted(function: Callable[..., Any], name: str, *rest: Any) -> Any:
        stand.looked_up.append(name)
        return await in_database(function, name, *rest)

    monkeypatch.setattr(ring_module, "in_database", counted)
    ring.open()
    try:
        yield stand
    finally:
        await ring.close()
        await let_go_of_the_database()


async def let_go_of_the_database() -> None:
    """PostgreSQL drops no database that a thread still has a connection to."""
    all_are_here = threading.Barrier(database.THREADS)

    def let_go() -> None:
        all_are_here.wait(PATIENCE_SECONDS)
        connections.close_all()

    await asyncio.gather(*(in_database(let_go) for _ in range(database.THREADS)))


async def test_a_key_opens_what_its_account_has(here: Stand) -> None:
    alice, bob = await here.holder("alice"), await here.holder("bob")
    assert (alice.account, alice.kind, alice.project) == (here.people.alice.pk, KeyKind.OGIMAGE, None)
    assert (bob.account, bob.kind) == (here.people.bob.pk, KeyKind.OSIG)
    assert alice.key != bob.key
    assert (alice.plan.name, alice.plan.is_watermarked, alice.is_superuser) == ("free", True, False)
    assert (bob.plan.name, bob.plan.ai_standard_per_month) == ("plus", 100)
    assert alice.plan.allowance("ogimage") == Allowance(10, 0, 1_000)
    assert alice.plan.allowance("urlpix") == UNLIMITED


async def test_a_key_of_a_project_brings_the_project(here: Stand) -> None:
    holder = await here.holder("site")
    site = holder.project
    assert (site.number, site.public_id) == (here.people.site.pk, here.people.site.public_id)
    assert site.account == holder.account == here.people.alice.pk
    assert site.domains == ("example.com",)
    assert (site.signing_secret, site.requires_signature, site.plan) == ("", False, holder.plan)
    assert await here.ring.project(site.public_id) == site


async def test_the_signing_secret_is_that_of_the_project_and_shows_nowhere(here: Stand) -> None:
    await in_database(renew_signing_secret, here.people.site)
    site = await here.ring.project(here.people.site.public_id)
    assert site is not None
    assert site.signing_secret == signing_secret_of(site.public_id, here.people.site.signing_salt)
    assert len(site.signing_secret) == 43
    assert site.signing_secret not in repr(site)


async def test_root_is_known(here: Stand) -> None:
    def make() -> str:
        return create_key(create_account("root@example.com", plan="pro", is_superuser=True), KeyKind.OSIG, name="-")[1]

    holder = await here.ring.holder(await in_database(make))
    assert holder is not None
    assert holder.is_superuser


@pytest.mark.parametrize("kind", KeyKind)
async def test_a_key_that_was_never_given_out_opens_nothing(here: Stand, kind: KeyKind) -> None:
    assert await here.ring.holder(mint(kind)) is None
    assert len(here.looked_up) == 1


@pytest.mark.parametrize("text", ["", "demo", "og_sk_" + "G" * 32, "a" * 11, "a" * 100_000, "\0" * 10, "\ud800" * 10])
async def test_what_has_not_the_shape_of_a_key_costs_no_look_up(here: Stand, text: str) -> None:
    assert await here.ring.holder(text) is None
    assert here.looked_up == []


@pytest.mark.parametrize("text", ["", "a" * 13, "../../etc", "a\0", "\ud800", "é"])
async def test_what_has_not_the_shape_of_a_public_id_costs_no_look_up(here: Stand, text: str) -> None:
    assert await here.ring.project(text) is None
    assert here.looked_up == []


async def test_a_project_that_never_was_is_none(here: Stand) -> None:
    assert await here.ring.project("0123456789ab") is None
    assert here.looked_up == ["0123456789ab"]


def close_account(people: People) -> None:
    people.alice.is_active = False
    people.alice.save()


def lift_limit(people: People) -> None:
    allowance = PlanAllowance.objects.get(plan=people.alice.plan, dialect="ogimage")
    allowance.requests_per_minute = 77
    allowance.save()


def drop_allowances(people: People) -> None:
    PlanAllowance.objects.filter(plan=people.alice.plan).delete()


def rename_plan(people: People) -> None:
    people.alice.plan.name = "gratis"
    people.alice.plan.save()


CHANGES: dict[str, tuple[Callable[[People], object], Callable[[Any], bool]]] = {
    "the key is revoked": (lambda people: revoke_key(people.key("site")), lambda holder: holder is None),
    "the key is deleted": (lambda people: people.key("site").delete(), lambda holder: holder is None),
    "the account is closed": (close_account, lambda holder: holder is None),
    "the account is deleted": (lambda people: delete_account(people.alice), lambda holder: holder is None),
    "the project is deleted": (lambda people: delete_project(people.site), lambda holder: holder is None),
    "the project is put aside": (
        lambda people: change_project(people.site, is_active=False),
        lambda holder: holder is None,
    ),
    "another plan": (lambda people: set_plan(people.alice, "pro"), lambda holder: holder.plan.name == "pro"),
    "a changed plan": (rename_plan, lambda holder: holder.plan.name == "gratis"),
    "another limit": (lift_limit, lambda holder: holder.plan.allowance("ogimage").requests_per_minute == 77),
    "no limits": (drop_allowances, lambda holder: holder.plan.allowances == {}),
    "other domains": (
        lambda people: set_domains(people.site, ["new.example"]),
        lambda holder: holder.project.domains == ("new.example",),
    ),
    "no domains": (lambda people: set_domains(people.site, []), lambda holder: holder.project.domains == ()),
    "signatures are asked for": (
        lambda people: change_project(people.site, requires_signature=True),
        lambda holder: holder.project.requires_signature,
    ),
    "another secret": (
        lambda people: renew_signing_secret(people.site),
        lambda holder: holder.project.signing_secret != "",
    ),
}


@pytest.mark.parametrize("what", CHANGES)
async def test_a_change_in_this_process_is_seen_at_once(here: Stand, what: str) -> None:
    change, is_seen = CHANGES[what]
    before, other = await here.holder("site"), await here.holder("bob")
    assert before is not None
    await in_database(change, here.people)
    assert is_seen(await here.holder("site"))
    site = await here.ring.project(here.people.site.public_id)
    is_bound_to_the_key = what in ("the key is revoked", "the key is deleted")
    assert is_bound_to_the_key or (site is None) == (await here.holder("site") is None)
    assert await here.holder("bob") == other, "bob has nothing to do with it"


async def test_a_change_is_seen_when_it_is_committed_and_not_before(here: Stand) -> None:
    def change_and_fall() -> None:
        with transaction.atomic():
            revoke_key(here.people.key("alice"))
            raise InterruptedError

    await here.holder("alice")
    with pytest.raises(InterruptedError):
        await in_database(change_and_fall)
    assert await here.holder("alice") is not None
    assert len(here.looked_up) == 1, "what was rolled back was no change"


async def test_a_change_that_this_process_does_not_hear_of_is_seen_after_three_seconds(here: Stand) -> None:
    def revoke_silently() -> None:
        Key.objects.all().update(revoked_at=timezone.now())
        Project.objects.all().update(is_active=False)

    public_id = here.people.site.public_id
    assert await here.holder("alice")
    assert await here.ring.project(public_id)
    await in_database(revoke_silently)
    assert await here.holder("alice"), "it is remembered"
    here.clock.now += FRESH_SECONDS
    assert await here.holder("alice") is None
    assert await here.ring.project(public_id) is None


async def test_signing_in_and_using_a_key_make_nobody_forget(here: Stand) -> None:
    def sign_in_and_use() -> None:
        update_last_login(None, here.people.alice)  # type: ignore[arg-type]  # Django's stubs want its own user
        key = here.people.key("alice")
        key.last_used_at = timezone.now()
        key.save(update_fields=["last_used_at"])

    await here.holder("alice")
    await in_database(sign_in_and_use)
    await here.holder("alice")
    assert len(here.looked_up) == 1


async def test_a_key_that_is_bound_to_somebody_elses_project_opens_nothing(here: Stand) -> None:
    await in_database(lambda: Key.objects.filter(account=here.people.bob).update(project=here.people.site))
    assert await here.holder("bob") is None


async def test_limits_that_a_plan_leaves_open_are_osigs_variables(here: Stand) -> None:
    settings = Settings(daily_usage_limit=12, monthly_usage_limit=-1)
    ring = KeyRing(settings)
    holder = await ring.holder(here.people.texts["alice"])
    assert holder is not None
    assert holder.plan.allowance("osig") == Allowance(0, 12, 0)
    assert holder.plan.allowance("ogimage") == Allowance(10, 0, 1_000), "its own numbers stay"


async def test_fifty_who_show_one_key_at_one_time_cost_one_look_up(here: Stand) -> None:
    holders = await asyncio.gather(*(here.holder("alice") for _ in range(50)))
    assert len(set(map(id, holders))) == 1
    assert len(here.looked_up) == 1


async def test_the_memory_holds_digests_and_no_key(here: Stand) -> None:
    for name in here.people.texts:
        await here.holder(name)
    await here.ring.holder(stranger := mint(KeyKind.OSIG))
    held = repr(here.ring._holders._store) + repr(here.looked_up)
    assert digest_of(here.people.texts["alice"]) in held
    assert not [text for text in [stranger, *here.people.texts.values()] if text in held]


def hide_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_key RENAME TO accounts_key_away")


def show_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_key_away RENAME TO accounts_key")


async def test_a_database_that_fails_breaks_no_picture_and_shows_no_key_in_the_log(here: Stand) -> None:
    alice = await here.holder("alice")
    await in_database(hide_tables)
    try:
        here.clock.now += FRESH_SECONDS
        with capture_logs() as lines:
            assert await here.holder("alice") == alice
            with pytest.raises(StudioUnavailable):
                await here.holder("bob")
        assert not [text for text in here.people.texts.values() if text in repr(lines)]
    finally:
        await in_database(show_tables)
    assert await here.holder("bob") is not None


async def test_after_it_is_closed_the_ring_hears_no_more(here: Stand) -> None:
    await here.ring.close()
    await here.holder("alice")
    await in_database(announce)
    await here.holder("alice")
    assert len(here.looked_up) == 1


# Several processes


@pytest_asyncio.fixture
async def connected(redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch, settings: Any) -> AsyncIterator[Stand]:
    settings.FRONTIS = Settings(redis_url=redis_server.url)
    async for stand in opened(settings.FRONTIS, monkeypatch):
        await until(lambda: listeners(redis_server) == 1)
        yield stand


def listeners(server: RedisServer) -> int:
    with Redis.from_url(server.url) as client:
        return int(dict(client.pubsub_numsub(CHANNEL))[CHANNEL.encode()])


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not is_so():  # noqa: ASYNC110  (another process sets no event)
            await asyncio.sleep(0.02)


async def seen(stand: Stand, name: str) -> None:
    """Wait until a key that was revoked opens nothing. The clock stands still: no age makes the ring forget."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await stand.holder(name) is not None:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def announce_in_another_process(server: RedisServer) -> None:
    program = "import django; django.setup(); from frontis.studio.accounts.changes import announce; announce()"
    surroundings = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "frontis.studio.configuration",
        "FRONTIS_DATABASE_URL": "sqlite://:memory:",
        "FRONTIS_REDIS_URL": server.url,
    }
    subprocess.run([sys.executable, "-c", program], check=True, env=surroundings, timeout=PATIENCE_SECONDS)


def revoke_silently(stand: Stand, name: str) -> None:
    Key.objects.filter(pk=stand.people.key(name).pk).update(revoked_at=timezone.now())


async def test_another_process_revokes_and_this_one_sees_it_before_its_memory_is_old(
    connected: Stand, redis_server: RedisServer
) -> None:
    assert await connected.holder("alice")
    await in_database(revoke_silently, connected, "alice")
    assert await connected.holder("alice"), "nothing was said yet"
    await asyncio.to_thread(announce_in_another_process, redis_server)
    await seen(connected, "alice")


async def test_the_ring_listens_again_after_redis_was_away(connected: Stand, redis_server: RedisServer) -> None:
    with capture_logs() as lines:
        redis_server.stop()
        await until(lambda: len(lines) == 1)
        await asyncio.sleep(0.5)
        redis_server.start()
        await until(lambda: listeners(redis_server) == 1)
        await until(lambda: len(lines) == 2)
    assert [(line["log_level"], line["event"].partition(":")[0]) for line in lines] == [
        ("warning", "redis is lost"),
        ("info", "redis is back"),
    ]
    assert await connected.holder("alice")
    await in_database(revoke_silently, connected, "alice")
    await asyncio.to_thread(announce_in_another_process, redis_server)
    await seen(connected, "alice")


async def test_a_key_can_be_revoked_while_redis_is_away(connected: Stand, redis_server: RedisServer) -> None:
    assert await connected.holder("alice")
    redis_server.stop()
    with capture_logs() as lines:
        await in_database(lambda: revoke_key(connected.people.key("alice")))
        await in_database(lambda: delete_account(connected.people.bob))
    assert await connected.holder("alice") is None
    said = [line for line in lines if line["event"].startswith("redis does not answer")]
    assert len(said) == 1, "not a line for each row"
    assert django_settings.FRONTIS.redis_url not in repr(lines)
