"""A pod: a real worker process, after the delay that a cluster takes to start one."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hpa_metrics import PodUsage
from testkit.network import fetch, free_port
from testkit.paths import ifinu

CPU = "process_cpu_seconds_total"
MEMORY = "process_resident_memory_bytes"
PENDING, STARTING, READY, STOPPING, GONE = "pending", "starting", "ready", "stopping", "gone"
KILLED_AFTER_SECONDS = 300
LOG_HEAD = 600


@dataclass(frozen=True)
class _Sample:
    at: float
    cpu_seconds: float
    resident_bytes: float


class Pod:
    """One replica; `at` and `now` are simulated seconds throughout."""

    def __init__(self, name: str, generation: int, at: float, delay: float, folder: Path) -> None:
        self.name, self.generation, self.created = name, generation, at
        self.phase = PENDING
        self.ready_since: float | None = None
        self.port = free_port()
        self._starts_at = at + delay
        self._stopped_at = 0.0
        self._log = folder / f"{name}.log"
        self._process: subprocess.Popen | None = None
        self._sample: _Sample | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def is_active(self) -> bool:
        """Whether it counts as a replica; what is terminating does not."""
        return self.phase in (PENDING, STARTING, READY)

    @property
    def has_process(self) -> bool:
        return self.phase in (STARTING, READY, STOPPING)

    def advance(self, now: float, environment: Callable[[Pod], dict[str, str]]) -> str | None:
        """Moves on to the next phase if it is time; gives what went wrong, if anything did."""
        if self.phase == PENDING and now >= self._starts_at:
            self._start(environment(self))
            self.phase = STARTING
        if self.phase == STARTING and self._answers():
            self.phase, self.ready_since = READY, now
        return self._reap()

    def stop(self) -> None:
        """SIGTERM, as at a scale-down; one that never ran is gone at once."""
        if self._process is None:
            self.phase = GONE
        elif self.phase != STOPPING:
            self._process.send_signal(signal.SIGTERM)
            self._stopped_at = time.monotonic()
            self.phase = STOPPING

    def kill(self) -> None:
        """The last resort at the end of a run that failed."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self.phase = GONE

    def usage(self, now: float, cpu_request: float, memory_request: float) -> tuple[PodUsage, PodUsage]:
        """CPU since the last look and memory, as metrics-server would have them."""
        is_ready = self.phase == READY
        before, self._sample = self._sample, self._look(now) if is_ready else None
        if self._sample is None:
            return PodUsage(cpu_request, None, is_ready), PodUsage(memory_request, None, is_ready)
        memory = PodUsage(memory_request, self._sample.resident_bytes)
        if before is None:
            # No whole window since it became ready: to the controller its CPU is that of a pod not ready.
            return PodUsage(cpu_request, None, is_ready=False), memory
        # Seconds of CPU in a simulated second: the messages of that second are as many as in a real one.
        used = (self._sample.cpu_seconds - before.cpu_seconds) / (self._sample.at - before.at)
        return PodUsage(cpu_request, used), memory

    def _look(self, now: float) -> _Sample | None:
        try:
            lines = fetch(f"http://{self.address}/metrics").splitlines()
        except OSError:
            return None
        values = dict(line.split(" ")[:2] for line in lines if line.startswith(("process_cpu_", "process_resident_")))
        return _Sample(now, float(values[CPU]), float(values[MEMORY]))

    def _start(self, environment: dict[str, str]) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [ifinu(), "worker"], env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def _answers(self) -> bool:
        try:
            return bool(fetch(f"http://{self.address}/readyz"))
        except OSError:
            return False

    def _reap(self) -> str | None:
        code = None if self._process is None else self._process.poll()
        if code is None:
            if self.phase == STOPPING and time.monotonic() - self._stopped_at > KILLED_AFTER_SECONDS:
                self.kill()
                return f"{self.name} had to be killed"
            return None
        was_asked, self._process, self.phase = self.phase == STOPPING, None, GONE
        if was_asked and code == 0:
            return None
        return f"{self.name} ended with {code}: {self._log.read_text(errors='replace')[:LOG_HEAD]}"
