"""A run's checks and its text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from record import Record
from simulation import Simulation


@dataclass(frozen=True)
class Page:
    """What the original page expects of a load test."""

    messages: int
    time: str
    seconds: float
    pods: str
    cpu: str
    grows_to: int


@dataclass(frozen=True)
class Check:
    """Something that has to be so."""

    what: str
    holds: bool
    seen: str = ""


@dataclass
class Outcome:
    """What came of a run: facts to read, expectations beside them, checks that decide."""

    title: str
    factor: float
    record: Record
    facts: list[tuple[str, str, str]] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)

    @property
    def has_passed(self) -> bool:
        return all(check.holds for check in self.checks)

    def check(self, what: str, holds: bool, seen: object = "") -> None:
        self.checks.append(Check(what, holds, str(seen)))

    def fact(self, what: str, happened: str, expected: str = "") -> None:
        """One line of the table; `expected` is what the original page says."""
        self.facts.append((what, happened, expected))

    def describe(self, took: str, page: Page | None = None) -> None:
        """The figures of every run, beside the page's where it has some."""
        record = self.record
        self.fact("time", took, page.time if page else "")
        self.fact("pods wanted", " → ".join(map(str, record.sizes)), page.pods if page else "")
        self.fact("pods ready at most", f"{record.peak_ready}")
        self.fact("highest rate", f"{record.peak_rate:,.0f} messages/s")
        self.fact("CPU of the requests", f"{record.peak_cpu} % at most", page.cpu if page else "")
        self.fact("memory of the requests", f"{record.peak_memory} % at most")

    def close(self, simulation: Simulation, is_drained: bool = True) -> Outcome:
        """Ends the fleet and makes the checks that every run has to pass, whether all was to be sent or not."""
        simulation.finish()
        total, received = simulation.enqueued, Counter(simulation.sandbox.received)
        expected = {f"test_{number}" for number in range(1, total + 1)}
        lost = sum(identifier not in received for identifier in expected)
        doubled = sum(count > 1 for count in received.values())
        strange = len(received.keys() - expected)
        left = simulation.left_behind()
        if not is_drained:
            lost -= left
        seen = f"{simulation.sent:,} received, {left:,} left: {lost} lost, {doubled} doubled, {strange} unknown"
        once = "sent exactly once" if is_drained else "sent once or is still in Redis"
        self.check(f"each of {total:,} messages was {once}", not (lost or doubled or strange), seen)
        self.check("nothing is left in Redis" if is_drained else "the rest is left in Redis", bool(left) != is_drained)
        faults = simulation.fleet.faults
        self.check("every pod ended with 0 at its SIGTERM", not faults and not simulation.fleet.pods, "; ".join(faults))
        spec, sizes = simulation.setup.spec, self.record.sizes
        inside = all(spec.minimum <= size <= spec.maximum for size in sizes)
        self.check(f"never fewer than {spec.minimum} nor more than {spec.maximum} pods", inside, f"peak {max(sizes)}")
        return self

    def text(self) -> str:
        scale = "in real time" if self.factor == 1 else f"{self.factor:g} times as fast as real time"
        lines = [f"\n{self.title} ({scale}; all times are simulated)"]
        width = max(len(what) for what, _, _ in self.facts)
        for what, happened, expected in self.facts:
            page = f"   (the page: {expected})" if expected else ""
            lines.append(f"  {what.ljust(width)}  {happened}{page}")
        for check in self.checks:
            seen = f": {check.seen}" if check.seen else ""
            lines.append(f"  {'ok    ' if check.holds else 'FAILED'} {check.what}{seen}")
        return "\n".join(lines)
