"""Traces go to a real collector, and hold no key and no address; without the variables there are none."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from structlog.testing import capture_logs
from test_serving import free_port, server

from frontis.edge.tracing import open_tracing

KEY = "sk_live_" + "Qw" * 16
PARENT = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = f"00-{PARENT}-b7ad6b7169203331-01"


class Collector(BaseHTTPRequestHandler):
    bodies: ClassVar[list[bytes]] = []

    def do_POST(self) -> None:
        self.bodies.append(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def collector() -> Iterator[str]:
    Collector.bodies.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as one:
        thread = threading.Thread(target=one.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{one.server_port}"
        finally:
            one.shutdown()
            thread.join()


def spans() -> tuple[list[Any], set[str]]:
    """All that came, and the names of the services."""
    found: list[Any] = []
    services: set[str] = set()
    for body in Collector.bodies:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            services |= {each.value.string_value for each in resource.resource.attributes if each.key == "service.name"}
            found += [span for scope in resource.scope_spans for span in scope.spans]
    return found, services


def test_a_request_and_its_stages_come_to_the_collector_without_keys(tmp_path: Path) -> None:
    hero = f"http://127.0.0.1:1/secret-path.png?key={KEY}"
    with (
        collector() as url,
        server(tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=url, FRONTIS_TRUSTED_PROXIES="127.0.0.1") as one,
    ):
        answer = one.client.get(
            "/card/article.png",
            params={"title": "Words", "hero": hero, "key": KEY},
            headers={"traceparent": TRACEPARENT},
        )
        assert answer.status_code == 200
        one.client.get(f"/nowhere/{KEY}", headers={"authorization": f"Bearer {KEY}"})
        assert one.stop() == 0
        found, services = spans()
    assert services == {"frontis"}
    of_card = [span for span in found if span.trace_id.hex() == PARENT]
    assert {span.name for span in of_card} == {
        "GET", "admission", "fetch", "queue", "render", "decode", "compose", "draw", "encode",
    }  # fmt: skip
    by_name = {span.name: span for span in of_card}
    assert by_name["admission"].parent_span_id == by_name["GET"].span_id
    assert by_name["draw"].parent_span_id == by_name["render"].span_id
    assert all(span.start_time_unix_nano <= span.end_time_unix_nano for span in found)
    told = {each.key: each.value.string_value for each in by_name["GET"].attributes}
    assert told["frontis.request_id"] == answer.headers["x-request-id"]
    assert (told["frontis.dialect"], told["frontis.template"], told["frontis.source"]) == ("native", "article", "new")
    text = b"".join(Collector.bodies)
    assert not any(word in text for word in (KEY.encode(), b"secret-path", b"Words", b"nowhere"))


def test_the_variables_are_heard_and_strangers_are_no_parents(tmp_path: Path) -> None:
    with (
        collector() as url,
        server(
            tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=url, OTEL_SERVICE_NAME="cards", OTEL_TRACES_SAMPLER="always_on"
        ) as one,
    ):
        one.client.get("/card/metric.png?value=1", headers={"traceparent": TRACEPARENT})
        assert one.stop() == 0
        found, services = spans()
    assert services == {"cards"}
    assert found
    assert PARENT not in {span.trace_id.hex() for span in found}


def test_what_is_not_sampled_is_not_sent(tmp_path: Path) -> None:
    with collector() as url, server(tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=url, OTEL_TRACES_SAMPLER="always_off") as one:
        one.client.get("/card/metric.png?value=1").raise_for_status()
        assert one.stop() == 0
        assert spans()[0] == []


def test_a_collector_that_is_away_holds_up_neither_cards_nor_the_end(tmp_path: Path) -> None:
    with server(tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{free_port()}") as one:
        one.client.get("/card/metric.png?value=1").raise_for_status()
        assert one.stop() == 0


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"OTEL_SERVICE_NAME": "cards"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_TRACES_EXPORTER": "none"},
    ],
)
def test_without_the_variables_there_are_none(environ: dict[str, str]) -> None:
    assert open_tracing(environ) is None


def test_a_package_that_is_missing_is_one_line_in_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with capture_logs() as logs:
        assert open_tracing({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}) is None
    assert [line["log_level"] for line in logs] == ["warning"]
    assert "frontis[otel]" in logs[0]["event"]
