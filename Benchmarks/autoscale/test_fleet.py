"""The Deployment's part, with pods that are no processes: .venv/bin/python -m unittest discover -s Benchmarks/autoscale"""

from __future__ import annotations

import unittest
from dataclasses import dataclass
from pathlib import Path

from fleet import Fleet, Rollout
from pod import GONE, PENDING, READY

START = 5.0


@dataclass
class PaperPod:
    """Ready a while after it was made, and gone at once."""

    name: str
    generation: int
    created: float
    phase: str = PENDING
    ready_since: float | None = None

    @property
    def is_active(self) -> bool:
        return self.phase in (PENDING, READY)

    @property
    def has_process(self) -> bool:
        return self.phase == READY

    @property
    def address(self) -> str:
        return self.name

    def advance(self, now: float, _: object) -> None:
        if self.phase == PENDING and now >= self.created + START:
            self.phase, self.ready_since = READY, now

    def stop(self) -> None:
        self.phase = GONE


class PaperFleet(Fleet):
    """A fleet of them."""

    def _make(self, now: float) -> PaperPod:
        self._made += 1
        pod = PaperPod(f"pod-{self._made}", self.generation, now)
        self.pods.append(pod)
        return pod


def fleet(desired: int, surge: float = 0.0, unavailable: float = 0.25) -> PaperFleet:
    """One that has all its pods, and has had them for a while."""
    made = PaperFleet(Path(), lambda _: {}, START, Rollout(surge, unavailable, ready_seconds=10))
    made.desired = desired
    for now in range(30):
        made.advance(now)
    return made


class FleetTests(unittest.TestCase):
    def rolled(self, made: PaperFleet) -> tuple[int, int]:
        """The fewest ready and the most active pods while it replaces them all."""
        made.roll()
        ready, active = [], []
        for now in range(30, 300):
            made.advance(now)
            ready.append(len(made.ready))
            active.append(len(made.active))
        self.assertTrue(made.is_settled)
        return min(ready), max(active)

    def test_a_rollout_keeps_to_its_limits(self) -> None:
        for desired, surge, unavailable, expected in [
            (2, 0.0, 0.25, (1, 2)), (4, 0.0, 0.25, (3, 4)), (20, 0.0, 0.25, (15, 20)), (4, 0.25, 0.0, (4, 5)),
        ]:
            with self.subTest(desired=desired, surge=surge):
                self.assertEqual(self.rolled(fleet(desired, surge, unavailable)), expected)

    def test_what_is_not_ready_goes_first_and_then_the_youngest(self) -> None:
        made = fleet(2)
        made.desired = 4
        made.advance(30)
        made.desired = 3
        made.advance(31)
        self.assertEqual([pod.name for pod in made.active], ["pod-1", "pod-2", "pod-3"])
        made.desired = 1
        made.advance(40)
        self.assertEqual([pod.name for pod in made.active], ["pod-1"])

    def test_pods_that_are_gone_are_no_targets(self) -> None:
        made = fleet(3)
        made.desired = 2
        self.assertTrue(made.advance(31))
        self.assertEqual(len(made.targets()), 2)


if __name__ == "__main__":
    unittest.main()
