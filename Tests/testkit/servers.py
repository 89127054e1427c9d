"""The program under test and what it needs: Redis, the Evolution sandbox, a worker."""

from __future__ import annotations

import json
import os

from testkit.network import fetch
from testkit.paths import ifinu, tool
from testkit.process import Program, run


class Redis(Program):
    """A private redis-server that keeps nothing."""

    name = "redis"

    def command(self) -> list[str]:
        server = tool("redis-server")
        return [server, "--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--dir", str(self.folder)]

    @property
    def url(self) -> str:
        return f"redis://{self.address}/0"

    def enqueue(self, payloads: list[dict], lane: str = "whatsapp") -> None:
        """Puts messages into a lane, as a producer with the command line does."""
        lines = "".join(json.dumps(payload) + "\n" for payload in payloads)
        environment = clean_environment() | {"IFINU_REDIS_URL": self.url}
        run(ifinu(), "enqueue", "-", "--lane", lane, input=lines, env=environment, check=True)


class Sandbox(Program):
    """An Evolution API that sends nothing.

    `options` are those of `ifinu sandbox`, in force from the next start on; one without a value is True.
    """

    name = "sandbox"

    def __init__(self, **options: str | bool) -> None:
        super().__init__()
        self.options = options

    def command(self) -> list[str]:
        flags = []
        for name, value in self.options.items():
            flags += [f"--{name.replace('_', '-')}"] if value is True else [f"--{name.replace('_', '-')}", value]
        return [ifinu(), "sandbox", "--address", self.address, *flags]

    def change(self, **options: str | bool) -> None:
        """Starts it anew on its port with other options."""
        self.stop()
        self.options = options
        self.start()


class Worker(Program):
    """A worker; `settings` are IFINU_ variables without the prefix, such as RATE="5"."""

    name = "worker"

    def __init__(self, redis: Redis, sandbox: Sandbox, **settings: str) -> None:
        super().__init__()
        own = {
            "REDIS_URL": redis.url, "EVOLUTION_URL": sandbox.url, "EVOLUTION_INSTANCE": "loja",
            "HTTP_ADDRESS": self.address, "SHUTDOWN_GRACE": "1s",
        }
        self.settings = {f"IFINU_{name}": value for name, value in (own | settings).items()}

    def command(self) -> list[str]:
        return [ifinu(), "worker"]

    def environment(self) -> dict[str, str]:
        return clean_environment() | self.settings

    def is_ready(self) -> bool:
        return bool(fetch(f"{self.url}/readyz"))

    def metrics(self) -> str:
        """The page that Prometheus reads."""
        return fetch(f"{self.url}/metrics")


def clean_environment() -> dict[str, str]:
    """The test's environment without settings of ifinu's, which would change what is tested."""
    return {name: value for name, value in os.environ.items() if not name.startswith("IFINU_")}


def message(number: int, **fields: str) -> dict:
    """A plain message that the sandbox takes."""
    return {"id": f"m{number}", "telefone": "5511988887777", "texto": f"Olá, mensagem {number}"} | fields
