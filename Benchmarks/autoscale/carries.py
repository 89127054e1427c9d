#!/usr/bin/env python3
"""Measures what one pod carries: 10 workers against an Evolution of several answer times, and its CPU and memory."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from pipeline.rig import POLL_SECONDS, BenchError, compile_programs, rig
from pipeline.workers import Ifinu, drain_with_ifinu
from testkit.paths import REPOSITORY
from testkit.waiting import eventually

LATENCIES_MS = [20, 50, 100, 150, 200, 500, 1000]
SECONDS = 10
SETTLE_SECONDS = 2  # for the start and the first burst to be over
NO_LIMIT = 0
BURSTS_A_SECOND = 10


@dataclass
class Carried:
    """A process's work in a stretch of its life, its start left out."""

    rate: float
    cpu_us: float
    rss_mb: float


def measure(binary: Path, latency_ms: int, workers: int, rate: float, seconds: float) -> Carried:
    """Drains a lane on a Redis and a stub of its own, and looks at the middle of it."""
    most = workers * 1000 / latency_ms
    messages = int(min(most, rate or most) * (seconds + 2 * SETTLE_SECONDS)) + workers
    settings = {"IFINU_WORKERS": workers, "IFINU_RATE": rate, "IFINU_BURST": max(1, int(rate / BURSTS_A_SECOND))}
    seen: list[Carried] = []
    with rig(latency_ms) as ready:

        def beside(worker: Ifinu) -> None:
            eventually(lambda: ready.stub.count()["served"] > 0, "the first message", POLL_SECONDS)
            time.sleep(SETTLE_SECONDS)
            sent, cpu, began = ready.stub.count()["served"], worker.cpu_seconds(), time.monotonic()
            time.sleep(seconds)
            sent, cpu = ready.stub.count()["served"] - sent, worker.cpu_seconds() - cpu
            seen.append(Carried(sent / (time.monotonic() - began), cpu * 1e6 / sent, worker.peak_rss_mb()))

        drain_with_ifinu(ready, binary, messages, settings, beside)
    return seen[0]


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=Path, default=REPOSITORY / ".build" / "release" / "ifinu")
    parser.add_argument("--workers", type=int, default=10, help="slots of the pod (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=50, help="its limit, measured beside none (default: %(default)s)")
    parser.add_argument("--latency", type=int, nargs="+", default=LATENCIES_MS, metavar="MS")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="length of a run (default: %(default)s)")
    return parser.parse_args()


def main() -> int:
    given = parse_arguments()
    heads = ["answer time", "ideal", "without a limit", f"at {given.rate:g}/s", "CPU a message", "peak RSS"]
    print(f"| {' | '.join(heads)} |\n|" + "---:|" * len(heads))
    try:
        compile_programs()
        for latency in given.latency:
            free = measure(given.binary, latency, given.workers, NO_LIMIT, given.seconds)
            paced = measure(given.binary, latency, given.workers, given.rate, given.seconds)
            ideal = given.workers * 1000 / latency
            cells = [f"{latency} ms", f"{ideal:,.0f}", f"{free.rate:,.1f}", f"{paced.rate:,.1f}"]
            cells += [f"{free.cpu_us:,.0f}, {paced.cpu_us:,.0f} µs", f"{max(free.rss_mb, paced.rss_mb):.0f} MB"]
            print(f"| {' | '.join(cells)} |", flush=True)
    except (BenchError, RuntimeError, OSError) as error:
        print(f"carries: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
