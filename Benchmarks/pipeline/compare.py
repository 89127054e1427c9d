#!/usr/bin/env python3
"""Compares two ifinu binaries by CPU a message.

Both drain a lane at the same time, each with a Redis and a stub of its own: whatever the machine does to the one it does
to the other, so that a difference of a few percent shows in a handful of runs.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pipeline.rig import BenchError, Rig, compile_programs, rig
from pipeline.workers import Drained, drain_with_ifinu
from testkit.redis_client import RedisError


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path, help="a binary")
    parser.add_argument("after", type=Path, help="the one to compare with it")
    parser.add_argument("--latency", type=int, default=200, metavar="MS", help="of the stub (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=500, help="of each process (default: %(default)s)")
    parser.add_argument("--messages", type=int, default=15_000, help="of each run (default: %(default)s)")
    parser.add_argument("--repeat", type=int, default=6, help="pairs of runs, at least 2 (default: %(default)s)")
    parser.add_argument(
        "--in-turn", action="store_true", help="one after the other: where two at once would want more cores than are there"
    )
    arguments = parser.parse_args()
    if arguments.repeat < 2:
        parser.error("--repeat must be at least 2")
    return arguments


def drain(ready: Rig, binary: Path, arguments: argparse.Namespace) -> Drained:
    settings = {"IFINU_WORKERS": arguments.workers, "IFINU_RATE": 0}
    return drain_with_ifinu(ready, binary.absolute(), arguments.messages, settings)


def in_turn(binaries: list[Path], arguments: argparse.Namespace) -> list[Drained]:
    drained = []
    for binary in binaries:
        with rig(arguments.latency) as ready:
            drained.append(drain(ready, binary, arguments))
    return drained


def at_once(binaries: list[Path], arguments: argparse.Namespace) -> list[Drained]:
    with rig(arguments.latency) as one, rig(arguments.latency) as other, ThreadPoolExecutor() as pool:
        return list(pool.map(lambda side: drain(*side, arguments), zip((one, other), binaries, strict=True)))


def pair(arguments: argparse.Namespace, attempt: int) -> list[Drained]:
    """One run of each; who is first alternates."""
    step = 1 if attempt % 2 == 0 else -1
    run = in_turn if arguments.in_turn else at_once
    before, after = run([arguments.before, arguments.after][::step], arguments)[::step]
    print(f"{before.cpu_us:.1f} µs  {after.cpu_us:.1f} µs", file=sys.stderr, flush=True)
    return [before, after]


def main() -> int:
    arguments = parse_arguments()
    try:
        compile_programs()
        pairs = [pair(arguments, attempt) for attempt in range(arguments.repeat)]
    except (BenchError, RedisError, RuntimeError, OSError) as error:
        print(f"compare: {error}", file=sys.stderr)
        return 1
    for name, side in zip(("before", "after"), zip(*pairs, strict=True), strict=True):
        cpu, rate = (statistics.mean(getattr(drained, field) for drained in side) for field in ("cpu_us", "rate"))
        rss = max(drained.rss_mb for drained in side)
        print(f"{name:7} {cpu:6.1f} µs of CPU a message, {rate:,.0f} messages/s, at most {rss:.0f} MB")
    ratios = [after.cpu_us / before.cpu_us for before, after in pairs]
    error = statistics.stdev(ratios) / len(ratios) ** 0.5
    print(f"ratio of CPU, mean and its standard error: {statistics.mean(ratios):.3f} ± {error:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
