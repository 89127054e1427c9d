"""How many replicas each kind of metric asks for, as the HPA's replica calculator reckons it; no I/O.

After `pkg/controller/podautoscaler/replica_calculator.go` of Kubernetes 1.27 and later.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

TOLERANCE = 0.1  # --horizontal-pod-autoscaler-tolerance
MILLI = 1000


class MetricMissing(Exception):
    """A metric that could not be read; the controller goes on with the others, but not down."""


@dataclass(frozen=True)
class PodUsage:
    """What one pod uses of a resource; `used` is None where nobody measured it."""

    request: float
    used: float | None = None
    is_ready: bool = True


Reading = float | Sequence[PodUsage] | None


@dataclass(frozen=True)
class ExternalAverage:
    """External with `averageValue`: the whole, divided by what one pod may have."""

    name: str
    target: float

    def propose(self, total: Reading, spec_replicas: int, status_replicas: int) -> int:
        """The tolerance is measured against the pods that are there, the number is not."""
        del spec_replicas
        if total is None:
            raise MetricMissing(self.name)
        share = math.inf if status_replicas == 0 else _milli(total) / (_milli(self.target) * status_replicas)
        if is_within_tolerance(share):
            return status_replicas
        return math.ceil(_milli(total) / _milli(self.target))


@dataclass(frozen=True)
class ExternalValue:
    """External with `value`: the ratio of the whole to the target, times the pods that are ready."""

    name: str
    target: float

    def propose(self, total: Reading, spec_replicas: int, status_replicas: int) -> int:
        """`status_replicas` stands for the ready ones."""
        if total is None:
            raise MetricMissing(self.name)
        ratio = _milli(total) / _milli(self.target)
        if spec_replicas == 0:
            return math.ceil(ratio)
        return spec_replicas if is_within_tolerance(ratio) else math.ceil(ratio * status_replicas)


@dataclass(frozen=True)
class ResourceUtilization:
    """Resource with `averageUtilization`: the share of the requests that is used, in whole per cent."""

    name: str
    target_percent: int

    def propose(self, pods: Reading, spec_replicas: int, status_replicas: int) -> int:
        """Pods that are not ready, or that nobody measured, count so that they dampen the change."""
        del status_replicas
        pods = list(pods or [])
        ready = [pod for pod in pods if pod.is_ready]
        measured = [pod for pod in ready if pod.used is not None]
        missing = [pod for pod in ready if pod.used is None]
        unready = [pod for pod in pods if not pod.is_ready]
        if not measured:
            raise MetricMissing(self.name)
        ratio = self._ratio(measured)
        is_rising_with_unready = bool(unready) and ratio > 1
        if not is_rising_with_unready and not missing:
            return spec_replicas if is_within_tolerance(ratio) else math.ceil(ratio * len(ready))
        counted = list(measured)
        if ratio < 1:
            fallback = max(100, self.target_percent) / 100
            counted += [replace(pod, used=pod.request * fallback) for pod in missing]
        elif ratio > 1:
            counted += [replace(pod, used=0.0) for pod in missing]
        if is_rising_with_unready:
            counted += [replace(pod, used=0.0) for pod in unready]
        return self._dampened(ratio, counted, spec_replicas)

    def _dampened(self, ratio: float, counted: list[PodUsage], spec_replicas: int) -> int:
        again = self._ratio(counted)
        turns = (ratio < 1 < again) or (again < 1 < ratio)
        if is_within_tolerance(again) or turns:
            return spec_replicas
        replicas = math.ceil(again * len(counted))
        turns = (again < 1 and replicas > spec_replicas) or (again > 1 and replicas < spec_replicas)
        return spec_replicas if turns else replicas

    def percent(self, pods: Sequence[PodUsage]) -> int:
        """Utilization as `kubectl get hpa` shows it; 0 where nothing was measured."""
        measured = [pod for pod in pods if pod.used is not None]
        requested = sum(_milli(pod.request) for pod in measured)
        return sum(_milli(pod.used) for pod in measured) * 100 // requested if requested else 0

    def _ratio(self, pods: Sequence[PodUsage]) -> float:
        return self.percent(pods) / self.target_percent


Metric = ExternalAverage | ExternalValue | ResourceUtilization


def is_within_tolerance(ratio: float) -> bool:
    """Whether the change is too small to be made."""
    return abs(1.0 - ratio) <= TOLERANCE


def _milli(value: float) -> int:
    # Quantities travel as whole thousandths.
    return round(value * MILLI)
