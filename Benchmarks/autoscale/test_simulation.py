"""The idle run in a small size, against real processes: a minute, on whatever machine."""

from __future__ import annotations

import unittest

from manifests import load
from runs import small

FACTOR = 20


class SimulationTests(unittest.TestCase):
    def test_a_burst_makes_the_fleet_grow_and_shrink_and_loses_nothing(self) -> None:
        outcome = small(load(), FACTOR)
        for check in outcome.checks:
            with self.subTest(check.what):
                self.assertTrue(check.holds, check.seen)
        self.assertLessEqual(outcome.record.peak, 8, outcome.text())


if __name__ == "__main__":
    unittest.main()
