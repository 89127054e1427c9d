"""Rules and the Alertmanager's configuration with every length of time divided, so that days pass in minutes.

What is tested is what is shipped: thresholds, labels, texts, routes and inhibition stay as they are.
"""

from __future__ import annotations

import re
from pathlib import Path

import yaml

UNITS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
LENGTH = re.compile(r"(\d+)(ms|[smhd])")
RANGE = re.compile(r"\[(\w+)\]")
TIMES_OF_RULES = ("for", "keep_firing_for")
TIMES_OF_ROUTES = ("group_wait", "group_interval", "repeat_interval")
SHORTEST_INTERVAL = 500
# The one length that is no matter of patience: shorter, and an alert would end between two evaluations.
SHORTEST_RANGE = 5000


def divided(length: str, factor: float, least: int = 0) -> str:
    """A length of time, divided, in milliseconds, no shorter than `least` of them."""
    total = sum(int(number) * UNITS[unit] for number, unit in LENGTH.findall(length))
    return f"{max(least, round(total / factor))}ms"


def scaled_rules(source: Path, factor: float) -> str:
    """A file of rules with its intervals, ranges and waiting times divided."""
    document = yaml.safe_load(source.read_text())
    for group in document["groups"]:
        group["interval"] = divided(group["interval"], factor, SHORTEST_INTERVAL)
        for rule in group["rules"]:
            rule["expr"] = RANGE.sub(
                lambda found: f"[{divided(found.group(1), factor, SHORTEST_RANGE)}]", rule["expr"]
            )
            rule |= {name: divided(rule[name], factor) for name in TIMES_OF_RULES if name in rule}
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False)


def scaled_routes(route: dict, factor: float) -> dict:
    """A route of the Alertmanager's, and those below it, with their waiting times divided."""
    times = {name: divided(route[name], factor, SHORTEST_INTERVAL) for name in TIMES_OF_ROUTES if name in route}
    below = {"routes": [scaled_routes(each, factor) for each in route["routes"]]} if "routes" in route else {}
    return route | times | below
