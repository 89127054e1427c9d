"""What scrapes cost: as many as 8 clients can make, while 2,000 messages a second are delivered."""

from __future__ import annotations

import json
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.report import Bound, Row, Section
from pipeline.rig import BUILD, POLL_SECONDS, BenchError, Rig, rig
from pipeline.workers import Drained, Ifinu, drain_with_ifinu
from testkit.network import fetch
from testkit.process import run
from testkit.waiting import eventually

if TYPE_CHECKING:
    from pipeline.scenarios import Plan

RATE = 2000
SCRAPERS = 8
MOST_LOSS = 0.98  # of the delivery rate without scrapers
LATENCY_MS = 20
OPEN_METRICS = "Accept: application/openmetrics-text; version=1.0.0"
GZIP = "Accept-Encoding: gzip"
FORMATS = {
    "text": [],
    "text, gzip": [GZIP],
    "OpenMetrics": [OPEN_METRICS],
    "OpenMetrics, gzip": [OPEN_METRICS, GZIP],
}
SIZES = [0, 1_000, 10_000]  # samples at least; a worker's own are some hundreds
SETTINGS = {"IFINU_WORKERS": 200, "IFINU_RATE": RATE, "IFINU_BURST": RATE // 20}


@dataclass
class Scraped:
    """What the scrapers saw, and what was delivered meanwhile and just before without them."""

    per_second: float
    p99_ms: float
    body_bytes: int
    delivered: Drained
    quiet: Drained

    @property
    def share(self) -> float:
        return self.delivered.rate / self.quiet.rate


def scrape(plan: Plan) -> Section:
    messages = plan.messages or 5 * RATE
    section = Section("scrape", f"Scrapes: {SCRAPERS} clients without a pause, {RATE:,} messages/s being delivered")
    if plan.binary:
        own = samples_of(plan.binary)
        for size in SIZES:
            flags = ballast(size - own)
            for name, headers in FORMATS.items():
                name = f"{max(size, own):,} samples, {name}"
                runs = [_run(plan.binary, messages, headers, name, flags) for _ in range(plan.repeat)]
                section.rows += _rows(name, runs)
    return section


def ballast(samples: int) -> list[str]:
    """The flags with which a worker shows that many samples more."""
    return ["--ballast-series", str(samples)] if samples > 0 else []


def _run(binary: Path, messages: int, headers: list[str], name: str, flags: list[str]) -> Scraped:
    quiet = _deliver(binary, messages, None, flags)[0]
    delivered, seen = _deliver(binary, messages, headers, flags)
    scraped = Scraped(seen["requests"] / seen["seconds"], seen["p99_ms"], seen["body_bytes"], delivered, quiet)
    figures = f"{scraped.per_second:,.0f}/s, p99 {scraped.p99_ms:.2f} ms, {scraped.share:.3f} of the delivery rate"
    print(f"  {name}: {figures}", file=sys.stderr, flush=True)
    return scraped


def _deliver(binary: Path, messages: int, headers: list[str] | None, flags: list[str]) -> tuple[Drained, dict]:
    seen: dict = {}
    with rig(LATENCY_MS) as ready:

        def beside(worker: Ifinu) -> None:
            eventually(lambda: ready.stub.count()["served"] > 0, "the first message", POLL_SECONDS)
            if headers is not None:
                seen.update(run_scraper(worker.port, SCRAPERS, messages / RATE * 0.8, headers))
                _check_still_delivering(ready, messages)

        return drain_with_ifinu(ready, binary, messages, SETTINGS, beside, flags), seen


def _check_still_delivering(ready: Rig, messages: int) -> None:
    if ready.stub.count()["served"] >= messages:
        raise BenchError("the lane was empty before the scrapers were done")


def run_scraper(port: int, connections: int, seconds: float, headers: list[str]) -> dict:
    """Scrapes without a pause; gives requests, seconds, p50_ms, p99_ms and body_bytes."""
    command = [str(BUILD / "scraper"), str(port), str(connections), f"{seconds:.2f}", *headers]
    result = run(*command)
    if result.returncode != 0:
        raise BenchError(result.stderr.strip())
    return json.loads(result.stdout)


def samples_at(port: int) -> int:
    """How many samples a page shows, the buckets of histograms counted one by one."""
    return sum(not line.startswith("#") for line in fetch(f"http://127.0.0.1:{port}/metrics").splitlines())


def samples_of(binary: Path) -> int:
    """How many samples a worker that has delivered shows."""
    found = 0
    with rig(LATENCY_MS) as ready:

        def beside(worker: Ifinu) -> None:
            nonlocal found
            eventually(lambda: ready.stub.count()["served"] > 0, "the first message", POLL_SECONDS)
            found = samples_at(worker.port)

        drain_with_ifinu(ready, binary, RATE, SETTINGS, beside)
    return found


def _rows(name: str, runs: list[Scraped]) -> list[Row]:
    return [
        Row(f"{name}: scrapes/s", statistics.median(run.per_second for run in runs)),
        Row(f"{name}: p99 ms", statistics.median(run.p99_ms for run in runs)),
        Row(f"{name}: bytes", runs[-1].body_bytes),
        Row(f"{name}: messages/s", statistics.median(run.delivered.rate for run in runs)),
        Row(
            f"{name}: of the rate without scrapers",
            statistics.median(run.share for run in runs),
            bound=Bound(MOST_LOSS, is_floor=True),
        ),
    ]
