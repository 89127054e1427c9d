"""The manifests as the simulation reads them: .venv/bin/python -m unittest discover -s Benchmarks/autoscale -p test_manifests.py"""

from __future__ import annotations

import shutil
import unittest

from clock import Clock
from fleet import Rollout
from manifests import load, quantity, rendered


class SetupTests(unittest.TestCase):
    def test_quantities(self) -> None:
        for text, value in [("100m", 0.1), ("64Mi", 64 * 2**20), ("1500", 1500), (1500, 1500), ("2k", 2000)]:
            with self.subTest(text=text):
                self.assertAlmostEqual(quantity(text), value)

    def test_the_numbers_hang_together(self) -> None:
        """A pod's rate times 30 s is its backlog; the most pods at that rate are the fleet's limit of 1,000/s."""
        setup = load()
        backlog = next(metric for metric in setup.spec.metrics if metric.name == "whatsapp_pendentes")
        self.assertEqual(backlog.target, setup.rate * 30)
        self.assertEqual(setup.spec.maximum * setup.rate, 1000)
        self.assertEqual({metric.name for metric in setup.spec.metrics}, {backlog.name, "cpu", "memory"})

    def test_a_number_has_a_pace(self) -> None:
        setup = load()
        self.assertEqual((setup.number_concurrency, setup.number_interval), (1, 3.0))

    def test_the_lengths_in_the_query_are_scaled(self) -> None:
        self.assertIn("[30s:10s]", load().query)
        self.assertEqual(Clock(4).query("min_over_time(a[30s:10s]) + b"), "min_over_time(a[7500ms:2500ms]) + b")

    @unittest.skipUnless(shutil.which("kubectl"), "kubectl renders the overlay")
    def test_what_is_simulated_is_what_is_applied(self) -> None:
        self.assertEqual(load(), rendered())


class RolloutTests(unittest.TestCase):
    def test_limits_as_a_deployment_rounds_them(self) -> None:
        table = [
            (0.25, 0.25, 2, (1, 0)), (0.25, 0.25, 10, (3, 2)), (0.0, 0.25, 2, (0, 1)), (0.0, 0.25, 6, (0, 1)),
            (0.0, 0.25, 20, (0, 5)), (1.0, 0.0, 3, (3, 0)),
        ]
        for surge, unavailable, desired, expected in table:
            with self.subTest(surge=surge, unavailable=unavailable, desired=desired):
                self.assertEqual(Rollout(surge, unavailable).limits(desired), expected)


if __name__ == "__main__":
    unittest.main()
