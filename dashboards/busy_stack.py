"""A small real fleet under load: Redis, the sandbox, two workers and a Prometheus that reads them each second.

The tests run every query against it, and the previews are drawn from it. Nothing outlives its `with` block.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator

from testkit.monitoring import Prometheus
from testkit.process import Programs
from testkit.redis_client import RedisClient
from testkit.servers import Redis, Sandbox, Worker
from testkit.waiting import eventually

WORKERS = 2
FEED_PAUSE_SECONDS = 0.5
# One number may send once a second, another one's phone is off.
SLOW, STOPPED = "lenta", "desligada"
# An Evolution that fails now and then, and seldom does not answer.
FAULTS = {"fail": "0.1", "hang": "0.002", "limit": "0.01", "latency": "80ms", "closed_instance": STOPPED}
SETTINGS = {
    "EVOLUTION_API_KEY": "previa",
    "TEST_NUMBER": "11988887777",
    "WORKERS": "8",
    "RATE": "40",
    "BURST": "40",
    "RETRY_BASE": "2s",
    "RETRY_FACTOR": "2",
    "SEND_TIMEOUT": "2s",
    "LEASE": "6s",
    "BREAKER_COOLDOWN": "3s",
    "LOG_LEVEL": "error",
}


class BusyStack(Programs):
    """The fleet at work; `other_targets` are scraped as kube-state-metrics."""

    def __init__(self, other_targets: list[str] | None = None) -> None:
        super().__init__()
        self.feed_rate = 40.0
        self._other_targets = other_targets or []

    def _build(self) -> None:
        """Starts everything, and gives the hands back when Prometheus reads both workers."""
        redis = self.enter_context(Redis())
        self.sandbox = self.enter_context(Sandbox(**FAULTS))
        self.workers = [self.enter_context(Worker(redis, self.sandbox, **SETTINGS)) for _ in range(WORKERS)]
        targets = {"ifinu": [worker.address for worker in self.workers], "kube-state-metrics": self._other_targets}
        self.prometheus = self.enter_context(Prometheus(targets))
        self.enter_context(self._feeding(redis))
        eventually(lambda: len(self.prometheus.query("whatsapp_trabalhadores")) == WORKERS, "the first scrapes")

    @contextlib.contextmanager
    def _feeding(self, redis: Redis) -> Iterator[None]:
        """Puts messages into every lane, some of them wrong, until the end."""
        end = threading.Event()

        def feed() -> None:
            number, owed = 0, 0.0
            while not end.wait(FEED_PAUSE_SECONDS):
                owed += self.feed_rate * FEED_PAUSE_SECONDS
                first, number, owed = number + 1, number + int(owed), owed % 1
                client.pipeline(_push(each) for each in range(first, number + 1))

        with contextlib.closing(RedisClient(redis.port)) as client:
            client.call("HSET", "ifinu:instancias:limites", SLOW, '{"intervalo":"1s"}')
            feeder = threading.Thread(target=feed, daemon=True)
            feeder.start()
            try:
                yield
            finally:
                end.set()
                feeder.join()


def _timestamp() -> str:
    """Gives the present as producers write it."""
    seconds, milliseconds = divmod(time.time_ns() // 1_000_000, 1000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{milliseconds:03d}Z"


def _push(number: int) -> tuple[str, str, str]:
    """Gives the command that enqueues the message.

    One of 40 is not understood, one of 50 has a wrong number, one of 100 was enqueued before; some are for the numbers
    that are slow or stopped.
    """
    lane = {0: "urgente", 1: "baixa", 2: "baixa"}.get(number % 10, "whatsapp")
    message: dict[str, str] = {"id": f"previa_{number - 50 if number % 100 == 67 else number}", "criado_em": _timestamp()}
    if number % 60 == 11:
        message["instancia"] = SLOW
    if number % 200 == 13:
        message["instancia"] = STOPPED
    if number % 50 == 7:
        message |= {"telefone": "11988880000", "texto": "Olá!"}
    payload = "{}" if number % 40 == 3 else json.dumps(message, ensure_ascii=False)
    return "LPUSH", f"ifinu:fila:{lane}", payload
