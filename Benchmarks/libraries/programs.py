"""Builds the programs of the pairs, each from nothing, and weighs them."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FIGURES = HERE / ".build" / "builds.json"
# As in the image.
FLAGS = ["-c", "release", "--static-swift-stdlib"]
MEGABYTE = 1 << 20


@dataclass
class Built:
    seconds: float
    cpu_seconds: float
    binary_mb: float  # stripped
    libraries_mb: float  # shared libraries that the image would not have without it
    libraries: list[str]


def binary(name: str) -> Path:
    return _scratch(name) / "release" / name


def _package(name: str) -> Path:
    return ROOT if name == "ifinu" else HERE


def _scratch(name: str) -> Path:
    return _package(name) / f".build-{name}"


def build(names: list[str], lock: Path | None, anew: bool) -> dict[str, Built]:
    """Builds what has not been built yet, or everything anew; the times are those of the first build."""
    known = {} if not FIGURES.exists() else {k: Built(**v) for k, v in json.loads(FIGURES.read_text()).items()}
    FIGURES.parent.mkdir(exist_ok=True)
    for name in names:
        if anew or name not in known or not binary(name).exists():
            with held(lock):
                known[name] = _build(name)
            FIGURES.write_text(json.dumps({key: asdict(built) for key, built in known.items()}, indent=2))
            print(f"{name}: {known[name]}", file=sys.stderr, flush=True)
    return known


@contextlib.contextmanager
def held(lock: Path | None) -> Iterator[None]:
    """Keeps others who hold the same file from building or measuring meanwhile."""
    if lock is None:
        yield
        return
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _build(name: str) -> Built:
    scratch = _scratch(name)
    shutil.rmtree(scratch, ignore_errors=True)
    # Fetching the packages is no part of the time.
    fetched = _fetched(_package(name))
    scratch.mkdir()
    for part in ("checkouts", "repositories", "workspace-state.json"):
        subprocess.run(["cp", "-a", str(fetched / part), str(scratch)], check=True)
    places = ["--package-path", str(_package(name)), "--scratch-path", str(scratch)]
    before, start = os.times(), time.monotonic()
    subprocess.run(["swift", "build", *FLAGS, *places, "--product", name], check=True, stdout=subprocess.DEVNULL)
    seconds, after = time.monotonic() - start, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    stripped = scratch / "stripped"
    subprocess.run(["strip", "-o", str(stripped), str(binary(name))], check=True)
    libraries = _libraries(stripped)
    weight = sum(path.stat().st_size for path in libraries) / MEGABYTE
    return Built(seconds, cpu, stripped.stat().st_size / MEGABYTE, weight, sorted(path.name for path in libraries))


@functools.cache
def _fetched(package: Path) -> Path:
    """Where the packages' sources lie, fetched once for all builds of one package."""
    scratch = package / ".build-fetched"
    places = ["--package-path", str(package), "--scratch-path", str(scratch)]
    subprocess.run(["swift", "package", *places, "resolve"], check=True, stdout=sys.stderr, stderr=subprocess.DEVNULL)
    return scratch


def _libraries(program: Path) -> set[Path]:
    """The shared libraries that no package of a plain Debian image with ca-certificates brings."""
    output = subprocess.run(["ldd", str(program)], check=True, capture_output=True, text=True).stdout
    paths = {Path(path).resolve() for path in re.findall(r"=> (/\S+)", output)}
    return {path for path in paths if _package_of(path) not in _image_packages()}


def _package_of(path: Path) -> str:
    for candidate in (path, Path(str(path).removeprefix("/usr"))):
        found = subprocess.run(["dpkg-query", "-S", str(candidate)], check=False, capture_output=True, text=True)
        if found.returncode == 0:
            return found.stdout.split(":")[0]
    return ""


@functools.cache
def _image_packages() -> frozenset[str]:
    """What debootstrap's smallest variant installs (required packages and apt), ca-certificates, and their needs."""
    shape = "${Package}\t${Priority}\t${Pre-Depends}, ${Depends}\n"
    output = subprocess.run(["dpkg-query", "-W", "-f", shape], check=True, capture_output=True, text=True).stdout
    rows = [line.split("\t") for line in output.splitlines()]
    needs = {name: re.findall(r"(?:^|[,|])\s*([a-z0-9][a-z0-9.+-]+)", depends) for name, _, depends in rows}
    found = set()
    pending = [name for name, priority, _ in rows if priority == "required"] + ["apt", "ca-certificates"]
    while pending:
        name = pending.pop()
        if name in needs and name not in found:
            found.add(name)
            pending += needs[name]
    return frozenset(found)
