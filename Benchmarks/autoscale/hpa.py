"""The Horizontal Pod Autoscaler's controller: metrics, stabilisation, policies, limits; no I/O, time is an argument.

After `pkg/controller/podautoscaler/horizontal.go` of Kubernetes 1.27 and later (`autoscaling/v2` with a `behavior`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from hpa_metrics import Metric, MetricMissing, Reading

SYNC_SECONDS = 15.0  # --horizontal-pod-autoscaler-sync-period


@dataclass(frozen=True)
class Policy:
    """How much may change within a period: `Pods` or `Percent`."""

    kind: str
    value: int
    period: float


@dataclass(frozen=True)
class Rules:
    """The behaviour in one direction; `select` is Max, Min or Disabled."""

    policies: tuple[Policy, ...]
    window: float
    select: str = "Max"


DEFAULT_UP = Rules((Policy("Pods", 4, 15), Policy("Percent", 100, 15)), window=0)
DEFAULT_DOWN = Rules((Policy("Percent", 100, 15),), window=300)


@dataclass(frozen=True)
class Spec:
    """What an HPA object says."""

    minimum: int
    maximum: int
    metrics: tuple[Metric, ...]
    up: Rules = DEFAULT_UP
    down: Rules = DEFAULT_DOWN


@dataclass
class Decision:
    """What a sync came to; `proposals` has None for a metric that could not be read."""

    replicas: int
    reason: str
    proposals: dict[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True)
class _Stamped:
    at: float
    value: int


class Autoscaler:
    """The controller's memory of one HPA, and its sync."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self._recommendations: list[_Stamped] = []
        self._ups: list[_Stamped] = []
        self._downs: list[_Stamped] = []

    def sync(self, now: float, spec_replicas: int, status_replicas: int, readings: Sequence[Reading]) -> Decision:
        """Decides on the number of replicas; `readings` are in the order of the metrics."""
        if not self._recommendations:
            self._recommendations.append(_Stamped(now, spec_replicas))
        decision = self._decide(now, spec_replicas, status_replicas, readings)
        if decision.replicas > spec_replicas:
            self._ups.append(_Stamped(now, decision.replicas - spec_replicas))
        elif decision.replicas < spec_replicas:
            self._downs.append(_Stamped(now, spec_replicas - decision.replicas))
        return decision

    def _decide(self, now: float, current: int, status: int, readings: Sequence[Reading]) -> Decision:
        spec = self.spec
        if current == 0 and spec.minimum != 0:
            return Decision(0, "ScalingDisabled")
        if current > spec.maximum:
            return Decision(spec.maximum, "above maxReplicas")
        if current < spec.minimum:
            return Decision(spec.minimum, "below minReplicas")
        proposals = self._proposals(current, status, readings)
        known = [proposal for proposal in proposals.values() if proposal is not None]
        wanted = max(known, default=0)
        if not known or (len(known) < len(proposals) and wanted < current):
            # No recommendation is noted either: to the stabilisation window this sync did not happen.
            return Decision(current, "FailedGetMetric", proposals)
        stable = self._stabilised(now, current, wanted)
        replicas, reason = self._limited(now, current, stable)
        if stable != wanted and reason == "DesiredWithinRange":
            reason = "ScaleUpStabilized" if wanted >= current else "ScaleDownStabilized"
        return Decision(replicas, reason, proposals)

    def _proposals(self, current: int, status: int, readings: Sequence[Reading]) -> dict[str, int | None]:
        proposals: dict[str, int | None] = {}
        for metric, reading in zip(self.spec.metrics, readings):
            try:
                proposals[metric.name] = metric.propose(reading, current, status)
            except MetricMissing:
                proposals[metric.name] = None
        return proposals

    def _stabilised(self, now: float, current: int, wanted: int) -> int:
        """Up no further than the least of the window for up, down no further than the most of that for down."""
        least = self._recent(now - self.spec.up.window, wanted, min)
        most = self._recent(now - self.spec.down.window, wanted, max)
        self._recommendations.append(_Stamped(now, wanted))
        oldest = now - max(self.spec.up.window, self.spec.down.window)
        self._recommendations = [each for each in self._recommendations if each.at >= oldest]
        return min(max(current, least), most)

    def _recent(self, cutoff: float, wanted: int, choose: Callable[[Iterable[int]], int]) -> int:
        return choose([wanted, *(each.value for each in self._recommendations if each.at > cutoff)])

    def _limited(self, now: float, current: int, wanted: int) -> tuple[int, str]:
        if wanted > current:
            limit = max(current, self.up_limit(now, current))
            allowed = min(self.spec.maximum, limit)
            if wanted > allowed:
                return allowed, "ScaleUpLimit" if limit < self.spec.maximum else "TooManyReplicas"
        elif wanted < current:
            limit = min(current, self.down_limit(now, current))
            allowed = max(self.spec.minimum, limit)
            if wanted < allowed:
                return allowed, "ScaleDownLimit" if limit > self.spec.minimum else "TooFewReplicas"
        return wanted, "DesiredWithinRange"

    def up_limit(self, now: float, current: int) -> int:
        """The most replicas that the policies allow now."""
        rules = self.spec.up
        if rules.select == "Disabled":
            return current
        limits = []
        for policy in rules.policies:
            start = self._at_start_of_period(now, current, policy.period)
            # Rounded up: from few replicas a small share would never add one.
            by_percent = math.ceil(start * (1 + policy.value / 100))
            limits.append(start + policy.value if policy.kind == "Pods" else by_percent)
        return min(limits) if rules.select == "Min" else max(limits)

    def down_limit(self, now: float, current: int) -> int:
        """The fewest replicas that the policies allow now."""
        rules = self.spec.down
        if rules.select == "Disabled":
            return current
        limits = []
        for policy in rules.policies:
            start = self._at_start_of_period(now, current, policy.period)
            # Rounded down, so that always at least one may go.
            by_percent = int(start * (1 - policy.value / 100))
            limits.append(start - policy.value if policy.kind == "Pods" else by_percent)
        # The policy of the least change leaves the most replicas.
        return max(limits) if rules.select == "Min" else min(limits)

    def _at_start_of_period(self, now: float, current: int, period: float) -> int:
        added = sum(event.value for event in self._ups if event.at > now - period)
        removed = sum(event.value for event in self._downs if event.at > now - period)
        return current - added + removed
