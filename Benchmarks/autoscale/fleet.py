"""The Deployment: as many pods as it is told, and rolling updates after `maxSurge` and `maxUnavailable`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hpa_metrics import PodUsage
from pod import READY, Pod


@dataclass(frozen=True)
class Rollout:
    """How a Deployment replaces its pods; shares are of the wanted replicas."""

    surge: float = 0.25
    unavailable: float = 0.25
    ready_seconds: float = 0.0

    def limits(self, desired: int) -> tuple[int, int]:
        """How many more and how many fewer there may be: the surge rounded up, the other down, not both 0."""
        surge, unavailable = -int(-self.surge * desired // 1), int(self.unavailable * desired)
        return surge, unavailable if surge or unavailable else 1


class Fleet:
    """Pods, and what keeps their number; the environment of each comes from `environment`."""

    def __init__(
        self, folder: Path, environment: Callable[[Pod], dict[str, str]], start_delay: float, rollout: Rollout
    ) -> None:
        self.pods: list[Pod] = []
        self.faults: list[str] = []
        self.desired = 0
        self.generation = 1
        self._folder, self._environment = folder, environment
        self._start_delay, self._rollout = start_delay, rollout
        self._made = 0

    @property
    def active(self) -> list[Pod]:
        """What `status.replicas` counts."""
        return [pod for pod in self.pods if pod.is_active]

    @property
    def ready(self) -> list[Pod]:
        return [pod for pod in self.pods if pod.phase == READY]

    @property
    def is_settled(self) -> bool:
        """All wanted pods are ready and new, and nobody is on the way out."""
        new = [pod for pod in self.ready if pod.generation == self.generation]
        return len(self.pods) == len(new) == self.desired

    def roll(self) -> None:
        """Starts a rolling update: pods of an older generation are replaced."""
        self.generation += 1

    def advance(self, now: float) -> bool:
        """Lets each pod go on, and starts and stops what the number wants; says whether the targets changed."""
        before = self.targets()
        for pod in self.pods:
            fault = pod.advance(now, self._environment)
            if fault:
                self.faults.append(fault)
        self.pods = [pod for pod in self.pods if pod.phase != "gone"]
        self._reconcile(now)
        return self.targets() != before

    def targets(self) -> list[tuple[str, str]]:
        """Name and address of every pod that runs."""
        return [(pod.name, pod.address) for pod in self.pods if pod.has_process]

    def usage(self, now: float, cpu_request: float, memory_request: float) -> tuple[list[PodUsage], list[PodUsage]]:
        """CPU and memory of the pods that count."""
        pairs = [pod.usage(now, cpu_request, memory_request) for pod in self.active]
        return [cpu for cpu, _ in pairs], [memory for _, memory in pairs]

    def stop(self) -> None:
        """SIGTERM to all."""
        self.desired = 0
        for pod in self.pods:
            pod.stop()

    def kill(self) -> None:
        for pod in self.pods:
            pod.kill()

    def _reconcile(self, now: float) -> None:
        old = [pod for pod in self.active if pod.generation < self.generation]
        new = [pod for pod in self.active if pod.generation == self.generation]
        surge, unavailable = self._rollout.limits(self.desired) if old else (0, 0)
        for _ in range(min(self.desired - len(new), self.desired + surge - len(old) - len(new))):
            new.append(self._make(now))
        for pod in self._to_replace(old, new, unavailable, now):
            pod.stop()
        for pod in self._first_to_go(new)[: max(0, len(new) - self.desired)]:
            pod.stop()

    def _to_replace(self, old: list[Pod], new: list[Pod], unavailable: int, now: float) -> list[Pod]:
        """The old pods that may go now: those that serve nobody first, and of the others what is to spare."""
        least = self.desired - unavailable
        available = [pod for pod in old + new if self._is_available(pod, now)]
        new_unavailable = sum(pod not in available for pod in new)
        most = max(0, len(old) + len(new) - least - new_unavailable)
        idle = [pod for pod in self._first_to_go(old) if pod not in available][:most]
        serving = [pod for pod in self._first_to_go(old) if pod in available]
        return idle + serving[: max(0, min(most - len(idle), len(available) - least))]

    def _is_available(self, pod: Pod, now: float) -> bool:
        return pod.ready_since is not None and now - pod.ready_since >= self._rollout.ready_seconds

    @staticmethod
    def _first_to_go(pods: list[Pod]) -> list[Pod]:
        """A ReplicaSet's order: those not ready first, then the youngest."""
        return sorted(pods, key=lambda pod: (pod.phase == READY, -pod.created, -int(pod.name.rpartition("-")[2])))

    def _make(self, now: float) -> Pod:
        self._made += 1
        pod = Pod(f"ifinu-worker-{self._made}", self.generation, now, self._start_delay, self._folder)
        self.pods.append(pod)
        return pod
