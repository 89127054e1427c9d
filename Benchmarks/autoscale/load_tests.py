"""The original page's three load tests, beside what it expected of them, and a burst that needs the whole fleet."""

from __future__ import annotations

from collections.abc import Callable

from hpa import SYNC_SECONDS
from manifests import Setup
from outcome import Outcome, Page
from simulation import Simulation

PAGES = [
    Page(1_000, "~20 s", 20, "2, does not scale", "40-50 %", 2),
    Page(10_000, "~100 s", 100, "2 → 4 → 6", "70 % and more", 4),
    Page(100_000, "~15 min", 900, "2 → 10 → 20", "80 % and more", 10),
]


def load_test(page: Page) -> Callable[[Setup, float], Outcome]:
    """N messages at once into an empty queue."""

    def play(setup: Setup, factor: float) -> Outcome:
        with Simulation(setup, factor) as simulation:
            outcome = Outcome(f"{page.messages:,} messages", factor, simulation.record)
            simulation.run_for(1)
            began = simulation.now
            simulation.enqueue(page.messages)
            simulation.drain(limit=began + 2 * page.seconds)
            ended = simulation.record.sent_by(page.messages)
            took = float("inf") if ended is None else ended - began
            simulation.run_for(SYNC_SECONDS)  # for the CPU of the last seconds to be read
            outcome.describe(f"{took:.0f} s", page)
            outcome.check(f"sent within the page's {page.seconds:g} s", took <= page.seconds, f"{took:.0f} s")
            if page.grows_to <= setup.spec.minimum:
                outcome.check("does not scale", simulation.record.peak == page.grows_to)
            else:
                what = f"grows to {page.grows_to} pods or more"
                outcome.check(what, simulation.record.peak >= page.grows_to, f"{simulation.record.peak}")
            return outcome.close(simulation)

    return play


def maximum(setup: Setup, factor: float, messages: int = 150_000) -> Outcome:
    """A burst that is still large when the fleet has grown for four minutes: to the maximum, and no further."""
    with Simulation(setup, factor) as simulation:
        outcome = Outcome(f"{messages:,} messages: the whole fleet", factor, simulation.record)
        simulation.run_for(1)
        began = simulation.now
        simulation.enqueue(messages)
        drained = simulation.drain(limit=began + 900)
        ended = simulation.now
        simulation.run_for(SYNC_SECONDS)
        outcome.describe(f"{ended - began:.0f} s")
        most, record = setup.spec.maximum, simulation.record
        outcome.check("all was sent", drained)
        outcome.check(f"grows to all {most} pods", record.peak == record.peak_ready == most, record.peak_ready)
        wanted = max(proposal or 0 for sync in record.syncs for proposal in sync.decision.proposals.values())
        outcome.check("more were wanted, and the maximum held", wanted > most, wanted)
        # A pod's first burst comes on top of its rate, and a few pods start together.
        limit = most * setup.rate * 1.15
        outcome.check(f"never faster than {limit:,.0f}/s over 10 s", record.peak_rate <= limit, f"{record.peak_rate:,.0f}")
        return outcome.close(simulation)
