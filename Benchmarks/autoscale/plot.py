"""A run as a picture: backlog, pods and rate over simulated time."""

from __future__ import annotations

from pathlib import Path

import matplotlib

from outcome import Outcome

matplotlib.use("Agg")
from matplotlib import pyplot

SIZE, DPI = (8, 6.2), 80
GREEN, BLUE, ORANGE, GREY = "#2e7d32", "#1565c0", "#ef6c00", "#9e9e9e"


def draw(outcome: Outcome, file: Path) -> None:
    """Writes the picture."""
    record = outcome.record
    times = [sample.at for sample in record.samples]
    figure, (backlog, pods, rate) = pyplot.subplots(3, 1, figsize=SIZE, sharex=True, height_ratios=(2, 2, 1.4))
    scale = "real time" if outcome.factor == 1 else f"time scaled by {outcome.factor:g}"
    figure.suptitle(f"{outcome.title} ({scale})", fontsize=11)
    backlog.fill_between(times, [sample.backlog for sample in record.samples], color=BLUE, alpha=0.25, linewidth=0)
    backlog.plot(times, [sample.backlog for sample in record.samples], color=BLUE, label="not yet sent")
    seen = [(sync.at, sync.backlog) for sync in record.syncs if sync.backlog is not None]
    backlog.plot(*zip(*seen), ".", color=ORANGE, markersize=4, label="as the autoscaler saw it")
    backlog.set_ylabel("messages waiting")
    pods.step(times, [sample.desired for sample in record.samples], where="post", color=ORANGE, label="wanted")
    pods.step(times, [sample.active for sample in record.samples], where="post", color=GREY, label="there")
    pods.step(times, [sample.ready for sample in record.samples], where="post", color=GREEN, label="ready")
    pods.set_ylabel("pods")
    rates = list(record.rates())
    rate.plot([at for at, _ in rates], [value for _, value in rates], color=GREEN, label="over 10 s")
    rate.set_ylabel("messages/s")
    rate.set_xlabel("simulated seconds")
    for axes in (backlog, pods, rate):
        axes.set_ylim(bottom=0)
        axes.margins(x=0)
        axes.grid(alpha=0.25)
        axes.legend(fontsize=8, loc="upper right")
        for at, _ in record.marks:
            axes.axvline(at, color=GREY, linestyle=":", linewidth=1)
    for at, what in record.marks:
        backlog.annotate(what, (at, backlog.get_ylim()[1]), fontsize=7, rotation=90, va="top", ha="left")
    figure.tight_layout()
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, dpi=DPI)
    pyplot.close(figure)
