"""The shipped rules and their promtool cases as data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from testkit.paths import REPOSITORY

ALERTS = REPOSITORY / "alerts"
RULES = ALERTS / "rules"


@dataclass(frozen=True)
class Alert:
    """An alert that a rule may raise; two rules may share a name and differ in severity."""

    name: str
    severity: str
    expression: str
    annotations: dict[str, str]

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from all others."""
        return self.name, self.severity


@dataclass(frozen=True)
class Case:
    """One moment of a promtool test: which severities of an alert fire then."""

    file: str
    alert: str
    severities: frozenset[str]
    has_annotations: bool


def rule_documents() -> dict[Path, dict]:
    """Every file of rules."""
    return {path: yaml.safe_load(path.read_text()) for path in sorted(RULES.glob("*.yml"))}


def all_rules() -> list[dict]:
    """Every rule, recording and alerting."""
    return [rule for document in rule_documents().values() for group in document["groups"] for rule in group["rules"]]


def all_alerts() -> list[Alert]:
    """Every rule that alerts."""
    return [
        Alert(rule["alert"], rule.get("labels", {}).get("severity", ""), rule["expr"], rule.get("annotations", {}))
        for rule in all_rules()
        if "alert" in rule
    ]


def test_files() -> list[Path]:
    """The files that `promtool test rules` takes."""
    return sorted((ALERTS / "tests").glob("*.yml"))


def all_cases() -> list[Case]:
    """Every moment that the promtool tests look at an alert."""
    cases = []
    for path in test_files():
        for test in yaml.safe_load(path.read_text())["tests"]:
            for moment in test.get("alert_rule_test", []):
                expected = moment.get("exp_alerts", [])
                severities = frozenset(each["exp_labels"]["severity"] for each in expected)
                annotated = all(each.get("exp_annotations") for each in expected)
                cases.append(Case(path.name, moment["alertname"], severities, annotated))
    return cases
