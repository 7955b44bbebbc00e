"""A bucket at a server that speaks S3 over HTTP."""

from collections.abc import Iterator

import httpx
import pytest


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an empty bucket; where it is, stands in the variables that the tools of S3 read."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415  (it takes a second, and few tests want it)

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    access = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "alice",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "us-east-1",
    }
    for name, value in access.items():
        monkeypatch.setenv(name, value)
    httpx.put(f"{access['AWS_ENDPOINT_URL']}/cards").raise_for_status()
    yield "s3://cards"
    server.stop()
