"""The description of the service says what the service does."""

from typing import Any

from stand import stand

from frontis.dialects import DIALECTS
from frontis.templates import catalogue


async def described() -> dict[str, Any]:
    async with stand() as here:
        answer = await here.client.get("/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    document: dict[str, Any] = answer.json()
    return document


async def test_every_address_of_every_dialect_is_in_it() -> None:
    paths = (await described())["paths"]
    for dialect in DIALECTS:
        for route in dialect.routes:
            if route.parameters is not None and "{template}" in route.path:
                expected = [route.path.replace("{template}", identity) for identity in catalogue().ids()]
            else:
                expected = [route.path.rstrip("/")]
            for path in expected:
                assert {method.lower() for method in route.methods} - {"head"} <= set(paths[path])


async def test_a_template_has_its_variables_with_their_limits() -> None:
    operation = (await described())["paths"]["/card/article.{extension}"]["get"]
    parameters = {each["name"]: each for each in operation["parameters"]}
    article = catalogue().look("article").template
    assert set(article.variables) | {"width", "height", "quality", "max_kb", "extension"} == set(parameters)
    assert parameters["title"]["required"]
    assert parameters["title"]["schema"]["maxLength"] == article.variables["title"].longest
    assert parameters["theme"]["schema"]["enum"] == list(article.variables["theme"].choices)
    assert parameters["extension"]["in"] == "path"


async def test_every_operation_has_a_name_of_its_own_and_a_summary() -> None:
    operations = [each for path in (await described())["paths"].values() for each in path.values()]
    assert len({each["operationId"] for each in operations}) == len(operations)
    assert all(each["summary"] and each["responses"] for each in operations)


async def test_a_dialects_refusals_are_described_with_its_own_types() -> None:
    paths = (await described())["paths"]
    native = paths["/card/article.{extension}"]["get"]["responses"]
    assert set(native["404"]["content"]) == {"application/problem+json"}
    assert set(paths["/g"]["get"]["responses"]["502"]["content"]) == {"text/html"}
    assert "415" in paths["/card/article.{extension}"]["post"]["responses"]
