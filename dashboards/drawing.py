"""Draws panels with matplotlib, near enough to Grafana to know a dashboard by."""

from __future__ import annotations

import math
import textwrap
import time
from typing import Any

import matplotlib

matplotlib.use("Agg")

from matplotlib import patheffects, pyplot, ticker
from matplotlib.axes import Axes

Json = dict[str, Any]
Series = tuple[str, list[float], list[float]]

BACKGROUND, CARD, TEXT, FAINT = "#111217", "#181b1f", "#d8d9da", "#8e8e95"
COLORS = {"green": "#73bf69", "yellow": "#fade2a", "red": "#f2495c", "blue": "#5794f2"}
PALETTE = ["#73bf69", "#f2cc0c", "#5794f2", "#ff9830", "#f2495c", "#b877d9", "#8ab8ff", "#c4162a", "#ffcb7d", "#96d98d"]
# In the size of the legend's letters.
CHARACTERS_PER_COLUMN, LEGEND_KEY = 11, 7
NO_DATA = "sem dados"


def format_value(value: float, unit: str, decimals: int | None = None) -> str:
    """Gives a number in its unit, as Grafana writes it."""
    if not math.isfinite(value):
        return NO_DATA
    if unit == "percentunit":
        return f"{value * 100:.{1 if decimals is None else decimals}f} %"
    if unit == "s":
        return _seconds(value)
    if unit == "dateTimeFromNow":
        return f"há {_seconds(max(0.0, time.time() - value / 1000))}"
    if unit in ("bytes", "binBps"):
        return _scaled(value, 1024, ["B", "KiB", "MiB", "GiB"]) + ("/s" if unit == "binBps" else "")
    suffix = {"mps": " msg/s", "ops": " op/s", "reqps": " ped/s"}.get(unit, "")
    return _scaled(value, 1000, ["", " mil", " mi"], decimals) + suffix


def _seconds(value: float) -> str:
    size = abs(value)
    if size == 0:
        return "0 s"
    for bound, factor, name in ((1e-3, 1e6, "µs"), (1, 1e3, "ms"), (60, 1, "s"), (3600, 1 / 60, "min")):
        if size < bound:
            return f"{value * factor:.3g} {name}"
    return f"{value / 3600:.3g} h"


def _scaled(value: float, base: int, names: list[str], decimals: int | None = None) -> str:
    index = 0
    while abs(value) >= base and index < len(names) - 1:
        value, index = value / base, index + 1
    digits = f"{value:.{decimals}f}" if decimals is not None and index == 0 else f"{value:.3g}"
    return f"{digits}{' ' if names[index][:1] in 'BKMG' and names[index] else ''}{names[index]}"


def step_color(value: float, steps: list[Json]) -> str:
    """Gives the colour of the highest threshold that the value reaches."""
    chosen = steps[0]["color"]
    for step in steps[1:]:
        if math.isfinite(value) and value >= step["value"]:
            chosen = step["color"]
    return COLORS[chosen]


def draw(axes: Axes, panel: Json, series: list[Series]) -> None:
    """Draws one panel from what its queries answered."""
    axes.set_facecolor(CARD)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(colors=FAINT, labelsize=7, length=0, pad=4)
    series = [item for item in series if any(map(math.isfinite, item[2]))]
    if not series:
        axes.set_xticks([])
        axes.set_yticks([])
        note = f"{NO_DATA} neste ambiente" if "Kubernetes" in panel["description"] else NO_DATA
        axes.text(0.5, 0.5, note, color=FAINT, ha="center", va="center", fontsize=10, transform=axes.transAxes)
        return
    {"stat": _stat, "heatmap": _heatmap, "state-timeline": _states, "table": _table}.get(panel["type"], _lines)(
        axes, panel, series
    )


def _stat(axes: Axes, panel: Json, series: list[Series]) -> None:
    defaults = panel["fieldConfig"]["defaults"]
    _, times, values = series[0]
    value = next(item for item in reversed(values) if math.isfinite(item))
    color = step_color(value, defaults["thresholds"]["steps"])
    axes.set_xticks([])
    axes.set_yticks([])
    if len(values) > 1:
        low, high = min(filter(math.isfinite, values)), max(filter(math.isfinite, values))
        axes.fill_between(times, values, low, color=color, alpha=0.18, linewidth=0)
        axes.plot(times, values, color=color, linewidth=0.8, alpha=0.6)
        axes.set_ylim(low, low + max(high - low, 1e-9) * 3.2)
        axes.margins(x=0)
    text = format_value(value, defaults["unit"], defaults.get("decimals"))
    shown = axes.text(
        0.5, 0.55, text, color=color, ha="center", va="center", fontsize=19 if len(text) < 12 else 15,
        fontweight="bold", transform=axes.transAxes,
    )
    shown.set_path_effects([patheffects.withStroke(linewidth=3, foreground=CARD)])


def _time_axis(axes: Axes, times: list[float]) -> None:
    axes.xaxis.set_major_locator(ticker.MaxNLocator(5))
    axes.xaxis.set_major_formatter(
        ticker.FuncFormatter(lambda at, _: time.strftime("%H:%M:%S", time.gmtime(at)))
    )
    axes.set_xlim(times[0], times[-1])


def _steps(series: list[Series]) -> list[float]:
    """Gives every step from the first answer to the last: one without an answer is a gap, not a slope."""
    known = sorted({at for _, times, _ in series for at in times})
    width = min((known[index + 1] - known[index] for index in range(len(known) - 1)), default=1.0)
    count = round((known[-1] - known[0]) / width)
    return [known[0] + index * width for index in range(count + 1)]


def _lines(axes: Axes, panel: Json, series: list[Series]) -> None:
    defaults = panel["fieldConfig"]["defaults"]
    unit, steps = defaults["unit"], defaults["thresholds"]["steps"]
    stacked = defaults["custom"].get("stacking", {}).get("mode") == "normal"
    times = _steps(series)
    floor = [0.0] * len(times)
    for index, (name, item_times, values) in enumerate(series):
        known = dict(zip(item_times, values))
        color = PALETTE[index % len(PALETTE)]
        if stacked:
            top = [base + _finite(known.get(at, 0.0)) for base, at in zip(floor, times)]
            axes.fill_between(times, floor, top, color=color, alpha=0.35, linewidth=0)
            axes.plot(times, top, color=color, linewidth=0.9, label=name)
            floor = top
        else:
            line = [known.get(at, math.nan) for at in times]
            axes.plot(times, line, color=color, linewidth=1.1, label=name)
    for step in steps[1:]:
        if step["value"] <= axes.get_ylim()[1]:
            axes.axhline(step["value"], color=COLORS[step["color"]], linewidth=0.8, linestyle=(0, (5, 4)))
    if defaults.get("min") is not None:
        axes.set_ylim(bottom=defaults["min"])
    axes.set_ylim(top=defaults.get("max", axes.get_ylim()[1] or 1))
    axes.yaxis.set_major_locator(ticker.MaxNLocator(5))
    axes.yaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: format_value(value, unit)))
    axes.grid(axis="y", color="#2c2f34", linewidth=0.6)
    _time_axis(axes, times)
    legend = axes.legend(
        loc="upper center", bbox_to_anchor=(0.5, -0.09), ncol=_legend_columns(panel, [name for name, _, _ in series]),
        fontsize=6.5, frameon=False, labelcolor=TEXT, handlelength=1.1, columnspacing=1.1,
    )
    legend.set_in_layout(False)


def _legend_columns(panel: Json, names: list[str]) -> int:
    widest = max(map(len, names)) + LEGEND_KEY
    return max(1, min(len(names), panel["gridPos"]["w"] * CHARACTERS_PER_COLUMN // widest))


def _finite(value: float) -> float:
    return value if math.isfinite(value) else 0.0


def _heatmap(axes: Axes, _panel: Json, series: list[Series]) -> None:
    bounds = sorted(series, key=lambda item: float(item[0]))
    times = sorted({at for _, item_times, _ in bounds for at in item_times})
    below = [0.0] * len(times)
    cells = []
    for _, item_times, values in bounds:
        known = dict(zip(item_times, values))
        upto = [_finite(known.get(at, 0.0)) for at in times]
        cells.append([max(0.0, top - base) ** 0.5 for top, base in zip(upto, below)])
        below = upto
    colors = matplotlib.colors.LinearSegmentedColormap.from_list("panel", [CARD, "#7a3b00", "#ff9830", "#fff3d6"])
    axes.pcolormesh(times, range(len(bounds)), cells, cmap=colors, shading="nearest")
    axes.set_yticks(range(len(bounds)))
    axes.set_yticklabels([f"≤ {_seconds(float(name))}" if name != "+Inf" else "mais" for name, _, _ in bounds])
    axes.tick_params(labelsize=6)
    _time_axis(axes, times)


def _states(axes: Axes, panel: Json, series: list[Series]) -> None:
    defaults = panel["fieldConfig"]["defaults"]
    texts = defaults["mappings"][0]["options"]
    for row, (_, times, values) in enumerate(series):
        step = times[1] - times[0] if len(times) > 1 else 1
        for at, value in zip(times, values):
            color = COLORS[texts.get(f"{value:g}", {}).get("color", "blue")]
            axes.barh(row, step * 1.05, left=at, height=0.7, color=color, linewidth=0)
        last = texts.get(f"{values[-1]:g}", {}).get("text", f"{values[-1]:g}")
        axes.text(times[-1], row, f"{last} ", color=CARD, ha="right", va="center", fontsize=7.5, fontweight="bold")
    axes.set_yticks(range(len(series)))
    axes.set_yticklabels([name for name, _, _ in series])
    axes.set_ylim(-0.6, len(series) - 0.4)
    _time_axis(axes, series[0][1])


def _table(axes: Axes, _panel: Json, series: list[Series]) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    for row, (name, _, _) in enumerate(series[:5]):
        axes.text(0.02, 0.85 - row * 0.2, name, color=TEXT, fontsize=8, va="center", transform=axes.transAxes)


def wrap(text: str, width: int) -> str:
    """Cuts a title that would run out of its panel."""
    return textwrap.shorten(text, width, placeholder="…")


__all__ = ["BACKGROUND", "CARD", "FAINT", "TEXT", "Series", "draw", "format_value", "pyplot", "wrap"]
