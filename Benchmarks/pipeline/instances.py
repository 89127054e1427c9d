"""What it costs that each instance has its turn, and what that gains."""

from __future__ import annotations

import statistics
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.documents import Document, plain, plain_of
from pipeline.report import Bound, Row, Section
from pipeline.rig import POLL_SECONDS, Rig, rig
from pipeline.workers import Drained, drain_with_ifinu, ifinu
from testkit.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.scenarios import Plan

SETTINGS = {"IFINU_WORKERS": 256, "IFINU_RATE": 0}
HUNG_INSTANCES, HUNG_EACH, HUNG_WORKERS, HUNG_LATENCY_MS = 50, 40, 10, 50
BLOCKING, BLOCKED, BLOCKED_RATE = 20_000, 199, 500


@dataclass
class Run:
    """A drained lane, and the memory that Redis has in use afterwards."""

    drained: Drained
    redis_bytes: int


def fair(plan: Plan) -> Section:
    instances, messages = 200, plan.messages or 60_000
    section = Section(
        "fair", f"Zero latency: {messages:,} messages of {instances} instances, 256 workers", reference="one instance"
    )
    pairs = _pairs(plan, messages, instances)
    section.rows = _rates(pairs, Bound(0.8, is_floor=True, on_ratio=True))
    return section


def many(plan: Plan) -> Section:
    instances = plan.messages or 10_000
    section = Section(
        "many", f"Zero latency: {instances:,} instances with one message each, 256 workers", reference="one instance"
    )
    pairs = _pairs(plan, instances, instances)
    section.rows = _rates(pairs, Bound(0.6, is_floor=True, on_ratio=True))
    if pairs:
        idle = [(many.redis_bytes - one.redis_bytes) / instances for one, many in pairs]
        section.rows.append(Row("Redis bytes an idle instance", statistics.median(idle), bound=Bound(250)))
    return section


def hung(plan: Plan) -> Section:
    others = (HUNG_INSTANCES - 1) * HUNG_EACH
    title = f"One of {HUNG_INSTANCES} instances hangs: {others:,} messages of the others, {HUNG_WORKERS} workers"
    section = Section("hung", f"{title}, {HUNG_LATENCY_MS} ms answers", reference="ideal")
    if plan.binary:
        ideal = others * HUNG_LATENCY_MS / 1000 / HUNG_WORKERS
        runs = [_beside_hung(plan.binary, others) for _ in range(plan.repeat)]
        seconds = statistics.median(seconds for seconds, _ in runs)
        section.rows = [
            Row("seconds until the others are done", seconds, ideal, seconds / ideal, Bound(1.2, on_ratio=True)),
            Row("sends that hang meanwhile", max(sends for _, sends in runs)),
        ]
    return section


def blocked(plan: Plan) -> Section:
    title = f"{BLOCKING:,} messages of one instance in front of {BLOCKED} others' single ones, rate {BLOCKED_RATE}"
    section = Section("blocked", title)
    if plan.binary:
        runs = [_behind_many(plan.binary) for _ in range(plan.repeat)]
        section.rows = [
            Row("seconds to the last of the others", statistics.median(last for last, _ in runs), bound=Bound(2)),
            Row("messages before it of the large one", max(before for _, before in runs)),
        ]
    return section


def _pairs(plan: Plan, messages: int, instances: int) -> list[tuple[Run, Run]]:
    """Runs with one instance and with many in turn, so that a change of the machine's mood meets both."""
    pairs = []
    for attempt in range(plan.repeat if plan.binary else 0):
        runs = []
        for name, document in (("one", plain), ("many", plain_of(lambda number: f"loja-{number % instances}"))):
            runs.append(_run(plan.binary, messages, document))
            print(f"  {attempt + 1}/{plan.repeat} {name}: {runs[-1].drained.rate:,.0f}/s", file=sys.stderr, flush=True)
        pairs.append((runs[0], runs[1]))
    return pairs


def _run(binary: Path, messages: int, document: Document) -> Run:
    with rig() as ready:
        drained = drain_with_ifinu(ready, binary, messages, SETTINGS, document=document)
        return Run(drained, _used_memory(ready))


def _used_memory(ready: Rig) -> int:
    for line in ready.redis.call("INFO", "memory").decode().splitlines():
        if line.startswith("used_memory:"):
            return int(line.partition(":")[2])
    raise RuntimeError("INFO memory without used_memory")


def _rates(pairs: list[tuple[Run, Run]], bound: Bound) -> list[Row]:
    names = {"rate": "messages/s", "cpu_us": "CPU µs a message", "rss_mb": "peak RSS MB", "commands": "Redis commands a message"}
    rows = []
    for key, name in names.items() if pairs else ():
        values = [(getattr(one.drained, key), getattr(many.drained, key)) for one, many in pairs]
        ratio = statistics.median(many / one for one, many in values)
        base, value = (statistics.median(side) for side in zip(*values, strict=True))
        rows.append(Row(name, value, base, ratio, bound if key == "rate" else None))
    return rows


def _beside_hung(binary: Path, others: int) -> tuple[float, int]:
    """Seconds from the first arrival of another's message to the last answer, and how many sends hang."""
    settings = {"IFINU_WORKERS": HUNG_WORKERS, "IFINU_RATE": 0, "IFINU_SHUTDOWN_GRACE": "1s"}
    with rig(HUNG_LATENCY_MS, hung="loja-0") as ready:
        ready.enqueue(HUNG_INSTANCES * HUNG_EACH, plain_of(lambda number: f"loja-{number % HUNG_INSTANCES}"))
        with ifinu(ready, binary, settings):
            eventually(lambda: ready.stub.count()["served"] >= others, "the others' messages", POLL_SECONDS)
            count = ready.stub.count()
    return (count["last_us"] - count["first_us"]) / 1e6, count["hung"]


def _behind_many(binary: Path) -> tuple[float, int]:
    """Seconds from the first arrival to that of the last of the others, and what arrived before it of the large one."""
    settings = {"IFINU_WORKERS": 256, "IFINU_RATE": BLOCKED_RATE, "IFINU_SHUTDOWN_GRACE": "5s"}
    others = {f"bench_{number}" for number in range(BLOCKING, BLOCKING + BLOCKED)}
    with rig(writes_arrivals=True) as ready:
        name = plain_of(lambda number: "grande" if number < BLOCKING else f"loja-{number}")
        ready.enqueue(BLOCKING + BLOCKED, name)
        with ifinu(ready, binary, settings):
            eventually(lambda: others <= ready.stub.arrivals().keys(), "the others' messages", 10 * POLL_SECONDS)
            arrivals = ready.stub.arrivals()
    last = max(arrivals[identifier] for identifier in others)
    before = sum(1 for identifier, micros in arrivals.items() if micros < last and identifier not in others)
    return (last - min(arrivals.values())) / 1e6, before
