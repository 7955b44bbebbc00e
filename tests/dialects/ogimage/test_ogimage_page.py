"""What OG Image API's page shows, as it stands there but for the host name and the key, against `frontis serve`."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

START_SECONDS = 60
FOR_EVER = "public, max-age=31536000, immutable"
FIRST = """\
curl -X POST https://api.ogimage.dev/v1/generate \\
-H "Authorization: Bearer YOUR_API_KEY" \\
-H "Content-Type: application/json" \\
-d '{
"title": "My Blog Post",
"subtitle": "A great article",
"template": "blog",
"accent_color": "#f97316"
}' \\
--output og-image.png"""
BLOG = """\
curl -X POST https://api.ogimage.dev/v1/generate \\
-H "Authorization: Bearer YOUR_API_KEY" \\
-H "Content-Type: application/json" \\
-d '{
"title": "How to Build a Next.js App in 2026",
"subtitle": "A complete guide from setup to deployment",
"template": "blog",
"accent_color": "#6366f1"
}' \\
--output blog-og.png"""
TAGS = """\
<meta property="og:image"
content="https://api.ogimage.dev/v1/generate?key=YOUR_API_KEY&title=My+Blog+Post&template=blog" />
<meta property="og:image:width" content="1200" />
<meta property="og:image:height" content="630" />"""
NEXT = """\
// app/blog/[slug]/page.tsx
import type { Metadata } from "next";
interface Props {
params: { slug: string };
}
export async function generateMetadata({ params }: Props): Promise<Metadata> {
const post = await getPost(params.slug);
const ogImageUrl = new URL("https://api.ogimage.dev/v1/generate");
ogImageUrl.searchParams.set("key", process.env.OG_IMAGE_API_KEY!);
ogImageUrl.searchParams.set("title", post.title);
ogImageUrl.searchParams.set("subtitle", post.excerpt);
ogImageUrl.searchParams.set("template", "blog");
return {
title: post.title,
openGraph: {
images: [
{
url: ogImageUrl.toString(),
width: 1200,
height: 630,
alt: post.title,
},
],
},
};
}"""
# Node runs JavaScript: these are all the types that the example has.
TYPES = (
    r"import type .*?;\n",
    r"interface Props \{\n.*?\n\}\n",
    r": Props(?=\))",
    r": Promise<Metadata>",
    r"(?<=KEY)!",
)


@dataclass
class Served:
    """The server, and the key of an account that may ask often."""

    client: httpx.Client
    key: str

    def here(self, text: str) -> str:
        """The text with our host name and a key of ours."""
        ours = str(self.client.base_url).rstrip("/")
        return text.replace("https://api.ogimage.dev", ours).replace("YOUR_API_KEY", self.key)

    def get(self, path: str, key: str | None = None) -> httpx.Response:
        return self.client.get(path, headers={"Authorization": f"Bearer {self.key if key is None else key}".strip()})


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("ogimage")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FRONTIS_", "OSIG_"))}
    environment = kept | {"FRONTIS_DATA_DIR": str(folder / "data")}
    frontis = [sys.executable, "-m", "frontis.cli"]
    with socket.create_server(("127.0.0.1", 0)) as trial:
        port = trial.getsockname()[1]
    words = ["account", "create", "alice@example.com", "--plan", "pro", "--json"]
    account = subprocess.run([*frontis, *words], env=environment, capture_output=True, check=True)
    log = folder / "log"
    with log.open("wb") as output:
        serve = [*frontis, "serve", "--port", str(port)]
        process = subprocess.Popen(serve, cwd=folder, env=environment, stdout=output, stderr=output)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as client:
            _wait_for(client, process, log)
            yield Served(client, json.loads(account.stdout)["keys"]["ogimage"])
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


def size_of(data: bytes) -> tuple[int, int]:
    with Image.open(BytesIO(data)) as found:
        found.load()
        assert found.format == "PNG"
        return found.size


def data_of(answer: httpx.Response) -> Any:
    body = answer.json()
    assert answer.status_code == 200, body
    assert body["error"] is None
    assert re.fullmatch(r"req_\w+", body["meta"]["request_id"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", body["meta"]["timestamp"])
    return body["data"]


def error_of(answer: httpx.Response) -> tuple[int, str]:
    body = answer.json()
    assert answer.headers["content-type"].startswith("application/json")
    assert body["data"] is None
    assert body["meta"]["request_id"].startswith("req_")
    return answer.status_code, body["error"]["code"]


@pytest.mark.parametrize(("command", "file"), [(FIRST, "og-image.png"), (BLOG, "blog-og.png")])
def test_the_curl_commands_of_the_page_save_a_card(command: str, file: str, served: Served, tmp_path: Path) -> None:
    subprocess.run(["bash", "-c", served.here(command)], cwd=tmp_path, check=True, capture_output=True)
    assert size_of((tmp_path / file).read_bytes()) == (1200, 630)


def test_the_meta_tags_of_the_page_name_a_card_of_that_size(served: Served) -> None:
    found = dict(re.findall(r'property="([\w:]+)"\s*content="([^"]+)"', served.here(TAGS)))
    answer = served.client.get(unescape(found["og:image"]))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.headers["cache-control"] == FOR_EVER
    assert size_of(answer.content) == (int(found["og:image:width"]), int(found["og:image:height"]))


def test_the_example_for_next_js_makes_an_address_that_is_good(served: Served) -> None:
    script = served.here(NEXT)
    for each in TYPES:
        script = re.sub(each, "", script, flags=re.DOTALL)
    script += """
async function getPost(slug) { return { title: `About ${slug} & "more"`, excerpt: "Größe: 100 %" }; }
console.log(JSON.stringify(await generateMetadata({ params: { slug: "cards" } })));
"""
    made = subprocess.run(
        ["node", "--input-type=module"],
        input=script,
        env=os.environ | {"OG_IMAGE_API_KEY": served.key},
        capture_output=True,
        text=True,
        check=True,
    )
    image = json.loads(made.stdout)["openGraph"]["images"][0]
    answer = served.client.get(image["url"])
    assert (answer.status_code, size_of(answer.content)) == (200, (image["width"], image["height"]))
    posted = served.client.post(
        "/v1/generate",
        headers={"Authorization": f"Bearer {served.key}"},
        json={"title": 'About cards & "more"', "subtitle": "Größe: 100 %"},
    )
    assert posted.content == answer.content
    assert posted.headers["x-cache"] == "HIT"


def test_a_card_has_the_headers_of_the_page_the_first_time_and_the_next(served: Served) -> None:
    address = "/v1/generate?title=Headers&template=social"
    first, second = served.get(address), served.get(address)
    assert [each.headers["x-cache"] for each in (first, second)] == ["MISS", "HIT"]
    for each in (first, second):
        assert re.fullmatch("sha256_[0-9a-f]{64}", each.headers["x-image-hash"])
        assert int(each.headers["x-ratelimit-reset"]) % 60 == 0
        assert -10 < int(each.headers["x-ratelimit-reset"]) - time.time() <= 60
        assert each.headers["x-ratelimit-limit"] == "300"
    assert first.headers["x-image-hash"] == second.headers["x-image-hash"]
    if first.headers["x-ratelimit-reset"] == second.headers["x-ratelimit-reset"]:
        assert int(first.headers["x-ratelimit-remaining"]) == int(second.headers["x-ratelimit-remaining"]) + 1
    tag = {"If-None-Match": first.headers["etag"], "Authorization": f"Bearer {served.key}"}
    assert served.client.get(address, headers=tag).status_code == 304
    head = served.client.head(f"{address}&key={served.key}")
    assert (head.status_code, head.headers["content-length"]) == (200, first.headers["content-length"])


def test_every_preview_of_the_list_is_drawn_with_a_mark(served: Served) -> None:
    listed = data_of(served.get("/v1/templates"))["templates"]
    assert [each["id"] for each in listed] == ["blog", "product", "social", "minimal", "dark"]
    for each in listed:
        preview = served.client.get(each["preview_url"])
        assert size_of(preview.content) == (1200, 630)
        own = served.get(f"/v1/generate?template={each['id']}&title=Preview")
        assert own.content != preview.content


def test_usage_tells_what_was_drawn_and_what_was_there(served: Served) -> None:
    key = data_of(served.client.post("/v1/auth/register", json={"email": "usage@example.com"}))["api_key"]
    for _ in range(4):
        assert served.get("/v1/generate?title=Counted", key).status_code == 200
    # What was there already is written down soon, not at once.
    for _ in range(100):
        found = data_of(served.get("/v1/usage", key))
        if found["usage"]["cache_hits"] == 3:
            break
        time.sleep(0.1)
    assert found["plan"] == "free"
    assert found["usage"] == {"generated": 1, "limit": 1000, "cache_hits": 3, "cache_hit_rate": 0.75}
    assert found["rate_limit"]["requests_per_minute"] == 10
    assert 0 <= found["rate_limit"]["current_minute_usage"] <= 4


def test_health_is_open_to_all(served: Served) -> None:
    assert data_of(served.client.get("/v1/health")) == {"status": "ok", "version": "1.0.0"}


def test_a_new_account_has_a_key_at_once_and_its_plan_ends_after_ten_in_a_minute(served: Served) -> None:
    asked = {"email": "you@example.com"}
    account = data_of(served.client.post("/v1/auth/register", json=asked))
    assert re.fullmatch("og_sk_[0-9a-f]{32}", account["api_key"])
    assert (account["email"], account["plan"]) == ("you@example.com", "free")
    assert error_of(served.client.post("/v1/auth/register", json=asked)) == (409, "EMAIL_ALREADY_REGISTERED")
    # In two minutes there may be twice as many.
    answers = [served.get("/v1/generate?title=Hello", account["api_key"]) for _ in range(21)]
    good = [each for each in answers if each.status_code == 200]
    assert 10 <= len(good) <= 20
    assert {each.headers["x-ratelimit-limit"] for each in good} == {"10"}
    answer = next(each for each in answers if each.status_code != 200)
    assert error_of(answer) == (429, "RATE_LIMIT_EXCEEDED")
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert answer.headers["x-ratelimit-remaining"] == "0"


@pytest.mark.parametrize(
    ("path", "refusal"),
    [
        ("/v1/generate?title=x&template=neon", (404, "TEMPLATE_NOT_FOUND")),
        ("/v1/generate", (400, "INVALID_PARAMS")),
        ("/v1/generate?title=x&width=599", (400, "INVALID_PARAMS")),
    ],
)
def test_a_refusal_comes_after_the_key(path: str, refusal: tuple[int, str], served: Served) -> None:
    assert error_of(served.get(path)) == refusal
    for key in ("", "nonsense", "og_sk_" + "0" * 32):
        assert error_of(served.get(path, key)) == (401, "UNAUTHORIZED")


@pytest.mark.parametrize("path", ["/v1/templates", "/v1/usage"])
@pytest.mark.parametrize("key", ["", "demo", "og_sk_" + "0" * 32])
def test_lists_and_counts_need_a_key(path: str, key: str, served: Served) -> None:
    assert error_of(served.get(path, key)) == (401, "UNAUTHORIZED")
    data_of(served.client.get(f"{path}?key={served.key}"))


def test_a_logo_that_cannot_be_had_is_not_missing_for_a_year(served: Served) -> None:
    answer = served.get("/v1/generate?title=x&logo_url=https://127.0.0.1:1/logo.png")
    assert answer.status_code == 200
    found = re.fullmatch(r"private, max-age=(\d+)", answer.headers["cache-control"])
    assert found
    assert int(found[1]) <= 60
