"""What a scrape costs beside peers that show as many samples: the Redis exporter, and Python's client."""

from __future__ import annotations

import statistics
import sys
from typing import TYPE_CHECKING

from pipeline.report import Bound, Row, Section
from pipeline.rig import HERE, Rig, rig
from pipeline.scrape import ballast, run_scraper, samples_at
from pipeline.workers import ifinu
from testkit.paths import tool
from testkit.process import Program

if TYPE_CHECKING:
    from pipeline.scenarios import Plan

SECONDS = 2.0
CLIENTS = [1, 8]
PYTHON_SERIES = 500  # two samples each


class Peer(Program):
    """A program with a page of metrics; it is ready once there is something on it."""

    def __init__(self, ready: Rig) -> None:
        super().__init__()
        self.redis = ready.server

    def is_ready(self) -> bool:
        return samples_at(self.port) > 0


class RedisExporter(Peer):
    name = "redis-exporter"

    def command(self) -> list[str]:
        program = tool("prometheus-redis-exporter", "redis_exporter", installed_by="make bench")
        return [program, "-redis.addr", f"redis://{self.redis.address}", "-web.listen-address", self.address]


class PythonClient(Peer):
    name = "python-client"

    def command(self) -> list[str]:
        return [sys.executable, str(HERE / "python_peer.py"), str(self.port), str(PYTHON_SERIES)]


def peers(plan: Plan) -> Section:
    section = Section("peers", "Scrapes as text, at the same number of samples", reference="peer")
    if plan.binary:
        for name, kind in {"redis exporter": RedisExporter, "Python's client": PythonClient}.items():
            with rig() as ready, kind(ready) as peer:
                samples = samples_at(peer.port)
                theirs = _scrape(peer.port, plan.repeat)
                with ifinu(ready, plan.binary, {}) as worker:
                    worker.wait_ready()
                    missing = samples - samples_at(worker.port)
                with ifinu(ready, plan.binary, {}, ballast(missing)) as worker:
                    worker.wait_ready()
                    own = samples_at(worker.port)
                    ours = _scrape(worker.port, plan.repeat)
            section.rows.append(Row(f"{name}: samples", own, samples))
            for clients in CLIENTS:
                section.rows += _rows(f"{name}, {clients} at once", ours[clients], theirs[clients])
    return section


def _scrape(port: int, repeat: int) -> dict[int, list[dict]]:
    return {clients: [run_scraper(port, clients, SECONDS, []) for _ in range(repeat)] for clients in CLIENTS}


def _rows(name: str, ours: list[dict], theirs: list[dict]) -> list[Row]:
    def median(runs: list[dict], key: str) -> float:
        return statistics.median(run["requests"] / run["seconds"] if key == "rate" else run[key] for run in runs)

    rows = []
    for key, label, bound in (
        ("rate", "scrapes/s", Bound(1, is_floor=True, on_ratio=True)), ("p99_ms", "p99 ms", Bound(1, on_ratio=True)),
    ):
        own, other = median(ours, key), median(theirs, key)
        rows.append(Row(f"{name}: {label}", own, other, own / other, bound))
    return rows
