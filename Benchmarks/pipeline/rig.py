"""What a measurement runs against: a fresh redis-server without persistence and a fresh stub, stopped at the end."""

from __future__ import annotations

import contextlib
import http.client
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.documents import Document, now_text, plain
from testkit.paths import REPOSITORY
from testkit.process import Program
from testkit.redis_client import RedisClient
from testkit.servers import Redis
from testkit.waiting import PATIENCE_SECONDS

HERE = Path(__file__).resolve().parent
BUILD = REPOSITORY / ".build" / "bench"
LANE = "ifinu:fila:whatsapp"
POLL_SECONDS = 0.02
BATCH = 500


class BenchError(Exception):
    """What could not be measured, and why."""


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


class Stub(Program):
    """The stub, seen through GET /count on one kept-alive connection; it writes arrivals down only when asked to."""

    name = "stub"

    def __init__(self, latency_ms: int, writes_arrivals: bool, hung: str | None = None) -> None:
        super().__init__()
        self._latency_ms, self._writes_arrivals, self._hung = latency_ms, writes_arrivals, hung
        self._http = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)

    def command(self) -> list[str]:
        words = [str(BUILD / "stub"), "--port", str(self.port), "--latency-ms", str(self._latency_ms)]
        if self._hung:
            words += ["--hung", self._hung]
        # Each costs the stub time.
        return [*words, "--arrivals", str(self._arrivals)] if self._writes_arrivals else words

    def count(self) -> dict:
        self._http.request("GET", "/count")
        return json.loads(self._http.getresponse().read())

    def arrivals(self) -> dict[str, int]:
        """When each message's request came, in microseconds of the epoch."""
        lines = self._arrivals.read_text().splitlines()
        return {identifier: int(micros) for micros, identifier in (line.split() for line in lines)}

    def stop(self) -> int | None:
        self._http.close()
        return super().stop()

    @property
    def _arrivals(self) -> Path:
        return self.folder / "arrivals"


@dataclass
class Rig:
    """The servers of one measurement, and a connection to its Redis."""

    server: Redis
    redis: RedisClient
    stub: Stub

    def enqueue(self, count: int, document: Document = plain) -> None:
        """Fills the lane with distinct messages, the way any client would: LPUSH."""
        created = now_text()
        for first in range(0, count, BATCH):
            numbers = range(first, min(first + BATCH, count))
            self.redis.call("LPUSH", LANE, *(document(f"bench_{number}", created) for number in numbers))

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
def rig(latency_ms: int = 0, writes_arrivals: bool = False, hung: str | None = None) -> Iterator[Rig]:
    """Starts both servers; the sends of the instance `hung` are never answered."""
    with (
        Redis() as server,
        Stub(latency_ms, writes_arrivals, hung) as stub,
        contextlib.closing(RedisClient(server.port)) as redis,
    ):
        yield Rig(server, redis, stub)
