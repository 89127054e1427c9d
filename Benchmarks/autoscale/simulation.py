"""The cluster that isn't one: real workers, Redis, sandbox and Prometheus under the autoscaler's controller."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from clock import Clock
from fleet import Fleet
from hpa import SYNC_SECONDS, Autoscaler
from hpa_metrics import ResourceUtilization
from manifests import Setup
from pod import Pod
from programs import Prometheus, Sandbox
from record import Record, Sample, Sync
from testkit import servers
from testkit.redis_client import RedisClient

LANE = "ifinu:fila:whatsapp"
LATENCY = 0.150  # of a send: 10 workers carry 66/s of the 50/s that they may
START_DELAY = 5.0  # of a pod: scheduling, image, start
LOOKBACK = 300.0  # Prometheus' own, scaled with the rest
TICK_WALL = 0.1
START_WALL, STOP_WALL = 300.0, 300.0  # they only end what hangs
BATCH = 500


class Simulation:
    """A fleet under its autoscaler; `with` starts it at its minimum and stops it.

    With `numbers`, messages are divided among so many WhatsApp numbers, at the pace that the overlay gives each; without,
    they all go out on one that has no limits.
    """

    def __init__(self, setup: Setup, factor: float, numbers: int = 0) -> None:
        self.setup, self.clock, self.numbers = setup, Clock(factor), numbers
        self._query = self.clock.query(setup.query)
        self.record = Record()
        self.enqueued = 0
        self._stack = contextlib.ExitStack()
        self._next_sync = self._began = 0.0

    @property
    def now(self) -> float:
        """Simulated seconds since the fleet was ready at its minimum."""
        return self.clock.now() - self._began

    @property
    def sent(self) -> int:
        return self.sandbox.count()

    def enqueue(self, count: int) -> None:
        """The load test's messages, with nothing but their ids."""
        first, last = self.enqueued + 1, self.enqueued + count
        for start in range(first, last + 1, BATCH):
            numbers = range(start, min(start + BATCH, last + 1))
            self._redis.call("LPUSH", LANE, *map(self._message, numbers))
        self.enqueued = last
        self.mark(f"+{count:,}")

    def _message(self, number: int) -> str:
        instance = f',"instancia":"numero-{number % self.numbers}"' if self.numbers else ""
        return f'{{"id":"test_{number}"{instance}}}'

    def mark(self, what: str) -> None:
        """Writes down an event for the plot."""
        self.record.marks.append((self.now, what))

    def run_until(self, condition: Callable[[], bool], limit: float) -> bool:
        """Lets time pass until the condition holds; False when it did not by `limit` seconds of the run."""
        while not condition():
            if self.now > limit:
                return False
            self._tick()
        return True

    def run_for(self, seconds: float) -> None:
        self.run_until(lambda: False, self.now + seconds)

    def drain(self, limit: float) -> bool:
        """Runs until everything was sent."""
        return self.run_until(lambda: self.sent >= self.enqueued, limit)

    def finish(self) -> None:
        """SIGTERM to every pod, and the end of all of them."""
        self.fleet.stop()
        end = self.clock.now() + self.clock.rate(STOP_WALL)
        while self.fleet.pods and self.clock.now() < end:
            self.fleet.advance(self.clock.now())
            self.clock.tick(self.clock.rate(TICK_WALL))

    def left_behind(self) -> int:
        """Elements in Redis, under whatever key, that still speak of a message."""
        return sum(b'"test_' in element for _, element in self._redis.elements())

    def _tick(self) -> None:
        self.clock.tick(self.clock.rate(TICK_WALL))
        if self.fleet.advance(self.clock.now()):
            self.prometheus.discover(self.fleet.targets())
        if self.now >= self._next_sync:
            self._sync()
            # From the end of one to the next, as the controller's queue does: what happened four syncs ago is then
            # more than a minute old to a policy of 60 s.
            self._next_sync = self.now + SYNC_SECONDS
        self._look()

    def _sync(self) -> None:
        setup, fleet = self.setup, self.fleet
        cpu, memory = fleet.usage(self.clock.now(), setup.cpu_request, setup.memory_request)
        backlog = self.prometheus.value(self._query)
        known = {"cpu": cpu, "memory": memory}
        readings = [known.get(metric.name, backlog) for metric in setup.spec.metrics]
        before = fleet.desired
        decision = self._autoscaler.sync(self.now, before, len(fleet.active), readings)
        fleet.desired = decision.replicas
        percents = {metric.name: metric.percent(known[metric.name]) for metric in self._utilizations()}
        self.record.syncs.append(
            Sync(self.now, before, decision, backlog, percents.get("cpu", 0), percents.get("memory", 0))
        )

    def _utilizations(self) -> list[ResourceUtilization]:
        return [metric for metric in self.setup.spec.metrics if isinstance(metric, ResourceUtilization)]

    def _look(self) -> None:
        fleet = self.fleet
        sent = self.sent
        sample = Sample(self.now, self.enqueued - sent, fleet.desired, len(fleet.active), len(fleet.ready), sent)
        self.record.samples.append(sample)

    def _environment(self, pod: Pod) -> dict[str, str]:
        setup = self.setup
        pace = {
            "IFINU_INSTANCE_CONCURRENCY": str(setup.number_concurrency),
            "IFINU_INSTANCE_INTERVAL": f"{round(1000 * self.clock.wall(setup.number_interval))}ms",
        }
        return servers.clean_environment() | (pace if self.numbers else {}) | {
            "IFINU_REDIS_URL": self._server.url,
            "IFINU_EVOLUTION_URL": self.sandbox.url,
            "IFINU_EVOLUTION_API_KEY": "autoscale",
            "IFINU_EVOLUTION_INSTANCE": "teste",
            "IFINU_TEST_NUMBER": "11988887777",
            "IFINU_HTTP_ADDRESS": pod.address,
            "IFINU_WORKERS": str(setup.workers),
            "IFINU_RATE": str(self.clock.rate(setup.rate)),
            "IFINU_BURST": str(setup.burst),
            "IFINU_LOG_LEVEL": "warning",
        }

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ifinu-autoscale-")))
            self._server = stack.enter_context(servers.Redis())
            self._redis = stack.enter_context(contextlib.closing(RedisClient(self._server.port)))
            self.sandbox = stack.enter_context(Sandbox(self.clock.wall(LATENCY)))
            self.prometheus = stack.enter_context(Prometheus(self.setup.namespace, self.clock.wall(LOOKBACK)))
            self.fleet = Fleet(folder, self._environment, START_DELAY, self.setup.rollout)
            stack.callback(self.fleet.kill)
            self._wait_for_minimum()
            self._stack = stack.pop_all()
        return self

    def _wait_for_minimum(self) -> None:
        self.fleet.desired = self.setup.spec.minimum
        self._autoscaler = Autoscaler(self.setup.spec)
        end = self.clock.now() + self.clock.rate(START_WALL)
        while not self.fleet.is_settled or self.prometheus.value(self._query) is None:
            if self.clock.now() > end or self.fleet.faults:
                raise RuntimeError(f"the fleet did not start: {'; '.join(self.fleet.faults) or 'no metrics'}")
            self.clock.tick(self.clock.rate(TICK_WALL))
            if self.fleet.advance(self.clock.now()):
                self.prometheus.discover(self.fleet.targets())
        self._began = self.clock.now()
        self._sync()
        self._next_sync = SYNC_SECONDS
        self._look()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()
