"""Everything between a message and a pager, real, with the shipped rules and routes at a multiple of their speed."""

from __future__ import annotations

import tempfile
from pathlib import Path

import yaml

from receiver import notification_receiver
from rules import ALERTS, RULES
from testkit.monitoring import Alertmanager, Prometheus
from testkit.process import Programs
from testkit.servers import Redis, Sandbox, Worker, message
from timescale import scaled_routes, scaled_rules

FACTOR = 60
# Enough for the rate below to last longer than the test, however long that has to wait.
MESSAGES = 20_000
INSTANCES = 10
# A failure is not tried again within the test, and the breaker stays out of it.
SETTINGS = {"RATE": "20", "BURST": "1", "RETRY_BASE": "1h", "BREAKER_FAILURES": "100000"}
SECRETS = "/etc/alertmanager/segredos"
TEMPLATES = "/etc/alertmanager/templates"


class AlertStack(Programs):
    """Redis, the sandbox, a worker at work, Prometheus, Alertmanager, and the receiver of what it tells."""

    def feed(self) -> None:
        """Gives the worker enough to do for as long as a test takes."""
        self.redis.enqueue([message(number) for number in range(MESSAGES)])

    def feed_many_instances(self) -> None:
        """The same in the urgent lane, divided among a few numbers."""
        messages = [message(number, instancia=f"numero-{number % INSTANCES}") for number in range(MESSAGES)]
        self.redis.enqueue(messages, "urgente")

    def counted(self, series: str) -> float:
        """What the worker shows for a series; 0 for one that it does not have."""
        lines = self.worker.metrics().splitlines()
        return next((float(line.removeprefix(f"{series} ")) for line in lines if line.startswith(f"{series} ")), 0.0)

    def _build(self) -> None:
        folder = Path(self.enter_context(tempfile.TemporaryDirectory(prefix="ifinu-alerts-")))
        self.receiver = self.enter_context(notification_receiver())
        self.redis = self.enter_context(Redis())
        self.sandbox = self.enter_context(Sandbox())
        self.worker = self.enter_context(Worker(self.redis, self.sandbox, **SETTINGS))
        self.alertmanager = self.enter_context(Alertmanager(self._configuration(folder)))
        self.prometheus = self.enter_context(
            Prometheus({"ifinu": [self.worker.address]}, self._rules(folder), self.alertmanager.address)
        )

    def _rules(self, folder: Path) -> list[Path]:
        written = []
        for source in sorted(RULES.glob("*.yml")):
            target = folder / source.name
            target.write_text(scaled_rules(source, FACTOR))
            written.append(target)
        return written

    def _configuration(self, folder: Path) -> str:
        configuration = configuration_for(folder, self.receiver.url)
        configuration["route"] = scaled_routes(configuration["route"], FACTOR)
        return yaml.safe_dump(configuration, allow_unicode=True)


def configuration_for(folder: Path, receiver_url: str) -> dict:
    """The shipped configuration of the Alertmanager with its secrets in `folder` and its receivers at the URL."""
    secrets = {"slack": f"{receiver_url}/slack", "pagerduty": "chave-de-teste", "vigia": "ficha-de-teste"}
    for name, secret in secrets.items():
        (folder / name).write_text(secret)
    text = (ALERTS / "alertmanager.yml").read_text()
    text = text.replace(SECRETS, str(folder)).replace(TEMPLATES, str(ALERTS / "templates"))
    configuration = yaml.safe_load(text.replace("http://vigia:8080/ifinu", f"{receiver_url}/vigia"))
    configuration["global"]["pagerduty_url"] = f"{receiver_url}/pagerduty/v2/enqueue"
    return configuration
