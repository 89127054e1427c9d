"""What `kubectl kustomize` gives for an overlay, alone or with components that no overlay uses."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from testkit.paths import REPOSITORY, tool
from testkit.process import run

Manifest = dict[str, Any]
K8S = REPOSITORY / "k8s"
OVERLAYS = sorted(path.parent.name for path in (K8S / "overlays").glob("*/kustomization.yaml"))
# What stands in no overlay, and the overlay that it is put on.
OPTIONS = {
    "redis-exporter": "production",
    "redis-sentinel": "production",
    "scrape-annotations": "production",
    "keda-scale-to-zero": "production-keda",
}
VARIANTS = [
    *OVERLAYS, *(f"{base}+{option}" for option, base in OPTIONS.items() if (K8S / "components" / option).is_dir())
]
WORKLOADS = ("Deployment", "StatefulSet", "CronJob", "Job")
# Kinds that come with operators; kubernetes-validate knows them not.
CUSTOM = ("PodMonitor", "PrometheusRule", "ScaledObject", "TriggerAuthentication")


def kustomize(folder: Path) -> str:
    """What a kustomization gives; its complaint when it gives nothing."""
    return run(tool("kubectl"), "kustomize", str(folder), check=True).stdout


@cache
def text_of(variant: str) -> str:
    """The manifests of an overlay; `production+redis-exporter` adds a component to it."""
    overlay, _, option = variant.partition("+")
    if not option:
        return kustomize(K8S / "overlays" / overlay)
    with tempfile.TemporaryDirectory(prefix="ifinu-kustomize-") as name:
        folder = Path(name).resolve()
        # Kustomize takes relative paths alone.
        above = Path(os.path.relpath(K8S, folder))
        namespace = yaml.safe_load((K8S / "overlays" / overlay / "kustomization.yaml").read_text())["namespace"]
        document = {
            "apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "namespace": namespace,
            "resources": [str(above / "overlays" / overlay)], "components": [str(above / "components" / option)],
        }
        (folder / "kustomization.yaml").write_text(yaml.safe_dump(document))
        return kustomize(folder)


@cache
def objects(variant: str) -> tuple[Manifest, ...]:
    """The objects of a variant."""
    return tuple(yaml.safe_load_all(text_of(variant)))


def of_kind(variant: str, *kinds: str) -> list[Manifest]:
    """The objects of these kinds."""
    return [each for each in objects(variant) if each["kind"] in kinds]


def named(variant: str, kind: str, name: str) -> Manifest:
    """The one object of this kind and name."""
    found = [each for each in of_kind(variant, kind) if each["metadata"]["name"] == name]
    if len(found) != 1:
        raise AssertionError(f"{variant} has {len(found)} of {kind} {name}")
    return found[0]


def template(workload: Manifest) -> Manifest:
    """The pod's template of a Deployment, StatefulSet, Job or CronJob."""
    spec = workload["spec"]
    return (spec["jobTemplate"]["spec"] if workload["kind"] == "CronJob" else spec)["template"]


def templates(variant: str) -> list[Manifest]:
    """Every pod's template."""
    return [template(workload) for workload in of_kind(variant, *WORKLOADS)]


def pods_of(variant: str, service: Manifest) -> list[Manifest]:
    """The templates whose pods a Service leads to; one that names a pod of a StatefulSet leads to one that there is."""
    selector = dict(service["spec"]["selector"])
    pod = selector.pop("statefulset.kubernetes.io/pod-name", None)
    names = [
        f"{each['metadata']['name']}-{number}" for each in of_kind(variant, "StatefulSet")
        for number in range(each["spec"]["replicas"])
    ]
    if pod is not None and pod not in names:
        return []
    return [each for each in templates(variant) if selector.items() <= labels(each).items()]


def port_names(pods: list[Manifest]) -> set[str]:
    """The names of the ports of these templates."""
    return {port["name"] for pod in pods for each in containers(pod) for port in each.get("ports", [])}


def labels(pod: Manifest) -> dict[str, str]:
    """The labels of a template's pods."""
    return pod["metadata"].get("labels", {})


def containers(pod: Manifest) -> list[Manifest]:
    """Every container of a template, the initial ones too."""
    return [*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]]


def is_ours(container: Manifest) -> bool:
    """Whether it runs the program of this repository."""
    return container["image"].partition(":")[0] == "ghcr.io/ifinu/ifinu"


def worker_pod(variant: str) -> Manifest:
    """The worker's template."""
    return template(named(variant, "Deployment", "ifinu-worker"))


def worker_container(variant: str) -> Manifest:
    """The worker's container."""
    return next(each for each in worker_pod(variant)["spec"]["containers"] if each["name"] == "worker")


def variables(variant: str, container: Manifest) -> dict[str, str]:
    """A container's variables that have a value in the manifests, as Kubernetes would give them."""
    found: dict[str, str] = {}
    for source in container.get("envFrom", []):
        if "configMapRef" in source:
            found |= named(variant, "ConfigMap", source["configMapRef"]["name"])["data"]
    return found | {each["name"]: each["value"] for each in container.get("env", []) if "value" in each}


def selects(selector: Manifest, pod_labels: dict[str, str]) -> bool:
    """Whether a selector of labels takes these; expressions are not understood, and refused."""
    if set(selector) - {"matchLabels"}:
        raise AssertionError(f"a selector with more than matchLabels: {selector}")
    return selector.get("matchLabels", {}).items() <= pod_labels.items()


def strings(value: object) -> Iterator[str]:
    """Every text in a manifest."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)
