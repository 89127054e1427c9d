"""Every overlay and component builds, is what Kubernetes takes, and refers to nothing that is not there."""

from __future__ import annotations

import re
import sys
import tempfile
import unittest
from pathlib import Path

import yaml

from k8s import generate
from rendered import (
    CUSTOM,
    K8S,
    OPTIONS,
    OVERLAYS,
    VARIANTS,
    containers,
    labels,
    of_kind,
    pods_of,
    port_names,
    selects,
    template,
    templates,
    text_of,
)
from testkit.process import run

KUBERNETES = ("1.30.0", "1.34.0")
SECRETS = K8S / "secrets.example.yaml"
RESTRICTED = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}


def python_tool(name: str) -> str:
    """A program that was installed beside the Python that runs."""
    path = Path(sys.executable).parent / name
    if not path.exists():
        raise AssertionError(f"{path} is missing; `make setup` installs it")
    return str(path)


def secrets_named(variant: str) -> set[tuple[str, str]]:
    """Each Secret's name and key that the manifests refer to."""
    found = set()
    for pod in templates(variant):
        volumes = pod["spec"].get("volumes", [])
        sources = [each["secret"] for each in volumes if "secret" in each]
        sources += [part["secret"] for each in volumes for part in each.get("projected", {}).get("sources", [])
                    if "secret" in part]
        for source in sources:
            name = source.get("secretName", source.get("name"))
            found |= {(name, item["key"]) for item in source.get("items", [{"key": "*"}])}
        for container in containers(pod):
            references = [each.get("valueFrom", {}).get("secretKeyRef") for each in container.get("env", [])]
            found |= {(each["name"], each["key"]) for each in references if each}
            found |= {(each["secretRef"]["name"], "*") for each in container.get("envFrom", []) if "secretRef" in each}
    for authentication in of_kind(variant, "TriggerAuthentication"):
        found |= {(each["name"], each["key"]) for each in authentication["spec"]["secretTargetRef"]}
    return found


def example_secrets() -> set[tuple[str, str]]:
    """Each Secret's name and key in the example."""
    documents = yaml.safe_load_all(SECRETS.read_text())
    return {(each["metadata"]["name"], key) for each in documents for key in each["stringData"]}


class EachVariantTests(unittest.TestCase):
    """What must hold for every overlay, and for each component that stands in none."""

    def each(self, check) -> None:
        for variant in VARIANTS:
            with self.subTest(variant):
                check(variant)

    def test_kubernetes_takes_it(self) -> None:
        def check(variant: str) -> None:
            documents = [each for each in of_kind(variant, *kinds(variant)) if each["kind"] not in CUSTOM]
            with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
                yaml.safe_dump_all(documents, file)
                file.flush()
                for version in KUBERNETES:
                    validate = python_tool("kubernetes-validate")
                    result = run(validate, "-k", version, "--strict", "--no-warn", file.name)
                    self.assertEqual(result.returncode, 0, f"{version}: {result.stdout}{result.stderr}")

        self.each(check)

    def test_checkov_finds_nothing(self) -> None:
        def check(variant: str) -> None:
            with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
                file.write(text_of(variant))
                file.flush()
                result = run(python_tool("checkov"), "--config-file", str(K8S / "checkov.yaml"), "-f", file.name)
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
            self.assertRegex(result.stdout, r"Passed checks: \d{3}, Failed checks: 0")

        self.each(check)

    def test_all_is_in_the_overlays_namespace(self) -> None:
        def check(variant: str) -> None:
            (namespace,) = of_kind(variant, "Namespace")
            self.assertEqual(namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"], "restricted")
            others = [each for each in of_kind(variant, *kinds(variant)) if each["kind"] != "Namespace"]
            spaces = {each["metadata"]["namespace"] for each in others}
            self.assertEqual(spaces, {namespace["metadata"]["name"]})

        self.each(check)

    def test_every_pod_keeps_to_the_restricted_standard(self) -> None:
        def check(variant: str) -> None:
            for pod in templates(variant):
                spec = pod["spec"]
                self.assertLessEqual(RESTRICTED.items(), spec["securityContext"].items())
                self.assertIs(spec["automountServiceAccountToken"], False)
                self.assertIs(spec["enableServiceLinks"], False)
                for container in containers(pod):
                    context = container["securityContext"]
                    self.assertIs(context["allowPrivilegeEscalation"], False)
                    self.assertIs(context["readOnlyRootFilesystem"], True)
                    self.assertEqual(context["capabilities"], {"drop": ["ALL"]})
                    self.assertIn("memory", container["resources"]["limits"])

        self.each(check)

    def test_every_selector_finds_the_pods_that_it_is_for(self) -> None:
        def check(variant: str) -> None:
            pods = [labels(pod) for pod in templates(variant)]
            for workload in of_kind(variant, "Deployment", "StatefulSet"):
                selector = workload["spec"]["selector"]
                self.assertTrue(selects(selector, labels(template(workload))), workload["metadata"]["name"])
                self.assertEqual(sum(selects(selector, pod) for pod in pods), 1, workload["metadata"]["name"])
                for spread in template(workload)["spec"].get("topologySpreadConstraints", []):
                    self.assertTrue(selects(spread["labelSelector"], labels(template(workload))))
            for each in of_kind(variant, "PodDisruptionBudget", "PodMonitor"):
                found = [pod for pod in pods if selects(each["spec"]["selector"], pod)]
                self.assertEqual(len(found), 1, each["metadata"]["name"])
            for service in of_kind(variant, "Service"):
                self.assertEqual(len(pods_of(variant, service)), 1, service["metadata"]["name"])

        self.each(check)

    def test_every_port_that_is_named_is_there(self) -> None:
        def check(variant: str) -> None:
            for service in of_kind(variant, "Service"):
                wanted = {port["targetPort"] for port in service["spec"]["ports"]}
                self.assertLessEqual(wanted, port_names(pods_of(variant, service)))
            for monitor in of_kind(variant, "PodMonitor"):
                wanted = {endpoint["port"] for endpoint in monitor["spec"]["podMetricsEndpoints"]}
                pods = [pod for pod in templates(variant) if selects(monitor["spec"]["selector"], labels(pod))]
                self.assertLessEqual(wanted, port_names(pods))
            services = {each["metadata"]["name"] for each in of_kind(variant, "Service")}
            for workload in of_kind(variant, "StatefulSet"):
                self.assertIn(workload["spec"]["serviceName"], services)

        self.each(check)

    def test_every_secret_is_in_the_example_and_none_is_applied(self) -> None:
        def check(variant: str) -> None:
            self.assertEqual(of_kind(variant, "Secret"), [])
            known = example_secrets()
            names = {(name, "*") for name, _ in known}
            self.assertEqual(secrets_named(variant) - known - names, set())

        self.each(check)

    def test_no_annotation_leaves_a_check_out_without_a_reason(self) -> None:
        def check(variant: str) -> None:
            for each in of_kind(variant, *kinds(variant)):
                for name, text in each["metadata"].get("annotations", {}).items():
                    if name.startswith("checkov.io/"):
                        self.assertRegex(text, r"^CKV2?_K8S_\d+=\w+( \S+){3,}$")

        self.each(check)


class FileTests(unittest.TestCase):
    def test_every_secret_of_the_example_is_used_somewhere(self) -> None:
        named = {entry for variant in VARIANTS for entry in secrets_named(variant)}
        whole = {name for name, key in named if key == "*"}
        self.assertEqual({entry for entry in example_secrets() if entry not in named and entry[0] not in whole}, set())

    def test_every_component_is_tested(self) -> None:
        used = set(OPTIONS)
        for overlay in OVERLAYS:
            document = yaml.safe_load((K8S / "overlays" / overlay / "kustomization.yaml").read_text())
            used |= {Path(path).name for path in document.get("components", [])}
        there = {path.parent.name for path in (K8S / "components").glob("*/kustomization.yaml")}
        self.assertEqual(there - used, set())

    def test_what_is_generated_is_current(self) -> None:
        self.assertEqual(generate.stale(K8S), [])

    def test_a_file_that_is_not_current_is_noticed(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for path, text in generate.documents().items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_text(text)
            self.assertEqual(generate.stale(folder), [])
            (folder / "base/rate.env").write_text("IFINU_RATE=75\n")
            (folder / "components/hpa/hpa.yaml").unlink()
            self.assertEqual(set(generate.stale(folder)), {"base/rate.env", "components/hpa/hpa.yaml"})

    def test_every_check_that_is_left_out_everywhere_has_its_reason_beside_it(self) -> None:
        lines = [line for line in (K8S / "checkov.yaml").read_text().splitlines() if line.startswith("  - CKV")]
        self.assertEqual(len(lines), len(yaml.safe_load((K8S / "checkov.yaml").read_text())["skip-check"]))
        for line in lines:
            self.assertRegex(line, r"^  - CKV_K8S_\d+  # \S+( \S+){4,}$")

    def test_no_object_is_too_big_for_kubectl_apply(self) -> None:
        """`kubectl apply` keeps a copy of an object in its annotations, which hold 256 KiB."""
        for document in re.split(r"^---$", text_of("production"), flags=re.MULTILINE):
            self.assertLess(len(document.encode()), 200 * 1024)


def kinds(variant: str) -> set[str]:
    """All kinds of objects in a variant."""
    return set(re.findall(r"^kind: (\w+)$", text_of(variant), re.MULTILINE))


if __name__ == "__main__":
    unittest.main()
