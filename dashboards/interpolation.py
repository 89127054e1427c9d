"""Puts values for a dashboard's variables, as Grafana does before it asks Prometheus."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
REFERENCE = re.compile(r"\$(?:\{(\w+)(?::\w+)?\}|(\w+))")
SCRAPES_PER_WINDOW = 4


def choices(board: Json) -> dict[str, str]:
    """Gives the value of each variable when "All" is chosen everywhere."""
    return {
        variable["name"]: variable["allValue"]
        for variable in board["templating"]["list"]
        if variable.get("includeAll")
    }


def interpolate(expr: str, values: dict[str, str], step: float, span: float, scrape_interval: float) -> str:
    """Gives the expression as Prometheus gets it; raises KeyError for a variable that the dashboard has not."""
    # Grafana's rule: a step and a scrape, and never fewer than four scrapes.
    window = max(step + scrape_interval, SCRAPES_PER_WINDOW * scrape_interval)
    own = {
        "__interval": _seconds(step),
        "__range": _seconds(span),
        "__range_s": str(round(span)),
        "__rate_interval": _seconds(window),
    }
    known = {**values, **own}
    return REFERENCE.sub(lambda match: known[match.group(1) or match.group(2)], expr)


def _seconds(seconds: float) -> str:
    return f"{max(1, round(seconds))}s"


def panels(board: Json) -> Iterator[Json]:
    """Gives the panels that ask something, also those within collapsed rows."""
    for panel in board["panels"]:
        if panel["type"] == "row":
            yield from panel.get("panels", [])
        else:
            yield panel
