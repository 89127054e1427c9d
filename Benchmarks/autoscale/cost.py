#!/usr/bin/env python3
"""What a fleet carries and costs, from parameters: prices are the reader's to set, none is looked up.

    cost.py --vcpu-hour 0.04 --gib-hour 0.005             a price for what the pods request
    cost.py --pod-month 25                                a price for a pod
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

HOURS_A_MONTH = 730
SECONDS_AN_HOUR = 3600


@dataclass(frozen=True)
class Prices:
    """What a pod costs in a month, and what has to be paid whatever their number."""

    pod_month: float
    fixed_month: float

    def month(self, pods: float) -> float:
        return pods * self.pod_month + self.fixed_month


@dataclass(frozen=True)
class Capacity:
    """What a pod sends, and the most that the fleet may."""

    pod_rate: float
    fleet_rate: float

    def rate(self, pods: int) -> float:
        return min(pods * self.pod_rate, self.fleet_rate)


def pod_month(cpu: float, memory_gib: float, vcpu_hour: float, gib_hour: float) -> float:
    """The requests, for every hour of a month."""
    return HOURS_A_MONTH * (cpu * vcpu_hour + memory_gib * gib_hour)


def average_pods(minimum: int, maximum: int, busy_hours: float) -> float:
    """The pods over a day of which so many hours are spent at the maximum and the rest at the minimum."""
    return (busy_hours * maximum + (24 - busy_hours) * minimum) / 24


def table(sizes: list[int], capacity: Capacity, prices: Prices, messages: int) -> str:
    """A line for each size."""
    heads = ("pods", "messages/s", "messages/hour", f"hours for {messages:,}", "cost/month", "per million at full rate")
    lines = [f"| {' | '.join(heads)} |", "|" + "---:|" * len(heads)]
    for pods in sizes:
        rate, month = capacity.rate(pods), prices.month(pods)
        million = month / (rate * SECONDS_AN_HOUR * HOURS_A_MONTH / 1e6)
        hours = messages / (rate * SECONDS_AN_HOUR)
        cells = (f"{pods}", f"{rate:,.0f}", f"{rate * SECONDS_AN_HOUR:,.0f}", f"{hours:.2f}", f"{month:,.2f}")
        lines.append(f"| {' | '.join(cells)} | {million:.4f} |")
    return "\n".join(lines)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pods", type=int, nargs="+", default=[2, 10, 20])
    parser.add_argument("--pod-rate", type=float, default=50, help="messages/s of a pod (default: %(default)s)")
    parser.add_argument("--fleet-rate", type=float, default=1000, help="the fleet's limit (default: %(default)s)")
    parser.add_argument("--messages", type=int, default=1_000_000, help="the batch whose hours are told")
    parser.add_argument("--cpu", type=float, default=0.1, help="vCPU that a pod requests (default: %(default)s)")
    parser.add_argument("--memory", type=float, default=64 / 1024, help="GiB that it requests (default: %(default)s)")
    parser.add_argument("--pod-month", type=float, help="the price of a pod, instead of those of its parts")
    parser.add_argument("--vcpu-hour", type=float, help="the price of a vCPU")
    parser.add_argument("--gib-hour", type=float, help="the price of a GiB of memory")
    parser.add_argument("--fixed-month", type=float, default=0, help="control plane, Redis, Evolution (default: 0)")
    parser.add_argument("--busy-hours", type=float, default=4, help="of a day, at the most pods (default: %(default)s)")
    arguments = parser.parse_args()
    if arguments.pod_month is None and None in (arguments.vcpu_hour, arguments.gib_hour):
        parser.error("set --pod-month, or --vcpu-hour and --gib-hour: your prices are not known here")
    return arguments


def main() -> None:
    given = parse_arguments()
    price = given.pod_month
    if price is None:
        price = pod_month(given.cpu, given.memory, given.vcpu_hour, given.gib_hour)
    prices = Prices(price, given.fixed_month)
    print(table(given.pods, Capacity(given.pod_rate, given.fleet_rate), prices, given.messages))
    low, high = min(given.pods), max(given.pods)
    pods = average_pods(low, high, given.busy_hours)
    saved = 1 - prices.month(pods) / prices.month(high)
    print(
        f"\n{given.busy_hours:g} hours a day at {high} pods and the rest at {low}: {pods:.1f} pods on average, "
        f"{prices.month(pods):,.2f} a month, {saved:.0%} less than always {high}"
    )


if __name__ == "__main__":
    main()
