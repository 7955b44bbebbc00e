"""Looks at what stands beside Frontis: database, Redis, bucket, mail server, names, and a server that runs."""

import asyncio
import os
import secrets
import smtplib
import socket
import time
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from frontis.cli.asking import Answered, own_server
from frontis.cli.doctor.finding import Finding, fault, good, note
from frontis.edge.opening import policy_of
from frontis.edge.store import open_store
from frontis.errors import BadInput, BadSetting, StoreUnavailable
from frontis.fetch import Door
from frontis.settings import NO_DATABASE, SECRET_FILE, Settings

WAIT_SECONDS = 5
# The root of all names: where this is not found, none is.
_A_NAME = "a.root-servers.net"


def examine_database(settings: Settings) -> Iterator[Finding]:
    """Whether accounts can be kept."""
    if settings.database_url == NO_DATABASE:
        yield good("database", "none, as FRONTIS_DATABASE_URL says: there are no accounts")
        return
    if not settings.secret_key and not (settings.data_dir / SECRET_FILE).exists():
        # The studio would make one, and its folder; for a look any will do.
        os.environ["FRONTIS_SECRET_KEY"] = secrets.token_hex(32)
    from frontis.studio.examining import examine  # noqa: PLC0415  (without accounts Django is not needed)

    try:
        found = examine()
    except BadSetting as error:
        words = str(error).removeprefix("FRONTIS_DATABASE_URL: ")
        yield fault("database", words, "Start it, or mend FRONTIS_DATABASE_URL: host, name, password.")
        return
    if found.is_new or found.is_behind:
        yield note(
            "database",
            f"{found.engine}, {'without tables yet' if found.is_new else 'with the tables of another version'}",
            "`frontis serve` makes them. Back up what is there before.",
        )
        return
    yield good("database", f"{found.engine}, {found.accounts} account{'' if found.accounts == 1 else 's'}")
    if found.accounts and not found.superusers:
        yield note(
            "admin", "nobody may use /admin/", "`frontis account create EMAIL --superuser` makes somebody who may."
        )


def examine_redis(settings: Settings) -> Iterator[Finding]:
    """Whether Redis answers, where one is set."""
    if not settings.redis_url:
        return
    from redis import Redis, RedisError  # noqa: PLC0415  (only where there is one)

    began = time.perf_counter()
    try:
        with Redis.from_url(
            settings.redis_url, socket_connect_timeout=WAIT_SECONDS, socket_timeout=WAIT_SECONDS
        ) as client:
            version = client.info("server")["redis_version"]
    except (RedisError, OSError, KeyError) as error:
        # The message may hold the address with its password.
        yield fault(
            "redis",
            f"does not answer ({type(error).__name__})",
            "Start it, or mend FRONTIS_REDIS_URL. Until then each process counts and learns for itself.",
        )
        return
    yield good("redis", f"version {version}, answered in {(time.perf_counter() - began) * 1000:.0f} ms")


def examine_store(settings: Settings) -> Iterator[Finding]:
    """Whether pictures can be stored: some bytes are put, read and deleted."""
    if not settings.storage_url and not settings.data_dir.exists():
        return
    where = "bucket" if settings.storage_url else "pictures"
    try:
        asyncio.run(_try_store(settings))
    except BadSetting as error:
        yield fault(where, str(error), "See docs/operating.md for how a bucket is named.")
    except (StoreUnavailable, ValueError) as error:
        words = f"{error.__cause__ or error}".splitlines()[0][:300]
        yield fault(where, f"cannot be written to ({words})", "Check its name, its keys and its rights, or make room.")
    else:
        yield good(where, "can be written, read and deleted")


async def _try_store(settings: Settings) -> None:
    store = open_store(settings)
    key, data = f"doctor/{secrets.token_hex(8)}", secrets.token_bytes(64)
    await store.put(key, data)
    found = await store.get(key)
    await store.delete(key)
    if found != data:
        raise ValueError("what came back is not what was put")


def examine_mail(settings: Settings) -> Iterator[Finding]:
    """Whether the mail server lets us in. No mail is sent."""
    if not settings.smtp_url:
        if settings.database_url != NO_DATABASE:
            yield note("mail", "is printed in the log", "Set FRONTIS_SMTP_URL, so that people can sign up by mail.")
        return
    parts = urlsplit(settings.smtp_url)
    port = parts.port or (465 if parts.scheme == "smtps" else 587)
    connect = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    try:
        with connect(parts.hostname or "localhost", port, timeout=WAIT_SECONDS) as server:
            if parts.scheme == "smtp" and (parts.username or port == 587):
                server.starttls()
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
    except (smtplib.SMTPException, OSError) as error:
        yield fault("mail", f"{parts.hostname} does not let us in ({type(error).__name__})", "Mend FRONTIS_SMTP_URL.")
    else:
        yield good("mail", f"{parts.hostname} lets us in")


def examine_network(settings: Settings) -> Iterator[Finding]:
    """Whether remote pictures can be had: names are found, and certificates can be read."""
    try:
        asyncio.run(_try_door(settings))
    except BadSetting as error:
        variable, _, problem = str(error).partition(": ")
        yield fault(variable, problem, "See docs/settings.md for what it may be.")
        return
    try:
        socket.getaddrinfo(_A_NAME, 443)
    except OSError:
        yield note(
            "network",
            "no name of the internet is found, so no remote picture or page can be had",
            "Give this machine a resolver, or live without remote pictures.",
        )
    else:
        yield good("network", "names of the internet are found")


async def _try_door(settings: Settings) -> None:
    await Door(policy_of(settings)).close()


def examine_server(address: str) -> Iterator[Finding]:
    """A server that runs: whether it lives, and draws. address: its scheme, host and port."""
    for path, kind in (("/healthz", "application/json"), ("/card/article.png?title=Doctor", "image/png")):
        began = time.perf_counter()
        try:
            answered = asyncio.run(_ask(address, path))
        except BadInput as error:
            yield fault("server", f"{address}: {error.problem}", "Name the address of one that runs.")
            return
        if answered.problem:
            yield fault("server", f"{address} does not answer ({answered.problem})", "Start it with `frontis serve`.")
            return
        spent = (time.perf_counter() - began) * 1000
        place, media_type = path.partition("?")[0], answered.media_type
        if answered.status == 200 and media_type == kind:
            yield good("server", f"{place} answers in {spent:.0f} ms")
        else:
            yield fault("server", f"{place} answers {answered.status}, {media_type}", "Look into its log.")


async def _ask(address: str, path: str) -> Answered:
    async with own_server(address) as server:
        return await server.get(path)
