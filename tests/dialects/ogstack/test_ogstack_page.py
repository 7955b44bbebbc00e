"""What OGStack's page shows, done as it stands there but for the host names, against `frontis serve` in a process."""

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
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread

import httpx
import pytest
from PIL import Image

START_SECONDS = 60
DAY_AND_WEEK = "public, max-age=86400, s-maxage=604800"

MINIMUM = "https://api.ogstack.dev/og/{publicId}?url=https%3A%2F%2Fexample.com%2Fpost"
HTML = """\
<meta property="og:image" \
content="https://api.ogstack.dev/og/cLx8kZ9m?url=https%3A%2F%2Fexample.com%2Fpost&template=aurora&accent=%2310b981" />
<meta property="og:image:width" content="1200" />
<meta property="og:image:height" content="630" />
<meta name="twitter:card" content="summary_large_image" />"""
NEXT = """\
import type { Metadata } from "next";

export async function generateMetadata({ params, }: { params: { slug: string }; }): Promise<Metadata> {
  const pageUrl = `https://example.com/${params.slug}`;
  const ogImage = new URL(`https://api.ogstack.dev/og/${process.env.OGSTACK_PUBLIC_ID}`);
  ogImage.searchParams.set("url", pageUrl);
  ogImage.searchParams.set("template", "editorial");
  return {
    openGraph: { images: [{ url: ogImage.toString(), width: 1200, height: 630 }] },
    twitter: { card: "summary_large_image", images: [ogImage.toString()] },
  };
}"""
ASTRO = """\
const publicId = import.meta.env.OGSTACK_PUBLIC_ID;
const pageUrl = Astro.url.toString();
const og = `https://api.ogstack.dev/og/${publicId}?url=${encodeURIComponent(pageUrl)}`;"""
# What a compiler of TypeScript takes away from that example.
TYPES = ('import type { Metadata } from "next";', ": { params: { slug: string }; }", ": Promise<Metadata>")
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="#f0f"/></svg>'


class Site(BaseHTTPRequestHandler):
    """A site of pages, an icon, a logo that is a drawing, and a page that is broken."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/broken-page":
            self.answer(503, "text/plain", b"not now")
        elif path == "/icon.png":
            out = BytesIO()
            Image.new("RGB", (64, 64), "#dc2626").save(out, "PNG")
            self.answer(200, "image/png", out.getvalue())
        elif path == "/logo.svg":
            self.answer(200, "image/svg+xml", LOGO)
        else:
            words = path.strip("/").replace("-", " ").title() or "Home"
            page = f"<title>{words}</title><meta name=description content='About it.'><link rel=icon href=/icon.png>"
            self.answer(200, "text/html; charset=utf-8", page.encode())

    def answer(self, status: int, media_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = Thread(target=partial(server.serve_forever, poll_interval=0.05))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@dataclass
class Served:
    """The server, the site of the project, and the project's public id."""

    client: httpx.Client
    site: str
    public_id: str

    def here(self, text: str) -> str:
        """The text with the hosts and the public id that there are here."""
        text = text.replace("https://api.ogstack.dev", str(self.client.base_url).rstrip("/"))
        text = re.sub(r"cLx8kZ9m|(?<!\$)\{publicId\}", self.public_id, text)
        encoded = self.site.replace(":", "%3A").replace("/", "%2F")
        return text.replace("https%3A%2F%2Fexample.com", encoded).replace("https://example.com", self.site)

    def run(self, script: str, folder: Path) -> str:
        """What a module of JavaScript says."""
        file = folder / "page.mjs"
        file.write_text(script)
        done = subprocess.run(
            ["node", file], capture_output=True, text=True, check=False, timeout=60,
            env={"PATH": os.environ["PATH"], "OGSTACK_PUBLIC_ID": self.public_id},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("ogstack")
    frontis = [sys.executable, "-m", "frontis.cli"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FRONTIS_", "OSIG_"))}
    environment = {**kept, "FRONTIS_DATA_DIR": str(folder / "data"), "FRONTIS_FETCH_ALLOW": "127.0.0.0/8"}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with site() as address:
        domain = address.removeprefix("http://")
        words = [
            "account",
            "create",
            "ann@example.com",
            "--plan",
            "pro",
            "--project",
            "Blog",
            "--domain",
            domain,
            "--json",
        ]
        made = subprocess.run(
            [*frontis, *words], capture_output=True, text=True, check=True, timeout=120, env=environment
        )
        public_id = json.loads(made.stdout)["projects"][0]["public_id"]
        log = (folder / "log.txt").open("wb")
        serve = [*frontis, "serve", "--port", str(port)]
        process = subprocess.Popen(serve, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
                wait_until_healthy(client, process)
                yield Served(client, address, public_id)
        finally:
            process.terminate()
            process.wait(20)
            log.close()


def wait_until_healthy(client: httpx.Client, process: "subprocess.Popen[bytes]") -> None:
    give_up_at = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up_at:
        assert process.poll() is None
        try:
            if client.get("/healthz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")


def is_card(answer: httpx.Response) -> bool:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == DAY_AND_WEEK
    with Image.open(BytesIO(answer.content)) as picture:
        return (picture.format, picture.size) == ("PNG", (1200, 630))


class Metas(HTMLParser):
    """The content of each meta tag by its property or name."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.found[given.get("property") or given.get("name") or ""] = given.get("content") or ""


def test_the_minimum_request(served: Served) -> None:
    assert is_card(served.client.get(served.here(MINIMUM)))
    assert is_card(served.client.get(served.here(MINIMUM).replace("/og/", "/api/og/")))


def test_the_html_example(served: Served) -> None:
    metas = Metas(served.here(HTML)).found
    assert is_card(served.client.get(metas["og:image"]))
    assert (metas["og:image:width"], metas["og:image:height"]) == ("1200", "630")


def test_the_next_js_example(served: Served, tmp_path: Path) -> None:
    script = served.here(NEXT)
    for each in TYPES:
        assert each in script
        script = script.replace(each, "")
    found = json.loads(
        served.run(
            f'{script}\nconsole.log(JSON.stringify(await generateMetadata({{ params: {{ slug: "a-post" }} }})));',
            tmp_path,
        )
    )
    (image,) = found["openGraph"]["images"]
    assert (image["width"], image["height"], found["twitter"]["images"]) == (1200, 630, [image["url"]])
    assert is_card(served.client.get(image["url"]))


def test_the_astro_example(served: Served, tmp_path: Path) -> None:
    stage = (
        f'import.meta.env = process.env;\nconst Astro = {{ url: new URL("{served.site}/blog/über uns?a=b&c=d#e") }};'
    )
    url = served.run(f"{stage}\n{served.here(ASTRO)}\nconsole.log(og);", tmp_path)
    assert is_card(served.client.get(url))


def test_each_template_is_drawn(served: Served) -> None:
    slugs = ("aurora", "billboard", "blog_card", "changelog", "docs_page", "editorial", "github_repo", "minimal",
             "panorama", "product_launch", "showcase")  # fmt: skip
    pictures = [served.client.get(f"{served.here(MINIMUM)}&template={slug}") for slug in slugs]
    assert all(map(is_card, pictures))
    assert len({answer.content for answer in pictures}) == len(slugs)


def test_a_logo_may_be_a_drawing_and_stands_where_it_is_asked_for(served: Served) -> None:
    ask = f"{served.here(MINIMUM)}&template=panorama&logoUrl={served.site}/logo.svg&logoPosition="
    top, bottom = served.client.get(f"{ask}top-left"), served.client.get(f"{ask}bottom-left")
    assert is_card(top)
    assert is_card(bottom)
    for answer, at in ((top, 66), (bottom, 630 - 66)):
        with Image.open(BytesIO(answer.content)) as picture:
            red, green, blue = picture.convert("RGB").getpixel((82, at))  # type: ignore[misc]
        assert (red > 200, green < 60, blue > 200) == (True, True, True)


def test_the_accent_is_that_of_the_sites_icon(served: Served) -> None:
    with Image.open(BytesIO(served.client.get(f"{served.here(MINIMUM)}&template=panorama").content)) as picture:
        colors = picture.convert("RGB").resize((120, 63)).getcolors(120 * 63) or []
    assert any(red > 150 and green < 80 and blue < 80 for _, (red, green, blue) in colors)  # type: ignore[misc]


def test_a_broken_page_has_a_picture_for_a_minute(served: Served) -> None:
    answer = served.client.get(f"/og/{served.public_id}", params={"url": f"{served.site}/broken-page"})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=60")


def test_pages_of_other_hosts_are_refused(served: Served) -> None:
    answer = served.client.get(f"/og/{served.public_id}", params={"url": "https://example.org/"})
    assert answer.status_code == 403
    assert answer.json() == {"code": "FORBIDDEN", "message": "Domain example.org is not allowed for this project."}
