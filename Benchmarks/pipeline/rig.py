"""What a measurement runs against: a fresh redis-server without persistence and a fresh stub, stopped at the end."""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from documents import Document, now_text, plain
from resp import PATIENCE_SECONDS, Redis, RedisError

HERE = Path(__file__).resolve().parent
BUILD = HERE.parents[1] / ".build" / "bench"
LANE = "ifinu:fila:whatsapp"
POLL_SECONDS = 0.02
BATCH = 500
# Ports that the system gives to no outgoing connection; each is given out once.
UNTRIED = iter(random.sample(range(15_000, 32_000), 17_000))


class BenchError(Exception):
    """What could not be measured, and why."""


def wait_until(condition: Callable[[], object], what: str, every: float = POLL_SECONDS):
    """Polls until the condition gives something true, and gives that; raises BenchError when it never does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise BenchError(f"waited in vain for {what}")
        time.sleep(every)


def free_port() -> int:
    """A port that nobody listened on a moment ago, and that nobody else is given in the meantime."""
    for port in UNTRIED:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise BenchError("no port is free")


def compile_programs() -> None:
    """Builds the stub, the reference worker and the scraper."""
    BUILD.mkdir(parents=True, exist_ok=True)
    _compile("stub", libraries=[])
    _compile("reference", libraries=["-lhiredis", "-lcurl"])
    _compile("scraper", libraries=[])


def _compile(name: str, libraries: list[str]) -> None:
    sources = sorted(str(path) for path in (HERE / name).glob("*.c"))
    flags = ["-O2", "-std=gnu17", "-Wall", "-Wextra", "-Werror"]
    result = subprocess.run(["cc", *flags, "-o", str(BUILD / name), *sources, *libraries], check=False)
    if result.returncode != 0:
        raise BenchError(f"{name} does not compile")


@dataclass
class Stub:
    """The running stub, seen through GET /count on one kept-alive connection."""

    port: int
    http: http.client.HTTPConnection

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def count(self) -> dict:
        self.http.request("GET", "/count")
        return json.loads(self.http.getresponse().read())


@dataclass
class Rig:
    """The servers of one measurement; `folder` holds their files and goes with them."""

    folder: Path
    arrivals_file: Path
    redis_port: int
    redis: Redis
    stub: Stub

    def enqueue(self, count: int, document: Document = plain) -> None:
        """Fills the lane with distinct messages, the way any client would: LPUSH."""
        created = now_text()
        for first in range(0, count, BATCH):
            numbers = range(first, min(first + BATCH, count))
            self.redis.call("LPUSH", LANE, *(document(f"bench_{number}", created) for number in numbers))

    def arrivals(self) -> dict[str, int]:
        """When each message's request reached the stub, in microseconds of the epoch."""
        lines = self.arrivals_file.read_text().splitlines()
        return {identifier: int(micros) for micros, identifier in (line.split() for line in lines)}

    def waiting(self) -> int:
        return self.redis.call("LLEN", LANE)

    def left_behind(self) -> dict[str, int]:
        """How many elements of each key still speak of a message of this bench."""
        found: dict[str, int] = {}
        for key, element in self.redis.elements():
            if b'"bench_' in element:
                found[key] = found.get(key, 0) + 1
        return found


@contextlib.contextmanager
def rig(latency_ms: int = 0, writes_arrivals: bool = False) -> Iterator[Rig]:
    """Starts both servers; the arrivals file costs the stub time, so it is written only when asked for."""
    with contextlib.ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="ifinu-bench-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        port = stack.enter_context(_redis_server(folder))
        redis = stack.enter_context(contextlib.closing(_connect(port)))
        arrivals = folder / "arrivals"
        stub = stack.enter_context(_stub(latency_ms, arrivals if writes_arrivals else None))
        yield Rig(folder, arrivals, port, redis, stub)


@contextlib.contextmanager
def _redis_server(folder: Path) -> Iterator[int]:
    port = free_port()
    options = {"port": port, "bind": "127.0.0.1", "dir": folder, "save": "", "appendonly": "no", "loglevel": "warning"}
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    with running(["redis-server", *words], stdout=subprocess.DEVNULL):
        yield port


def _connect(port: int) -> Redis:
    def attempt() -> Redis | None:
        try:
            redis = Redis(port)
            redis.call("PING")
            return redis
        except (OSError, RedisError):
            return None

    return wait_until(attempt, "redis-server to answer")


@contextlib.contextmanager
def _stub(latency_ms: int, arrivals: Path | None) -> Iterator[Stub]:
    command = [str(BUILD / "stub"), "--latency-ms", str(latency_ms)]
    if arrivals:
        command += ["--arrivals", str(arrivals)]
    with running(command, stdout=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline()
        if not line.startswith("listening on "):
            raise BenchError("the stub does not listen")
        port = int(line.split()[-1])
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)) as connection:
            yield Stub(port, connection)


@contextlib.contextmanager
def running(command: list[str], **options) -> Iterator[subprocess.Popen]:
    """A process that ends with the block."""
    with subprocess.Popen(command, **options) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
