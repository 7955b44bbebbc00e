"""/readyz tells what is degraded, and says no only where no picture can be answered."""

import asyncio
import os
from pathlib import Path
from typing import NamedTuple

import pytest
from fake_studio import FakeStudio, standing
from stand import CARD, Stand, stand
from test_serving import free_port

from frontis.edge import readiness
from frontis.edge.rendering import Renderers
from frontis.errors import StudioUnavailable


class Room(NamedTuple):
    f_flag: int
    f_bavail: int
    f_frsize: int


async def parts(here: Stand, *, status: int = 200) -> dict[str, str]:
    answer = await here.client.get("/readyz")
    assert answer.status_code == status
    assert answer.headers["cache-control"] == "no-store"
    found: dict[str, str] = answer.json()["parts"]
    degraded = [name for name, words in found.items() if words != "ok"]
    if status == 200:
        assert answer.json()["status"] == ("degraded" if degraded else "ok")
    return {name: found[name] for name in degraded}


async def test_all_is_well(tmp_path: Path) -> None:
    async with stand(data_dir=tmp_path, database_url="none") as here:
        answer = await here.client.get("/readyz")
    names = ["renderers", "queue", "templates", "disk", "store"]
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "parts": dict.fromkeys(names, "ok")})


async def test_a_database_that_is_away_is_degraded(tmp_path: Path) -> None:
    class Away(FakeStudio):
        async def project(self, public_id: str) -> None:
            raise StudioUnavailable

    async with standing(Away(), data_dir=tmp_path) as here:
        assert list(await parts(here)) == ["database"]


async def test_redis_that_is_away_is_degraded_and_its_password_not_told(tmp_path: Path) -> None:
    url = f"redis://name:a-password@127.0.0.1:{free_port()}/0"
    async with stand(data_dir=tmp_path, database_url="none", redis_url=url) as here:
        assert list(await parts(here)) == ["redis"]
        text = (await here.client.get("/readyz")).text
    assert "a-password" not in text
    assert "127.0.0.1" not in text


@pytest.mark.parametrize(
    ("room", "words"),
    [
        (Room(0, 10, 1_000_000), "only 10 MB are free"),
        (Room(os.ST_RDONLY, 10**9, 4096), "the data folder is read-only"),
    ],
)
async def test_a_disk_without_room_is_degraded(room: Room, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "statvfs", lambda _: room)
    async with stand(database_url="none") as here:
        assert await parts(here) == {"disk": words}


async def test_a_data_folder_that_is_not_there_is_degraded(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    folder = tmp_path / "file" / "secret-name"
    async with stand(data_dir=folder, database_url="none", secret_key="x" * 20) as here:
        assert (await parts(here))["disk"] == "the data folder cannot be looked at"


async def test_a_full_queue_is_degraded_and_still_answered(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(readiness, "KEPT_SECONDS", 0)
    async with stand(data_dir=tmp_path, database_url="none", render_threads=1, render_queue=1) as here:
        here.pen.paper.clear()
        drawings = [asyncio.create_task(here.client.get(f"{CARD}1"))]
        await here.begun()
        drawings.append(asyncio.create_task(here.client.get(f"{CARD}2")))
        async with asyncio.timeout(5):
            while await parts(here) != {"queue": "full"}:  # noqa: ASYNC110  (it is asked from outside)
                await asyncio.sleep(0.01)
        here.pen.paper.set()
        await asyncio.gather(*drawings)


async def test_it_says_no_when_no_thread_is_left_that_draws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async with stand(data_dir=tmp_path, database_url="none") as here:
        monkeypatch.setattr(Renderers, "has_hands", False)
        assert await parts(here, status=503) == {"renderers": "no thread is left that draws"}


async def test_it_says_no_when_a_stop_has_begun(tmp_path: Path) -> None:
    async with stand(data_dir=tmp_path, database_url="none") as here:
        here.app.state.readiness.stop()
        answer = await here.client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "stopping")


async def test_a_part_that_hangs_or_breaks_holds_up_nobody(tmp_path: Path) -> None:
    async def hang() -> str:
        await asyncio.sleep(60)
        return ""

    async def fail() -> str:
        raise RuntimeError("a secret")

    async with stand(data_dir=tmp_path, database_url="none") as here:
        here.app.state.readiness.watch("slow", hang)
        here.app.state.readiness.watch("broken", fail)
        async with asyncio.timeout(5):
            assert await parts(here) == {"slow": "does not answer in time", "broken": "could not be checked"}


async def test_a_herd_of_askers_costs_one_look(tmp_path: Path) -> None:
    looks = []

    async def count() -> str:
        looks.append(1)
        await asyncio.sleep(0.01)
        return ""

    async with stand(data_dir=tmp_path, database_url="none") as here:
        here.app.state.readiness.watch("counted", count)
        await asyncio.gather(*(here.client.get("/readyz") for _ in range(50)))
        await here.client.get("/readyz")
    assert len(looks) == 1


async def test_a_template_that_is_left_alone_is_named(tmp_path: Path) -> None:
    async with stand(data_dir=tmp_path, database_url="none") as here:
        for _ in range(2):
            here.app.state.renderers._wild.note("metric")
        assert (await parts(here))["templates"] == "metric left alone for some minutes, after running wild"
