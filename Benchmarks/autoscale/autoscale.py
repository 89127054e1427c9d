#!/usr/bin/env python3
"""Proves the autoscaling without a cluster: the HPA's algorithm over real workers, Redis and Prometheus."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from manifests import load
from plot import draw
from runs import RUNS, Run
from testkit.paths import REPOSITORY, MissingTool, ifinu

PLOTS = REPOSITORY / ".build" / "autoscale"


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", choices=[run.name for run in RUNS], help="repeatable; else all")
    parser.add_argument("--factor", type=float, help="how many times as fast as real time; else each run's own")
    parser.add_argument("--binary", type=Path, help="the ifinu binary (default: IFINU_BINARY, else the release build)")
    parser.add_argument("--plots", type=Path, default=PLOTS, help="where the pictures go (default: %(default)s)")
    return parser.parse_args()


def play(run: Run, arguments: argparse.Namespace) -> bool:
    """One run, its text and its picture; says whether it passed."""
    factor = arguments.factor or run.factor
    print(f"{run.name} …", file=sys.stderr, flush=True)
    began = time.monotonic()
    outcome = run.play(load(), factor)
    draw(outcome, arguments.plots / f"autoscale-{run.name}.png")
    print(outcome.text(), flush=True)
    print(f"  {time.monotonic() - began:.0f} s on the wall; {arguments.plots / f'autoscale-{run.name}.png'}", flush=True)
    return outcome.has_passed


def main() -> int:
    arguments = parse_arguments()
    if arguments.binary:
        os.environ["IFINU_BINARY"] = str(arguments.binary.resolve())
    print(f"with {ifinu()}", file=sys.stderr)
    failed = []
    for run in RUNS:
        if arguments.only and run.name not in arguments.only:
            continue
        try:
            has_passed = play(run, arguments)
        except (MissingTool, RuntimeError, TimeoutError) as error:
            print(f"{run.name}: {error}", file=sys.stderr)
            has_passed = False
        if not has_passed:
            failed.append(run.name)
    print(f"\nfailed: {', '.join(failed)}" if failed else "\nall runs passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
