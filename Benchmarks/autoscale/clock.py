"""Simulated time: runs `factor` times as fast as the wall's. Rates are multiplied by it, times divided, counts kept."""

from __future__ import annotations

import re
import time

RANGE = re.compile(r"\[(\d+)s:(\d+)s\]")


class Clock:
    """Seconds since its making, in simulated time."""

    def __init__(self, factor: float) -> None:
        self.factor = factor
        self._start = time.monotonic()

    def now(self) -> float:
        return (time.monotonic() - self._start) * self.factor

    def wall(self, seconds: float) -> float:
        """How long that is on the wall's clock."""
        return seconds / self.factor

    def rate(self, per_second: float) -> float:
        """A simulated rate on the wall's clock."""
        return per_second * self.factor

    def query(self, expression: str) -> str:
        """A query with the lengths of its subqueries on the wall's clock."""
        return RANGE.sub(lambda found: "[" + ":".join(self._short(length) for length in found.groups()) + "]", expression)

    def _short(self, seconds: str) -> str:
        return f"{max(1, round(1000 * self.wall(float(seconds))))}ms"

    def tick(self, seconds: float) -> None:
        """Lets that much simulated time pass; the simulation's one sleep."""
        time.sleep(self.wall(seconds))
