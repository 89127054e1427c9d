"""A small real fleet under load: Redis, the sandbox, two workers and a Prometheus that reads them each second.

The tests run every query against it, and the previews are drawn from it. Nothing outlives its `with` block.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FEED_PAUSE_SECONDS = 0.5
# They only end what hangs.
PATIENCE_SECONDS = 300
STOP_SECONDS = 15
# Ports that the system gives to no outgoing connection; each is given out once.
UNTRIED = iter(random.sample(range(15_000, 32_000), 17_000))
WORKER_SETTINGS = {
    "IFINU_EVOLUTION_API_KEY": "previa",
    "IFINU_EVOLUTION_INSTANCE": "loja",
    "IFINU_TEST_NUMBER": "11988887777",
    "IFINU_WORKERS": "8",
    "IFINU_RATE": "40",
    "IFINU_BURST": "40",
    "IFINU_RETRY_BASE": "2s",
    "IFINU_RETRY_FACTOR": "2",
    "IFINU_SEND_TIMEOUT": "2s",
    "IFINU_LEASE": "6s",
    "IFINU_BREAKER_COOLDOWN": "3s",
    "IFINU_LOG_LEVEL": "error",
}


class StackError(Exception):
    """What is missing, or did not come in time."""


def tool(name: str) -> str:
    """Gives the path of a program, or says that it is missing."""
    path = shutil.which(name)
    if path is None:
        raise StackError(f"{name} is missing: run make setup")
    return path


def binary() -> str:
    """Gives the ifinu program: IFINU_BINARY, else the release, else the debug build."""
    named = os.environ.get("IFINU_BINARY")
    candidates = [Path(named)] if named else [ROOT / ".build" / kind / "ifinu" for kind in ("release", "debug")]
    for candidate in candidates:
        if os.access(candidate, os.X_OK):
            return str(candidate)
    raise StackError(f"ifinu is missing at {candidates[0]}: run make release")


def free_port() -> int:
    """Gives a port that nobody listened on a moment ago, and that nobody else is given in the meantime."""
    for port in UNTRIED:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise StackError("no port is free")


def wait_until(condition: Callable[[], Any], what: str) -> Any:
    """Asks again until the answer is true, and gives it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise StackError(f"waited in vain for {what}")
        time.sleep(0.1)


def fetch(url: str) -> str | None:
    """Gives the answer's text, or nothing while nobody answers well."""
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_SECONDS) as answer:
            return answer.read().decode()
    except (urllib.error.URLError, OSError):
        return None


class Prometheus:
    """The API of a running Prometheus."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def query(self, expr: str, at: float | None = None) -> list[dict[str, Any]]:
        """Gives the present value of each series."""
        return self._ask("query", {"query": expr} | ({"time": at} if at else {}))

    def query_range(self, expr: str, start: float, end: float, step: float) -> list[dict[str, Any]]:
        """Gives each series' values over time."""
        return self._ask("query_range", {"query": expr, "start": start, "end": end, "step": step})

    def _ask(self, path: str, arguments: dict[str, Any]) -> list[dict[str, Any]]:
        body = urllib.parse.urlencode(arguments).encode()
        try:
            with urllib.request.urlopen(f"{self.url}/api/v1/{path}", body, timeout=PATIENCE_SECONDS) as answer:
                return json.load(answer)["data"]["result"]
        except urllib.error.HTTPError as error:
            raise StackError(f"{json.load(error).get('error')}: {arguments['query']}") from error


class BusyStack:
    """The running fleet, and the hands on it."""

    def __init__(self, folder: Path, stack: contextlib.ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self._redis_port, self._sandbox_port = free_port(), free_port()
        self._worker_ports = [free_port(), free_port()]
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._stop = threading.Event()
        self.feed_rate = 40.0
        self.prometheus = Prometheus(f"http://127.0.0.1:{free_port()}")

    @property
    def metrics(self) -> str:
        """What a worker exports now."""
        return fetch(f"http://127.0.0.1:{self._worker_ports[0]}/metrics") or ""

    def start(self, other_targets: list[str]) -> None:
        """Starts everything, and gives the hands back when Prometheus reads both workers."""
        redis = [tool("redis-server"), "--port", str(self._redis_port), "--save", "", "--dir", str(self._folder)]
        self._spawn("redis", [*redis, "--bind", "127.0.0.1"])
        redis_cli = [tool("redis-cli"), "-p", str(self._redis_port)]
        wait_until(lambda: self._says(redis_cli + ["PING"], "PONG"), "redis-server")
        self.start_sandbox()
        for index in range(len(self._worker_ports)):
            self.start_worker(index)
        self._start_prometheus(other_targets)
        feeder = threading.Thread(target=self._feed, args=(redis_cli,), daemon=True)
        feeder.start()
        self._stack.callback(feeder.join, STOP_SECONDS)
        self._stack.callback(self._stop.set)
        wait_until(lambda: len(self.prometheus.query("whatsapp_trabalhadores")) == 2, "the first scrapes")

    def start_sandbox(self, fail: float = 0.1, latency: str = "80ms") -> None:
        """Starts the Evolution that fails now and then, and seldom does not answer."""
        address = f"127.0.0.1:{self._sandbox_port}"
        faults = ["--fail", str(fail), "--hang", "0.002", "--limit", "0.01", "--latency", latency]
        self._spawn("sandbox", [binary(), "sandbox", "--address", address, *faults])
        wait_until(lambda: self._listens(self._sandbox_port), "the sandbox")

    def start_worker(self, index: int) -> None:
        """Starts one of the two workers."""
        address = f"127.0.0.1:{self._worker_ports[index]}"
        settings = {
            "IFINU_REDIS_URL": f"redis://127.0.0.1:{self._redis_port}/0",
            "IFINU_EVOLUTION_URL": f"http://127.0.0.1:{self._sandbox_port}",
            "IFINU_HTTP_ADDRESS": address,
        }
        self._spawn(f"worker{index}", [binary(), "worker"], WORKER_SETTINGS | settings)
        wait_until(lambda: fetch(f"http://{address}/readyz"), f"the worker at {address}")

    def kill(self, name: str) -> None:
        """Ends a process without a warning, as a crash does."""
        process = self._processes.pop(name)
        process.kill()
        process.wait(STOP_SECONDS)

    def _start_prometheus(self, other_targets: list[str]) -> None:
        jobs = {"ifinu": [f"127.0.0.1:{port}" for port in self._worker_ports], "kube-state-metrics": other_targets}
        scrapes = [
            {"job_name": job, "honor_labels": True, "static_configs": [{"targets": targets}]}
            for job, targets in jobs.items()
            if targets
        ]
        # JSON is YAML, too.
        config = self._folder / "prometheus.yml"
        intervals = {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"}
        config.write_text(json.dumps({"global": intervals, "scrape_configs": scrapes}))
        listen = self.prometheus.url.removeprefix("http://")
        storage = f"--storage.tsdb.path={self._folder / 'tsdb'}"
        command = [tool("prometheus"), f"--config.file={config}", storage, f"--web.listen-address={listen}"]
        self._spawn("prometheus", [*command, "--log.level=error"])
        wait_until(lambda: fetch(f"{self.prometheus.url}/-/ready"), "prometheus")

    def _feed(self, redis_cli: list[str]) -> None:
        """Puts messages into every lane, some of them wrong, until the end."""
        number, owed = 0, 0.0
        while not self._stop.wait(FEED_PAUSE_SECONDS):
            owed += self.feed_rate * FEED_PAUSE_SECONDS
            now = _timestamp()
            commands = []
            while owed >= 1:
                number, owed = number + 1, owed - 1
                commands.append(_push(number, now))
            lines = "\n".join(commands)
            subprocess.run(redis_cli, input=lines, text=True, capture_output=True, timeout=PATIENCE_SECONDS, check=False)

    def _spawn(self, name: str, command: list[str], environment: dict[str, str] | None = None) -> None:
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("IFINU_")}
        log = self._stack.enter_context((self._folder / f"{name}.log").open("ab"))
        process = subprocess.Popen(
            command, env=inherited | (environment or {}), stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
        self._processes[name] = process
        self._stack.callback(_end, process)

    @staticmethod
    def _says(command: list[str], word: str) -> bool:
        answer = subprocess.run(command, text=True, capture_output=True, timeout=PATIENCE_SECONDS, check=False)
        return word in answer.stdout

    @staticmethod
    def _listens(port: int) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0


def _timestamp() -> str:
    """Gives the present as producers write it."""
    seconds, milliseconds = divmod(time.time_ns() // 1_000_000, 1000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{milliseconds:03d}Z"


def _push(number: int, now: str) -> str:
    """Gives the command that enqueues the message: one of 40 is not understood, one of 50 has a wrong number."""
    lane = {0: "urgente", 1: "baixa", 2: "baixa"}.get(number % 10, "whatsapp")
    message: dict[str, str] = {"id": f"previa_{number}", "criado_em": now}
    if number % 50 == 7:
        message |= {"telefone": "11988880000", "texto": "Olá!"}
    payload = "{}" if number % 40 == 3 else json.dumps(message, ensure_ascii=False)
    return f"LPUSH ifinu:fila:{lane} '{payload}'"


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_SECONDS)


@contextlib.contextmanager
def busy_stack(other_targets: list[str] | None = None) -> Iterator[BusyStack]:
    """Gives a fleet at work; `other_targets` are scraped as kube-state-metrics."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ifinu-dashboards-")))
        fleet = BusyStack(folder, stack)
        fleet.start(other_targets or [])
        yield fleet
