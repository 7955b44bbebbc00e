"""The examples of URLPix's page, run as they stand there but for host and key, against `frontis serve`."""

import io
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from PIL import Image

EXAMPLES = Path(__file__).parent / "examples"
START_SECONDS = 60
CARD = "/v1/og?template=default&title=Hello"


@dataclass(frozen=True)
class Stall:
    """A server that runs. pro, free: keys of accounts with those plans."""

    address: str
    pro: str
    free: str

    def client(self, key: str = "") -> httpx.Client:
        return httpx.Client(base_url=self.address, headers={"X-API-Key": key} if key else {}, trust_env=False)


def key_of(plan: str, environment: dict[str, str]) -> str:
    command = [
        sys.executable,
        "-m",
        "frontis.cli",
        "account",
        "create",
        f"{plan}@example.com",
        "--plan",
        plan,
        "--json",
    ]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    return str(json.loads(done.stdout)["keys"]["urlpix"])


@pytest.fixture(scope="module")
def stall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stall]:
    folder = tmp_path_factory.mktemp("urlpix")
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("FRONTIS_", "OSIG_"))}
    environment = ours | {"FRONTIS_DATA_DIR": str(folder / "data"), "FRONTIS_SECRET_KEY": "for these tests only"}
    pro, free = (key_of(plan, environment) for plan in ("pro", "free"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    log = folder / "log.txt"
    with log.open("wb") as output:
        command = [sys.executable, "-m", "frontis.cli", "serve", "--workers", "1", "--port", str(port)]
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        wait_until_healthy(address, process, log)
        yield Stall(address, pro, free)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_healthy(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/healthz", trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(f"The server did not start. It said:\n{log.read_text('utf-8', 'replace')}")


def run(stall: Stall, example: str, program: list[str], folder: Path, *, then: str = "") -> str:
    """What an example prints that is run in a folder. then: a line more, for one that shows nothing."""
    text = (EXAMPLES / example).read_text("utf-8") + then
    script = folder / example
    script.write_text(text.replace("https://api.urlpix.com", stall.address).replace("sk_live_YOUR_KEY", stall.pro))
    environment = os.environ | {"URLPIX_API_KEY": stall.pro, "NO_PROXY": "*"}
    done = subprocess.run(
        [*program, str(script)], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def is_card(data: bytes, size: tuple[int, int] = (1200, 630)) -> bool:
    assert not data.startswith(b"{"), data
    picture = Image.open(io.BytesIO(data))
    return picture.size == size and len(picture.convert("RGB").getcolors(1_000_000) or ()) > 10


def test_the_curl_examples_save_three_cards(stall: Stall, tmp_path: Path) -> None:
    run(stall, "curl.sh", ["bash", "-e"], tmp_path)
    assert all(is_card((tmp_path / name).read_bytes()) for name in ("og.png", "blog-og.png", "stats.png"))


def test_the_fetch_example_gets_a_blob(stall: Stall, tmp_path: Path) -> None:
    printed = run(
        stall, "fetch.mjs", ["node"], tmp_path, then="console.log(response.status, blob.type, blob.size > 5000)\n"
    )
    assert printed.split() == ["200", "image/png", "true"]


def test_the_node_example_saves_a_changelog(stall: Stall, tmp_path: Path) -> None:
    run(stall, "node.mjs", ["node"], tmp_path)
    assert is_card((tmp_path / "changelog.png").read_bytes())


def test_a_key_is_asked_for_in_urlpix_own_words(stall: Stall) -> None:
    with stall.client() as asker:
        answers = [
            asker.get(CARD),
            asker.get(f"{CARD}&api_key=sk_live_short"),
            asker.get(CARD, headers={"X-API-Key": "sk_live_" + "x" * 32}),
            asker.get(CARD, headers={"X-API-Key": stall.free}),
        ]
    assert [(answer.status_code, answer.json()["error"]) for answer in answers] == [
        (401, "Missing API key. Provide X-API-Key header or api_key query parameter."),
        (401, "Invalid API key format."),
        (401, "Invalid or revoked API key."),
        (403, "Plan does not support OG generation (requires Pro+)."),
    ]
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}


def test_header_and_address_get_the_same_picture_on_their_own_terms(stall: Stall) -> None:
    with stall.client(stall.pro) as keyed, stall.client() as asker:
        in_header, in_address = keyed.get(CARD), asker.get(f"{CARD}&api_key={stall.pro}")
        head = keyed.head(CARD)
        unchanged = keyed.get(CARD, headers={"If-None-Match": in_header.headers["etag"]})
    assert in_header.content == in_address.content
    assert in_header.headers["cache-control"] == "private, max-age=86400"
    assert in_address.headers["cache-control"] == "public, max-age=86400"
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(in_header.content))
    assert unchanged.status_code == 304


def test_the_address_that_the_json_tells_is_that_of_the_picture(stall: Stall) -> None:
    with stall.client(stall.pro) as asker:
        answer = asker.get(
            f"{CARD}&title=%F0%9F%9A%80&format=webp&width=600&height=315&response=json&api_key={stall.pro}"
        )
        told = answer.json()
        assert answer.status_code == 200, answer.text
        picture = asker.get(told["url"])
        again = asker.get(f"{CARD}&title=%F0%9F%9A%80&format=webp&width=600&height=315&response=json").json()
    assert stall.pro not in answer.text
    assert picture.headers["content-type"] == "image/webp"
    assert (told["width"], told["height"], told["size"]) == (600, 315, len(picture.content))
    assert is_card(picture.content, (600, 315))
    assert (told["cached"], again["cached"]) == (False, True)
    assert told["cache_key"] == again["cache_key"]


def test_wrong_parameters_and_methods_are_told_as_json(stall: Stall) -> None:
    with stall.client(stall.pro) as asker:
        answers = [
            asker.get("/v1/og"),
            asker.get(f"{CARD}&format=pdf"),
            asker.post(CARD),
            asker.get(f"{CARD}{'x' * 20_000}"),
        ]
    assert [answer.status_code for answer in answers] == [400, 400, 405, 414]
    assert all(set(answer.json()) == {"error"} for answer in answers)


def test_anybody_may_list_the_templates(stall: Stall) -> None:
    with stall.client() as asker:
        listed = asker.get("/v1/og/templates").json()
    assert "blog-post" in {each["name"] for each in listed}
