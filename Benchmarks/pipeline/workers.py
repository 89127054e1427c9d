"""The two workers under measurement: the plain-C reference and ifinu."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from documents import Document, plain
from rig import BUILD, PATIENCE_SECONDS, POLL_SECONDS, BenchError, Rig, free_port, wait_until

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
LOG_TAIL = 2000


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
    command = [str(BUILD / "reference"), str(rig.redis_port), f"{rig.stub.url}/message/sendText/bench"]
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
    wait_until(lambda: rig.waiting() == 0, "an empty lane")
    try:
        wait_until(lambda: not rig.left_behind(), "the last settlements")
    except BenchError as error:
        raise BenchError(f"{error}; left behind: {rig.left_behind()}") from error


@dataclass
class Ifinu:
    """A running `ifinu worker`."""

    process: subprocess.Popen
    http_port: int

    def is_ready(self) -> bool:
        if self.process.poll() is not None:
            raise BenchError(f"ifinu ended with {self.process.returncode} before it was ready")
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=PATIENCE_SECONDS)
        with contextlib.closing(connection):
            try:
                connection.request("GET", "/readyz")
                return connection.getresponse().status == http.client.OK
            except (OSError, http.client.HTTPException):
                return False

    def wait_ready(self) -> None:
        wait_until(self.is_ready, "ifinu's /readyz")

    def cpu_seconds(self) -> float:
        text = Path(f"/proc/{self.process.pid}/stat").read_text()
        fields = text.rpartition(")")[2].split()
        user, system = int(fields[11]), int(fields[12])
        return (user + system) / TICKS_A_SECOND

    def peak_rss_mb(self) -> float:
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
        raise BenchError("no VmHWM in /proc")


@contextlib.contextmanager
def ifinu(rig: Rig, binary: Path, settings: dict, flags: Sequence[str] = ()) -> Iterator[Ifinu]:
    """Runs the worker; at the end sends SIGTERM and demands exit code 0."""
    port = free_port()
    log = rig.folder / "ifinu.log"
    command, environment = [str(binary), "worker", *flags], _environment(rig, port, settings)
    with log.open("wb") as output, subprocess.Popen(command, env=environment, stdout=output, stderr=output) as process:
        try:
            yield Ifinu(process, port)
        except BenchError as error:
            raise BenchError(f"{error}\n{_tail(log)}") from error
        finally:
            _terminate(process)
    if process.returncode != 0:
        raise BenchError(f"ifinu ended with {process.returncode} at SIGTERM\n{_tail(log)}")


def _terminate(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired as error:
        process.kill()
        raise BenchError("ifinu was still there 30 s after SIGTERM") from error


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-LOG_TAIL:]


def _environment(rig: Rig, http_port: int, settings: dict) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("IFINU_")}
    return {
        **inherited,
        "IFINU_REDIS_URL": f"redis://127.0.0.1:{rig.redis_port}/0",
        "IFINU_EVOLUTION_URL": rig.stub.url,
        "IFINU_EVOLUTION_API_KEY": "bench",
        "IFINU_HTTP_ADDRESS": f"127.0.0.1:{http_port}",
        "IFINU_LOG_LEVEL": "warning",
        **{name: str(value) for name, value in settings.items()},
    }
