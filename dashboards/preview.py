#!/usr/bin/env python3
"""Draws each dashboard from what its queries answer, to dashboards/previews/.

Without --prometheus it starts a small fleet, lets it work for some minutes through a crash and an outage, and draws
that.
"""

from __future__ import annotations

import argparse
import io
import json
import math
import re
import sys
import time
from pathlib import Path
from typing import Any

from PIL import Image

from dashboards import generate
from dashboards.busy_stack import BusyStack
from dashboards.drawing import BACKGROUND, CARD, FAINT, TEXT, Series, draw, pyplot, wrap
from dashboards.interpolation import choices, interpolate
from testkit.monitoring import PrometheusAPI, QueryError, RemotePrometheus
from testkit.paths import MissingTool

Json = dict[str, Any]
HERE = Path(__file__).resolve().parent
WIDTH_INCHES, UNIT_INCHES = 15.0, 0.30
DOTS_PER_INCH = 90
PALETTE_SIZE = 128
POINTS = 120
TITLE = "Prévia desenhada a partir das consultas do painel"
# What happens, and at which share of the run.
STORY = (
    (0.12, "surge"),
    (0.40, "crash"),
    (0.48, "restart"),
    (0.62, "outage"),
    (0.72, "mended"),
    (0.80, "calm"),
)


def act(fleet: BusyStack, event: str) -> None:
    """Lets something happen to the fleet."""
    if event == "surge":
        fleet.feed_rate = 110
    elif event == "crash":
        fleet.workers[1].kill()
    elif event == "restart":
        fleet.workers[1].start()
    elif event == "outage":
        fleet.sandbox.kill()
    elif event == "mended":
        fleet.sandbox.start()
    elif event == "calm":
        fleet.feed_rate = 20


def live_through(fleet: BusyStack, seconds: float) -> None:
    """Tells the story on the clock: here time itself is the matter, not something to wait for."""
    began = time.monotonic()
    for share, event in (*STORY, (1.0, "end")):
        time.sleep(max(0.0, began + share * seconds - time.monotonic()))
        act(fleet, event)


def answers(prometheus: PrometheusAPI, board: Json, panel: Json, start: float, end: float, scrape: float) -> list[Series]:
    """Gives the lines of a panel: name, times, values."""
    step = max(1.0, round((end - start) / POINTS))
    found: list[Series] = []
    for target in panel["targets"]:
        expr = interpolate(target["expr"], choices(board), step, end - start, scrape)
        if target["instant"]:
            items = [item | {"values": [item["value"]]} for item in prometheus.query(expr, end)]
        else:
            items = prometheus.query_range(expr, start, end, step)
        for item in items:
            times, values = zip(*((float(at), float(value)) for at, value in item["values"]))
            found.append((_name(target["legendFormat"], item["metric"]), list(times), list(values)))
    return found


def _name(pattern: str, labels: dict[str, str]) -> str:
    if pattern == "__auto":
        return "   ".join(f"{key}={value}" for key, value in sorted(labels.items()) if key not in ("__name__", "job"))
    return re.sub(r"\{\{(\w+)\}\}", lambda match: labels.get(match[1], ""), pattern)


def paint(prometheus: PrometheusAPI, board: Json, start: float, end: float, scrape: float, file: Path) -> None:
    """Draws one dashboard on its grid."""
    rows = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in board["panels"])
    head = 3
    height = (rows + head) * UNIT_INCHES
    figure = pyplot.figure(figsize=(WIDTH_INCHES, height), facecolor=BACKGROUND)

    def box(place: Json) -> tuple[float, float, float, float]:
        bottom = 1 - (place["y"] + place["h"] + head) / (rows + head)
        return place["x"] / 24, bottom, place["w"] / 24, place["h"] / (rows + head)

    line = 1 / (rows + head)
    figure.text(0.01, 1 - 1.1 * line, board["title"], color=TEXT, fontsize=17, fontweight="bold", va="center")
    figure.text(0.01, 1 - 2.2 * line, f"{TITLE} · {board['description']}", color=FAINT, fontsize=9.5, va="center")
    for panel in board["panels"]:
        left, bottom, width, tall = box(panel["gridPos"])
        if panel["type"] == "row":
            figure.text(left + 0.01, bottom + tall / 2, f"▾ {panel['title']}", color=TEXT, fontsize=11, va="center")
            continue
        card = pyplot.Rectangle(
            (left + 0.003, bottom + 0.12 * line), width - 0.006, tall - 0.24 * line,
            color=CARD, transform=figure.transFigure, zorder=-1,
        )
        figure.patches.append(card)
        characters = int(panel["gridPos"]["w"] * 6.6)
        figure.text(
            left + 0.008, bottom + tall - 0.85 * line, wrap(panel["title"], characters), color=TEXT, fontsize=9,
            va="center",
        )
        margin = {"stat": 0.008, "table": 0.008, "state-timeline": 0.078}.get(panel["type"], 0.052)
        foot = {"stat": 0.3, "table": 0.3, "heatmap": 1.1, "state-timeline": 1.1}.get(panel["type"], 2.3) * line
        axes = figure.add_axes(
            (left + margin, bottom + foot, max(0.01, width - margin - 0.014), tall - foot - 1.6 * line)
        )
        draw(axes, panel, answers(prometheus, board, panel, start, end, scrape))
    file.parent.mkdir(parents=True, exist_ok=True)
    drawn = io.BytesIO()
    figure.savefig(drawn, dpi=DOTS_PER_INCH, facecolor=BACKGROUND)
    pyplot.close(figure)
    # A palette is enough for lines on dark cards, and makes a third of the size.
    Image.open(drawn).convert("RGB").quantize(PALETTE_SIZE).save(file, optimize=True)


def paint_all(prometheus: PrometheusAPI, seconds: float, scrape: float, folder: Path) -> None:
    """Draws every dashboard over the last seconds."""
    end = math.floor(time.time())
    for name in generate.BOARDS:
        board = json.loads((HERE / name).read_text(encoding="utf-8"))
        paint(prometheus, board, end - seconds, end, scrape, folder / name.replace(".json", ".png"))


def main() -> int:
    """Draws, and gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prometheus", metavar="URL", help="draw what this Prometheus holds")
    parser.add_argument("--scrape-interval", type=float, default=15.0, help="of that Prometheus, in s (%(default)s)")
    parser.add_argument("--minutes", type=float, default=4.0, help="how much time to draw (default: %(default)s)")
    parser.add_argument("--folder", type=Path, default=HERE / "previews", help="where to (default: %(default)s)")
    arguments = parser.parse_args()
    seconds = arguments.minutes * 60
    try:
        if arguments.prometheus:
            paint_all(RemotePrometheus(arguments.prometheus), seconds, arguments.scrape_interval, arguments.folder)
        else:
            with BusyStack() as fleet:
                live_through(fleet, seconds)
                paint_all(fleet.prometheus, seconds, 1.0, arguments.folder)
    except (MissingTool, QueryError, RuntimeError, OSError) as error:
        print(f"preview: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
