"""Programs that run beside a test in a folder of their own, and end with it by their own handle."""

from __future__ import annotations

import contextlib
import random
import socket
import subprocess
import tempfile
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from .waiting import PATIENCE_SECONDS, eventually

if TYPE_CHECKING:
    from typing import Self

# Those that the system gives to no outgoing connection; each is given out once.
BELOW_EPHEMERAL = range(15_000, 32_000)
UNTRIED = iter(random.sample(BELOW_EPHEMERAL, len(BELOW_EPHEMERAL)))


def free_port() -> int:
    """A port that nobody listens on now, and that neither the system nor this gives to another in the meantime."""
    for port in UNTRIED:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError(f"no port is free from {BELOW_EPHEMERAL.start} to {BELOW_EPHEMERAL.stop}")


def fetch(url: str) -> str:
    """The body of a page."""
    with urllib.request.urlopen(url, timeout=PATIENCE_SECONDS) as answer:
        return answer.read().decode()


class Program:
    """A program with a port; `with` starts it, waits until it answers, and stops it.

    It may be stopped and started again in between: the port and the folder stay.
    """

    name = "program"

    def __init__(self) -> None:
        self.port = free_port()
        self._folder = tempfile.TemporaryDirectory(prefix=f"ifinu-{self.name}-")
        self.folder = Path(self._folder.name)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """Where it answers over HTTP."""
        return f"http://{self.address}"

    def command(self) -> list[str]:
        """What is run."""
        raise NotImplementedError

    def environment(self) -> dict[str, str] | None:
        """The variables to run it with; None for the test's own."""
        return None

    def is_ready(self) -> bool:
        """Whether it answers; an OSError means no."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_SECONDS):
            return True

    def start(self) -> None:
        """Starts it and waits until it answers; the error has the end of its log when it does not."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                env=self.environment(),
            )
        try:
            eventually(self._ready_or_ended, f"{self.name} to answer")
            if self._process.poll() is not None:
                raise RuntimeError(f"{self.name} ended with {self._process.returncode}")
        except (RuntimeError, TimeoutError) as error:
            self.stop()
            raise RuntimeError(f"{error}; its log ends with:\n{self.log_end()}") from error

    def stop(self) -> None:
        """Asks it to end, and makes it if it does not."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    @property
    def log(self) -> Path:
        """What it wrote to both of its streams."""
        return self.folder / "log"

    def log_end(self, characters: int = 2000) -> str:
        """The end of the log."""
        return self.log.read_text(errors="replace")[-characters:] if self.log.exists() else ""

    def _ready_or_ended(self) -> bool:
        return (self._process is not None and self._process.poll() is not None) or self.is_ready()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self._folder.cleanup()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._folder.cleanup()


class Programs(contextlib.ExitStack):
    """Several programs as one context: `_build` enters them, and what it entered is left again when it fails."""

    def _build(self) -> None:
        """Enters what belongs to it."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        super().__enter__()
        try:
            self._build()
        except BaseException:
            self.close()
            raise
        return self
