"""The rules: promtool takes them, each alert is proved both ways, says what to do, and reads series that exist."""

from __future__ import annotations

import re
import subprocess
import unittest
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from exported import missing_from_a_busy_worker
from rules import RULES, Alert, all_alerts, all_cases, all_rules, rule_documents, test_files
from testkit.paths import REPOSITORY, tool
from testkit.process import run
from testkit.promql import series_names

SEVERITIES = {"critical", "warning", "info", "none"}
BOARDS = {"ifinu-visao-geral", "ifinu-operacao", "ifinu-capacidade", "ifinu-instancias"}
ORIGINAL_ALERTS = {"FilaWhatsAppGrande", "TaxaFalhaAlta", "PodsNoMaximo"}
# It is there to fire always: there is no case in which it may keep silent.
NEVER_SILENT = {("Watchdog", "none")}
# Series that others than the worker export: Prometheus itself, and kube-state-metrics.
OUTSIDE = {
    "up",
    "ALERTS",
    "kube_deployment_status_replicas",
    "kube_horizontalpodautoscaler_status_current_replicas",
    "kube_horizontalpodautoscaler_spec_max_replicas",
}


def promtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs promtool to its end."""
    return run(tool("promtool"), *arguments)


def anchors(markdown: str) -> set[str]:
    """The anchors that GitHub gives the headings of a document, code blocks left out."""
    markdown = re.sub(r"^```.*?^```", "", markdown, flags=re.DOTALL | re.MULTILINE)
    seen: Counter[str] = Counter()
    found = set()
    for heading in re.findall(r"^#{1,6} +(.+?)\s*$", markdown, re.MULTILINE):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found


class RulesTests(unittest.TestCase):
    def test_promtool_takes_the_rules(self) -> None:
        result = promtool("check", "rules", *map(str, sorted(RULES.glob("*.yml"))))
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_every_promtool_case_holds(self) -> None:
        files = test_files()
        with ThreadPoolExecutor(2) as pool:
            results = list(pool.map(lambda path: promtool("test", "rules", str(path)), files))
        for path, result in zip(files, results, strict=True):
            with self.subTest(path.name):
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_every_alert_is_proved_to_fire_with_its_texts_and_to_keep_silent(self) -> None:
        cases = all_cases()
        for alert in all_alerts():
            mine = [case for case in cases if case.alert == alert.name]
            with self.subTest(alert.key):
                fires = [case for case in mine if alert.severity in case.severities]
                self.assertTrue(fires, "no case in which it fires")
                self.assertTrue(all(case.has_annotations for case in fires), "a case without exp_annotations")
                if alert.key not in NEVER_SILENT:
                    silent = [case for case in mine if alert.severity not in case.severities]
                    self.assertTrue(silent, "no case in which it keeps silent")

    def test_no_case_is_about_an_alert_that_is_not_there(self) -> None:
        names = {alert.name for alert in all_alerts()}
        self.assertEqual({case.alert for case in all_cases()} - names, set())

    def test_the_original_alerts_keep_their_names(self) -> None:
        self.assertLessEqual(ORIGINAL_ALERTS, {alert.name for alert in all_alerts()})

    def test_no_two_alerts_share_name_and_severity(self) -> None:
        doubled = [key for key, count in Counter(alert.key for alert in all_alerts()).items() if count > 1]
        self.assertEqual(doubled, [])

    def test_every_group_is_evaluated_in_a_fixed_order_by_the_cases(self) -> None:
        groups = {group["name"] for document in rule_documents().values() for group in document["groups"]}
        for path in test_files():
            text = path.read_text()
            with self.subTest(path.name):
                self.assertEqual({name for name in groups if name not in text}, set())


class TextTests(unittest.TestCase):
    def setUp(self) -> None:
        self.alerts = all_alerts()

    def each(self, check) -> None:
        for alert in self.alerts:
            with self.subTest(alert.key):
                check(alert)

    def test_every_alert_has_a_severity_that_a_route_knows(self) -> None:
        self.each(lambda alert: self.assertIn(alert.severity, SEVERITIES))

    def test_every_alert_says_what_it_saw_in_words(self) -> None:
        def check(alert: Alert) -> None:
            self.assertTrue(alert.annotations.get("summary"))
            self.assertRegex(alert.annotations.get("description", ""), r"\$value \| humanize|\b0 processos\b")

        self.each(check)

    def test_every_runbook_is_a_section_of_the_operations_page(self) -> None:
        known = anchors((REPOSITORY / "docs" / "OPERATIONS.md").read_text())

        def check(alert: Alert) -> None:
            page, _, anchor = alert.annotations.get("runbook_url", "").partition("#")
            self.assertRegex(page, r"^https://.+/docs/OPERATIONS\.md$")
            self.assertIn(anchor, known)

        self.each(check)

    def test_every_dashboard_is_one_of_ours(self) -> None:
        def check(alert: Alert) -> None:
            url = alert.annotations.get("dashboard_url", "")
            self.assertRegex(url, r"^https?://[^/]+/d/[\w-]+$")
            self.assertIn(url.rpartition("/")[2], BOARDS)

        self.each(check)


class SeriesTests(unittest.TestCase):
    def test_every_series_is_exported_by_a_worker_or_recorded_or_known_to_come_from_outside(self) -> None:
        rules = all_rules()
        read = {name for rule in rules for name in series_names(rule["expr"])}
        recorded = {rule["record"] for rule in rules if "record" in rule}
        wanted = read - recorded - OUTSIDE
        self.assertGreater(len(wanted), 20, "the names were not found in the expressions")
        self.assertEqual(missing_from_a_busy_worker(wanted), set())

    def test_no_outside_series_is_listed_in_vain(self) -> None:
        read = {name for rule in all_rules() for name in series_names(rule["expr"])}
        self.assertLessEqual(OUTSIDE, read)


class NameReaderTests(unittest.TestCase):
    def test_names_are_told_from_all_else_in_an_expression(self) -> None:
        table = {
            'sum by (a, b) (rate(x_total{c="d", e=~"f|g"}[5m])) > 0.5': {"x_total"},
            "a:b:c / on (x) group_left () (1 - d:e)": {"a:b:c", "d:e"},
            "one unless on (j) two offset 5m and bool_series": {"one", "two", "bool_series"},
            'label_replace(up, "k", "v:$1", "f", "(.+)") or vector(1)': {"up"},
        }
        for expression, names in table.items():
            with self.subTest(expression):
                self.assertEqual(series_names(expression), names)


if __name__ == "__main__":
    unittest.main()
