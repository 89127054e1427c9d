"""A real PostgreSQL, and the shipped scripts that back it up and restore it."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from testkit.paths import REPOSITORY, MissingTool, tool
from testkit.process import Program, run

SCRIPTS = REPOSITORY / "k8s/postgres"
USER = "evolution"
DATABASE = "evolution"
PASSWORD = "a-secret"


def binaries() -> Path:
    """The folder of the server's programs, the newest version's; Debian keeps them out of the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else Path(tool("initdb")).parent


def unprivileged() -> list[str]:
    """What makes a command run as somebody else than root, as whom PostgreSQL does not run."""
    if os.getuid() != 0:
        return []
    return [tool("setpriv"), "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]


class Postgres(Program):
    """A server with a database as the image sets it up: one user, who owns everything, by password."""

    name = "postgres"

    def __init__(self) -> None:
        super().__init__()
        if not binaries().is_dir():
            raise MissingTool("postgresql is not installed; `make setup` installs it")
        self.password = self.folder / "password"
        self.password.write_text(PASSWORD)
        for path in (self.folder, self.password):
            path.chmod(0o755)
        self._data = Path(self._made_for_the_server()) / "data"
        self._run(
            "initdb", "--pgdata", str(self._data), "--username", USER, "--pwfile", str(self.password), "--data-checksums",
            "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8",
        )

    def command(self) -> list[str]:
        return [
            *unprivileged(), str(binaries() / "postgres"), "-D", str(self._data), "-p", str(self.port),
            "-k", str(self._data.parent), "-c", "listen_addresses=127.0.0.1",
        ]

    def is_ready(self) -> bool:
        asked = run(str(binaries() / "pg_isready"), "--host=127.0.0.1", f"--port={self.port}", "--quiet")
        return asked.returncode == 0

    def start(self) -> None:
        """Starts it, and creates the database at the first time."""
        super().start()
        if DATABASE not in self.ask("SELECT datname FROM pg_database", "postgres").splitlines():
            self.ask(f"CREATE DATABASE {DATABASE}", "postgres")

    def ask(self, statements: str, database: str = DATABASE) -> str:
        """What psql prints for these statements."""
        return run(
            str(binaries() / "psql"), "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "-v", "ON_ERROR_STOP=1",
            "--dbname", database, "--file=-", input=statements, env=self.variables(), check=True,
        ).stdout

    def variables(self) -> dict[str, str]:
        """What a job has of libpq's variables."""
        return os.environ | {
            "PATH": f"{binaries()}:{os.environ['PATH']}", "PGHOST": "127.0.0.1", "PGPORT": str(self.port),
            "PGUSER": USER, "PGDATABASE": DATABASE, "PGPASSWORD": PASSWORD,
        }

    def _made_for_the_server(self) -> str:
        made = tempfile.mkdtemp(dir=self.folder)
        if unprivileged():
            run("chown", "postgres:postgres", made, check=True)
        return made

    def _run(self, name: str, *arguments: str) -> None:
        run(*unprivileged(), str(binaries() / name), *arguments, cwd="/", check=True)


class Backups:
    """A folder of dumps, and the jobs that write and read it."""

    def __init__(self, server: Postgres, folder: Path) -> None:
        self.server = server
        self.folder = folder

    def run(
        self, script: str, *arguments: str, keep_days: int = 7, keep_least: int = 8, first_in_path: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs one of the scripts as its job does."""
        variables = self.server.variables()
        # The scripts have the password from a file.
        del variables["PGPASSWORD"]
        if first_in_path:
            variables["PATH"] = f"{first_in_path}:{variables['PATH']}"
        variables |= {
            "PASSWORD_FILE": str(self.server.password), "BACKUP_FOLDER": str(self.folder),
            "BACKUP_KEEP_DAYS": str(keep_days), "BACKUP_KEEP_LEAST": str(keep_least),
        }
        return run("sh", str(SCRIPTS / script), *arguments, env=variables)

    def names(self) -> set[str]:
        """What is in the folder."""
        return {path.name for path in self.folder.iterdir()}

    def put(self, names: Iterable[str]) -> None:
        """Puts files there that stand for dumps."""
        for name in names:
            (self.folder / name).write_text("a dump")
