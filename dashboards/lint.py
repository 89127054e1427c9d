"""The rules of dashboard-linter, as small checks: each gives what is wrong, panel by panel."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import Any

from dashboards.interpolation import panels
from testkit.promql import Selector, naked_names, selectors

Json = dict[str, Any]
SOURCES = ("$datasource", "${datasource}")
LABEL_FUNCTIONS = {"label_names", "label_values", "metrics", "query_result"}
COUNTER_FUNCTIONS = {"rate", "irate", "increase"}
ON_TIME_CHANGE = 2


def problems(board: Json, units: Collection[str], exclusions: Json) -> list[str]:
    """Gives what breaks a rule, less what is excluded with a reason."""
    found = []
    for rule, check in RULES.items():
        excluded = {
            entry["panel"]
            for entry in exclusions.get(rule, {}).get("entries", [])
            if entry["dashboard"] == board["title"]
        }
        found += [f"{rule}: {place}: {text}" for place, text in check(board, units) if place not in excluded]
    return found


Finding = tuple[str, str]
Check = Callable[[Json, Collection[str]], Iterator[Finding]]


def _template(board: Json, name: str) -> Json:
    return next((entry for entry in board["templating"]["list"] if entry["name"] == name), {})


def _datasource(board: Json, _: Collection[str]) -> Iterator[Finding]:
    template = _template(board, "datasource")
    expected = {"type": "datasource", "query": "prometheus", "label": "Data source"}
    for key, value in expected.items():
        if template.get(key) != value:
            yield "datasource", f"{key} is {template.get(key)!r}, not {value!r}"


def _choice(name: str) -> Check:
    def check(board: Json, _: Collection[str]) -> Iterator[Finding]:
        template = _template(board, name)
        expected = {"type": "query", "label": name.title(), "multi": True, "allValue": ".+"}
        for key, value in expected.items():
            if template.get(key) != value:
                yield name, f"{key} is {template.get(key)!r}, not {value!r}"
        if template.get("datasource", {}).get("uid") not in SOURCES:
            yield name, "does not ask the chosen data source"

    return check


def _label_promql(board: Json, _: Collection[str]) -> Iterator[Finding]:
    for template in _query_templates(board):
        match = re.fullmatch(r"([a-z_]+)\((.+)\)", template["query"])
        if not match or match[1] not in LABEL_FUNCTIONS:
            yield template["name"], f"{template['query']} asks for no labels"


def _reload(board: Json, _: Collection[str]) -> Iterator[Finding]:
    for template in _query_templates(board):
        if template.get("refresh") != ON_TIME_CHANGE:
            yield template["name"], "is not read anew when the time range changes"


def _query_templates(board: Json) -> list[Json]:
    return [template for template in board["templating"]["list"] if template["type"] == "query"]


def _panel_datasource(board: Json, _: Collection[str]) -> Iterator[Finding]:
    for panel in panels(board):
        for part in (panel, *panel["targets"]):
            if part.get("datasource", {}).get("uid") not in SOURCES:
                yield panel["title"], "does not ask the chosen data source"


def _described(board: Json, _: Collection[str]) -> Iterator[Finding]:
    for panel in panels(board):
        if not panel.get("title") or not panel.get("description"):
            yield panel.get("title", ""), f"panel {panel['id']} has no title or no description"


def _units(board: Json, units: Collection[str]) -> Iterator[Finding]:
    for panel in panels(board):
        unit = panel["fieldConfig"]["defaults"].get("unit")
        if unit not in units:
            yield panel["title"], f"{unit!r} is no unit"


def _no_targets(board: Json, _: Collection[str]) -> Iterator[Finding]:
    for panel in panels(board):
        if not panel.get("targets") or not all(target.get("expr") for target in panel["targets"]):
            yield panel["title"], "asks nothing"


def _promql(board: Json, _: Collection[str]) -> Iterator[Finding]:
    """Whether it parses is for promtool to say; here: that there is something to find, and that it is chosen."""
    for panel, expr, found in _asked(board):
        if not found or naked_names(expr):
            yield panel["title"], f"asks for {naked_names(expr) or 'nothing'} without matchers: {expr}"


def _rate_interval(board: Json, _: Collection[str]) -> Iterator[Finding]:
    for panel, expr, found in _asked(board):
        for selector in found:
            if selector.function in ("rate", "irate") and selector.window != "$__rate_interval":
                yield panel["title"], f"has a rate over {selector.window}: {expr}"


def _matcher(label: str) -> Check:
    def check(board: Json, _: Collection[str]) -> Iterator[Finding]:
        for panel, _expr, found in _asked(board):
            for selector in found:
                if selector.matchers.get(label) != ("=~", f"${label}"):
                    yield panel["title"], f"{selector.name} is not chosen by {label}"

    return check


def _counters(board: Json, _: Collection[str]) -> Iterator[Finding]:
    for panel, _expr, found in _asked(board):
        for selector in found:
            ranged = selector.window and selector.function in COUNTER_FUNCTIONS
            if selector.name.endswith("_total") and not ranged:
                yield panel["title"], f"{selector.name} is a counter, shown as it is"


def _uneditable(board: Json, _: Collection[str]) -> Iterator[Finding]:
    if board.get("editable") is not False:
        yield board["title"], "can be edited"


def _no_logs(board: Json, _: Collection[str]) -> Iterator[Finding]:
    """The two rules on LogQL hold for every panel that asks Loki: there is none."""
    for panel in panels(board):
        if panel["type"] == "logs" or panel["datasource"]["type"] != "prometheus":
            yield panel["title"], "asks for logs, and nothing checks LogQL"


def _asked(board: Json) -> Iterator[tuple[Json, str, list[Selector]]]:
    for panel in panels(board):
        for target in panel["targets"]:
            yield panel, target["expr"], selectors(target["expr"])


RULES: dict[str, Check] = {
    "template-datasource-rule": _datasource,
    "template-job-rule": _choice("job"),
    "template-instance-rule": _choice("instance"),
    "template-label-promql-rule": _label_promql,
    "template-on-time-change-reload-rule": _reload,
    "panel-datasource-rule": _panel_datasource,
    "panel-title-description-rule": _described,
    "panel-units-rule": _units,
    "panel-no-targets-rule": _no_targets,
    "target-promql-rule": _promql,
    "target-rate-interval-rule": _rate_interval,
    "target-job-rule": _matcher("job"),
    "target-instance-rule": _matcher("instance"),
    "target-counter-agg-rule": _counters,
    "target-logql-rule": _no_logs,
    "target-logql-auto-rule": _no_logs,
    "uneditable-dashboard-rule": _uneditable,
}
