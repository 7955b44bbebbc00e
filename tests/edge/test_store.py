"""The store of bytes: in a folder, on disks that are full or read-only, in a bucket, and under kill -9."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from obstore.exceptions import GenericError
from obstore.store import LocalStore, MemoryStore
from structlog.testing import capture_logs

from frontis.edge import store as module
from frontis.edge.store import NO_GLANCE_SECONDS, Glance, Store, open_store
from frontis.errors import BadSetting, StoreUnavailable
from frontis.settings import Settings

KEY = "images/3f0c/picture.png"
PICTURE = b"\x89PNG and so on" * 1000


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return open_store(Settings(data_dir=tmp_path))
    return open_store(Settings(storage_url=f"{request.getfixturevalue('bucket')}/frontis"))


async def test_what_was_put_comes_back_until_it_is_deleted(store: Store) -> None:
    assert await store.get(KEY) is None
    await store.put(KEY, PICTURE)
    assert await store.get(KEY) == PICTURE
    await store.put(KEY, b"")
    assert await store.get(KEY) == b""
    await store.delete(KEY, "images/never/there.png", KEY)
    assert await store.get(KEY) is None


async def test_many_are_deleted_at_once_and_their_neighbours_stay(store: Store) -> None:
    keys = [f"images/a/{number}.png" for number in range(12)]
    for key in [*keys, "images/ab/1.png", "finished/1"]:
        await store.put(key, key.encode())
    await store.delete(*keys[:3])
    assert [await store.get(key) for key in keys[:4]] == [None, None, None, keys[3].encode()]
    await store.delete_below("images/a")
    await store.delete_below("images/nobody")
    assert [await store.get(key) for key in keys] == [None] * 12
    assert await store.get("images/ab/1.png") == b"images/ab/1.png"
    assert await store.get("finished/1") == b"finished/1"


@pytest.mark.parametrize("key", ["", "/etc/passwd", "a/../b", "../a", "a//b", "A", "a b", "a/", ".a", "a\n", "a%2fb"])
async def test_nothing_but_a_key_leads_to_the_folder(tmp_path: Path, key: str) -> None:
    store = open_store(Settings(data_dir=tmp_path))
    with pytest.raises(ValueError, match="not a key"):
        await store.get(key)
    with pytest.raises(ValueError, match="not a key"):
        await store.put(key, b"x")


def file_of(folder: Path) -> Path:
    return folder / "pictures" / KEY


async def test_a_picture_in_the_folder_can_be_opened_by_anything(tmp_path: Path) -> None:
    await open_store(Settings(data_dir=tmp_path)).put(KEY, PICTURE)
    assert file_of(tmp_path).read_bytes().startswith(PICTURE)


@pytest.mark.parametrize("damage", ["cut", "changed", "emptied", "longer", "somebody else's"])
async def test_a_damaged_object_counts_as_absent_and_is_deleted(tmp_path: Path, damage: str) -> None:
    store = open_store(Settings(data_dir=tmp_path))
    await store.put(KEY, PICTURE)
    file = file_of(tmp_path)
    whole = file.read_bytes()
    changed = {
        "cut": whole[:-1],
        "changed": b"x" + whole[1:],
        "emptied": b"",
        "longer": whole + b"x",
        "somebody else's": PICTURE,
    }
    file.write_bytes(changed[damage])
    with capture_logs() as lines:
        assert await store.get(KEY) is None
    assert [(line["event"], line["key"]) for line in lines] == [("stored object is damaged, and deleted", KEY)]
    assert not file.exists()
    await store.put(KEY, PICTURE)
    assert await store.get(KEY) == PICTURE


async def test_a_folder_that_cannot_be_made_is_told_once_until_it_can(tmp_path: Path) -> None:
    (tmp_path / "pictures").write_text("a file")
    store = open_store(Settings(data_dir=tmp_path))
    with capture_logs() as lines:
        for _ in range(3):
            with pytest.raises(StoreUnavailable, match="cannot be stored"):
                await store.put(KEY, PICTURE)
        with pytest.raises(StoreUnavailable):
            await store.get(KEY)
        (tmp_path / "pictures").unlink()
        await store.put(KEY, PICTURE)
        assert await store.get(KEY) == PICTURE
    assert [line["event"] for line in lines] == ["pictures cannot be stored", "pictures can be stored again"]


DISK = """
import asyncio, os, pathlib, resource, signal, sys
from frontis.edge.store import open_store
from frontis.errors import StoreUnavailable
from frontis.settings import Settings

folder, fault = pathlib.Path(sys.argv[1]), sys.argv[2]
store = open_store(Settings(data_dir=folder))

async def main():
    await store.put("a/kept", b"kept")
    if fault == "full":
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    else:
        for each in (folder / "pictures" / "a", folder / "pictures"):
            each.chmod(0o555)
        if os.getuid() == 0:
            os.setuid(65534)
    for key in ("a/kept", "b/new"):
        try:
            await store.put(key, b"x" * 5000)
        except StoreUnavailable:
            print("unavailable")
    print((await store.get("a/kept")).decode(), await store.get("b/new"))

asyncio.run(main())
"""


@pytest.mark.parametrize("fault", ["full", "read-only"])
def test_a_disk_that_takes_nothing_more_spoils_nothing(tmp_path: Path, fault: str) -> None:
    # Whoever is nobody must get here: through all that pytest made.
    for folder in (tmp_path, *tmp_path.parents):
        if "pytest-of-" in str(folder):
            folder.chmod(0o755)
    run = subprocess.run(
        [sys.executable, "-c", DISK, str(tmp_path), fault], capture_output=True, text=True, check=False, timeout=60
    )
    lines = run.stdout.splitlines()
    assert [line for line in lines if "[" not in line] == ["unavailable", "unavailable", "kept None"], run.stderr
    left = [path.name for path in tmp_path.rglob("*") if path.is_file()]
    assert left == ["kept"]


WRITER = """
import asyncio, pathlib, sys
from frontis.edge.store import open_store
from frontis.settings import Settings

async def main():
    store = open_store(Settings(data_dir=pathlib.Path(sys.argv[1])))
    turn = 0
    while True:
        turn += 1
        await asyncio.gather(*(store.put(f"images/{at}/picture", b"%d " % turn * 200_000) for at in range(8)))
        print(turn, flush=True)

asyncio.run(main())
"""


def test_a_process_that_is_killed_leaves_only_whole_objects(tmp_path: Path) -> None:
    store = open_store(Settings(data_dir=tmp_path))
    for pause in (0.0, 0.013, 0.029):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        assert writer.stdout.readline().strip() == "1"
        time.sleep(pause)
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
        with capture_logs() as lines:
            for at in range(8):
                data = asyncio.run(store.get(f"images/{at}/picture"))
                assert data is not None
                assert len(set(data.split())) == 1
        assert lines == []


async def test_a_bucket_that_does_not_answer_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        access = {"ENDPOINT_URL": address, "ACCESS_KEY_ID": "alice", "SECRET_ACCESS_KEY": "secret"}
        for name, value in access.items():
            monkeypatch.setenv(f"AWS_{name}", value)
        bucket = open_store(Settings(storage_url="s3://cards"))
        began = time.monotonic()
        with pytest.raises(StoreUnavailable):
            await Store(bucket._open_place, seconds=0.5).put(KEY, PICTURE)
        assert time.monotonic() - began < 2


async def test_a_bucket_that_is_not_there_takes_nothing(bucket: str) -> None:
    with pytest.raises(StoreUnavailable):
        await open_store(Settings(storage_url=bucket.replace("cards", "not-cards"))).put(KEY, PICTURE)


async def test_a_store_that_fails_for_a_while_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    place = MemoryStore()
    store = Store(lambda: place)
    await store.put(KEY, PICTURE)

    async def fail(*_: object, **__: object) -> None:
        raise GenericError("No space left on device (os error 28)\n\nDebug source:\nGeneric { }")

    with monkeypatch.context() as patch, capture_logs() as lines:
        patch.setattr("obstore.put_async", fail)
        with pytest.raises(StoreUnavailable):
            await store.put(KEY, b"other")
    assert [line["error"] for line in lines] == ["No space left on device (os error 28)"]
    assert await store.get(KEY) == PICTURE


async def test_the_event_loop_goes_on_while_bytes_are_kept(tmp_path: Path) -> None:
    store = Store(lambda: LocalStore(tmp_path))
    longest, is_done = 0.0, False

    async def watch() -> None:
        nonlocal longest
        while not is_done:
            began = time.monotonic()
            await asyncio.sleep(0.001)
            longest = max(longest, time.monotonic() - began)

    watching = asyncio.create_task(watch())
    large = os.urandom(30_000_000)
    await store.put(KEY, large)
    assert await store.get(KEY) == large
    is_done = True
    await watching
    assert longest < 0.25


def test_a_bucket_that_makes_no_sense_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_NAME", raising=False)
    with pytest.raises(BadSetting, match=r"^FRONTIS_STORAGE_URL: cannot be used: .*Account must be specified"):
        open_store(Settings(storage_url="az://pictures"))


def test_a_file_of_somebody_else_holds_nothing_up(tmp_path: Path) -> None:
    store = open_store(Settings(data_dir=tmp_path))
    asyncio.run(store.put("images/0123456789abcdef0123456789abcdef/image.png", b"picture"))
    folder = next(tmp_path.rglob("image.png")).parent
    (folder / ".DS_Store").write_bytes(b"not ours")
    asyncio.run(store.delete_below("images/0123456789abcdef0123456789abcdef"))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    with pytest.raises(ValueError, match="not a key"):
        asyncio.run(store.get("images/0123456789abcdef0123456789abcdef0123456789abcdef/.DS_Store"))


def test_a_glance_is_not_made_at_a_disk_that_was_slow_a_moment_ago(tmp_path: Path) -> None:
    (tmp_path / "here.png").write_bytes(b"x")
    times = iter([0.0, 0.001, 1.0, 1.5, 2.0, 2.0 + NO_GLANCE_SECONDS, 3.0 + NO_GLANCE_SECONDS])
    glance = Glance(tmp_path, clock=lambda: next(times))
    assert not glance.is_missing("here.png")
    assert glance.is_missing("gone.png")
    # Half a second was long: what is not known is looked for in the other way.
    assert not glance.is_missing("gone.png")
    assert glance.is_missing("gone.png")


async def test_what_another_process_has_put_is_found(tmp_path: Path) -> None:
    one, other = (open_store(Settings(data_dir=tmp_path)) for _ in range(2))
    assert await other.get(KEY) is None
    await one.put(KEY, PICTURE)
    assert await other.get(KEY) == PICTURE
