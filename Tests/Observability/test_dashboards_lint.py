"""dashboard-linter's rules hold, and each of our checks sees what it is there for."""

from __future__ import annotations

import copy
import json
import unittest
from collections.abc import Callable
from typing import Any

import yaml
from grafana_foundation_sdk.models import units as grafana_units

from dashboards import generate
from dashboards.lint import RULES, problems
from testkit.paths import REPOSITORY
from testkit.promql import naked_names, selectors

DASHBOARDS = REPOSITORY / "dashboards"
Json = dict[str, Any]
UNITS = {value for value in vars(grafana_units).values() if isinstance(value, str)}
EXCLUSIONS = yaml.safe_load((DASHBOARDS / ".lint").read_text(encoding="utf-8"))["exclusions"]
SCOPE = 'namespace=~"$namespace", job=~"$job", instance=~"$instance"'


def boards() -> list[Json]:
    """Gives the committed documents."""
    return [json.loads((DASHBOARDS / name).read_text(encoding="utf-8")) for name in generate.BOARDS]


def variable(board: Json, name: str) -> Json:
    """Gives a variable by its name."""
    return next(entry for entry in board["templating"]["list"] if entry["name"] == name)


def asking(expr: str) -> Callable[[Json], None]:
    """Gives a change after which the first panel asks this."""
    return lambda board: board["panels"][1]["targets"][0].update(expr=expr)


BREAKS: dict[str, Callable[[Json], None]] = {
    "template-datasource-rule": lambda board: variable(board, "datasource").update(label="Fonte"),
    "template-job-rule": lambda board: variable(board, "job").update(multi=False),
    "template-instance-rule": lambda board: variable(board, "instance").update(allValue=".*"),
    "template-label-promql-rule": lambda board: variable(board, "fila").update(query="values(up)"),
    "template-on-time-change-reload-rule": lambda board: variable(board, "fila").update(refresh=1),
    "panel-datasource-rule": lambda board: board["panels"][1]["targets"][0]["datasource"].update(uid="abc"),
    "panel-title-description-rule": lambda board: board["panels"][1].update(description=""),
    "panel-units-rule": lambda board: board["panels"][1]["fieldConfig"]["defaults"].update(unit="mensagens"),
    "panel-no-targets-rule": lambda board: board["panels"][1].update(targets=[]),
    "target-promql-rule": asking("sum(redis_up)"),
    "target-rate-interval-rule": asking(f"sum(rate(whatsapp_envios_total{{{SCOPE}}}[5m]))"),
    "target-job-rule": asking('redis_up{instance=~"$instance"}'),
    "target-instance-rule": asking('redis_up{job=~"$job"}'),
    "target-counter-agg-rule": asking(f"sum(whatsapp_envios_total{{{SCOPE}}})"),
    "target-logql-rule": lambda board: board["panels"][1]["datasource"].update(type="loki"),
    "target-logql-auto-rule": lambda board: board["panels"][1].update(type="logs"),
    "uneditable-dashboard-rule": lambda board: board.update(editable=True),
}


class LintTests(unittest.TestCase):
    """The 17 rules."""

    def test_no_dashboard_breaks_a_rule(self) -> None:
        self.assertEqual(len(RULES), 17)
        for board in boards():
            self.assertEqual(problems(board, UNITS, EXCLUSIONS), [])

    def test_each_rule_sees_a_board_that_breaks_it(self) -> None:
        self.assertEqual(set(BREAKS), set(RULES))
        for rule, spoil in BREAKS.items():
            with self.subTest(rule):
                board = copy.deepcopy(boards()[0])
                spoil(board)
                found = [problem for problem in problems(board, UNITS, EXCLUSIONS) if problem.startswith(f"{rule}:")]
                self.assertTrue(found)

    def test_every_exclusion_has_a_reason_and_is_needed(self) -> None:
        for rule, exclusion in EXCLUSIONS.items():
            self.assertTrue(exclusion["reason"])
            needed = [text for board in boards() for text in problems(board, UNITS, {}) if text.startswith(rule)]
            for entry in exclusion["entries"]:
                self.assertTrue([text for text in needed if entry["panel"] in text], entry)


class SelectorTests(unittest.TestCase):
    """What the rules see of an expression."""

    def test_finds_names_matchers_windows_and_functions(self) -> None:
        found = selectors('sum by (le) (rate(a_total{job=~"$job", b!="}"}[$__rate_interval])) / count(up{})')
        self.assertEqual([selector.name for selector in found], ["a_total", "up"])
        self.assertEqual(found[0].matchers, {"job": ("=~", "$job"), "b": ("!=", "}")})
        self.assertEqual((found[0].window, found[0].function), ("$__rate_interval", "rate"))

    def test_finds_names_without_braces(self) -> None:
        self.assertEqual(naked_names("sum by (fila) (max(redis_up)) / ignoring (x) time() > bool 3e4"), ["redis_up"])
        self.assertEqual(naked_names('a{b="c d"} and on (e) f{} * 100'), [])


if __name__ == "__main__":
    unittest.main()
