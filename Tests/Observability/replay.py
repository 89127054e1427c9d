"""Days as files for `promtool test rules`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from day_model import MINUTES, at, notation, replayed
from days import Day, Fires
from rules import RULES, rule_documents

FIRING = 'ALERTS{alertstate="firing", alertname!="Watchdog"}'


def groups() -> list[str]:
    """The groups in the order in which one needs the other: what records first, then what alerts."""
    names = [group["name"] for document in rule_documents().values() for group in document["groups"]]
    first = ["ifinu-gravacao", "ifinu-slo", "ifinu-slo-longo"]
    return [*first, *(name for name in names if name not in first)]


def promtool_test(day: Day, rules: Path = RULES) -> str:
    """A file that holds if the day raises what it says and nothing else."""
    series = [{"series": name, "values": notation(values)} for name, values in replayed(day.changes).items()]
    expected = [_whole_day(day)]
    for fires in day.fires:
        if fires.after is not None:
            expected += _at_its_time(fires, fires.after)
    document = {
        "rule_files": [str(rules / "*.yml")],
        "evaluation_interval": "2m",
        "group_eval_order": groups(),
        "tests": [{"name": day.name, "interval": "1m", "input_series": series, "promql_expr_test": expected}],
    }
    return yaml.dump(document, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), width=1_000_000, sort_keys=False)


def _whole_day(day: Day) -> dict[str, Any]:
    return _sample(f"group by (alertname, severity) (present_over_time({FIRING}[{MINUTES}m]))", MINUTES - 1, [*day.fires])


def _at_its_time(fires: Fires, after: str) -> list[dict[str, Any]]:
    mine = f'ALERTS{{alertstate="firing", alertname="{fires.name}", severity="{fires.severity}"}}'
    begin = at(after)
    return [
        _sample(f"group by (alertname, severity) (present_over_time({mine}[{MINUTES}m]))", begin, []),
        _sample(f"group by (alertname, severity) ({mine})", begin + fires.within, [fires]),
    ]


def _sample(expression: str, minute: int, alerts: list[Fires]) -> dict[str, Any]:
    samples = [{"labels": f'{{alertname="{name}", severity="{severity}"}}', "value": 1}
               for name, severity in sorted({fires.key for fires in alerts})]
    return {"expr": expression, "eval_time": f"{minute}m", "exp_samples": samples}
