"""What is simulated: the autoscaler, the Deployment and the worker's settings, all from the manifests of k8s/."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import yaml

from fleet import Rollout
from hpa import DEFAULT_DOWN, DEFAULT_UP, Policy, Rules, Spec
from hpa_metrics import ExternalAverage, ExternalValue, Metric, ResourceUtilization
from testkit.paths import REPOSITORY
from testkit.process import run

K8S = REPOSITORY / "k8s"
OVERLAY = K8S / "overlays" / "production"
WORKER = "ifinu-worker"
UNITS = {"m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}


@dataclass(frozen=True)
class Setup:
    """The numbers of a run; nothing here is scaled by the clock's factor."""

    spec: Spec
    rollout: Rollout
    cpu_request: float
    memory_request: float
    workers: int
    rate: float
    burst: int
    namespace: str
    query: str  # of the External metric, as the adapter asks it
    number_concurrency: int = 0  # sends at once on one WhatsApp number, and seconds between two; 0 is off
    number_interval: float = 0.0


def load() -> Setup:
    """The manifests as they stand; no kubectl is needed, and a test holds this to what kubectl renders."""
    base, component = K8S / "base", K8S / "components" / "hpa"
    documents = [*_yaml(base / "worker.yaml"), *_yaml(component / "hpa.yaml")]
    settings = dict(line.split("=", 1) for name in ("worker.env", "rate.env") for line in _lines(base / name))
    overlay = _yaml(OVERLAY / "kustomization.yaml")[0]
    for generator in overlay["configMapGenerator"]:
        if generator["name"] == WORKER:
            settings |= dict(literal.split("=", 1) for literal in generator["literals"])
    documents.append({"kind": "ConfigMap", "metadata": {"name": WORKER}, "data": settings})
    return setup_from(documents, overlay["namespace"])


def rendered() -> Setup | None:
    """The production overlay as it is applied; nothing where kubectl is not installed."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        return None
    overlay = run(kubectl, "kustomize", str(OVERLAY), check=True).stdout
    documents = [document for document in yaml.safe_load_all(overlay) if document]
    return setup_from(documents, _only(documents, "Deployment", WORKER)["metadata"]["namespace"])


def setup_from(documents: list[dict], namespace: str) -> Setup:
    """Reads the manifests."""
    scaler = _only(documents, "HorizontalPodAutoscaler", WORKER)
    deployment = _only(documents, "Deployment", WORKER)
    pod = deployment["spec"]["template"]["spec"]
    container = next(each for each in pod["containers"] if each["name"] == "worker")
    requests = container["resources"]["requests"]
    names = {source["configMapRef"]["name"] for source in container["envFrom"] if "configMapRef" in source}
    settings: dict[str, str] = {}
    for document in documents:
        if document["kind"] == "ConfigMap" and document["metadata"]["name"] in names:
            settings |= document["data"]
    return Setup(
        spec=spec_from(scaler["spec"]),
        rollout=_rollout(deployment["spec"]),
        cpu_request=quantity(requests["cpu"]),
        memory_request=quantity(requests["memory"]),
        workers=int(settings.get("IFINU_WORKERS", 10)),
        rate=float(settings.get("IFINU_RATE", 50)),
        burst=int(settings.get("IFINU_BURST", 100)),
        namespace=namespace,
        query=_query(namespace),
        number_concurrency=int(settings.get("IFINU_INSTANCE_CONCURRENCY", 0)),
        number_interval=float(settings.get("IFINU_INSTANCE_INTERVAL", "0s").removesuffix("s")),
    )


def spec_from(document: dict) -> Spec:
    """An HPA's `spec`, with the defaults of the API."""
    behavior = document.get("behavior", {})
    return Spec(
        minimum=document.get("minReplicas", 1),
        maximum=document["maxReplicas"],
        metrics=tuple(_metric(each) for each in document["metrics"]),
        up=_rules(behavior.get("scaleUp", {}), DEFAULT_UP),
        down=_rules(behavior.get("scaleDown", {}), DEFAULT_DOWN),
    )


def quantity(text: str | float) -> float:
    """A Kubernetes quantity as a number: 100m, 64Mi, 1500."""
    text = str(text)
    for suffix in sorted(UNITS, key=len, reverse=True):
        if text.endswith(suffix):
            return float(text[: -len(suffix)]) * UNITS[suffix]
    return float(text)


def _metric(document: dict) -> Metric:
    kind = document["type"]
    if kind == "Resource":
        resource = document["resource"]
        return ResourceUtilization(resource["name"], resource["target"]["averageUtilization"])
    if kind != "External":
        raise ValueError(f"a metric of type {kind} is not simulated")
    external = document["external"]
    name, target = external["metric"]["name"], external["target"]
    if "averageValue" in target:
        return ExternalAverage(name, quantity(target["averageValue"]))
    return ExternalValue(name, quantity(target["value"]))


def _rules(document: dict, default: Rules) -> Rules:
    policies = tuple(Policy(each["type"], each["value"], each["periodSeconds"]) for each in document.get("policies", []))
    return Rules(
        policies or default.policies,
        document.get("stabilizationWindowSeconds", default.window),
        document.get("selectPolicy", default.select),
    )


def _rollout(spec: dict) -> Rollout:
    rolling = spec.get("strategy", {}).get("rollingUpdate", {})
    surge, unavailable = (_share(rolling.get(name, "25%")) for name in ("maxSurge", "maxUnavailable"))
    return Rollout(surge, unavailable, spec.get("minReadySeconds", 0))


def _share(value: str | int) -> float:
    if isinstance(value, str):
        return int(value.rstrip("%")) / 100
    if value:
        raise ValueError(f"a number of pods ({value}) is not simulated where shares are")
    return 0.0


def _only(documents: list[dict], kind: str, name: str) -> dict:
    found = [each for each in documents if (each["kind"], each["metadata"]["name"]) == (kind, name)]
    if len(found) != 1:
        raise ValueError(f"{len(found)} {kind} {name} in the overlay")
    return found[0]


def _query(namespace: str) -> str:
    rules = _yaml(K8S / "components" / "hpa" / "prometheus-adapter.yaml")[0]["rules"]["external"]
    query = next(rule["metricsQuery"] for rule in rules if "whatsapp_fila_tamanho" in rule["seriesQuery"])
    return query.replace("<<.LabelMatchers>>", f'namespace="{namespace}"')


def _yaml(file: Path) -> list[dict]:
    return [document for document in yaml.safe_load_all(file.read_text()) if document]


def _lines(file: Path) -> list[str]:
    return [line for line in file.read_text().splitlines() if line and not line.startswith("#")]
