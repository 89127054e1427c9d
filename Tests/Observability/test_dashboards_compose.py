"""What brings the dashboards up with one command: the files agree with each other, and Prometheus takes its own."""

from __future__ import annotations

import re
import tempfile
import unittest
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from dashboards.generate import BOARDS
from testkit.paths import REPOSITORY, MissingTool, tool
from testkit.process import run

DASHBOARDS = REPOSITORY / "dashboards"
# Made by whoever wants to be notified, so it is not here.
SECRETS = "/etc/alertmanager/segredos"
KILOBYTE = 1000


def read(path: str) -> Any:
    """Gives a YAML document."""
    return yaml.safe_load((DASHBOARDS / path).read_text(encoding="utf-8"))


class ComposeTests(unittest.TestCase):
    """docker-compose.yml, prometheus.yml and the provisioning."""

    def setUp(self) -> None:
        self.services = read("docker-compose.yml")["services"]

    def mounts(self, service: str) -> dict[str, str]:
        """Gives what is mounted where, without the named volumes."""
        # A default value has a colon of its own: ${NAME:-./folder}.
        plain = [re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", mount) for mount in self.services[service]["volumes"]]
        pairs = [mount.split(":") for mount in plain]
        return {inside[0]: outside for outside, *inside in pairs if outside.startswith(".")}

    def test_every_image_is_pinned_to_a_version(self) -> None:
        self.assertEqual(set(self.services), {"prometheus", "alertmanager", "grafana", "redis"})
        for service in self.services.values():
            self.assertRegex(service["image"], r":v?\d+\.\d+\.\d+(-\w+)?$")

    def test_the_schema_is_that_of_the_grafana_that_is_run(self) -> None:
        schema = version("grafana-foundation-sdk").split("!")[-1]
        image = self.services["grafana"]["image"].split(":")[-1]
        self.assertEqual(schema.split(".")[:2], image.split(".")[:2], "pin grafana-foundation-sdk to the image's")

    def test_nothing_is_open_to_the_network(self) -> None:
        for name, service in self.services.items():
            for port in service["ports"]:
                self.assertTrue(port.startswith("127.0.0.1:"), f"{name}: {port}")

    def test_what_is_mounted_is_there(self) -> None:
        for service in self.services:
            for inside, outside in self.mounts(service).items():
                if inside != SECRETS:
                    self.assertTrue((DASHBOARDS / outside).exists(), outside)

    def test_prometheus_takes_its_configuration_with_the_rules(self) -> None:
        mounts = self.mounts("prometheus")
        with tempfile.TemporaryDirectory() as folder:
            for inside, outside in mounts.items():
                place = Path(folder, Path(inside).relative_to("/etc/prometheus"))
                place.symlink_to((DASHBOARDS / outside).resolve())
            checked = run(tool("promtool"), "check", "config", str(Path(folder, "prometheus.yml")))
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        self.assertIn("rule files found", checked.stdout)
        self.assertNotIn("0 rule files found", checked.stdout)

    def test_grafana_finds_the_data_source_and_the_dashboards(self) -> None:
        (source,) = read("provisioning/datasources/prometheus.yaml")["datasources"]
        self.assertEqual((source["type"], source["url"]), ("prometheus", "http://prometheus:9090"))
        self.assertEqual(source["jsonData"]["timeInterval"], read("prometheus.yml")["global"]["scrape_interval"])
        (provider,) = read("provisioning/dashboards/ifinu.yaml")["providers"]
        mounts = self.mounts("grafana")
        self.assertIn("/etc/grafana/provisioning", mounts)
        shown = {Path(inside).name for inside in mounts if Path(inside).parent == Path(provider["options"]["path"])}
        self.assertEqual(shown, set(BOARDS))
        home = self.services["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
        self.assertIn(home, mounts)

    def test_prometheus_reaches_alertmanager_and_the_host(self) -> None:
        config = read("prometheus.yml")
        (target,) = config["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"]
        self.assertIn(target.split(":")[0], self.services)
        self.assertIn("host.docker.internal:host-gateway", self.services["prometheus"]["extra_hosts"])

    def test_each_dashboard_has_a_preview_that_is_small(self) -> None:
        for name in BOARDS:
            picture = DASHBOARDS / "previews" / name.replace(".json", ".png")
            self.assertEqual(picture.read_bytes()[:4], b"\x89PNG")
            self.assertLess(picture.stat().st_size, 300 * KILOBYTE)

    def test_a_missing_tool_is_named(self) -> None:
        with self.assertRaisesRegex(MissingTool, "no-such-program is not installed"):
            tool("no-such-program")


if __name__ == "__main__":
    unittest.main()
