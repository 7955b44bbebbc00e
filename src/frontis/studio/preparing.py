"""Makes the studio ready for use: the data folder, Django, and the tables as this version wants them."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from frontis.errors import BadSetting, StudioUnavailable
from frontis.settings import NO_DATABASE, Settings

CONFIGURATION = "frontis.studio.configuration"
# PostgreSQL's advisory locks are numbers that the programs agree upon: "frontis" in ASCII.
_ADVISORY_LOCK = int.from_bytes(b"frontis")


def prepare() -> None:
    """Set up Django and bring the tables up to date, so that the studio's other modules can be imported and used.

    Processes that do so at once wait for the first. Quick when there is nothing to do. Raises BadSetting when there is
    no database, or it cannot be used.
    """
    settings = Settings()
    if settings.database_url == NO_DATABASE:
        raise BadSetting(
            f"FRONTIS_DATABASE_URL: is {NO_DATABASE!r}, so there are no accounts. Unset it, and they are kept in "
            "FRONTIS_DATA_DIR, or give it the address of a database."
        )
    os.environ["DJANGO_SETTINGS_MODULE"] = CONFIGURATION
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(f"FRONTIS_DATA_DIR: {settings.data_dir} cannot be made ({error.strerror}).") from None
    django.setup()
    try:
        _migrate()
        # A process that is forked off must not share a connection with this one.
        connections.close_all()
    except DatabaseError as error:
        told = " ".join(str(error).split())
        raise BadSetting(f"FRONTIS_DATABASE_URL: the database cannot be used ({told}).") from error
    except OSError as error:
        raise BadSetting(f"FRONTIS_DATA_DIR: {error.filename} cannot be used ({error.strerror}).") from None


@contextmanager
def prepared() -> Iterator[None]:
    """The same, for a command. Raises StudioUnavailable when the database stops answering in between."""
    prepare()
    try:
        yield
    except DatabaseError as error:
        raise StudioUnavailable from error


def _migrate() -> None:
    if connection.vendor == "sqlite":
        # Held already while the database is opened: to make it a WAL database, SQLite does not wait for others.
        with _file_held(Path(connection.settings_dict["NAME"])):
            if is_behind():
                call_command("migrate", verbosity=0, interactive=False)
    elif is_behind():
        with _advisory_lock():
            call_command("migrate", verbosity=0, interactive=False)


def is_behind() -> bool:
    """Whether there are migrations that the database has not seen yet."""
    # To import every migration takes longer than all else at a start; their names are enough where all are applied.
    if _named() <= MigrationRecorder(connection).applied_migrations().keys():
        return False
    executor = MigrationExecutor(connection)
    targets = executor.loader.graph.leaf_nodes()
    return bool(executor.migration_plan(targets))


@contextmanager
def _file_held(database: Path) -> Iterator[None]:
    """Hold the lock of a database's file, which is made so that only its owner may read it."""
    database.parent.mkdir(parents=True, exist_ok=True)
    lock = database.with_name(f"{database.name}.lock")
    for path in (database, lock):
        # One that is there is not even opened: to close it would free the locks that this process has on it.
        if not path.exists():
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    with lock.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


@contextmanager
def _advisory_lock() -> Iterator[None]:
    """Hold the lock that all processes of one PostgreSQL database share; when this one dies, it is free."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY_LOCK])


def _named() -> set[tuple[str, str]]:
    """The migrations that there are: application and name."""
    return {
        (application.label, file.stem)
        for application in apps.get_app_configs()
        for file in Path(application.path, "migrations").glob("[0-9]*.py")
    }
