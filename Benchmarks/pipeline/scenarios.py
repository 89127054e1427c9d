"""What is measured, and against which bound."""

from __future__ import annotations

import random
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from pipeline.documents import TENANTS, charge, now_text, plain
from pipeline.report import Bound, Row, Section
from pipeline.rig import LANE, POLL_SECONDS, Rig, rig
from pipeline.workers import Drained, drain_with_ifinu, drain_with_reference, ifinu
from testkit.waiting import eventually

PEAK_RSS_MB = 60
IDLE_SECONDS = 10
HOT_PUSHES = 200
HOT_GAP_SECONDS = 0.02
COLD_PUSHES = 20
COLD_GAP_SECONDS = 0.5


@dataclass
class Plan:
    """What the command line asks for; `binary` is None when only the reference runs."""

    binary: Path | None
    repeat: int
    messages: int | None


def zero(plan: Plan) -> Section:
    messages = plan.messages or 60_000
    section = Section("zero", f"Zero latency: {messages:,} messages, ifinu 256 workers, C 64 in flight")
    bounds = {
        "rate": Bound(0.6, is_floor=True, on_ratio=True),
        "cpu_us": Bound(1.8, on_ratio=True),
        "rss_mb": Bound(PEAK_RSS_MB),
    }
    section.rows = _compare(plan, messages, workers=256, in_flight=64, latency_ms=0, bounds=bounds)
    if plan.binary is None:
        wider = [_reference(messages, 256, 0, attempt, plan.repeat) for attempt in range(plan.repeat)]
        section.rows += [Row(f"{row.name}, C 256 in flight", reference=row.reference) for row in _rows([], wider, {})]
    return section


def charges(plan: Plan) -> Section:
    messages = plan.messages or 60_000
    title = f"Zero latency: {messages:,} charge notifications of {len(TENANTS)} tenants beside plain messages, 256 workers"
    section = Section("charges", title, reference="plain")
    if plan.binary:
        plains, notifications = [], []
        for attempt in range(plan.repeat):
            for document, runs in ((plain, plains), (charge, notifications)):
                with rig() as ready:
                    for tenant in TENANTS:
                        ready.redis.call("HSET", "ifinu:instancias", tenant, "bench")
                    settings = {"IFINU_WORKERS": 256, "IFINU_RATE": 0}
                    runs.append(drain_with_ifinu(ready, plan.binary, messages, settings, document=document))
                _progress(document.__name__, attempt, plan.repeat, runs[-1])
        section.rows = _rows(notifications, plains, {"rss_mb": Bound(PEAK_RSS_MB)})
    return section


def slow(plan: Plan) -> Section:
    messages = plan.messages or 20_000
    section = Section("slow", f"200 ms answers: {messages:,} messages, 500 in flight (ideal 2,500/s)")
    bounds = {"rate": Bound(2400, is_floor=True), "cpu_us": Bound(80), "rss_mb": Bound(PEAK_RSS_MB)}
    section.rows = _compare(plan, messages, workers=500, in_flight=500, latency_ms=200, bounds=bounds)
    return section


def paced(plan: Plan) -> Section:
    messages = plan.messages or 1_000
    section = Section("paced", f"200 ms answers, 10 workers, rate 50: {messages:,} messages")
    if plan.binary:
        with rig(latency_ms=200) as ready:
            drained = drain_with_ifinu(ready, plan.binary, messages, {"IFINU_WORKERS": 10, "IFINU_RATE": 50})
        bounds = {"rate": Bound(50, tolerance=0.01), "rss_mb": Bound(PEAK_RSS_MB)}
        section.rows = _rows([drained], [], bounds)
    return section


def idle(plan: Plan) -> Section:
    section = Section("idle", f"Idle pod: an empty queue for {IDLE_SECONDS} s")
    if plan.binary:
        with rig() as ready, ifinu(ready, plan.binary, {}) as worker:
            worker.wait_ready()
            time.sleep(1)  # start-up work is no part of idling
            cpu, commands, start = worker.cpu_seconds(), ready.redis.foreign_commands(), time.monotonic()
            time.sleep(IDLE_SECONDS)
            seconds = time.monotonic() - start
            percent = (worker.cpu_seconds() - cpu) / seconds * 100
            rate = (ready.redis.foreign_commands() - commands) / seconds
            rss = worker.peak_rss_mb()
        section.rows = [
            Row("% of a core", percent, bound=Bound(1)),
            Row("Redis commands/s", rate, bound=Bound(20)),
            Row("peak RSS MB", rss, bound=Bound(PEAK_RSS_MB)),
        ]
    return section


def pickup(plan: Plan) -> Section:
    section = Section("pickup", "Pick-up: from LPUSH to the request at the stub, an idle worker with free slots")
    if plan.binary:
        hot = _pickup_delays(plan.binary, HOT_PUSHES, HOT_GAP_SECONDS)
        cold = _pickup_delays(plan.binary, COLD_PUSHES, COLD_GAP_SECONDS)
        section.rows = [
            Row(f"median ms, {HOT_PUSHES} about 20 ms apart", statistics.median(hot), bound=Bound(10)),
            Row("p99 ms", sorted(hot)[len(hot) * 99 // 100 - 1]),
            Row(f"median ms, {COLD_PUSHES} about 500 ms apart", statistics.median(cold), bound=Bound(10)),
            Row("slowest ms", max(cold)),
        ]
    return section


SCENARIOS = {"zero": zero, "charges": charges, "slow": slow, "paced": paced, "idle": idle, "pickup": pickup}


def _compare(plan: Plan, messages: int, workers: int, in_flight: int, latency_ms: int, bounds: dict) -> list[Row]:
    """Runs C and ifinu in turn, so that a change of the machine's mood meets both."""
    measured, references = [], []
    for attempt in range(plan.repeat):
        references.append(_reference(messages, in_flight, latency_ms, attempt, plan.repeat))
        if plan.binary is None:
            continue
        with rig(latency_ms) as ready:
            settings = {"IFINU_WORKERS": workers, "IFINU_RATE": 0}
            measured.append(drain_with_ifinu(ready, plan.binary, messages, settings))
        _progress(f"ifinu {workers}", attempt, plan.repeat, measured[-1])
    return _rows(measured, references, bounds)


def _reference(messages: int, in_flight: int, latency_ms: int, attempt: int, repeat: int) -> Drained:
    with rig(latency_ms) as ready:
        drained = drain_with_reference(ready, messages, in_flight)
    _progress(f"C {in_flight}", attempt, repeat, drained)
    return drained


def _progress(who: str, attempt: int, repeat: int, drained: Drained) -> None:
    figures = f"{drained.rate:,.0f}/s, {drained.cpu_us:.1f} µs CPU, {drained.rss_mb:.1f} MB"
    print(f"  {attempt + 1}/{repeat} {who}: {figures}", file=sys.stderr, flush=True)


def _rows(measured: list[Drained], references: list[Drained], bounds: dict) -> list[Row]:
    names = {
        "rate": "messages/s",
        "cpu_us": "CPU µs a message",
        "rss_mb": "peak RSS MB",
        "commands": "Redis commands a message",
    }
    return [_row(name, key, measured, references, bounds.get(key)) for key, name in names.items()]


def _row(name: str, key: str, measured: list[Drained], references: list[Drained], bound: Bound | None) -> Row:
    """Medians of the figures, and of the ratios of each run to the C run just before it."""
    values = [getattr(drained, key) for drained in measured]
    base = [getattr(drained, key) for drained in references]
    ratios = [value / other for value, other in zip(values, base, strict=False) if other > 0]
    return Row(name, _median(values), _median(base), _median(ratios), bound)


def _median(values: list[float]) -> float | None:
    return statistics.median(values) if values else None


def _pickup_delays(binary: Path, pushes: int, gap: float) -> list[float]:
    """Milliseconds from just before each LPUSH to the arrival of its request at the stub."""
    with rig(writes_arrivals=True) as ready, ifinu(ready, binary, {"IFINU_RATE": 0}) as worker:
        worker.wait_ready()
        pushed = _push_spaced(ready, pushes, gap)
        eventually(lambda: ready.stub.count()["served"] >= pushes, "the last pick-up", POLL_SECONDS)
        arrived = ready.stub.arrivals()
    return [(arrived[identifier] - micros) / 1000 for identifier, micros in pushed.items()]


def _push_spaced(ready: Rig, pushes: int, gap: float) -> dict[str, int]:
    """Pushes one message at a time; the gaps vary, so that none falls in step with a poll of the worker."""
    gaps = random.Random(7)
    created = now_text()
    pushed = {}
    for number in range(pushes):
        identifier = f"bench_{number}"
        payload = plain(identifier, created)
        pushed[identifier] = time.time_ns() // 1000
        ready.redis.call("LPUSH", LANE, payload)
        time.sleep(gap * gaps.uniform(0.75, 1.25))
    return pushed
