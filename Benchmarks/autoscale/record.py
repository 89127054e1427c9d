"""What a run looked like: samples over simulated time, the autoscaler's decisions, and figures made of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from hpa import Decision

RATE_WINDOW = 10.0


@dataclass(frozen=True)
class Sample:
    """The fleet at one moment."""

    at: float
    backlog: int
    desired: int
    active: int
    ready: int
    sent: int


@dataclass(frozen=True)
class Sync:
    """One sync of the autoscaler and what it read."""

    at: float
    before: int
    decision: Decision
    backlog: float | None
    cpu_percent: int
    memory_percent: int


@dataclass
class Record:
    """A run; times are simulated seconds from its beginning."""

    samples: list[Sample] = field(default_factory=list)
    syncs: list[Sync] = field(default_factory=list)
    marks: list[tuple[float, str]] = field(default_factory=list)

    @property
    def sizes(self) -> list[int]:
        """The replicas wanted, each new number once: 2, 4, 6, 5 …"""
        sizes: list[int] = []
        for sample in self.samples:
            if not sizes or sizes[-1] != sample.desired:
                sizes.append(sample.desired)
        return sizes

    @property
    def peak(self) -> int:
        return max(self.sizes)

    @property
    def peak_ready(self) -> int:
        return max(sample.ready for sample in self.samples)

    @property
    def turns(self) -> int:
        """How often the wanted number changed its direction."""
        sizes = self.sizes
        ways = [after > before for before, after in itertools.pairwise(sizes)]
        return sum(before != after for before, after in itertools.pairwise(ways))

    @property
    def peak_rate(self) -> float:
        """The most messages a simulated second over ten of them."""
        return max((rate for _, rate in self.rates()), default=0.0)

    @property
    def peak_cpu(self) -> int:
        return max((sync.cpu_percent for sync in self.syncs), default=0)

    @property
    def peak_memory(self) -> int:
        return max((sync.memory_percent for sync in self.syncs), default=0)

    def sent_by(self, count: int) -> float | None:
        """When that many had been sent."""
        return next((sample.at for sample in self.samples if sample.sent >= count), None)

    def rates(self) -> Iterator[tuple[float, float]]:
        """The rate of the window that ends at each sample."""
        first = 0
        for sample in self.samples:
            while self.samples[first].at < sample.at - RATE_WINDOW:
                first += 1
            start = self.samples[first]
            if sample.at - start.at > RATE_WINDOW / 2:
                yield sample.at, (sample.sent - start.sent) / (sample.at - start.at)

    def syncs_between(self, start: float, end: float) -> list[Sync]:
        return [sync for sync in self.syncs if start <= sync.at <= end]
