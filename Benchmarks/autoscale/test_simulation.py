"""Some runs in a small size, against real processes: a minute or two, on whatever machine."""

from __future__ import annotations

import unittest

from manifests import load
from outcome import Outcome
from runs import busy_numbers, for_a_slow_machine, slow_numbers, small

FACTOR = 20
PACED_FACTOR = 4  # a number's interval is kept by Redis' clock, and counted every few seconds of it


class SimulationTests(unittest.TestCase):
    def test_a_burst_makes_the_fleet_grow_and_shrink_and_loses_nothing(self) -> None:
        outcome = small(load(), FACTOR)
        self.assert_passed(outcome)
        self.assertLessEqual(outcome.record.peak, 8, outcome.text())

    def test_what_waits_for_three_slow_numbers_adds_no_pod(self) -> None:
        self.assert_passed(slow_numbers(for_a_slow_machine(load()), PACED_FACTOR, messages=6_000, seconds=120))

    def test_as_much_on_many_numbers_adds_pods(self) -> None:
        self.assert_passed(busy_numbers(for_a_slow_machine(load()), PACED_FACTOR, messages=6_000, grows_to=6))

    def assert_passed(self, outcome: Outcome) -> None:
        for check in outcome.checks:
            with self.subTest(check.what):
                self.assertTrue(check.holds, check.seen)


if __name__ == "__main__":
    unittest.main()
