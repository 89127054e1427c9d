"""What a panel is, and the JSON that Grafana wants for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from string import ascii_uppercase
from typing import Any

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
GREEN, YELLOW, RED, BLUE = "green", "yellow", "red", "blue"
Json = dict[str, Any]


@dataclass(frozen=True)
class Query:
    """One expression; `instant` asks for the present value alone."""

    expr: str
    legend: str = ""
    instant: bool = False

    def as_json(self, letter: str, form: str) -> Json:
        """Gives the target that Grafana sends to Prometheus."""
        when = {"instant": True, "range": False} if self.instant else {"instant": False, "range": True}
        return {
            "datasource": DATASOURCE,
            "editorMode": "code",
            "expr": self.expr,
            "format": form,
            "legendFormat": self.legend or "__auto",
            "refId": letter,
            **when,
        }


@dataclass(frozen=True)
class Panel:
    """A panel: `shows` says what is seen, `action` what to do when it looks bad."""

    kind: str
    title: str
    shows: str
    action: str
    queries: Sequence[Query]
    unit: str
    width: int = 8
    height: int = 8
    steps: Sequence[tuple[float | None, str]] = ((None, GREEN),)
    low: float | None = None
    high: float | None = None
    decimals: int | None = None
    stacked: bool = False
    mappings: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def description(self) -> str:
        """What the reader sees behind the panel's information mark."""
        return f"{self.shows}\n\n**Se estiver ruim:** {self.action}"

    def as_json(self, identifier: int, x: int, y: int) -> Json:
        """Gives the panel at its place in the grid of 24 columns."""
        form = {"heatmap": "heatmap", "table": "table"}.get(self.kind, "time_series")
        return {
            "datasource": DATASOURCE,
            "description": self.description,
            "fieldConfig": {"defaults": self._defaults(), "overrides": []},
            "gridPos": {"h": self.height, "w": self.width, "x": x, "y": y},
            "id": identifier,
            "options": OPTIONS[self.kind],
            "targets": [query.as_json(letter, form) for letter, query in zip(ascii_uppercase, self.queries)],
            "title": self.title,
            "transformations": TRANSFORMATIONS if self.kind == "table" else [],
            "transparent": False,
            "type": self.kind,
        }

    def _defaults(self) -> Json:
        steps = [{"value": value, "color": color} for value, color in self.steps]
        coloured = self.kind in ("stat", "state-timeline")
        values: Json = {
            "color": {"mode": "thresholds" if coloured else "palette-classic"},
            "custom": self._custom(),
            "mappings": self._mappings(),
            "noValue": "sem dados",
            "thresholds": {"mode": "absolute", "steps": steps},
            "unit": self.unit,
        }
        optional = {"min": self.low, "max": self.high, "decimals": self.decimals}
        return values | {name: value for name, value in optional.items() if value is not None}

    def _custom(self) -> Json:
        if self.kind == "state-timeline":
            return {"fillOpacity": 80, "lineWidth": 0}
        if self.kind != "timeseries":
            return {}
        marked = len(self.steps) > 1
        return {
            "drawStyle": "line",
            "fillOpacity": 30 if self.stacked else 8,
            "lineInterpolation": "linear",
            "lineWidth": 1,
            "showPoints": "never",
            "spanNulls": False,
            "stacking": {"mode": "normal" if self.stacked else "none", "group": "A"},
            "thresholdsStyle": {"mode": "dashed" if marked else "off"},
        }

    def _mappings(self) -> list[Json]:
        texts = {
            value: {"color": color, "index": index, "text": text}
            for index, (value, (text, color)) in enumerate(self.mappings.items())
        }
        return [{"type": "value", "options": texts}] if texts else []


@dataclass(frozen=True)
class Row:
    """Panels under one heading, laid from left to right."""

    title: str
    panels: Sequence[Panel]


_REDUCE = {"calcs": ["lastNotNull"], "fields": "", "values": False}
OPTIONS: dict[str, Json] = {
    "stat": {
        "colorMode": "value",
        "graphMode": "area",
        "justifyMode": "auto",
        "orientation": "auto",
        "reduceOptions": _REDUCE,
        "textMode": "auto",
        "wideLayout": True,
    },
    "timeseries": {
        "legend": {"calcs": ["lastNotNull", "max"], "displayMode": "table", "placement": "bottom", "showLegend": True},
        "tooltip": {"mode": "multi", "sort": "desc"},
    },
    "heatmap": {
        "calculate": False,
        "cellGap": 1,
        "color": {
            "exponent": 0.5,
            "fill": "dark-orange",
            "mode": "scheme",
            "reverse": False,
            "scheme": "Oranges",
            "steps": 64,
        },
        "filterValues": {"le": 1e-9},
        "legend": {"show": True},
        "rowsFrame": {"layout": "auto"},
        "showValue": "never",
        "tooltip": {"mode": "single", "yHistogram": False, "showColorScale": True},
        "yAxis": {"axisPlacement": "left", "reverse": False, "unit": "s"},
    },
    "state-timeline": {
        "alignValue": "left",
        "legend": {"calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": True},
        "mergeValues": True,
        "rowHeight": 0.9,
        "showValue": "auto",
        "tooltip": {"mode": "single", "sort": "none"},
    },
    "table": {"cellHeight": "sm", "showHeader": True},
}
_HIDDEN = ("Time", "Value", "__name__", "job")
TRANSFORMATIONS: list[Json] = [
    {
        "id": "organize",
        "options": {"excludeByName": dict.fromkeys(_HIDDEN, True), "indexByName": {}, "renameByName": {}},
    }
]


def stat(title: str, shows: str, action: str, expr: str, unit: str, **more: Any) -> Panel:
    """Gives one large number; a line under it, unless the query is an instant one."""
    instant = more.pop("instant", False)
    legend = more.pop("legend", "")
    more = {"width": 4, "height": 5} | more
    return Panel("stat", title, shows, action, [Query(expr, legend, instant)], unit, **more)


def lines(title: str, shows: str, action: str, queries: Sequence[tuple[str, str]], unit: str, **more: Any) -> Panel:
    """Gives lines over time, from pairs of expression and legend."""
    more = {"low": 0} | more
    return Panel("timeseries", title, shows, action, [Query(expr, legend) for expr, legend in queries], unit, **more)


def heatmap(title: str, shows: str, action: str, expr: str, **more: Any) -> Panel:
    """Gives a histogram's buckets over time."""
    return Panel("heatmap", title, shows, action, [Query(expr, "{{le}}")], "s", **more)


def states(title: str, shows: str, action: str, expr: str, legend: str, **more: Any) -> Panel:
    """Gives which state was in force, and when."""
    return Panel("state-timeline", title, shows, action, [Query(expr, legend)], "short", **more)


def table(title: str, shows: str, action: str, expr: str, unit: str, **more: Any) -> Panel:
    """Gives the labels of some series, a line each."""
    return Panel("table", title, shows, action, [Query(expr, "", True)], unit, **more)
