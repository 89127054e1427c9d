"""The table of costs: .venv/bin/python -m unittest discover -s Benchmarks/autoscale -p test_cost.py"""

from __future__ import annotations

import unittest

from cost import Capacity, Prices, average_pods, pod_month, table


class CostTests(unittest.TestCase):
    def test_the_original_table_s_totals(self) -> None:
        prices = Prices(pod_month=25, fixed_month=0)
        self.assertEqual([prices.month(pods) for pods in (2, 10, 20)], [50, 250, 500])
        capacity = Capacity(50, 1000)
        self.assertEqual([capacity.rate(pods) for pods in (2, 10, 20, 40)], [100, 500, 1000, 1000])

    def test_a_line(self) -> None:
        line = table([10], Capacity(50, 1000), Prices(25, 0), 1_800_000).splitlines()[-1]
        self.assertEqual(line, "| 10 | 500 | 1,800,000 | 1.00 | 250.00 | 0.1903 |")

    def test_prices_of_parts(self) -> None:
        self.assertAlmostEqual(pod_month(0.5, 0.5, 0.04, 0.004), 730 * 0.022)

    def test_average_pods(self) -> None:
        self.assertAlmostEqual(average_pods(2, 20, 4), 5)
        self.assertEqual(average_pods(2, 20, 24), 20)


if __name__ == "__main__":
    unittest.main()
