#!/usr/bin/env python3
"""Measures ifinu's own code beside the libraries that do the same, in turn, and prints a table in Markdown."""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "pipeline"))

from programs import Built, binary, build, held
from rig import BUILD as TOOLS
from rig import compile_programs, rig

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
TEXTS = [
    "2026-01-15T12:34:56Z",
    "2026-01-15T12:34:56.5Z",
    "2026-01-15T12:34:56.123456789-03:00",
    "2026-01-15t12:34:56z",
    "2026-12-31T23:59:60Z",
    "2026-02-30T12:00:00Z",
    "2026-01-15T12:34:56+0300",
]

Figures = dict[str, float]


def output(name: str, *words: object) -> str:
    command = [str(binary(name)), *map(str, words)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def reported(name: str, *words: object) -> dict:
    return json.loads(output(name, *words).splitlines()[-1])


def http_client(name: str, options: argparse.Namespace) -> Figures:
    with rig() as ready:
        found = reported(name, ready.stub.url, options.requests, 64)
        if ready.stub.count()["served"] != options.requests:
            sys.exit(f"{name}: the stub served another number")
    return _rated(found)


def redis_client(name: str, options: argparse.Namespace) -> Figures:
    with rig() as ready:
        found = reported(name, ready.server.port, options.requests, 50)
    return _rated(found)


def _rated(found: dict) -> Figures:
    rate = found["operations"] / found["seconds"]
    return {"operations/s": rate, "CPU, µs each": found["cpu_us"], "peak RSS, MB": found["peak_rss_mb"]}


def http_server(name: str, options: argparse.Namespace) -> Figures:
    figures: Figures = {}
    with subprocess.Popen([str(binary(name))], stdout=subprocess.PIPE, text=True) as server:
        port = server.stdout.readline().split()[-1]
        for clients in (1, 64):
            before = _cpu_seconds(server.pid)
            words = [str(TOOLS / "scraper"), port, str(clients), str(options.seconds)]
            found = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
            cpu = (_cpu_seconds(server.pid) - before) * 1e6 / found["requests"]
            who = "1 client" if clients == 1 else f"{clients} clients"
            figures |= {f"{who}: requests/s": found["requests"] / found["seconds"]}
            figures |= {f"{who}: CPU, µs each": cpu, f"{who}: p99, ms": found["p99_ms"]}
        status = Path(f"/proc/{server.pid}/status").read_text()
        figures["peak RSS, MB"] = int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024
        server.send_signal(signal.SIGKILL)
    return figures


def _cpu_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND


def start_up(name: str, *words: object) -> Figures:
    """The middle of 40 starts; five rounds make 200."""
    times = []
    for _ in range(40):
        begin = time.perf_counter()
        found = reported(name, *words)
        times.append((time.perf_counter() - begin) * 1e3)
    return {"start to end, ms": statistics.median(times), "peak RSS, MB": found["peak_rss_mb"]}


def configuration(name: str, _: argparse.Namespace) -> Figures:
    return start_up(name)


def dates(name: str, _: argparse.Namespace) -> Figures:
    return {"a text, ns": reported(name, 1_000_000)["cpu_us"] * 1e3} | start_up(name, 0)


def empty(name: str, _: argparse.Namespace) -> Figures:
    return start_up(name)


Measure = Callable[[str, argparse.Namespace], Figures]
PAIRS: dict[str, tuple[str, str, Measure]] = {
    "HTTPClient": ("HTTPClient over libcurl", "async-http-client", http_client),
    "RedisClient": ("Redis over hiredis", "SwiftNIO and a codec of the bench's own", redis_client),
    "HTTPServer": ("HTTPServer over libmicrohttpd", "Hummingbird", http_server),
    "Configuration": ("Settings", "swift-configuration", configuration),
    "Dates": ("Timestamp", "FoundationEssentials", dates),
}
TITLES = {"HTTPClient": "HTTP client", "RedisClient": "Redis client", "HTTPServer": "HTTP server"}


def rounds(pair: str, options: argparse.Namespace) -> tuple[list[Figures], list[Figures]]:
    measure = PAIRS[pair][2]
    own, library = [], []
    for number in range(options.repeat):
        sides = [("Own", own), ("Library", library)]
        for side, figures in sides if number % 2 == 0 else reversed(sides):
            figures.append(measure(f"{pair}{side}", options))
            print(f"{pair}{side}: {figures[-1]}", file=sys.stderr, flush=True)
    return own, library


def shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def pair_table(pair: str, builds: dict[str, Built], options: argparse.Namespace) -> None:
    with held(options.lock):
        own, library = rounds(pair, options)
    print(f"| **{TITLES.get(pair, pair)}** | {PAIRS[pair][0]} | {PAIRS[pair][1]} | |")
    for key in own[0]:
        ratio = statistics.median(right[key] / left[key] for left, right in zip(own, library))
        left, right = (statistics.median(figures[key] for figures in side) for side in (own, library))
        print(f"| {key} | {shown(left)} | {shown(right)} | {ratio:.2f} |")
    left, right = builds[f"{pair}Own"], builds[f"{pair}Library"]
    for words, value in (
        ("binary, MB", lambda built: built.binary_mb),
        ("with its shared libraries, MB", lambda built: built.binary_mb + built.libraries_mb),
        ("first build, s of CPU", lambda built: built.cpu_seconds),
    ):
        print(f"| {words} | {shown(value(left))} | {shown(value(right))} | {value(right) / value(left):.2f} |")
    sys.stdout.flush()


def scale_table(builds: dict[str, Built], options: argparse.Namespace) -> None:
    figures = [empty("Empty", options) for _ in range(options.repeat)]
    started = {key: statistics.median(each[key] for each in figures) for key in figures[0]}
    print(
        "\n| for scale | binary, MB | with shared libraries | first build, s | s of CPU | start to end, ms | RSS, MB |"
    )
    print("|---|---|---|---|---|---|---|")
    for name, rest in (("Empty", [shown(value) for value in started.values()]), ("ifinu", ["", ""])):
        built = builds[name]
        weights = [built.binary_mb, built.binary_mb + built.libraries_mb, built.seconds, built.cpu_seconds]
        print(f"| `{name}` | {' | '.join([*map(shown, weights), *rest])} |")


def readings() -> None:
    print("\n| text | Timestamp | FoundationEssentials |\n|---|---|---|")
    sides = [
        dict(line.split() for line in output(name, 0, *TEXTS).splitlines()[:-1])
        for name in ("DatesOwn", "DatesLibrary")
    ]
    for text in TEXTS:
        print(f"| `{text}` | {sides[0][text]} | {sides[1][text]} |")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=PAIRS, help="a pair; may be given again (default: all)")
    parser.add_argument("--repeat", type=int, default=5, help="runs of each side (default: %(default)s)")
    parser.add_argument("--requests", type=int, default=20_000, help="of a client (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=2, help="of a server's run (default: %(default)s)")
    parser.add_argument("--anew", action="store_true", help="build everything again, and take the times again")
    parser.add_argument("--lock", type=Path, help="a file to hold while something is built or measured")
    return parser.parse_args()


def main() -> None:
    options = parse_arguments()
    pairs = options.only or list(PAIRS)
    compile_programs()
    sides = [f"{pair}{side}" for pair in pairs for side in ("Own", "Library")]
    builds = build(["Empty", "ifinu", *sides], options.lock, options.anew)
    print("| | own | library | library / own |\n|---|---|---|---|")
    for pair in pairs:
        pair_table(pair, builds, options)
    scale_table(builds, options)
    if "Dates" in pairs:
        readings()


if __name__ == "__main__":
    main()
