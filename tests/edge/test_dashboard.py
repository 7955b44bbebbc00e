"""The dashboard and the alert rules in docs/operating speak of what a real /metrics has, and are whole."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from test_serving import server

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "operating"
DASHBOARD = json.loads((FOLDER / "grafana-dashboard.json").read_text(encoding="utf-8"))
RULES = yaml.safe_load((FOLDER / "alerts.yaml").read_text(encoding="utf-8"))
ALERTS: list[dict[str, Any]] = [rule for group in RULES["groups"] for rule in group["rules"]]
PANELS: list[dict[str, Any]] = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
SHOWN = [target["expr"] for panel in PANELS for target in panel["targets"]]
EXPRESSIONS = [*SHOWN, *(rule["expr"] for rule in ALERTS)]
SELECTOR = re.compile(r"\b((?:frontis|process)_[a-z_]+)(?:\{([^}]*)\})?(\[[^\]]*\])?")
MATCHER = re.compile(r'([a-z_]+)(?:=~|!~|!=|=)"[^"]*"')
GROUPING = re.compile(r"\bby \(([a-z_, ]*)\)")
FUNCTIONS = {
    "absent", "sum", "min", "rate", "increase", "histogram_quantile", "scalar", "vector", "topk", "by", "or",
}  # fmt: skip
DURATION = re.compile(r"\[(?:\d+[smhd]|\$__rate_interval)\]")
# What Prometheus knows of the target, or of the answer; and what a rule may say.
NOT_OURS = {"job", "le"}
FIELDS = {"alert", "expr", "for", "labels", "annotations"}


@pytest.fixture(scope="module")
def labels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Of each series of a real server that has answered, by its name."""
    found: dict[str, set[str]] = {}
    folder = tmp_path_factory.mktemp("metrics")
    with server(folder, FRONTIS_FETCH_ALLOW="127.0.0.0/8", FRONTIS_ANONYMOUS_PER_MINUTE="8") as one:
        for _ in range(3):
            one.client.get("/card/metric.png?value=42").raise_for_status()
        one.client.get("/card/metric.png")
        hero = f"{one.url}/card/metric.png?value=42"
        one.client.get("/card/article.png", params={"title": "a", "hero": hero}).raise_for_status()
        for _ in range(20):
            one.client.get("/card/metric.png?value=43", headers={"user-agent": "Twitterbot/1.0"}).raise_for_status()
        for family in text_string_to_metric_families(one.client.get("/metrics").text):
            for sample in family.samples:
                found.setdefault(sample.name, set()).update(sample.labels)
    return found


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_names_series_and_labels_that_there_are(expression: str, labels: dict[str, set[str]]) -> None:
    selectors = SELECTOR.findall(expression)
    assert selectors
    known = set(NOT_OURS)
    for name, matchers, _ in selectors:
        assert name in labels, f"{name} is not in /metrics"
        known |= labels[name]
        assert set(MATCHER.findall(matchers)) <= labels[name] | NOT_OURS
    grouped = {label.strip() for group in GROUPING.findall(expression) for label in group.split(",")}
    assert grouped <= known


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_is_whole(expression: str) -> None:
    bare = re.sub(r'"[^"]*"', '""', expression)
    depth: list[str] = []
    for sign in bare:
        if sign in "([{":
            depth.append({"(": ")", "[": "]", "{": "}"}[sign])
        elif sign in ")]}":
            assert depth.pop() == sign
    assert not depth
    assert set(re.findall(r"\b([a-z_]+) ?\(", bare)) <= FUNCTIONS
    for name, matchers, over in SELECTOR.findall(expression):
        assert re.fullmatch(r"(?:[a-z_]+(?:=~|!~|!=|=)\"[^\"]*\",?)*", matchers)
        # What is counted is looked at over a while; what is measured is looked at now.
        assert bool(over) is name.endswith(("_total", "_bucket", "_sum", "_count"))
        assert not over or DURATION.fullmatch(over)


def test_every_alert_says_what_to_do_and_how_bad_it_is() -> None:
    assert len({rule["alert"] for rule in ALERTS}) == len(ALERTS) >= 8
    for rule in ALERTS:
        assert set(rule) <= FIELDS
        assert re.fullmatch(r"Frontis[A-Z][A-Za-z]+", rule["alert"])
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert len(rule["annotations"]["summary"].split()) > 3
        assert re.fullmatch(r"\d+[smh]", rule.get("for", "1m"))
        assert re.search(r" (?:>|<|==) |^absent", rule["expr"])


def test_the_dashboard_has_no_panel_over_another_and_none_without_a_query() -> None:
    places: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        own = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not own & places
        assert place["x"] + place["w"] <= 24
        places |= own
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    assert all(panel["targets"] and panel["title"] for panel in PANELS)


def test_every_metric_of_ours_is_on_the_dashboard(labels: dict[str, set[str]]) -> None:
    shown = {name for expression in SHOWN for name, _, _ in SELECTOR.findall(expression)}
    ours = {re.sub(r"_(?:bucket|sum|count)$", "", name) for name in labels if name.startswith("frontis_")}
    assert ours <= {re.sub(r"_(?:bucket|sum|count)$", "", name) for name in shown}
