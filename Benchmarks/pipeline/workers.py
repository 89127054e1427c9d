"""The two workers under measurement: the plain-C reference and ifinu."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.documents import Document, plain
from pipeline.rig import BUILD, POLL_SECONDS, BenchError, Rig
from testkit.network import fetch
from testkit.process import Program
from testkit.servers import clean_environment
from testkit.waiting import PATIENCE_SECONDS, eventually

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass
class Drained:
    """What draining a lane took. Rates run from the first arrival at the stub to its last answer."""

    rate: float
    cpu_us: float
    rss_mb: float
    commands: float  # Redis commands a message; calls inside scripts count


def drain_with_reference(rig: Rig, messages: int, in_flight: int) -> Drained:
    rig.enqueue(messages)
    before = rig.redis.foreign_commands()
    command = [str(BUILD / "reference"), str(rig.server.port), f"{rig.stub.url}/message/sendText/bench"]
    with subprocess.Popen([*command, str(messages), str(in_flight)], stdout=subprocess.PIPE, text=True) as process:
        _await_drain(rig, messages, process)
        output = process.stdout.read()
    if process.returncode != 0:
        raise BenchError(f"the reference worker ended with {process.returncode}")
    own = json.loads(output)
    commands = (rig.redis.foreign_commands() - before) / messages
    return Drained(_rate(rig, messages), own["cpu_us_per_message"], own["peak_rss_mb"], commands)


def drain_with_ifinu(
    rig: Rig,
    binary: Path,
    messages: int,
    settings: dict,
    beside: Callable[[Ifinu], None] = lambda _: None,
    flags: Sequence[str] = (),
    document: Document = plain,
) -> Drained:
    """Drains the lane; `beside` is called once the worker runs, and has to end before the lane is empty."""
    rig.enqueue(messages, document)
    before = rig.redis.foreign_commands()
    with ifinu(rig, binary, settings, flags) as worker:
        beside(worker)
        _await_drain(rig, messages, worker.process)
        drained = Drained(
            rate=_rate(rig, messages),
            cpu_us=worker.cpu_seconds() * 1e6 / messages,
            rss_mb=worker.peak_rss_mb(),
            commands=(rig.redis.foreign_commands() - before) / messages,
        )
    _check_sent_once(rig, messages)
    return drained


def _rate(rig: Rig, messages: int) -> float:
    _check_sent_once(rig, messages)
    count = rig.stub.count()
    return messages * 1e6 / (count["last_us"] - count["first_us"])


def _check_sent_once(rig: Rig, messages: int) -> None:
    sends = rig.stub.count()["arrived"]
    if sends != messages:
        raise BenchError(f"{messages} messages became {sends} sends")


def _await_drain(rig: Rig, messages: int, process: subprocess.Popen) -> None:
    """Waits until all is sent and nothing is left in Redis; the polls are few, for they share the machine."""
    served, progress = 0, time.monotonic()
    while served < messages:
        time.sleep(POLL_SECONDS)
        has_ended, before = process.poll() is not None, served
        served = rig.stub.count()["served"]
        if served > before:
            progress = time.monotonic()
        if served < messages and (has_ended or time.monotonic() - progress > PATIENCE_SECONDS):
            state = f"ended with {process.returncode}" if has_ended else "made no progress"
            raise BenchError(f"the worker {state} after {served} of {messages} messages")
    eventually(lambda: rig.waiting() == 0, "an empty lane", POLL_SECONDS)
    try:
        eventually(lambda: not rig.left_behind(), "the last settlements", POLL_SECONDS)
    except TimeoutError as error:
        raise BenchError(f"{error}; left behind: {rig.left_behind()}") from error


class Ifinu(Program):
    """An `ifinu worker`, whose life is measured from its first moment on: its start waits for nothing."""

    name = "ifinu"

    def __init__(self, rig: Rig, binary: Path, settings: dict, flags: Sequence[str]) -> None:
        super().__init__()
        self._command = [str(binary), "worker", *flags]
        self._settings = {
            "IFINU_REDIS_URL": rig.server.url,
            "IFINU_EVOLUTION_URL": rig.stub.url,
            "IFINU_EVOLUTION_API_KEY": "bench",
            "IFINU_HTTP_ADDRESS": self.address,
            "IFINU_LOG_LEVEL": "warning",
            **{name: str(value) for name, value in settings.items()},
        }

    def command(self) -> list[str]:
        return self._command

    def environment(self) -> dict[str, str]:
        return clean_environment() | self._settings

    def is_ready(self) -> bool:
        return True

    def wait_ready(self) -> None:
        eventually(self._serves, "ifinu's /readyz", POLL_SECONDS)

    def cpu_seconds(self) -> float:
        fields = self._proc("stat").rpartition(")")[2].split()
        user, system = int(fields[11]), int(fields[12])
        return (user + system) / TICKS_A_SECOND

    def peak_rss_mb(self) -> float:
        for line in self._proc("status").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
        raise BenchError("no VmHWM in /proc")

    def _serves(self) -> bool:
        if self.process.poll() is not None:
            raise BenchError(f"ifinu ended with {self.process.returncode} before it was ready")
        return bool(fetch(f"{self.url}/readyz"))

    def _proc(self, file: str) -> str:
        return Path(f"/proc/{self.process.pid}/{file}").read_text()


@contextlib.contextmanager
def ifinu(rig: Rig, binary: Path, settings: dict, flags: Sequence[str] = ()) -> Iterator[Ifinu]:
    """Runs the worker; at the end sends SIGTERM and demands exit code 0."""
    with Ifinu(rig, binary.absolute(), settings, flags) as worker:
        try:
            yield worker
        except (BenchError, TimeoutError) as error:
            raise BenchError(f"{error}\n{worker.log_end()}") from error
        code = worker.stop()
        if code != 0:
            raise BenchError(f"ifinu ended with {code} at SIGTERM\n{worker.log_end()}")
