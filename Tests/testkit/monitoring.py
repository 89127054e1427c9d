"""Prometheus and Alertmanager, as the system's packages have them."""

from __future__ import annotations

import json
import urllib.error
from pathlib import Path
from urllib.parse import urlencode

import yaml

from testkit.network import fetch, free_port
from testkit.paths import tool
from testkit.process import Program

# What Prometheus answers to an expression that it can't read or can't evaluate.
REFUSALS = (400, 422)


class QueryError(ValueError):
    """Prometheus refuses an expression: asking again is of no use."""


class PrometheusAPI:
    """What a Prometheus at `url` is asked."""

    url: str

    def get(self, path: str, **arguments: object) -> dict:
        """The data of an answer."""
        try:
            return json.loads(fetch(f"{self.url}/api/v1/{path}?{urlencode(arguments)}"))["data"]
        except urllib.error.HTTPError as error:
            if error.code not in REFUSALS:
                raise
            raise QueryError(f"{json.load(error).get('error')}: {arguments}") from error

    def query(self, expression: str, at: float | None = None) -> list[dict]:
        """The samples that an expression gives, now or at a time."""
        return self.get("query", query=expression, **({} if at is None else {"time": at}))["result"]

    def query_range(self, expression: str, start: float, end: float, step: float) -> list[dict]:
        """Each series' values over time."""
        return self.get("query_range", query=expression, start=start, end=end, step=step)["result"]

    def alerts(self, name: str) -> list[dict]:
        """The alerts of this name that are pending or firing."""
        return [alert for alert in self.get("alerts")["alerts"] if alert["labels"]["alertname"] == name]

    def states(self, name: str, severity: str) -> set[str]:
        """The states of the alerts of this name and severity; empty when it is inactive."""
        return {alert["state"] for alert in self.alerts(name) if alert["labels"]["severity"] == severity}


class RemotePrometheus(PrometheusAPI):
    """One that runs already."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")


class Prometheus(Program, PrometheusAPI):
    """A Prometheus that scrapes `targets` (a job's name to its addresses) and tells `alertmanager`."""

    name = "prometheus"

    def __init__(
        self, targets: dict[str, list[str]], rules: list[Path] | None = None, alertmanager: str | None = None,
        interval: str = "1s",
    ) -> None:
        super().__init__()
        jobs = [{"job_name": job, "static_configs": [{"targets": where}]} for job, where in targets.items()]
        managers = [{"static_configs": [{"targets": [alertmanager]}]}] if alertmanager else []
        self.configuration = {
            "global": {"scrape_interval": interval, "scrape_timeout": interval, "evaluation_interval": interval},
            "scrape_configs": jobs,
            "rule_files": [str(path) for path in rules or []],
            "alerting": {"alertmanagers": managers},
        }

    def command(self) -> list[str]:
        file = self.folder / "prometheus.yml"
        file.write_text(yaml.safe_dump(self.configuration))
        return [
            tool("prometheus"), f"--config.file={file}", f"--storage.tsdb.path={self.folder / 'data'}",
            f"--web.listen-address={self.address}", "--log.level=warn", "--rules.alert.resend-delay=1s",
        ]

    def is_ready(self) -> bool:
        return bool(fetch(f"{self.url}/-/ready"))


class Alertmanager(Program):
    """An Alertmanager on its own, with this configuration."""

    name = "alertmanager"

    def __init__(self, configuration: str) -> None:
        super().__init__()
        self.configuration = configuration

    def command(self) -> list[str]:
        file = self.folder / "alertmanager.yml"
        file.write_text(self.configuration)
        return [
            tool("prometheus-alertmanager", "alertmanager"), f"--config.file={file}",
            f"--storage.path={self.folder / 'data'}", f"--web.listen-address={self.address}",
            f"--cluster.listen-address=127.0.0.1:{free_port()}", "--log.level=warn",
        ]

    def is_ready(self) -> bool:
        return bool(fetch(f"{self.url}/-/ready"))

    def post(self, labels: list[dict[str, str]]) -> None:
        """Fires alerts with these labels, as a Prometheus would."""
        fetch(f"{self.url}/api/v2/alerts", [{"labels": each} for each in labels])

    def alerts(self, name: str) -> list[dict]:
        """The alerts of this name, the muted ones too."""
        found = json.loads(fetch(f"{self.url}/api/v2/alerts"))
        return [alert for alert in found if alert["labels"]["alertname"] == name]
