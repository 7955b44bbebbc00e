"""What holds for every test."""

import os
import tempfile

import pytest
from hypothesis import settings

from redis_server import redis_server, redis_url

__all__ = ["redis_server", "redis_url"]

# Django reads these when it is first imported. The folder of one run is no other's.
os.environ["FRONTIS_DATA_DIR"] = tempfile.mkdtemp(prefix="frontis-tests-")
os.environ.setdefault("FRONTIS_SECRET_KEY", "a secret for tests only")

# How long an example takes says more about the machine than about us. All else stays as hypothesis has it, in CI too.
settings.register_profile("frontis", parent=settings(), deadline=None)
settings.load_profile("frontis")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="make the pictures as they are drawn now the golden ones")


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    """Whether golden pictures are to be made anew."""
    return bool(request.config.getoption("--accept"))
