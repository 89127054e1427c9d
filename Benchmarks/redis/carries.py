"""What one Redis carries of ifinu's queue: its CPU, its memory and its append-only file a message."""

from __future__ import annotations

import argparse
import contextlib
import os
import time
from functools import partial
from pathlib import Path

from pipeline import documents, rig
from pipeline.workers import ifinu
from testkit.paths import REPOSITORY
from testkit.servers import Sandbox
from testkit.waiting import eventually

KEPT = 10_000  # messages that are held in one state to be weighed
LEASED = 2_000
WINDOW_SECONDS = 10
FAST = {"IFINU_WORKERS": 256, "IFINU_RATE": 0}


def info(ready, section: str) -> dict[str, str]:
    lines = ready.redis.call("INFO", section).decode().splitlines()
    return dict(line.split(":", 1) for line in lines if ":" in line)


def spent(ready) -> tuple[float, int]:
    """µs that the one thread which runs commands has used, and the bytes of the append-only file."""
    cpu = info(ready, "cpu")
    seconds = sum(float(cpu[f"used_cpu_{kind}_main_thread"]) for kind in ("sys", "user"))
    return seconds * 1e6, int(info(ready, "persistence").get("aof_current_size", 0))


def keep_a_log(ready) -> None:
    for name, value in (("auto-aof-rewrite-percentage", 0), ("appendfsync", "everysec"), ("appendonly", "yes")):
        ready.redis.call("CONFIG", "SET", name, value)
    eventually(lambda: info(ready, "persistence")["aof_rewrite_in_progress"] == "0", "the log's base")


def is_settled(ready) -> bool:
    return ready.waiting() == 0 and ready.redis.call("ZCARD", "ifinu:em_voo") == 0


def costs(ready, messages: int, work) -> tuple[float, float]:
    """Redis' µs and the log's bytes a message, of what `work` has Redis do."""
    before = spent(ready)
    work()
    us, log = (after - start for after, start in zip(spent(ready), before, strict=True))
    return us / messages, log / messages


def runs(plan, latency_ms: int = 0):
    """A fresh rig for each run, and what to call it."""
    for name, has_log in (("no log", False), ("log", True)):
        for _ in range(plan.repeat):
            with rig.rig(latency_ms) as ready:
                if has_log:
                    keep_a_log(ready)
                yield name, ready


def drain(plan) -> None:
    """Many in flight and no waiting: reservations and settlements in large batches."""
    for name, ready in runs(plan):
        ready.enqueue(plan.messages)
        with ifinu(ready, plan.binary, FAST):
            # Looked at as seldom as can be: looking costs Redis, too.
            us, log = costs(ready, plan.messages, partial(eventually, partial(is_settled, ready), "a drain", 100))
        print(f"drain, {name}: {us:.2f} µs, {log:.0f} bytes of log a message", flush=True)


def produce(plan) -> None:
    """One message a call, its answer waited for; then many a call."""
    for name, ready in runs(plan):
        for rig.BATCH, messages in ((1, 10_000), (500, plan.messages)):
            us, log = costs(ready, messages, partial(ready.enqueue, messages))
            print(f"LPUSH of {rig.BATCH}, {name}: {us:.2f} µs, {log:.0f} bytes of log a message", flush=True)


def fleet(plan) -> None:
    """Pods as k8s/ has them, at their rate or, with 0, as fast as their answers come."""
    settings = {"IFINU_WORKERS": plan.workers, "IFINU_RATE": plan.rate}
    enough = plan.pods * (100 + (plan.rate or plan.workers * 1000 // plan.latency) * (WINDOW_SECONDS + 10))
    for name, ready in runs(plan, plan.latency):
        with contextlib.ExitStack() as stack:
            for pod in [stack.enter_context(ifinu(ready, plan.binary, settings)) for _ in range(plan.pods)]:
                pod.wait_ready()
            idle, _ = costs(ready, WINDOW_SECONDS, lambda: time.sleep(WINDOW_SECONDS))
            ready.enqueue(enough)
            time.sleep(6)  # each pod's first burst
            first = ready.stub.count()["served"]
            used, log = costs(ready, 1, lambda: time.sleep(WINDOW_SECONDS))
            sent = ready.stub.count()["served"] - first
        print(f"{plan.pods} pods, {name}: {sent / WINDOW_SECONDS:.0f}/s, {used / sent:.1f} µs, {log / sent:.0f} bytes")
        print(f"  {used / WINDOW_SECONDS / 1e4:.2f} % of a core; idle {idle / 1e4:.2f} %", flush=True)


def memory(plan) -> None:
    with rig.rig(latency_ms=120_000) as ready:
        used = int(info(ready, "memory")["used_memory"])
        ready.enqueue(KEPT)
        grown = (int(info(ready, "memory")["used_memory"]) - used) / KEPT
        print(f"document {len(documents.plain('bench_1234', documents.now_text()))} bytes; waiting {weight(ready, KEPT):.0f}, by used_memory {grown:.0f}", flush=True)
        ready.redis.call("LTRIM", rig.LANE, 0, LEASED - 1)
        with ifinu(ready, plan.binary, {"IFINU_WORKERS": LEASED, "IFINU_RATE": 0, "IFINU_SHUTDOWN_GRACE": "0s"}):
            eventually(lambda: ready.redis.call("ZCARD", "ifinu:em_voo") == LEASED, "leases")
            print(f"in flight {weight(ready, LEASED):.0f}", flush=True)
    closed = {"closed_instance": "bench"}
    for name, key, number, options in (("scheduled", "agendadas", "7777", closed), ("dead letter", "mortas", "0000", {})):
        with rig.rig() as ready, Sandbox(**options) as sandbox:
            ready.enqueue(KEPT)
            lane = [each.replace(b"7777", number.encode()) for each in ready.redis.call("LRANGE", rig.LANE, 0, -1)]
            ready.redis.call("DEL", rig.LANE)
            ready.redis.call("LPUSH", rig.LANE, *lane)
            with ifinu(ready, plan.binary, {**FAST, "IFINU_EVOLUTION_URL": sandbox.url}):
                eventually(lambda key=key, ready=ready: ready.redis.call("ZCARD", f"ifinu:{key}") == KEPT, name)
                print(f"{name} {weight(ready, KEPT):.0f}", flush=True)


def weight(ready, messages: int) -> float:
    """Bytes a message of all keys together, as Redis' allocator sees them."""
    keys = ready.redis.call("KEYS", "*")
    return sum(ready.redis.call("MEMORY", "USAGE", key, "SAMPLES", 0) for key in keys) / messages


PARTS = {"drain": drain, "produce": produce, "fleet": fleet, "memory": memory}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=Path, default=REPOSITORY / ".build" / "release" / "ifinu")
    numbers = {"repeat": 3, "messages": 60_000, "pods": 20, "rate": 50, "workers": 10, "latency": 150}
    for name, default in numbers.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--part", choices=PARTS, action="append")
    plan = parser.parse_args()
    os.environ["IFINU_BINARY"] = str(plan.binary.absolute())
    rig.compile_programs()
    for part in plan.part or PARTS:
        PARTS[part](plan)


if __name__ == "__main__":
    main()
