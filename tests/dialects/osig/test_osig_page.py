"""What OSIG's page shows, done as it stands there but for the host names, against `frontis serve` in a process."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from html import unescape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread

import httpx
import pytest
from PIL import Image

START_SECONDS = 60
LIMIT = 5
FOR_EVER = "public, max-age=31536000, immutable"
ARTICLE = """\
https://osig.app/g?
site=x
&style=base
&font=helvetica
&title=10 Years of Great Books
&subtitle=I'm starting a 10 Year Reading Plan proposed in the 1st Volume (The Great Conversation) of the \
"Great Books of the Western World" series.
&eyebrow=Article
&image_url=https://www.rasulkireev.com/_astro/a_smiling_boy_from_Pixars_Coco.DrP3G0Ol.png"""
LOGO = """\
https://osig.app/g?
site=x
&style=logo
&font=markerfelt
&title=Narrative
&subtitle=Founding Senior Software Engineer
&image_url=http://res.cloudinary.com/built-with-django/image/upload/v1728024021/user-profile-image-prod/hhxfplsthiaytuttoamc.jpg"""
JOB = """\
https://osig.app/g?
site=x
&style=job_logo
&font=helvetica
&title=Senior Django Engineer
&subtitle=Build reliable product features and own the roadmap.
&eyebrow=Remote · Full-time
&image_or_logo=https://example.com/company-logo.png"""
SIGN = """\
{
"params": {
"style": "logo",
"site": "x",
"title": "Narrative",
"subtitle": "Founding Senior Software Engineer",
"image_url": "https://example.com/logo.png",
"format": "jpeg",
"quality": 80,
"v": "2026-02-26"
},
"expires_in_seconds": 3600
}"""
WIZARD = """\
{
"page_url": "https://example.com/jobs/senior-engineer",
"style": "job_logo",
"site": "x",
"font": "helvetica",
"title": "Senior Engineer",
"subtitle": "Ship reliable backend systems",
"eyebrow": "Remote · Full-time",
"image_url": "https://example.com/logo.png",
"format": "jpeg",
"quality": 80,
"version": "v2026-02-26"
}"""


@dataclass
class Served:
    """The server, the server of all pictures that the page names, and the key of a superuser."""

    client: httpx.Client
    pictures: str
    key: str

    def here(self, text: str) -> str:
        """The text with the hosts that there are here, and on one line, as a browser takes an address."""
        ours = re.sub(r"https?://osig\.app", str(self.client.base_url).rstrip("/"), text)
        ours = re.sub(
            r"https?://(?:www\.rasulkireev\.com|res\.cloudinary\.com|example\.com(?!/jobs))", self.pictures, ours
        )
        return ours.replace("\n", "")

    def get(self, text: str) -> httpx.Response:
        return self.client.get(self.here(text))

    def post(self, path: str, text: str) -> httpx.Response:
        return self.client.post(path, content=self.here(text))


class Pictures(SimpleHTTPRequestHandler):
    """The same picture at every address."""

    def do_GET(self) -> None:
        body = BytesIO()
        Image.new("RGB", (640, 480), "#c2410c").save(body, "PNG")
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.send_header("Content-Length", str(body.tell()))
        self.end_headers()
        self.wfile.write(body.getvalue())

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def pictures() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Pictures) as server:
        thread = Thread(target=partial(server.serve_forever, poll_interval=0.05))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("osig")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FRONTIS_", "OSIG_"))}
    environment = kept | {
        "FRONTIS_DATA_DIR": str(folder / "data"),
        "FRONTIS_FETCH_ALLOW": "127.0.0.0/8",
        "OSIG_DAILY_USAGE_LIMIT": str(LIMIT),
    }
    frontis = [sys.executable, "-m", "frontis.cli"]
    with socket.create_server(("127.0.0.1", 0)) as trial:
        port = trial.getsockname()[1]
    words = ["account", "create", "root@example.com", "--plan", "free", "--superuser", "--json"]
    account = subprocess.run([*frontis, *words], env=environment, capture_output=True, check=True)
    log = folder / "log"
    with log.open("wb") as output:
        serve = [*frontis, "serve", "--port", str(port)]
        process = subprocess.Popen(serve, cwd=folder, env=environment, stdout=output, stderr=output)
    try:
        with pictures() as address, httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            _wait_for(client, process, log)
            yield Served(client, address, json.loads(account.stdout)["keys"]["osig"])
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(client: httpx.Client, process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        try:
            if client.get("/healthz").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(f"The server did not start. It said:\n{log.read_text('utf-8', 'replace')}")


def picture(answer: httpx.Response) -> tuple[str | None, tuple[int, int]]:
    assert answer.status_code == 200, answer.text
    with Image.open(BytesIO(answer.content)) as found:
        found.load()
        assert answer.headers["content-type"] == f"image/{(found.format or '').lower()}"
        return found.format, found.size


@pytest.mark.parametrize("text", [ARTICLE, LOGO, JOB], ids=["article", "logo", "job"])
def test_the_addresses_on_the_page_are_good(text: str, served: Served) -> None:
    answer = served.get(text)
    assert picture(answer) == ("PNG", (1600, 900))
    # Its picture was there: else nobody might keep it.
    assert answer.headers["cache-control"] == FOR_EVER
    assert not {name for name in answer.headers if name.startswith("x-osig")}


def test_the_address_stands_with_a_slash_on_the_page_and_takes_nothing(served: Served) -> None:
    assert picture(served.get("https://osig.app/g/")) == ("PNG", (1600, 900))
    assert picture(served.get("https://osig.app/g/?site=meta&format=jpeg")) == ("JPEG", (1200, 630))


def test_a_signed_address_is_good_until_it_is_changed(served: Served) -> None:
    told = served.post("/api/sign", SIGN)
    assert told.headers["content-type"].startswith("application/json")
    answer = served.client.get(told.json()["signed_url"])
    assert picture(answer) == ("JPEG", (1600, 900))
    found = re.fullmatch(r"public, max-age=(\d+)", answer.headers["cache-control"])
    assert found
    assert 3590 <= int(found[1]) <= 3600
    for change in ("&title=Other", "&utm_source=mail"):
        changed = served.client.get(told.json()["signed_url"] + change)
        assert (changed.status_code, changed.text) == (403, "Invalid or expired signature")
    unsigned = told.json()["signed_url"].partition("&exp=")[0]
    assert served.client.get(unsigned).headers["cache-control"] == FOR_EVER


def test_a_signed_address_ends(served: Served) -> None:
    told = served.post("/api/sign", '{"params": {"title": "Soon over"}, "expires_in_seconds": 1}').json()
    assert served.client.get(told["signed_url"]).status_code == 200
    time.sleep(2.1)
    assert served.client.get(told["signed_url"]).status_code == 403


def test_the_tags_of_the_wizard_name_the_picture_that_there_is(served: Served) -> None:
    told = served.post("/api/onboarding/meta", WIZARD).json()
    assert set(told) == {"signed_url", "expires_at", "meta_tags", "validation_links"}
    tags = dict(re.findall(r'="([a-z:]+)" content="([^"]*)"', told["meta_tags"]))
    answer = served.client.get(unescape(tags["og:image"]))
    kind, (width, height) = picture(answer)
    assert (kind, answer.headers["content-type"]) == ("JPEG", tags["og:image:type"])
    assert (str(width), str(height)) == (tags["og:image:width"], tags["og:image:height"])
    assert int(answer.headers["cache-control"].removeprefix("public, max-age=")) > 29 * 86_400


def test_a_wordpress_post_has_a_signed_address(served: Served) -> None:
    post = '{"page_url": "https://example.com/jobs/1", "post_title": "A post", "featured_image": "https://example.com/a.png"}'
    told = served.post("/api/integrations/wordpress", post).json()
    assert set(told) == {"signed_url", "expires_at", "mapped_fields", "fallbacks", "snippet"}
    assert picture(served.client.get(told["signed_url"])) == ("PNG", (1600, 900))
    assert served.here("https://osig.app/g") in told["snippet"]
    empty = served.post("/api/integrations/wordpress", '{"page_url": ""}')
    assert (empty.status_code, [*empty.json()]) == (422, ["detail"])


def test_a_key_is_metered_warned_once_and_blocked(served: Served) -> None:
    answers = [served.client.get(f"/g?title=Metered&key={served.key}") for _ in range(LIMIT + 1)]
    assert [answer.status_code for answer in answers] == [200] * LIMIT + [429]
    daily = [answer.headers.get("x-osig-daily-usage") for answer in answers]
    assert daily == [f"{count}/{LIMIT}" for count in range(1, LIMIT + 1)] + [None]
    assert answers[0].headers["x-osig-monthly-usage"] == "1/10000"
    assert [answer.headers.get("x-osig-quota-warning") for answer in answers] == [None, None, None, "daily", None, None]
    assert answers[-1].text == "Usage quota exceeded: daily"
    assert served.client.get("/g?title=Metered").status_code == 200


def test_a_superuser_sees_what_became_of_the_renders(served: Served) -> None:
    metrics = f"/api/admin/render-metrics?api_key={served.key}&hours=24"
    served.client.get("/g?title=Counted")
    ends = time.monotonic() + 10
    while not (told := served.client.get(metrics).json())["total_attempts"] and time.monotonic() < ends:
        time.sleep(0.1)
    assert [*told] == [
        "window_hours", "total_attempts", "failed_attempts", "fail_rate_percent", "p95_render_ms", "error_counts",
    ]  # fmt: skip
    assert (told["window_hours"], told["failed_attempts"], told["error_counts"]) == (24, 0, {})
    stranger = served.client.get("/api/admin/render-metrics?api_key=nobody0000")
    assert (stranger.status_code, stranger.json()) == (401, {"detail": "Unauthorized"})


@pytest.mark.parametrize("path", ["/g", "/g/", "/blank-square.png"])
def test_other_methods_are_refused_and_head_is_not(path: str, served: Served) -> None:
    assert served.client.head(path).status_code == 200
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert served.client.request(method, path).status_code == 405


@pytest.mark.parametrize("path", ["/api/sign", "/api/onboarding/meta", "/api/integrations/wordpress"])
def test_what_is_posted_cannot_be_got(path: str, served: Served) -> None:
    answer = served.client.get(path)
    assert (answer.status_code, answer.json()) == (405, {"detail": "Method not allowed"})
    assert answer.headers["allow"] == "POST, OPTIONS"


def test_there_is_a_blank_square(served: Served) -> None:
    assert picture(served.client.get("/blank-square.png")) == ("PNG", (200, 200))
