"""The runbooks' commands and queries: what somebody types at three in the morning has to run."""

from __future__ import annotations

import re
import shlex
import tempfile
import unittest
from pathlib import Path

import yaml

from exported import missing_from_a_busy_worker
from rules import all_alerts, all_rules
from testkit.paths import REPOSITORY, ifinu, tool
from testkit.process import run
from testkit.promql import series_names
from testkit.servers import Redis, Sandbox, Worker, clean_environment

PAGE = REPOSITORY / "docs" / "OPERATIONS.md"
PARTS = ("**Means.**", "**Look.**", "**Mend.**", "**Over**")
OTHERS = {"curl", "kubectl", "redis-cli"}
# Bad usage and bad configuration: the command was never what the page says it is.
REFUSALS = {64, 78}


def runbooks() -> dict[str, str]:
    """The text of each alert's section."""
    page = PAGE.read_text()
    alerts = page.partition("\n## Alerts\n")[2].partition("\n## ")[0]
    return {part.partition("\n")[0].strip(): part for part in alerts.split("\n### ")[1:]}


def block_lines(language: str) -> list[str]:
    """The lines of every block of a language in the runbooks."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```", "\n".join(runbooks().values()), re.DOTALL | re.MULTILINE)
    return sorted({line for block in blocks for line in block.splitlines() if line})


class RunbookTests(unittest.TestCase):
    def test_every_alert_has_its_runbook_and_no_runbook_is_left_over(self) -> None:
        self.assertEqual(set(runbooks()), {alert.name for alert in all_alerts()})

    def test_every_runbook_says_what_it_means_how_to_look_how_to_mend_and_when_it_is_over(self) -> None:
        for name, text in runbooks().items():
            for part in PARTS:
                with self.subTest(name=name, part=part):
                    self.assertIn(part, text)

    def test_the_commands_run(self) -> None:
        commands = [shlex.split(line) for line in block_lines("sh")]
        self.assertTrue(commands)
        with Redis() as redis, Sandbox() as sandbox, Worker(redis, sandbox) as worker:
            environment = clean_environment() | worker.settings
            for command in commands:
                with self.subTest(shlex.join(command)):
                    if command[0] == "ifinu":
                        self._run([ifinu(), *command[1:]], environment)
                    elif command[0] == "curl":
                        url = command[-1].replace("127.0.0.1:9464", worker.address)
                        self._run([tool("curl"), "--fail", *command[1:-1], url], environment, {0})
                    elif command[0] == "redis-cli":
                        self._run([tool("redis-cli"), "-p", str(redis.port), *command[1:]], environment, {0})
                    else:
                        self.assertIn(command[0], OTHERS)

    def test_the_queries_are_valid_and_read_series_that_a_worker_exports_or_the_rules_make(self) -> None:
        queries = block_lines("promql")
        rules = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(queries)]
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "queries.yml"
            file.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}))
            result = run(tool("promtool"), "check", "rules", str(file))
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        known = {rule["record"] for rule in all_rules() if "record" in rule}
        wanted = {name for query in queries for name in series_names(query)} - known - {"up"}
        self.assertEqual(missing_from_a_busy_worker(wanted), set())

    def _run(self, command: list[str], environment: dict[str, str], wanted: set[int] | None = None) -> None:
        result = run(*command, env=environment)
        if wanted is None:
            self.assertNotIn(result.returncode, REFUSALS, result.stderr)
        else:
            self.assertIn(result.returncode, wanted, result.stdout + result.stderr)


if __name__ == "__main__":
    unittest.main()
