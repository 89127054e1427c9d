"""The servers around the pods: Redis and the sandbox as the tests have them, and a Prometheus that finds its targets."""

from __future__ import annotations

import json
from collections import Counter

from testkit import monitoring, servers

RECEIVED = "Mensagem de teste "
SCRAPE = "1s"


class Sandbox(servers.Sandbox):
    """The sandbox, which writes down each message that it takes."""

    def __init__(self, latency: float) -> None:
        super().__init__(latency=f"{max(1, round(latency * 1000))}ms")
        self.received: Counter[str] = Counter()
        self._count = 0
        self._offset = 0

    def command(self) -> list[str]:
        return [*super().command(), "--verbose"]

    def count(self) -> int:
        """Reads on, and gives the number of messages so far."""
        with self.log.open("rb") as log:
            log.seek(self._offset)
            data = log.read()
        whole = data[: data.rfind(b"\n") + 1]
        self._offset += len(whole)
        for line in whole.decode().splitlines():
            _, found, identifier = line.partition(RECEIVED)
            if found:
                self.received[identifier] += 1
                self._count += 1
        return self._count


class Prometheus(monitoring.Prometheus):
    """Scrapes what the file of targets names, each second."""

    def __init__(self, namespace: str, lookback: float) -> None:
        super().__init__({}, interval=SCRAPE)
        self._namespace, self._lookback = namespace, lookback
        self._targets = self.folder / "targets.json"
        discovery = {"files": [str(self._targets)], "refresh_interval": SCRAPE}
        self.configuration["scrape_configs"] = [{"job_name": "ifinu-worker", "file_sd_configs": [discovery]}]
        self.discover([])

    def command(self) -> list[str]:
        return [*super().command(), f"--query.lookback-delta={round(self._lookback * 1000)}ms"]

    def discover(self, targets: list[tuple[str, str]]) -> None:
        """Tells it the pods, as service discovery does."""
        groups = [
            {"targets": [address], "labels": {"namespace": self._namespace, "pod": name}} for name, address in targets
        ]
        # Renamed into place: a half-written file would be read.
        fresh = self._targets.with_suffix(".new")
        fresh.write_text(json.dumps(groups))
        fresh.rename(self._targets)

    def value(self, expression: str) -> float | None:
        """What an adapter would serve: the one sample of the query, or nothing."""
        try:
            samples = self.query(expression)
        except (OSError, ValueError, KeyError):
            return None
        if len(samples) > 1:
            raise RuntimeError(f"{len(samples)} series where the autoscaler would add them up: {expression}")
        return float(samples[0]["value"][1]) if samples else None
