#!/usr/bin/env python3
"""Measures the worker's pipeline, Redis to Evolution API, beside a plain-C reference on the same machine."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from pathlib import Path

from pipeline.instances import blocked, fair, hung, many
from pipeline.peers import peers
from pipeline.report import Section, render
from pipeline.rig import BenchError, compile_programs
from pipeline.scenarios import SCENARIOS as DRAINING
from pipeline.scenarios import Plan
from pipeline.scrape import scrape
from testkit.paths import REPOSITORY, MissingTool
from testkit.redis_client import RedisError

DEFAULT_BINARY = REPOSITORY / ".build" / "release" / "ifinu"
REFERENCE_SCENARIOS = ["zero", "slow"]
INSTANCES = {"fair": fair, "many": many, "hung": hung, "blocked": blocked}
SCENARIOS = {**DRAINING, **INSTANCES, "scrape": scrape, "peers": peers}


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", action="append", choices=list(SCENARIOS), help="repeatable; all by default")
    parser.add_argument("--binary", type=Path, default=DEFAULT_BINARY, help="the ifinu binary (default: %(default)s)")
    parser.add_argument("--only-reference", action="store_true", help="leave ifinu out: what C reaches here")
    parser.add_argument("--messages", type=positive, help="messages of each draining scenario")
    parser.add_argument("--repeat", type=positive, default=3, help="runs of each side (default: %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE as well")
    return parser.parse_args()


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def measure(arguments: argparse.Namespace) -> list[Section]:
    if not arguments.only_reference and not os.access(arguments.binary, os.X_OK):
        raise BenchError(f"{arguments.binary} is missing: run `swift build -c release` first")
    compile_programs()
    binary = None if arguments.only_reference else arguments.binary
    plan = Plan(binary, arguments.repeat, arguments.messages)
    names = arguments.scenario or (REFERENCE_SCENARIOS if arguments.only_reference else list(SCENARIOS))
    sections = []
    for name in names:
        print(f"{name} …", file=sys.stderr, flush=True)
        section = SCENARIOS[name](plan)
        print(render(section), flush=True)
        sections.append(section)
    return sections


def machine() -> dict:
    return {"system": platform.platform(), "cores": os.cpu_count()}


def main() -> int:
    arguments = parse_arguments()
    try:
        sections = measure(arguments)
    except (BenchError, MissingTool, RedisError, RuntimeError, OSError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    print("\nRatios are of ifinu to the other, to C in pairs of runs, one after the other; calls inside Redis scripts count.")
    if arguments.json:
        document = {"machine": machine(), "scenarios": [section.as_json() for section in sections]}
        arguments.json.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
