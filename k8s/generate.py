#!/usr/bin/env python3
"""Writes the manifests that follow from the numbers below or from alerts/rules; --check only says if they are current.

It needs PyYAML: `.venv/bin/python k8s/generate.py`, after `make setup`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
RULES = HERE.parent / "alerts" / "rules"
Manifest = dict[str, Any]

# What autoscaling is made of. All that follows from these numbers is computed.
POD_RATE = 50  # messages a second of a worker (IFINU_RATE)
ACCEPTABLE_WAIT = 30  # seconds that a message may wait behind others
FLEET_RATE = 1000  # messages a second that the numbers on WhatsApp bear, all workers together
FEWEST, MOST = 2, 20
CPU, MEMORY = 70, 80  # percent of the requests

# A pod gets through as much in the acceptable wait. With more than that for each, more pods are wanted.
BACKLOG_PER_POD = POD_RATE * ACCEPTABLE_WAIT
# Past the fleet's rate more pods send no faster than they may.
MAX_REPLICAS = min(MOST, FLEET_RATE // POD_RATE)

NAME = "ifinu-worker"
METRIC = "whatsapp_pendentes"
NAMESPACE = "ifinu-production"
PROMETHEUS = "http://prometheus-operated.monitoring:9090"


def backlog(matchers: str) -> str:
    """What pods can help: the messages that wait in the lanes, without those that wait for their instance, and those in
    flight.

    One series: every worker shows the same queue, so the greatest of what they say. The two lengths are subtracted within
    a worker, which reads them together; one that has not counted yet says nothing. The least of half a minute: a slow
    number whose turn has just come may be counted as ready with all its messages, for a moment.
    """
    waiting, parked, in_flight = (
        f"whatsapp_{name}{{{matchers}}}" for name in ("fila_tamanho", "estacionadas", "em_voo")
    )
    ready = f"max(sum by (instance) ({waiting}) - sum by (instance) ({parked}))"
    return f"clamp_min(min_over_time({ready}[30s:10s]), 0) + max({in_flight})"


MATCHERS = f'namespace="{NAMESPACE}", job="{NAME}"'
BEHAVIOR: Manifest = {
    # No window: a step a minute is the original's reaction time already, and a window would put off the first step by
    # twice the acceptable wait.
    "scaleUp": {
        "stabilizationWindowSeconds": 0,
        "selectPolicy": "Max",
        "policies": [
            {"type": "Percent", "value": 50, "periodSeconds": 60},
            {"type": "Pods", "value": 2, "periodSeconds": 60},
        ],
    },
    "scaleDown": {
        "stabilizationWindowSeconds": 300,
        "selectPolicy": "Max",
        "policies": [
            {"type": "Percent", "value": 10, "periodSeconds": 60},
            {"type": "Pods", "value": 1, "periodSeconds": 60},
        ],
    },
}


def autoscaler() -> Manifest:
    """The HPA, fed by prometheus-adapter."""
    resources = [
        {"type": "Resource", "resource": {"name": name, "target": {"type": "Utilization", "averageUtilization": share}}}
        for name, share in (("cpu", CPU), ("memory", MEMORY))
    ]
    target = {"type": "AverageValue", "averageValue": str(BACKLOG_PER_POD)}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": NAME},
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": NAME},
            "minReplicas": FEWEST,
            "maxReplicas": MAX_REPLICAS,
            "metrics": [{"type": "External", "external": {"metric": {"name": METRIC}, "target": target}}, *resources],
            "behavior": BEHAVIOR,
        },
    }


def resource_triggers() -> list[Manifest]:
    """KEDA's triggers for what the pods themselves take."""
    return [
        {"type": name, "metricType": "Utilization", "metadata": {"value": str(share)}}
        for name, share in (("cpu", CPU), ("memory", MEMORY))
    ]


def scaled_object() -> Manifest:
    """KEDA's counterpart: the same numbers, and Prometheus asked without an adapter."""
    prometheus = {
        "serverAddress": PROMETHEUS,
        "query": backlog(MATCHERS),
        "threshold": str(BACKLOG_PER_POD),
        # An empty answer is an error, and not an empty queue: else losing Prometheus would scale down.
        "ignoreNullValues": "false",
    }
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": {"name": NAME},
        "spec": {
            "scaleTargetRef": {"name": NAME},
            "pollingInterval": 15,
            "minReplicaCount": FEWEST,
            "maxReplicaCount": MAX_REPLICAS,
            # Whoever can't see leaves as many as there are.
            "fallback": {"failureThreshold": 3, "replicas": FEWEST, "behavior": "currentReplicasIfHigher"},
            "advanced": {"horizontalPodAutoscalerConfig": {"name": NAME, "behavior": BEHAVIOR}},
            "triggers": [
                {"type": "prometheus", "metricType": "AverageValue", "metadata": prometheus}, *resource_triggers()
            ],
        },
    }


def scale_to_zero() -> Manifest:
    """The patch that makes KEDA ask Redis itself, too, and lets it stop the last worker."""
    lists = {name: f"ifinu:fila:{name}" for name in ("urgente", "whatsapp", "baixa")}
    # What only a worker moves on: retries, leases, and the instances whose messages were sorted out of the lanes.
    sets = {
        "agendadas": "ifinu:agendadas", "em_voo": "ifinu:em_voo",
        "rodizio": "ifinu:rodizio", "urgentes": "ifinu:rodizio:urgente", "bloqueadas": "ifinu:rodizio:bloqueadas",
    }
    triggers = [
        {
            "type": "redis",
            "name": name,
            "metricType": "AverageValue",
            "metadata": {
                "address": f"ifinu-redis.{NAMESPACE}:6379", "listName": key, "listLength": str(BACKLOG_PER_POD)
            },
            "authenticationRef": {"name": "ifinu-keda"},
        }
        for name, key in (lists | sets).items()
    ]
    # How much is ready among what was sorted out, only the workers tell. Without a worker there is no such series, and
    # nothing of it can be ready for more than the one that comes: so here an empty answer is 0.
    prometheus = {
        "serverAddress": PROMETHEUS, "query": backlog(MATCHERS), "threshold": str(BACKLOG_PER_POD),
        "ignoreNullValues": "true",
    }
    triggers.append({"type": "prometheus", "name": "pendentes", "metricType": "AverageValue", "metadata": prometheus})
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": {"name": NAME},
        "spec": {
            "minReplicaCount": 0,
            "cooldownPeriod": 300,
            "advanced": {
                "scalingModifiers": {
                    # The workers' own count where there is one, else what lies in the lanes. One worker stays while
                    # there is anything that only a worker moves on.
                    "formula": f"max(pendentes, {' + '.join(lists)}) + ({' + '.join(sets)} > 0 ? 1 : 0)",
                    "target": str(BACKLOG_PER_POD),
                    "activationTarget": "0",
                    "metricType": "AverageValue",
                }
            },
            "triggers": [*triggers, *resource_triggers()],
        },
    }


def prometheus_rule() -> Manifest:
    """The rules of alerts/rules as one object for the Prometheus operator."""
    documents = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(RULES.glob("*.yml"))]
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "ifinu"},
        "spec": {"groups": [group for document in documents for group in document["groups"]]},
    }


class Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, and repeats instead of pointing back."""

    def ignore_aliases(self, _: object) -> bool:
        return True


def represent_text(dumper: Dumper, text: str) -> yaml.ScalarNode:
    """Chooses the block style for texts of several lines."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


Dumper.add_representer(str, represent_text)


def documents() -> dict[str, str]:
    """Gives each file's path below this folder, and its text."""
    manifests = {
        "components/hpa/hpa.yaml": autoscaler(),
        "components/keda/scaled-object.yaml": scaled_object(),
        "components/keda-scale-to-zero/scaled-object.yaml": scale_to_zero(),
        "components/prometheus-rules/prometheus-rules.yaml": prometheus_rule(),
    }
    header = "# Written by k8s/generate.py, which says why: edit that.\n"
    texts = {
        path: header + yaml.dump(manifest, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=120)
        for path, manifest in manifests.items()
    }
    return texts | {"base/rate.env": f"{header}IFINU_RATE={POD_RATE}\n"}


def stale(folder: Path) -> list[str]:
    """Names the files that are not what they should be."""
    return [
        path
        for path, text in documents().items()
        if not (folder / path).is_file() or (folder / path).read_text(encoding="utf-8") != text
    ]


def main() -> int:
    """Writes or checks, and gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file is not current")
    arguments = parser.parse_args()
    if arguments.check:
        paths = stale(HERE)
        for path in paths:
            print(f"k8s/{path} is not current: run .venv/bin/python k8s/generate.py", file=sys.stderr)
        return 1 if paths else 0
    for path, text in documents().items():
        (HERE / path).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
