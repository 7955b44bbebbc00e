"""What goes over the wire beside a picture, and instead of one."""

import json
import re

import pytest
from stand import CARD, HERO, WITH_HERO, stand

from frontis.dialects.native import DIALECT
from frontis.edge.replies import problem, respond
from frontis.errors import DrawFailed, UpstreamRefused
from frontis.model.dialect import Dialect, Reply, Route
from frontis.model.query import Query


class TestAPicture:
    async def test_it_tells_its_exact_length_its_tag_its_type_and_a_file_name(self) -> None:
        async with stand() as here:
            answer = await here.client.get(CARD)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "image/png"
        assert int(answer.headers["content-length"]) == len(answer.content)
        assert re.fullmatch(r'"[0-9a-f]{16}-[0-9a-f]{16}"', answer.headers["etag"])
        assert answer.headers["content-disposition"] == 'inline; filename="article.png"'
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        assert answer.headers["cache-control"].startswith("public, max-age=86400")

    @pytest.mark.parametrize(
        ("extension", "media_type", "name"),
        [
            ("jpg", "image/jpeg", "article.jpg"),
            ("jpeg", "image/jpeg", "article.jpg"),
            ("webp", "image/webp", "article.webp"),
            ("svg", "image/svg+xml", "article.svg"),
        ],
    )
    async def test_its_type_and_name_are_those_of_its_format(self, extension: str, media_type: str, name: str) -> None:
        async with stand() as here:
            answer = await here.client.get(f"/card/article.{extension}?title=Hello")
        assert answer.headers["content-type"] == media_type
        assert answer.headers["content-disposition"] == f'inline; filename="{name}"'

    async def test_an_svg_may_do_nothing_but_be_seen(self) -> None:
        async with stand() as here:
            answers = [await here.client.get("/card/article.svg?title=Hello") for _ in range(2)]
            png = await here.client.get(CARD)
        for answer in answers:
            policy = answer.headers["content-security-policy"].split("; ")
            assert policy == ["default-src 'none'", "style-src 'unsafe-inline'", "img-src data:", "sandbox"]
            assert answer.headers["x-content-type-options"] == "nosniff"
        assert answers[1].headers["server-timing"] == 'cache;desc="hit"'
        assert "content-security-policy" not in png.headers

    async def test_a_head_has_the_headers_of_the_get_and_no_body(self) -> None:
        async with stand() as here:
            get, head = await here.client.get(CARD), await here.client.head(CARD)
        assert head.content == b""
        assert head.status_code == 200
        for name in ("content-length", "content-type", "etag", "cache-control", "content-disposition"):
            assert head.headers[name] == get.headers[name]

    async def test_it_says_which_stages_took_how_long(self) -> None:
        async with stand() as here:
            cold, hot = await here.client.get(WITH_HERO), await here.client.get(WITH_HERO)
        stages = re.findall(r'([a-z]+);(?:dur=[0-9.]+|desc="([a-z]+)")', cold.headers["server-timing"])
        assert stages == [("cache", "miss"), ("fetch", ""), ("queue", ""), ("render", "")]
        assert hot.headers["server-timing"] == 'cache;desc="hit"'

    async def test_a_range_is_ignored_and_it_says_so(self) -> None:
        async with stand() as here:
            answer = await here.client.get(CARD, headers={"range": "bytes=0-9"})
        assert answer.status_code == 200
        assert answer.headers["accept-ranges"] == "none"
        assert int(answer.headers["content-length"]) == len(answer.content) > 10

    async def test_the_same_address_gives_the_same_bytes_and_tag(self) -> None:
        async with stand() as here:
            first, second = await here.client.get(CARD), await here.client.get(f"{CARD}&utm_source=x")
        assert first.content == second.content
        assert first.headers["etag"] == second.headers["etag"]

    async def test_osigs_address_is_answered_with_and_without_the_slash_and_never_with_a_redirect(self) -> None:
        async with stand() as here:
            for path in ("/g?title=Hello", "/g/?title=Hello"):
                assert (await here.client.get(path)).status_code == 200


class TestAConditionalRequest:
    @pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*", '"a","b" , W/{}'])
    async def test_a_held_tag_is_answered_with_304_and_no_body(self, form: str) -> None:
        async with stand() as here:
            tag = (await here.client.get(CARD)).headers["etag"]
            answer = await here.client.get(CARD, headers={"if-none-match": form.format(tag)})
        assert answer.status_code == 304
        assert answer.content == b""
        assert answer.headers["etag"] == tag
        assert answer.headers["cache-control"].startswith("public")
        assert answer.headers["access-control-allow-origin"] == "*"
        assert not {"content-length", "content-type", "content-disposition"} & set(answer.headers)

    @pytest.mark.parametrize("held", ['"other"', "", "nonsense", '"'])
    async def test_another_tag_is_answered_with_the_picture(self, held: str) -> None:
        async with stand() as here:
            answer = await here.client.get(CARD, headers={"if-none-match": held})
        assert answer.status_code == 200
        assert answer.content

    async def test_a_head_can_be_answered_with_304(self) -> None:
        async with stand() as here:
            tag = (await here.client.get(CARD)).headers["etag"]
            assert (await here.client.head(CARD, headers={"if-none-match": tag})).status_code == 304


class TestAPictureThatLacksSomething:
    async def test_it_is_a_200_to_be_kept_for_a_minute_at_most(self) -> None:
        async with stand(lambda _, boy: setattr(boy, "failure", UpstreamRefused(HERO, 404))) as here:
            answer = await here.client.get(WITH_HERO)
        assert answer.status_code == 200
        age = re.search(r"max-age=(\d+)", answer.headers["cache-control"])
        assert age
        assert int(age[1]) <= 60
        assert "immutable" not in answer.headers["cache-control"]

    async def test_osigs_address_is_not_immutable_either(self) -> None:
        async with stand(lambda _, boy: setattr(boy, "failure", UpstreamRefused(HERO, 404))) as here:
            whole = await here.client.get("/g?title=Hello")
            answer = await here.client.get(f"/g?title=Hello&image_url={HERO}")
        assert whole.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["cache-control"] == "public, max-age=60"


class TestARefusal:
    async def test_a_wrong_parameter_is_a_problem_that_names_it(self) -> None:
        async with stand() as here:
            answer = await here.client.get("/card/article.png?titel=Hello")
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.json()["parameter"] == "title"
        assert here.pen.cards == []

    async def test_a_failed_drawing_is_told_in_the_dialects_own_words(self) -> None:
        async with stand(lambda pen, _: setattr(pen, "failure", DrawFailed("secret detail"))) as here:
            native, osig = await here.client.get(CARD), await here.client.get("/g?title=Hello")
        assert (native.status_code, native.json()["title"]) == (500, "The card could not be drawn")
        assert (osig.status_code, osig.text) == (502, "Render failed: render_error")
        assert "secret" not in native.text + osig.text

    async def test_an_unknown_address_is_a_404_that_tells_where_to_look(self) -> None:
        async with stand() as here:
            answer = await here.client.get("/nowhere/<script>")
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
        assert "/docs" in answer.json()["detail"]
        assert "script" not in answer.text

    @pytest.mark.parametrize("path", ["/templates/", "/docs/", "/g/", "/card/article.png/?title=Hello"])
    async def test_a_slash_at_the_end_leads_to_the_same(self, path: str) -> None:
        async with stand() as here:
            assert (await here.client.get(path)).status_code == 200

    @pytest.mark.parametrize(
        "path", ["/g", "/card/article.png", "/templates", "/", "/docs", "/healthz", "/openapi.json"]
    )
    async def test_a_method_that_is_not_allowed_is_a_405_that_says_which_are(self, path: str) -> None:
        async with stand() as here:
            answer = await here.client.delete(path)
        assert answer.status_code == 405
        assert {"GET", "HEAD"} <= {each.strip() for each in answer.headers["allow"].split(",")}

    async def test_a_head_of_a_refusal_has_no_body(self) -> None:
        async with stand() as here:
            answer = await here.client.head("/card/article.png")
        assert (answer.status_code, answer.content) == (400, b"")
        assert int(answer.headers["content-length"]) > 0

    async def test_a_fault_of_ours_is_a_500_without_its_reason(self) -> None:
        async with stand(options={"dialects": (_broken(),)}) as here:
            answer = await here.client.get("/broken")
        assert (answer.status_code, answer.json()["title"]) == (500, "Internal Server Error")
        assert "secret" not in answer.text


class TestOptions:
    @pytest.mark.parametrize(("path", "methods"), [("/g", "GET, HEAD"), ("/card/article.png", "GET, HEAD, POST")])
    async def test_a_pictures_address_tells_who_may_ask_what(self, path: str, methods: str) -> None:
        async with stand() as here:
            answer = await here.client.options(
                path, headers={"origin": "https://a.example", "access-control-request-method": "POST"}
            )
        assert answer.status_code == 204
        assert answer.headers["allow"] == answer.headers["access-control-allow-methods"] == f"{methods}, OPTIONS"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "Content-Type" in answer.headers["access-control-allow-headers"]
        assert here.pen.cards == []


def test_a_refusal_may_say_itself_how_long_it_can_be_kept() -> None:
    kept = respond(problem(404, "Not Found", "", {"Cache-Control": "max-age=30"}), method="GET")
    assert kept.headers["cache-control"] == "max-age=30"


def test_a_post_is_never_answered_with_304() -> None:
    reply = Reply(200, b"{}", "application/json")
    assert respond(reply, method="POST", if_none_match="*").status_code == 200
    assert "etag" not in respond(reply, method="POST").headers


def test_a_problem_is_json_as_rfc_9457_has_it() -> None:
    body = json.loads(problem(404, "Not Found", "Nothing.").body)
    assert body == {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "Nothing."}


def _broken() -> Dialect:
    def fail(_: Query) -> Reply:
        raise RuntimeError("secret reason")

    route = Route(("GET", "HEAD"), "/broken", "Break", fail)
    return Dialect("broken", "Broken", (route,), DIALECT.headers, DIALECT.explain)
