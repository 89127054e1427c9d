"""The controller's arithmetic: .venv/bin/python -m unittest discover -s Benchmarks/autoscale -p test_hpa.py"""

from __future__ import annotations

import math
import unittest

from hpa import Autoscaler, Policy, Rules, Spec
from hpa_metrics import ExternalAverage, ExternalValue, MetricMissing, PodUsage, ResourceUtilization

BACKLOG = ExternalAverage("backlog", 1500)
CPU = ResourceUtilization("cpu", 70)
AT_ONCE = Rules((Policy("Percent", 10_000, 15),), window=0)
NO_WINDOW = Rules((Policy("Percent", 100, 15),), window=0)


def autoscaler(up: Rules = AT_ONCE, down: Rules = NO_WINDOW, maximum: int = 100, minimum: int = 1) -> Autoscaler:
    """One that follows an External metric of which a pod may have 1."""
    return Autoscaler(Spec(minimum, maximum, (ExternalAverage("load", 1),), up, down))


def course(scaler: Autoscaler, replicas: int, wanted: list[int], every: float = 15) -> list[int]:
    """The replicas after each sync, when the metric asks for these numbers in turn."""
    seen = []
    for number, load in enumerate(wanted):
        replicas = scaler.sync(number * every, replicas, replicas, [float(load)]).replicas
        seen.append(replicas)
    return seen


class FormulaTests(unittest.TestCase):
    def test_the_documentation_s_examples_of_the_ratio(self) -> None:
        # current, used of a request of 100m at a target of 100 %, expected
        for current, used, expected in [(2, 0.200, 4), (2, 0.050, 1), (3, 0.109, 3), (3, 0.111, 4), (3, 0.089, 3)]:
            with self.subTest(current=current, used=used):
                pods = [PodUsage(0.1, used)] * current
                self.assertEqual(ResourceUtilization("cpu", 100).propose(pods, current, current), expected)

    def test_average_value_divides_the_whole_and_keeps_what_is_within_a_tenth(self) -> None:
        table = [
            (0, 2, 0), (1, 2, 1), (1500, 2, 1), (2700, 2, 2), (2699, 2, 2), (3000, 2, 2), (3299, 2, 2), (3301, 2, 3),
            (10_000, 2, 7), (100_000, 2, 67), (2999, 20, 2), (100, 0, 1),
        ]
        for total, pods, expected in table:
            with self.subTest(total=total, pods=pods):
                self.assertEqual(BACKLOG.propose(total, pods, pods), expected)

    def test_value_multiplies_the_pods_by_the_ratio(self) -> None:
        for total, pods, expected in [(200, 3, 6), (50, 4, 2), (105, 4, 4), (111, 4, 5)]:
            with self.subTest(total=total, pods=pods):
                self.assertEqual(ExternalValue("rate", 100).propose(total, pods, pods), expected)

    def test_utilization_is_cut_to_whole_per_cent(self) -> None:
        # 82.9 % is 82 % to the controller, and within a tenth of 75 %.
        metric = ResourceUtilization("cpu", 75)
        self.assertEqual(metric.propose([PodUsage(1, 0.829)] * 4, 4, 4), 4)
        self.assertEqual(metric.propose([PodUsage(1, 0.83)] * 4, 4, 4), 5)

    def test_pods_that_are_not_ready_dampen_a_rise_and_nothing_else(self) -> None:
        hot, cold, new = PodUsage(1, 1.4), PodUsage(1, 0.14), PodUsage(1, None, is_ready=False)
        self.assertEqual(CPU.propose([hot, hot], 2, 2), 4)
        self.assertEqual(CPU.propose([hot, hot, new, new], 4, 4), 4)
        self.assertEqual(CPU.propose([cold, cold, new, new], 4, 4), 1)

    def test_pods_without_figures_count_against_the_change(self) -> None:
        hot, cold, unknown = PodUsage(1, 1.4), PodUsage(1, 0.14), PodUsage(1)
        self.assertEqual(CPU.propose([hot, hot, hot, unknown], 4, 4), 6)
        self.assertEqual(CPU.propose([cold, cold, cold, unknown], 4, 4), 2)
        with self.assertRaises(MetricMissing):
            CPU.propose([unknown, unknown], 2, 2)


class MissingMetricTests(unittest.TestCase):
    def sync(self, replicas: int, backlog: float | None, used: float | None) -> int:
        """Both metrics, one sync, from that many replicas."""
        scaler = Autoscaler(Spec(2, 20, (BACKLOG, CPU), AT_ONCE, NO_WINDOW))
        return scaler.sync(100, replicas, replicas, [backlog, [PodUsage(1, used)] * replicas]).replicas

    def test_the_largest_wins_and_a_missing_one_stops_only_the_way_down(self) -> None:
        table = [
            (4, 15_000, 0.7, 10), (4, 0, 1.4, 8), (4, 0, 0.07, 2),
            (4, None, 1.4, 8), (4, None, 0.07, 4), (4, 15_000, None, 10), (4, 0, None, 4), (4, None, None, 4),
        ]
        for replicas, backlog, used, expected in table:
            with self.subTest(backlog=backlog, used=used):
                self.assertEqual(self.sync(replicas, backlog, used), expected)

    def test_a_sync_without_figures_leaves_no_recommendation(self) -> None:
        scaler = autoscaler(down=Rules(NO_WINDOW.policies, window=60))
        self.assertEqual(course(scaler, 10, [10]), [10])
        for now in (15, 30, 45, 59):
            self.assertEqual(scaler.sync(now, 10, 10, [None]).replicas, 10)
        self.assertEqual(scaler.sync(61, 10, 10, [2.0]).replicas, 2)


class LimitTests(unittest.TestCase):
    def test_minimum_and_maximum(self) -> None:
        scaler = autoscaler(minimum=2, maximum=20)
        self.assertEqual(course(scaler, 4, [67, 0]), [20, 2])
        self.assertEqual(scaler.sync(90, 30, 30, [30.0]).replicas, 20)
        self.assertEqual(scaler.sync(90, 1, 1, [1.0]).replicas, 2)
        self.assertEqual(scaler.sync(90, 0, 0, [9.0]).replicas, 0)

    def test_the_documentation_s_scale_down_of_80_pods(self) -> None:
        """4 pods or 10 % a minute, whichever is more: 80 → 72 → 64 …, and from 40 on 4 at a time."""
        down = Rules((Policy("Pods", 4, 60), Policy("Percent", 10, 60)), window=0)
        seen = course(autoscaler(down=down), 80, [1] * 11, every=60)
        self.assertEqual(seen, [72, 64, 57, 51, 45, 40, 36, 32, 28, 24, 20])

    def test_select_policy(self) -> None:
        policies = (Policy("Percent", 10, 60), Policy("Pods", 5, 60))
        for select, expected in [("Max", 72), ("Min", 75), ("Disabled", 80)]:
            with self.subTest(select=select):
                self.assertEqual(course(autoscaler(down=Rules(policies, 0, select)), 80, [1]), [expected])
        for select, expected in [("Max", 88), ("Min", 85), ("Disabled", 80)]:
            with self.subTest(select=select):
                self.assertEqual(course(autoscaler(up=Rules(policies, 0, select)), 80, [100]), [expected])

    def test_half_or_two_pods_a_minute(self) -> None:
        up = Rules((Policy("Percent", 50, 60), Policy("Pods", 2, 60)), window=0)
        self.assertEqual(course(autoscaler(up, maximum=20), 2, [67] * 7, every=60), [4, 6, 9, 14, 20, 20, 20])

    def test_a_period_is_counted_from_its_start_not_from_the_last_sync(self) -> None:
        up = Rules((Policy("Percent", 50, 60), Policy("Pods", 2, 60)), window=0)
        # 4 pods were 2 a minute ago at every sync of that minute; 15 s × 4 is no longer within 60 s.
        self.assertEqual(course(autoscaler(up), 2, [67] * 9), [4, 4, 4, 4, 6, 6, 6, 6, 9])

    def test_what_was_removed_in_the_period_may_come_back(self) -> None:
        up = Rules((Policy("Pods", 1, 60),), window=0)
        scaler = autoscaler(up, NO_WINDOW)
        self.assertEqual(course(scaler, 10, [4, 50]), [4, 11])

    def test_a_tenth_or_one_pod_a_minute(self) -> None:
        down = Rules((Policy("Percent", 10, 60), Policy("Pods", 1, 60)), window=0)
        seen = course(autoscaler(down=down, minimum=2), 20, [1] * 14, every=60)
        self.assertEqual(seen, [18, 16, 14, 12, 10, 9, 8, 7, 6, 5, 4, 3, 2, 2])


class StabilisationTests(unittest.TestCase):
    def test_down_waits_for_the_highest_of_its_window_to_pass(self) -> None:
        scaler = autoscaler(down=Rules(NO_WINDOW.policies, window=60))
        self.assertEqual(course(scaler, 5, [9, 3, 3, 3, 3, 3, 2]), [9, 9, 9, 9, 3, 3, 3])

    def test_up_waits_for_the_lowest_of_its_window_to_pass(self) -> None:
        scaler = autoscaler(up=Rules(AT_ONCE.policies, window=60))
        self.assertEqual(course(scaler, 2, [2, 9, 8, 9, 9, 9]), [2, 2, 2, 2, 8, 8])

    def test_a_short_dip_does_not_flap(self) -> None:
        scaler = autoscaler(down=Rules(NO_WINDOW.policies, window=300))
        wanted = [10 if number % 4 else 3 for number in range(1, 60)]
        self.assertEqual(set(course(scaler, 10, wanted)), {10})

    def test_the_replicas_at_the_start_count_as_a_recommendation(self) -> None:
        scaler = autoscaler(down=Rules(NO_WINDOW.policies, window=300))
        seen = course(scaler, 14, [2] * 22)
        self.assertEqual(seen, [14] * math.ceil(300 / 15) + [2, 2])


if __name__ == "__main__":
    unittest.main()
