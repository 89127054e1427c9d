"""From a fault to the pager and back: real Prometheus, Alertmanager, Redis and worker, hours in seconds."""

from __future__ import annotations

import unittest

from alert_stack import AlertStack
from receiver import Notification
from testkit.waiting import eventually

OF_THE_HOST = ("DisjuntorAberto", "InstanciasParadasEmMassa")
PAGERDUTY = "/pagerduty/v2/enqueue"


class AlertsEndToEnd(unittest.TestCase):
    """One stack for all: each test breaks one thing and mends it again."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.stack = cls.enterClassContext(AlertStack())

    def test_a_failing_evolution_wakes_people_and_lets_them_sleep_again(self) -> None:
        prometheus = self.stack.prometheus
        self.stack.feed()
        eventually(
            lambda: prometheus.query("namespace_job:whatsapp_envios:rate5m > 5"), "traffic that Prometheus sees"
        )
        self.assertEqual(prometheus.alerts("TaxaFalhaAlta"), [], "nothing is broken yet")

        # A page that is not Evolution's: a proxy answers in its place.
        self.stack.sandbox.change(fault="wrong-path=0.9", seed="7")
        eventually(self._is_firing, "TaxaFalhaAlta firing")
        was_pending = 'count_over_time(ALERTS{alertname="TaxaFalhaAlta",severity="critical",alertstate="pending"}[1h])'
        self.assertTrue(prometheus.query(was_pending), "it fired without having been pending")

        said = eventually(lambda: self._slack("[DISPARADO] TaxaFalhaAlta (critical)"), "Slack to be told")[0]
        text = said["attachments"][0]["text"]
        self.assertRegex(text, r"\*Taxa de falha de [\d.]+% em ifinu\*")
        self.assertIn("por culpa nossa ou da Evolution API: mais da metade.", text)
        self.assertIn("docs/OPERATIONS.md#taxafalhaalta|Roteiro>", text)
        self.assertIn("/d/ifinu-visao-geral|Painel>", text)
        self.assertEqual(said["attachments"][0]["color"], "danger")
        self.assertEqual(said["channel"], "#ifinu-plantao")

        page = eventually(lambda: self._pages("trigger", "TaxaFalhaAlta"), "PagerDuty to be told")[0]
        self.assertEqual(page["routing_key"], "chave-de-teste")
        self.assertEqual(page["payload"]["severity"], "critical")
        self.assertRegex(page["payload"]["summary"], r"^\[DISPARADO\] Taxa de falha de [\d.]+% em ifinu$")
        self.assertIn("mais da metade", page["payload"]["custom_details"]["descricao"])

        eventually(self._is_warning_muted, "the warning to be muted by the critical alert")
        eventually(lambda: self._pages("trigger", "QueimaRapidaDoOrcamento"), "the budget's burn to page")

        self.stack.sandbox.change()
        resolved = eventually(lambda: self._slack("[RESOLVIDO] TaxaFalhaAlta (critical)"), "Slack to be told")[0]
        self.assertIn("Resolvido às", resolved["attachments"][0]["text"])
        self.assertEqual(resolved["attachments"][0]["color"], "good")
        ends = eventually(lambda: self._pages("resolve", "TaxaFalhaAlta"), "PagerDuty to be told")
        self.assertEqual(ends[0]["dedup_key"], page["dedup_key"], "it resolves the incident that it opened")
        self.assertEqual(prometheus.states("TaxaFalhaAlta", "critical"), set())

    def test_a_redis_that_is_away_is_one_call_and_no_more(self) -> None:
        eventually(lambda: self.stack.prometheus.query('redis_up{job="ifinu"} == 1'), "Redis to be seen")
        before = {page["dedup_key"] for page in self._triggers()}
        self.stack.redis.stop()
        try:
            eventually(lambda: self._pages("trigger", "RedisForaDoAr"), "PagerDuty to be told of Redis")
            said = eventually(lambda: self._slack("[DISPARADO] RedisForaDoAr (critical)"), "Slack to be told")[0]
            self.assertIn("Nenhum processo alcança o Redis", said["attachments"][0]["text"])
        finally:
            self.stack.redis.start()
        eventually(lambda: self._pages("resolve", "RedisForaDoAr"), "PagerDuty to be told of the end")
        calls = {page["payload"]["class"] for page in self._triggers() if page["dedup_key"] not in before}
        self.assertEqual(calls, {"RedisForaDoAr"})

    def test_many_instances_that_stop_at_once_wake_people_until_they_are_back(self) -> None:
        prometheus = self.stack.prometheus
        self.stack.feed_many_instances()
        eventually(
            lambda: prometheus.query("namespace_job:whatsapp_instancias:sum > 5"), "instances that Prometheus sees"
        )
        before = {page["dedup_key"] for page in self._triggers()}
        self.stack.sandbox.change(api_key="outra")
        # Who says so first depends on what came to the worker: eight refusals in a row open its breaker.
        alert = eventually(self._whoever_tells_of_the_host, "PagerDuty to be told")
        self.assertGreater(self.stack.counted('whatsapp_falhas_total{motivo="credencial"}'), 0)
        self.assertEqual(self.stack.counted('whatsapp_mortas_total{motivo="credencial"}'), 0, "it kills no message")

        self.stack.sandbox.change()
        eventually(lambda: self._pages("resolve", alert), "PagerDuty to be told of the end")
        calls = {page["payload"]["class"] for page in self._triggers() if page["dedup_key"] not in before}
        self.assertLessEqual(calls, set(OF_THE_HOST))

    def test_the_watcher_hears_again_and_again(self) -> None:
        heard = eventually(lambda: len(self._watched()) >= 2 and self._watched(), "two signs of life")
        self.assertEqual(heard[0].document["alerts"][0]["labels"]["alertname"], "Watchdog")
        self.assertEqual(heard[0].authorization, "Bearer ficha-de-teste")

    def _is_firing(self) -> bool:
        """Whether the alert is; as long as it is pending, nobody may have been told."""
        told = self._slack("[DISPARADO] TaxaFalhaAlta (critical)")
        states = self.stack.prometheus.states("TaxaFalhaAlta", "critical")
        if states == {"pending"}:
            self.assertEqual(told, [], "pending alerts wake nobody")
        return "firing" in states

    def _whoever_tells_of_the_host(self) -> str | None:
        return next((alert for alert in OF_THE_HOST if self._pages("trigger", alert)), None)

    def _is_warning_muted(self) -> bool:
        found = self.stack.alertmanager.alerts("TaxaFalhaAlta")
        warnings = [alert for alert in found if alert["labels"]["severity"] == "warning"]
        return bool(warnings) and all(alert["status"]["inhibitedBy"] for alert in warnings)

    def _slack(self, title: str) -> list[dict]:
        taken = [each.document for each in self.stack.receiver.taken("/slack")]
        return [document for document in taken if title in document["attachments"][0]["title"]]

    def _pages(self, action: str, alert: str) -> list[dict]:
        taken = [each.document for each in self.stack.receiver.taken(PAGERDUTY)]
        return [each for each in taken if each["event_action"] == action and each["payload"].get("class") == alert]

    def _triggers(self) -> list[dict]:
        taken = [each.document for each in self.stack.receiver.taken(PAGERDUTY)]
        return [each for each in taken if each["event_action"] == "trigger"]

    def _watched(self) -> list[Notification]:
        return self.stack.receiver.taken("/vigia")


if __name__ == "__main__":
    unittest.main()
