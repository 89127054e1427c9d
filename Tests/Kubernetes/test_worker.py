"""The worker's Deployment, held to what the program itself says and does."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import unittest
import urllib.error
from pathlib import Path

from rendered import (
    K8S,
    OVERLAYS,
    containers,
    is_ours,
    named,
    of_kind,
    templates,
    variables,
    worker_container,
    worker_pod,
)
from testkit.network import fetch
from testkit.paths import REPOSITORY, ifinu
from testkit.process import run
from testkit.servers import Redis, Sandbox, Worker, clean_environment

SECRET_FILES = {"redis-url": "redis://ifinu:senha@ifinu-redis:6379/0", "evolution-api-key": "chave"}
# After IFINU_SHUTDOWN_GRACE the worker takes so long to cancel what is left.
CANCELLING = 5
METRICS = {
    name for name in re.findall(r"^\| `(\w+)` \|", (REPOSITORY / "docs/METRICS.md").read_text(), re.MULTILINE)
}


def settings(variant: str, container: dict, folder: Path) -> dict[str, str]:
    """A container's variables, with the files of its secrets in `folder`."""
    found = variables(variant, container)
    for name, value in found.items():
        if name.startswith("IFINU_") and name.endswith("_FILE"):
            file = folder / Path(value).name
            file.write_text(SECRET_FILES[file.name])
            found[name] = str(file)
    return found


def config(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """What the program says to these variables."""
    return run(ifinu(), "config", "--json", env=clean_environment() | environment)


class SettingsTests(unittest.TestCase):
    def test_the_program_understands_every_variable_and_value(self) -> None:
        for overlay in OVERLAYS:
            with self.subTest(overlay), tempfile.TemporaryDirectory() as folder:
                environment = settings(overlay, worker_container(overlay), Path(folder))
                result = config(environment)
                self.assertEqual(result.returncode, 0, result.stderr)
                known = {each["name"]: each["value"] for each in json.loads(result.stdout)}
                ours = {name for name in environment if name.startswith("IFINU_")}
                self.assertLessEqual({name.removesuffix("_FILE") for name in ours}, set(known))
                self.assertEqual(known["IFINU_EVOLUTION_URL"], environment["IFINU_EVOLUTION_URL"])

    def test_a_variable_that_the_program_does_not_know_would_be_seen(self) -> None:
        self.assertEqual(config({"IFINU_WORKES": "10"}).returncode, 78)

    def test_the_example_of_the_secrets_has_values_that_the_program_takes(self) -> None:
        text = (K8S / "secrets.example.yaml").read_text()
        url = re.search(r"redis-url: (\S+)", text)
        self.assertIsNotNone(url)
        self.assertEqual(config({"IFINU_REDIS_URL": url.group(1)}).returncode, 0)
        self.assertIn(f"user ifinu on >{url.group(1).split(':')[2].split('@')[0]} ", text)

    def test_no_container_but_ours_has_our_variables_and_ours_have_no_others(self) -> None:
        for overlay in OVERLAYS:
            for pod in templates(overlay):
                for container in containers(pod):
                    for name in variables(overlay, container):
                        self.assertEqual(name.startswith("IFINU_"), is_ours(container), name)

    def test_every_image_of_ours_is_of_the_programs_version(self) -> None:
        version = run(ifinu(), "--version", check=True)
        tag = version.stdout.split()[1]
        for overlay in OVERLAYS:
            images = {each["image"] for pod in templates(overlay) for each in containers(pod) if is_ours(each)}
            self.assertEqual(images, {f"ghcr.io/ifinu/ifinu:{tag}"})

    def test_the_arguments_are_a_command_of_the_program(self) -> None:
        for overlay in OVERLAYS:
            for pod in templates(overlay):
                for container in filter(is_ours, containers(pod)):
                    command = [ifinu(), *container["args"], "--help"]
                    self.assertEqual(run(*command).returncode, 0, command)


class ServingTests(unittest.TestCase):
    def test_probes_and_scrapes_ask_for_pages_that_a_worker_serves(self) -> None:
        with Redis() as redis, Sandbox() as sandbox, Worker(redis, sandbox) as worker:
            for overlay in OVERLAYS:
                container = worker_container(overlay)
                (port,) = container["ports"]
                address = variables(overlay, container)["IFINU_HTTP_ADDRESS"]
                self.assertEqual(address, f"0.0.0.0:{port['containerPort']}")
                probes = [container[kind]["httpGet"] for kind in ("startupProbe", "livenessProbe", "readinessProbe")]
                self.assertEqual([probe["path"] for probe in probes], ["/livez", "/livez", "/readyz"])
                paths = {probe["path"] for probe in probes}
                for monitor in of_kind(overlay, "PodMonitor"):
                    paths |= {endpoint["path"] for endpoint in monitor["spec"]["podMetricsEndpoints"]}
                notes = worker_pod(overlay)["metadata"].get("annotations", {})
                if notes:
                    self.assertEqual(notes["prometheus.io/port"], str(port["containerPort"]))
                    paths.add(notes["prometheus.io/path"])
                self.assertIn("/metrics", paths)
                for path in paths:
                    fetch(worker.url + path)
                for probe in probes:
                    self.assertEqual(probe["port"], port["name"])
            with self.assertRaises(urllib.error.HTTPError):
                fetch(f"{worker.url}/health")


class LifeTests(unittest.TestCase):
    def test_a_pod_is_given_longer_than_the_worker_takes_to_stop(self) -> None:
        for overlay in OVERLAYS:
            grace = variables(overlay, worker_container(overlay))["IFINU_SHUTDOWN_GRACE"]
            self.assertRegex(grace, r"^\d+s$")
            wanted = int(grace[:-1]) + CANCELLING
            self.assertGreater(worker_pod(overlay)["spec"]["terminationGracePeriodSeconds"], wanted)

    def test_the_autoscaler_alone_says_how_many(self) -> None:
        for overlay in OVERLAYS:
            self.assertNotIn("replicas", named(overlay, "Deployment", "ifinu-worker")["spec"])

    def test_a_rollout_adds_no_pod_to_a_fleet_at_its_rate(self) -> None:
        for overlay in OVERLAYS:
            update = named(overlay, "Deployment", "ifinu-worker")["spec"]["strategy"]["rollingUpdate"]
            self.assertEqual(update["maxSurge"], 0)


class ShardTests(unittest.TestCase):
    """Production and its kin."""

    def setUp(self) -> None:
        self.overlays = [overlay for overlay in OVERLAYS if overlay != "dev"]

    def test_the_worker_knows_as_many_shards_as_there_are(self) -> None:
        for overlay in self.overlays:
            shards = named(overlay, "StatefulSet", "evolution-api")["spec"]["replicas"]
            known = variables(overlay, worker_container(overlay))["IFINU_EVOLUTION_SHARDS"]
            self.assertEqual(known, str(shards))

    def test_the_workers_url_is_a_shards_name(self) -> None:
        for overlay in self.overlays:
            shards = named(overlay, "StatefulSet", "evolution-api")["spec"]
            service = named(overlay, "Service", shards["serviceName"])
            self.assertEqual(service["spec"]["clusterIP"], "None")
            (port,) = service["spec"]["ports"]
            url = variables(overlay, worker_container(overlay))["IFINU_EVOLUTION_URL"]
            self.assertEqual(url, f"http://evolution-api-{{shard}}.{service['metadata']['name']}:{port['port']}")

    def test_each_shard_has_a_name_of_its_own_in_the_database_and_its_own_files(self) -> None:
        for overlay in self.overlays:
            shards = named(overlay, "StatefulSet", "evolution-api")["spec"]
            (container,) = shards["template"]["spec"]["containers"]
            name = next(each for each in container["env"] if each["name"] == "DATABASE_CONNECTION_CLIENT_NAME")
            self.assertEqual(name["valueFrom"]["fieldRef"]["fieldPath"], "metadata.name")
            mounts = {each["name"]: each["mountPath"] for each in container["volumeMounts"]}
            (claim,) = shards["volumeClaimTemplates"]
            self.assertEqual(mounts[claim["metadata"]["name"]], "/evolution/instances")

    def test_no_probe_asks_evolution_for_a_page(self) -> None:
        for overlay in self.overlays:
            (container,) = named(overlay, "StatefulSet", "evolution-api")["spec"]["template"]["spec"]["containers"]
            probes = [container[kind] for kind in ("startupProbe", "livenessProbe", "readinessProbe")]
            self.assertTrue(all("tcpSocket" in probe for probe in probes))


if __name__ == "__main__":
    unittest.main()
