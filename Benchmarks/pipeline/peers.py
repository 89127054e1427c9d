"""What a scrape costs beside peers that show as many samples: the Redis exporter, and Python's client."""

from __future__ import annotations

import contextlib
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from report import Bound, Row, Section
from rig import HERE, BenchError, Rig, free_port, rig, running, wait_until
from scrape import ballast, run_scraper, samples_at
from workers import ifinu

if TYPE_CHECKING:
    from scenarios import Plan

SECONDS = 2.0
CLIENTS = [1, 8]
PYTHON_SERIES = 500  # two samples each
PYTHON = HERE.parents[1] / ".venv" / "bin" / "python"


def peers(plan: Plan) -> Section:
    section = Section("peers", "Scrapes as text, at the same number of samples", reference="peer")
    if plan.binary:
        for name, peer in {"redis exporter": _redis_exporter, "Python's client": _python_client}.items():
            with rig() as ready, peer(ready) as port:
                samples = samples_at(port)
                theirs = _scrape(port, plan.repeat)
                with ifinu(ready, plan.binary, {}) as worker:
                    worker.wait_ready()
                    missing = samples - samples_at(worker.http_port)
                with ifinu(ready, plan.binary, {}, ballast(missing)) as worker:
                    worker.wait_ready()
                    own = samples_at(worker.http_port)
                    ours = _scrape(worker.http_port, plan.repeat)
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


@contextlib.contextmanager
def _redis_exporter(ready: Rig) -> Iterator[int]:
    program = shutil.which("prometheus-redis-exporter") or shutil.which("redis_exporter")
    if program is None:
        raise BenchError("the Redis exporter is missing: apt-get install prometheus-redis-exporter")
    port = free_port()
    words = ["-redis.addr", f"redis://127.0.0.1:{ready.redis_port}", "-web.listen-address", f"127.0.0.1:{port}"]
    with running([program, *words], stderr=subprocess.DEVNULL):
        _await(port)
        yield port


@contextlib.contextmanager
def _python_client(_: Rig) -> Iterator[int]:
    python = str(PYTHON) if PYTHON.exists() else sys.executable
    port = free_port()
    with running([python, str(HERE / "python_peer.py"), str(port), str(PYTHON_SERIES)], stderr=subprocess.DEVNULL):
        _await(port)
        yield port


def _await(port: int) -> None:
    def answers() -> bool:
        try:
            return samples_at(port) > 0
        except OSError:
            return False

    wait_until(answers, "the peer's first page")
