"""Looks at the machine: the data folder, its room, memory and open files."""

import multiprocessing
import os
import resource
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from frontis.cli.doctor.finding import Finding, fault, good, note
from frontis.errors import BadSetting
from frontis.settings import SECRET_FILE, Settings, secret_key

LEAST_ROOM_MB = 500
LEAST_FILES = 1_024
# What one process takes with the fonts of every script, and the first process beside it.
PROCESS_MB = 300
_MEGABYTE = 1_000_000
# Control groups, version 2 and 1.
_MEMORY_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def examine_folder(settings: Settings) -> Iterator[Finding]:
    """Whether the data folder can be written to and has room, and whether the secret in it is one."""
    folder = settings.data_dir.absolute()
    if not folder.exists():
        yield note("data folder", f"{folder} is not there yet", "It is made at the first start.")
        return
    try:
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(b"frontis")
    except OSError as error:
        yield fault(
            "data folder",
            f"{folder} cannot be written to ({error.strerror})",
            "Give it to the user that runs Frontis, or set FRONTIS_DATA_DIR to a folder of its own.",
        )
        return
    room = shutil.disk_usage(folder).free // _MEGABYTE
    if room < LEAST_ROOM_MB:
        yield note("data folder", f"{folder} has {room} MB left", "Make room, or set FRONTIS_DATA_DIR elsewhere.")
    else:
        yield good("data folder", f"{folder} can be written to, {room:,} MB left")
    yield from _secret(settings, folder / SECRET_FILE)


def examine_limits(settings: Settings) -> Iterator[Finding]:
    """Semaphores, open files and memory."""
    try:
        multiprocessing.Lock()
    except OSError as error:
        yield fault(
            "processes",
            f"no semaphore can be made, which they share ({error.strerror})",
            "Let the user that runs Frontis write to /dev/shm.",
        )
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most_files != resource.RLIM_INFINITY and most_files < LEAST_FILES:
        yield note(
            "open files",
            f"at most {most_files}, and each connection is one",
            "Raise the limit: `ulimit -Hn`, LimitNOFILE= of systemd, or --ulimit of the container.",
        )
    limit = _memory_limit_mb()
    wanted = PROCESS_MB + settings.cache_mb
    if limit is not None and limit < wanted:
        yield note(
            "memory",
            f"the limit is {limit} MB, and one process may want {wanted} MB",
            "Raise the limit, or set FRONTIS_CACHE_MB lower.",
        )
    else:
        of = "no limit" if limit is None else f"a limit of {limit:,} MB"
        yield good("machine", f"{settings.threads} threads that draw, {of} of memory")


def _secret(settings: Settings, file: Path) -> Iterator[Finding]:
    if settings.secret_key:
        yield good("secret", "FRONTIS_SECRET_KEY is set")
        return
    if not file.exists():
        yield note("secret", "none yet", "One is made at the first start. Set FRONTIS_SECRET_KEY for several machines.")
        return
    try:
        secret_key(settings)
    except BadSetting as error:
        yield fault("secret", str(error), "Put the file back from your backup: keys and signatures hang on it.")
        return
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        yield note("secret", f"others may read {file}", f"chmod 600 {file}")
    else:
        yield good("secret", f"{file}; back it up together with the database")


def _memory_limit_mb() -> int | None:
    for file in _MEMORY_LIMITS:
        try:
            text = file.read_text().strip()
        except OSError:
            continue
        if text.isdigit() and int(text) < os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"):
            return int(text) // _MEGABYTE
    return None
