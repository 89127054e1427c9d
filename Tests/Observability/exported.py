"""The series that a worker shows."""

from __future__ import annotations

import contextlib
import re

from testkit.servers import Redis, Sandbox, Worker, message
from testkit.waiting import PATIENCE_SECONDS, eventually

SAMPLE_NAME = re.compile(r"^([a-zA-Z_:][\w:]*)", re.MULTILINE)

STOPPED, FEW = "parada", 3


def missing_from_a_busy_worker(wanted: set[str]) -> set[str]:
    """Which of these series a worker never showed that sends slowly, so that something waits and something was sent.

    One of its instances has lost its connection, so that something waits for that, too.
    """
    missing: set[str] = set()

    def is_complete() -> bool:
        nonlocal missing
        missing = wanted - set(SAMPLE_NAME.findall(worker.metrics()))
        return not missing

    with Redis() as redis, Sandbox(closed_instance=STOPPED) as sandbox:
        redis.enqueue([message(number, instancia=STOPPED) for number in range(-FEW, 0)], "urgente")
        # At that rate they last longer than anybody waits.
        redis.enqueue([message(number) for number in range(2 * PATIENCE_SECONDS)])
        with Worker(redis, sandbox, RATE="1", BURST="1") as worker, contextlib.suppress(TimeoutError):
            eventually(is_complete, "every series")
    return missing
