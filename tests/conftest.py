"""What holds for every test."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from importlib import import_module
from threading import Barrier

import django
import pytest
from django.apps import apps
from django.db import connections
from django.db.models.signals import post_migrate
from hypothesis import settings

from each_way import each_way
from installation import installation
from postgres_server import postgres_server
from redis_server import redis_server, redis_url
from s3_server import bucket

__all__ = ["bucket", "each_way", "installation", "postgres_server", "redis_server", "redis_url"]

# Django reads these when it is set up. Were its settings named in pyproject.toml, pytest-django would set it up before
# this file is read. The folder of one run is no other's.
os.environ["FRONTIS_DATA_DIR"] = tempfile.mkdtemp(prefix="frontis-tests-")
atexit.register(shutil.rmtree, os.environ["FRONTIS_DATA_DIR"], ignore_errors=True)
os.environ.setdefault("FRONTIS_SECRET_KEY", "a secret for tests only")
os.environ["DJANGO_SETTINGS_MODULE"] = "frontis.studio.configuration"
django.setup()

# How long an example takes says more about the machine than about us. All else stays as hypothesis has it, in CI too.
settings.register_profile("frontis", parent=settings(), deadline=None)
settings.load_profile("frontis")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="make the pictures as they are drawn now the golden ones")


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    """Whether golden pictures are to be made anew."""
    return bool(request.config.getoption("--accept"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:  # noqa: ARG001  (the one of pytest-django)
    """A database that is as `frontis serve` makes it, also after a test that emptied it."""
    from frontis.studio import database  # noqa: PLC0415  (Django must have been set up)

    seed = import_module("frontis.studio.accounts.migrations.0002_plans").seed

    def seed_again(**_: object) -> None:
        seed(apps, None)

    # Django sends this after it has emptied the tables, too.
    post_migrate.connect(seed_again, sender=apps.get_app_config("accounts"))
    yield
    # A database that somebody is connected to cannot be deleted.
    together = Barrier(database.THREADS)

    def close() -> None:
        together.wait()
        connections.close_all()

    for each in [database._threads.submit(close) for _ in range(database.THREADS)]:
        each.result()
