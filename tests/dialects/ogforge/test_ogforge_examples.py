"""The examples of OGForge's page, run as they stand there but for the host name, against `frontis serve`."""

import html
import io
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image

EXAMPLES = Path(__file__).parent / "examples"
START_SECONDS = 60
POST = {"title": "Shipping weekly", "author": "Maya Lindqvist", "date": "12 March", "excerpt": "How we ship."}
# What TypeScript says of types, which Node does not read.
TYPES = re.compile(r"^import \{ Metadata \}.*$|^type Props .*$|(?<=\}): Props|: Promise<Metadata>", re.MULTILINE)
ASK_NEXT = f"""
globalThis.getPostBySlug = async () => ({POST});
const {{ generateMetadata }} = await import('./page.mjs');
const metadata = await generateMetadata({{ params: {{ slug: 'a' }} }});
console.log(metadata.openGraph.images[0].url);
console.log(metadata.twitter.images[0]);
"""
EXPRESS = """
exports.Router = () => ({ get(path, answer) { this.answer = answer; } });
"""
ASK_EXPRESS = f"""
globalThis.getPost = async () => ({POST});
const response = {{ render: (view, values) => console.log(values.ogImageUrl) }};
require('./blog.js').answer({{ params: {{ slug: 'a' }} }}, response);
"""
MODELS = f"""
from types import SimpleNamespace

class BlogPost:
    class _default_manager:
        @staticmethod
        def all():
            author = SimpleNamespace(name={POST["author"]!r})
            return SimpleNamespace(get=lambda slug: SimpleNamespace(title={POST["title"]!r}, author=author))
"""
ASK_DJANGO = """
import django
from django.conf import settings

engine = {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": ["templates"]}
settings.configure(TEMPLATES=[engine])
django.setup()
from blog.views import blog_detail

print(blog_detail(None, "a").content.decode())
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server of our own answers."""
    folder = tmp_path_factory.mktemp("ogforge")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("FRONTIS_", "OSIG_"))}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    log = folder / "log.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "frontis.cli", "serve", "--workers", "1", "--port", str(port)],
            cwd=folder,
            env=environment | {"FRONTIS_DATA_DIR": str(folder / "data"), "FRONTIS_DATABASE_URL": "none"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_healthy(f"http://127.0.0.1:{port}", process, log)
        yield f"http://127.0.0.1:{port}"
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


def example(name: str, address: str) -> str:
    text = (EXAMPLES / name).read_text("utf-8")
    assert "https://ogforge.dev" in text
    return text.replace("https://ogforge.dev", address)


def run(folder: Path, *command: str) -> str:
    """What it prints."""
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def assert_it_is_a_card(data: bytes) -> None:
    with Image.open(io.BytesIO(data)) as picture:
        assert (picture.format, picture.size) == ("PNG", (1200, 630))
        assert len(picture.convert("RGB").getcolors(1_000_000) or ()) > 50


def assert_it_draws(url: str, address: str, *, theme: str) -> None:
    assert url.startswith(f"{address}/api/v1/og?")
    answer = httpx.get(url, trust_env=False)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "public, max-age=86400"
    assert answer.headers["x-ogforge-theme"] == theme
    assert_it_is_a_card(answer.content)


def test_the_example_of_curl(address: str, tmp_path: Path) -> None:
    run(tmp_path, "sh", "-ec", example("curl.sh", address))
    assert_it_is_a_card((tmp_path / "preview.png").read_bytes())


def test_the_example_of_javascript(address: str, tmp_path: Path) -> None:
    (tmp_path / "example.mjs").write_text(example("javascript.mjs", address))
    assert_it_draws(run(tmp_path, "node", "example.mjs").strip(), address, theme="cyberpunk")


def test_the_example_of_python(address: str, tmp_path: Path) -> None:
    (tmp_path / "example.py").write_text(example("python.py.txt", address))
    assert_it_draws(run(tmp_path, sys.executable, "example.py").strip(), address, theme="gradient")
    assert_it_is_a_card((tmp_path / "preview.png").read_bytes())


def test_the_example_of_next(address: str, tmp_path: Path) -> None:
    (tmp_path / "page.mjs").write_text(TYPES.sub("", example("next.tsx", address)))
    (tmp_path / "ask.mjs").write_text(ASK_NEXT)
    urls = run(tmp_path, "node", "ask.mjs").split()
    assert len(urls) == 2
    for url in urls:
        assert_it_draws(url, address, theme="dark")


def test_the_example_of_express(address: str, tmp_path: Path) -> None:
    (tmp_path / "node_modules" / "express").mkdir(parents=True)
    (tmp_path / "node_modules" / "express" / "index.js").write_text(EXPRESS)
    (tmp_path / "blog.js").write_text(example("express.js", address))
    (tmp_path / "ask.js").write_text(ASK_EXPRESS)
    assert_it_draws(run(tmp_path, "node", "ask.js").strip(), address, theme="dark")


def test_the_example_of_django(address: str, tmp_path: Path) -> None:
    view = example("django.py.txt", address)
    (tmp_path / "blog").mkdir()
    (tmp_path / "blog" / "models.py").write_text(MODELS)
    (tmp_path / "blog" / "views.py").write_text(view)
    page = tmp_path / "templates" / "blog" / "detail.html"
    page.parent.mkdir(parents=True)
    page.write_text("\n".join(re.findall(r"^# (<meta .*)$", view, re.MULTILINE)))
    (tmp_path / "ask.py").write_text(ASK_DJANGO)
    written = run(tmp_path, sys.executable, "ask.py")
    urls = [html.unescape(url) for url in re.findall(r'content="([^"]+)"', written)]
    assert len(urls) == 2
    for url in urls:
        assert_it_draws(url, address, theme="gradient")


def test_a_post_draws_the_same_card_as_a_get_and_one_of_our_own(address: str) -> None:
    with httpx.Client(base_url=address, trust_env=False) as client:
        values = {"title": "The same card", "theme": "bold", "icon": "rocket"}
        got = client.get("/api/v1/og", params=values)
        # curl says "x-www-form-urlencoded" of what it posts.
        posted = client.post("/api/v1/og", json=values, headers={"content-type": "application/x-www-form-urlencoded"})
        own = client.get("/card/ogforge-standard.png", params=values)
        assert got.content == posted.content == own.content
        assert got.headers["etag"] == own.headers["etag"]
        assert "hit" in own.headers["server-timing"]


@pytest.mark.parametrize(("name", "format"), [("png", "PNG"), ("webp", "WEBP"), ("jpeg", "JPEG")])
def test_every_format_is_what_it_says(address: str, name: str, format: str) -> None:  # noqa: A002  (Pillow's word)
    answer = httpx.get(f"{address}/api/v1/og?title=Hello&size=linkedin&format={name}", trust_env=False)
    assert answer.headers["content-type"] == f"image/{name}"
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert (picture.format, picture.size) == (format, (1200, 627))


def test_an_svg_holds_no_words_of_the_asker_and_may_run_nothing(address: str) -> None:
    words = "<script>alert(1)</script>"
    answer = httpx.get(
        f"{address}/api/v1/og", params={"title": words, "brand": words, "format": "svg"}, trust_env=False
    )
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.text.startswith("<svg")
    assert "script" not in answer.text


@pytest.mark.parametrize("theme", ["dark", "light", "gradient", "cyberpunk", "minimal", "bold"])
def test_every_theme_is_a_small_svg(address: str, theme: str) -> None:
    query = f"title=How+to+Build+a+REST+API&theme={theme}&pattern=circuit&icon=rocket&format=svg"
    answer = httpx.get(f"{address}/api/v1/og?{query}", trust_env=False)
    assert answer.status_code == 200, answer.text
    assert len(answer.content) < 100_000


def test_a_mistake_and_a_wrong_method_are_told_as_json(address: str) -> None:
    mistaken = httpx.get(f"{address}/api/v1/og?title=Hello&icon=rokcet", trust_env=False)
    assert mistaken.status_code == 400
    assert mistaken.json()["suggestion"] == "rocket"
    assert mistaken.headers["cache-control"] == "no-store"
    wrong = httpx.delete(f"{address}/api/v1/og", trust_env=False)
    assert wrong.status_code == 405
    assert "GET" in wrong.json()["error"]


def test_the_catalogues_are_there(address: str) -> None:
    icons = httpx.get(f"{address}/api/v1/icons?q=rocket", trust_env=False).json()
    assert {"name": "rocket"} in icons["icons"]
    themes = httpx.get(f"{address}/api/v1/themes", trust_env=False).json()
    assert themes["count"] == 6
    for each in themes["themes"]:
        assert_it_draws(each["preview"], address, theme=each["name"])
