"""The runs: the original page's three load tests, and what an autoscaler gets wrong elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from load_tests import PAGES, load_test, maximum
from manifests import Setup
from outcome import Outcome
from simulation import Simulation

SCALE_DOWN_LIMIT = 1800.0  # after the queue is empty: the window of 300 s a few times over, and a pod a minute
NUMBER_JITTER = 0.3  # of IFINU_INSTANCE_JITTER
OUTAGE = 600.0  # twice the window: without Prometheus the fleet would have begun to shrink by then


@dataclass(frozen=True)
class Run:
    """One run and how fast it goes."""

    name: str
    factor: float
    play: Callable[[Setup, float], Outcome]


def idle(setup: Setup, factor: float, messages: int = 50_000) -> Outcome:
    """A burst, and then nothing: back to the minimum, one way."""
    with Simulation(setup, factor) as simulation:
        outcome = Outcome(f"Idle after a burst of {messages:,}", factor, simulation.record)
        minimum = setup.spec.minimum
        simulation.run_for(1)
        simulation.enqueue(messages)
        drained = simulation.drain(limit=1200)
        emptied = simulation.now
        down = simulation.run_until(lambda: simulation.fleet.desired == minimum, emptied + SCALE_DOWN_LIMIT)
        at_minimum = simulation.now
        simulation.run_for(120)
        outcome.describe(f"empty after {emptied:.0f} s, at {minimum} pods after {at_minimum:.0f} s")
        record = simulation.record
        outcome.check("the burst was sent", drained)
        outcome.check("it grew", record.peak > minimum, record.peak)
        outcome.check(f"it came down to {minimum} and stayed", down and record.sizes[-1] == minimum)
        outcome.check("up and then down, no flapping: the direction changed once", record.turns == 1, record.turns)
        early = record.syncs_between(emptied, emptied + setup.spec.down.window - 60)
        kept = all(sync.decision.replicas >= sync.before for sync in early)
        outcome.check("no pod was taken within the stabilisation window", kept)
        return outcome.close(simulation)


def prometheus_lost(setup: Setup, factor: float, messages: int = 30_000) -> Outcome:
    """Prometheus is killed in mid-flight and comes back."""
    with Simulation(setup, factor) as simulation:
        outcome = Outcome("Prometheus lost in mid-flight", factor, simulation.record)
        minimum = setup.spec.minimum
        simulation.run_for(1)
        simulation.enqueue(messages)
        simulation.run_until(lambda: len(simulation.fleet.ready) >= 3 * minimum, 300)
        simulation.prometheus.kill()
        simulation.mark("Prometheus killed")
        lost, size, waiting = simulation.now, simulation.fleet.desired, simulation.enqueued - simulation.sent
        drained = simulation.drain(limit=lost + OUTAGE)
        simulation.run_until(lambda: False, lost + OUTAGE)
        kept = simulation.fleet.desired
        outage = simulation.record.syncs_between(lost, simulation.now)
        simulation.prometheus.start()
        simulation.mark("and back")
        back = simulation.now
        down = simulation.run_until(lambda: simulation.fleet.desired == minimum, back + SCALE_DOWN_LIMIT)
        outcome.describe(f"killed at {lost:.0f} s, back at {back:.0f} s, {minimum} pods at {simulation.now:.0f} s")
        would = max((max(known(sync.decision.proposals), default=0) for sync in outage), default=0)
        outcome.check("the workers went on without it", drained and waiting > 0, f"{waiting:,} were waiting")
        outcome.check("the backlog was unknown all the while", all(sync.backlog is None for sync in outage))
        outcome.check("CPU and memory alone would have taken pods", 0 < would < size, f"wanted {would} of {size}")
        shrank = any(sync.decision.replicas < sync.before for sync in outage)
        outcome.check(f"no pod was taken in {OUTAGE:.0f} s and {len(outage)} syncs", not shrank and kept >= size, kept)
        outcome.check(f"it came down to {minimum} once Prometheus was back", down)
        outcome.check("the direction changed once", simulation.record.turns == 1, simulation.record.turns)
        return outcome.close(simulation)


def known(proposals: dict[str, int | None]) -> list[int]:
    """What the metrics that could be read ask for."""
    return [proposal for proposal in proposals.values() if proposal is not None]


def rollout(setup: Setup, factor: float, messages: int = 20_000) -> Outcome:
    """A burst while every pod is replaced, then another rollout of the larger fleet at work."""
    with Simulation(setup, factor) as simulation:
        outcome = Outcome("A burst during a rollout", factor, simulation.record)
        fleet = simulation.fleet
        simulation.run_for(setup.rollout.ready_seconds + 1)
        first = replaced(simulation)
        fleet.roll()
        simulation.mark("rollout")
        simulation.enqueue(messages)
        simulation.run_until(lambda: fleet.desired > setup.spec.minimum and fleet.is_settled, 300)
        second = replaced(simulation)
        fleet.roll()
        simulation.mark("rollout")
        simulation.enqueue(messages // 2)
        drained = simulation.drain(limit=1200)
        settled = simulation.run_until(lambda: fleet.is_settled, simulation.now + 300)
        outcome.describe(f"both rollouts over and all sent after {simulation.now:.0f} s")
        gone = not {pod.name for pod in fleet.pods} & (first | second)
        outcome.fact("pods replaced", f"{len(first)} and {len(second)}")
        outcome.check("all was sent", drained)
        fewest = min(sample.ready for sample in simulation.record.samples)
        outcome.check("somebody sent all the while", fewest > 0, f"{fewest} pods ready at least")
        outcome.check("every pod was replaced, twice, under load", settled and gone)
        return outcome.close(simulation)


SLOW_NUMBERS = 3
BUSY_NUMBERS = 2_000


def slow_numbers(setup: Setup, factor: float, messages: int = 100_000, seconds: float = 600) -> Outcome:
    """Far more than a few numbers may send in a day: pods can't help, and none is added."""
    with Simulation(setup, factor, SLOW_NUMBERS) as simulation:
        outcome = Outcome(f"{messages:,} messages on {SLOW_NUMBERS} slow numbers", factor, simulation.record)
        simulation.run_for(1)
        simulation.enqueue(messages)
        simulation.run_for(seconds)
        outcome.describe(f"{seconds:.0f} s were watched")
        record, minimum = simulation.record, setup.spec.minimum
        # The burst is in the lane until it has been sorted out of it, which the first sync may still see.
        outcome.check(f"no pod was added to the {minimum}", record.peak == minimum, record.peak)
        most = SLOW_NUMBERS * (seconds / setup.number_interval + 1) / (1 - NUMBER_JITTER)
        outcome.check(f"the numbers sent, and kept their pace: {most:.0f} at most", 0 < simulation.sent <= most, simulation.sent)
        seen = [sync.backlog for sync in record.syncs if sync.backlog is not None]
        outcome.check("the autoscaler saw nothing to do", seen and max(seen[-3:]) < setup.spec.metrics[0].target)
        return outcome.close(simulation, is_drained=False)


def busy_numbers(setup: Setup, factor: float, messages: int = 100_000, grows_to: int = 10) -> Outcome:
    """As much, on so many numbers that only pods are missing."""
    with Simulation(setup, factor, BUSY_NUMBERS) as simulation:
        outcome = Outcome(f"{messages:,} messages on {BUSY_NUMBERS:,} numbers", factor, simulation.record)
        simulation.run_for(1)
        began = simulation.now
        simulation.enqueue(messages)
        drained = simulation.drain(limit=began + 1800)
        outcome.describe(f"{simulation.now - began:.0f} s")
        outcome.check("all was sent", drained)
        outcome.check(f"grows to {grows_to} pods or more", simulation.record.peak >= grows_to, simulation.record.peak)
        return outcome.close(simulation)


def replaced(simulation: Simulation) -> set[str]:
    """The pods that a rollout now would replace."""
    return {pod.name for pod in simulation.fleet.active}


def for_a_slow_machine(setup: Setup) -> Setup:
    """A fifth of the rate, and of the backlog that a pod may have."""
    metrics = tuple(
        replace(each, target=each.target / 5) if hasattr(each, "target") else each for each in setup.spec.metrics
    )
    return replace(setup, rate=setup.rate / 5, spec=replace(setup.spec, metrics=metrics))


def small(setup: Setup, factor: float) -> Outcome:
    """The idle run for a slow machine."""
    return idle(for_a_slow_machine(setup), factor, messages=1_500)


RUNS = [
    *(Run(f"load-{page.messages}", 1 if page.messages <= 10_000 else 2, load_test(page)) for page in PAGES),
    Run("maximum", 4, maximum),
    Run("idle", 6, idle),
    Run("prometheus", 6, prometheus_lost),
    Run("rollout", 2, rollout),
    Run("slow-numbers", 4, slow_numbers),
    Run("busy-numbers", 2, busy_numbers),
]
