"""Simulated time: runs `factor` times as fast as the wall's. Rates are multiplied by it, times divided, counts kept."""

from __future__ import annotations

import time


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

    def tick(self, seconds: float) -> None:
        """Lets that much simulated time pass; the simulation's one sleep."""
        time.sleep(self.wall(seconds))
