"""Programs that run beside a test in a folder of their own and end with it by their own handle, and those that end soon."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from testkit.network import free_port
from testkit.waiting import PATIENCE_SECONDS, eventually


def run(*command: str, check: bool = False, **options: object) -> subprocess.CompletedProcess[str]:
    """Runs a program to its end and gives what it wrote; `options` are those of subprocess.run.

    With `check` an exit code other than 0 is a RuntimeError that has the output.
    """
    usual = {"capture_output": True, "text": True, "timeout": PATIENCE_SECONDS}
    ended = subprocess.run(command, check=False, **usual | options)
    if check and ended.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}")
    return ended


class Program:
    """A program with a port; `with` starts it, waits until it answers, and stops it.

    It may be stopped and started again in between: the port and the folder stay.
    """

    name = "program"

    def __init__(self) -> None:
        self.port = free_port()
        self._folder = tempfile.TemporaryDirectory(prefix=f"ifinu-{self.name}-")
        self.folder = Path(self._folder.name)
        self.process: subprocess.Popen[bytes] | None = None

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
            self.process = subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                env=self.environment(),
            )
        try:
            eventually(self._ready_or_ended, f"{self.name} to answer")
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.name} ended with {self.process.returncode}")
        except (RuntimeError, TimeoutError) as error:
            self.stop()
            raise RuntimeError(f"{error}; its log ends with:\n{self.log_end()}") from error

    def stop(self) -> int | None:
        """Asks it to end, and makes it if it does not; gives its exit code, None where nothing ran."""
        process, self.process = self.process, None
        if process is None:
            return None
        process.terminate()
        try:
            return process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

    def kill(self) -> None:
        """Ends it without a warning, as a crash does."""
        process, self.process = self.process, None
        if process is not None:
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
        return (self.process is not None and self.process.poll() is not None) or self.is_ready()

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
