"""The Alertmanager: its configuration is taken, each severity goes where it should, and causes mute what they cause."""

from __future__ import annotations

import subprocess
import tempfile
import unittest
from pathlib import Path

import yaml

from alert_stack import configuration_for
from receiver import notification_receiver
from rules import ALERTS, all_alerts
from testkit.monitoring import Alertmanager
from testkit.paths import tool
from testkit.process import run
from testkit.waiting import eventually

CONFIGURATION = ALERTS / "alertmanager.yml"
RECEIVERS = {"critical": "plantao", "warning": "equipe", "info": "avisos", "none": "ninguem"}
HERE = {"namespace": "ifinu-production", "job": "ifinu"}
# A cause, what it mutes, and what it must not mute.
INHIBITIONS: list[tuple[tuple[str, str], list[tuple[str, str]], list[tuple[str, str]]]] = [
    (("TaxaFalhaAlta", "critical"), [("TaxaFalhaAlta", "warning")], [("MortasCrescendo", "warning")]),
    (("QueimaRapidaDoOrcamento", "critical"), [("QueimaLentaDoOrcamento", "warning")], [("EnvioParado", "critical")]),
    (
        ("RedisForaDoAr", "critical"),
        [("EnvioParado", "critical"), ("FilaNaoEsvazia", "warning"), ("RedisForaDoAr", "warning")],
        [("TaxaFalhaAlta", "critical"), ("DisjuntorAberto", "critical")],
    ),
    (("RedisForaDoAr", "warning"), [], [("EnvioParado", "critical")]),
    (
        ("DisjuntorAberto", "critical"),
        [
            ("TaxaFalhaAlta", "critical"), ("EnvioParado", "critical"), ("MensagemEsperandoDemais", "warning"),
            ("InstanciasParadasEmMassa", "critical"), ("InstanciasParadas", "warning"),
        ],
        [("RedisForaDoAr", "critical"), ("EnviosIncertos", "warning")],
    ),
    (("DisjuntorAberto", "warning"), [], [("TaxaFalhaAlta", "warning")]),
    (("AlvoAusente", "critical"), [("EnvioParado", "critical")], [("PodsNoMaximo", "warning")]),
    (("EnvioParado", "critical"), [("FilaWhatsAppGrande", "warning")], [("TaxaFalhaAlta", "warning")]),
    (
        ("InstanciasParadasEmMassa", "critical"),
        [("InstanciasParadasEmMassa", "warning"), ("InstanciasParadas", "warning")],
        [("EstacionadasPertoDoPrazo", "warning"), ("EnvioParado", "critical")],
    ),
    (("InstanciasParadasEmMassa", "warning"), [], [("InstanciasParadas", "warning")]),
    (
        ("LimiteDaFrotaAtingido", "warning"),
        [("LimitadorSaturado", "info"), ("FilaNaoEsvazia", "warning")],
        [("MensagemEsperandoDemais", "warning")],
    ),
]


def amtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs amtool to its end."""
    return run(tool("amtool"), *arguments)


class RouteTests(unittest.TestCase):
    def test_amtool_takes_configuration_and_templates(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            configuration = configuration_for(Path(name), "http://127.0.0.1:1")
            file = Path(name) / "alertmanager.yml"
            file.write_text(yaml.safe_dump(configuration))
            for each in (CONFIGURATION, file):
                result = amtool("check-config", str(each))
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_every_alert_goes_to_the_receiver_of_its_severity(self) -> None:
        for alert in all_alerts():
            expected = "vigia" if alert.name == "Watchdog" else RECEIVERS[alert.severity]
            self.assert_route(expected, alertname=alert.name, severity=alert.severity, namespace="ifinu-production")

    def test_what_one_tenants_instance_raises_pages_nobody(self) -> None:
        mine = [alert for alert in all_alerts() if alert.annotations["dashboard_url"].endswith("/ifinu-instancias")]
        self.assertGreater(len(mine), 4)
        loud = {alert.name for alert in mine if alert.severity == "critical"}
        self.assertEqual(loud, {"InstanciasParadasEmMassa"})

    def test_each_severity_has_a_receiver(self) -> None:
        for severity, receiver in RECEIVERS.items():
            self.assert_route(receiver, alertname="Outro", severity=severity)

    def test_an_alert_without_severity_is_not_lost(self) -> None:
        self.assert_route("equipe", alertname="Outro")

    def test_no_secret_stands_in_the_configuration(self) -> None:
        text = CONFIGURATION.read_text()
        for word in ("api_url:", "routing_key:", "service_key", "credentials:", "password:"):
            self.assertNotIn(word, text)

    def test_every_alert_that_is_named_in_an_inhibition_exists(self) -> None:
        names = {alert.name for alert in all_alerts()}
        for cause, muted, heard in INHIBITIONS:
            self.assertLessEqual({name for name, _ in (cause, *muted, *heard)}, names)

    def assert_route(self, receiver: str, **labels: str) -> None:
        pairs = [f"{name}={value}" for name, value in labels.items()]
        arguments = [f"--config.file={CONFIGURATION}", f"--verify.receivers={receiver}", *pairs]
        result = amtool("config", "routes", "test", *arguments)
        self.assertEqual(result.returncode, 0, f"{labels}: {result.stdout}{result.stderr}")


class InhibitionTests(unittest.TestCase):
    """Each pair lives in a namespace of its own, so that all are judged by one Alertmanager at once."""

    def test_causes_mute_what_they_cause_and_nothing_else(self) -> None:
        with tempfile.TemporaryDirectory() as name, notification_receiver() as receiver:
            configuration = configuration_for(Path(name), receiver.url)
            with Alertmanager(yaml.safe_dump(configuration)) as alertmanager:
                # The muted come last: once they are, all the others have been judged as well.
                pairs = [(cause, each, False) for cause, _, heard in INHIBITIONS for each in heard]
                pairs += [(cause, each, True) for cause, muted, _ in INHIBITIONS for each in muted]
                for number, (cause, effect, _) in enumerate(pairs):
                    alertmanager.post([self._labels(number, cause), self._labels(number, effect)])
                for number, (cause, effect, is_muted) in reversed(list(enumerate(pairs))):
                    with self.subTest(f"{cause} and {effect}"):
                        self._await(alertmanager, number, effect, is_muted)

    def test_an_alert_of_another_namespace_is_heard(self) -> None:
        with tempfile.TemporaryDirectory() as name, notification_receiver() as receiver:
            configuration = configuration_for(Path(name), receiver.url)
            with Alertmanager(yaml.safe_dump(configuration)) as alertmanager:
                cause, effect = ("RedisForaDoAr", "critical"), ("EnvioParado", "critical")
                alertmanager.post([self._labels(1, cause), self._labels(1, effect), self._labels(2, effect)])
                self._await(alertmanager, 1, effect, True)
                self._await(alertmanager, 2, effect, False)

    @staticmethod
    def _labels(number: int, alert: tuple[str, str]) -> dict[str, str]:
        name, severity = alert
        return HERE | {"alertname": name, "severity": severity, "namespace": f"n{number}"}

    @classmethod
    def _await(cls, alertmanager: Alertmanager, number: int, alert: tuple[str, str], is_muted: bool) -> None:
        what = f"{alert} to be {'muted' if is_muted else 'heard'}"
        eventually(lambda: cls._muted(alertmanager, number, alert) is is_muted, what)

    @classmethod
    def _muted(cls, alertmanager: Alertmanager, number: int, alert: tuple[str, str]) -> bool | None:
        """Whether it is muted; None when it has not been judged yet."""
        labels = cls._labels(number, alert)
        for found in alertmanager.alerts(alert[0]):
            if found["labels"] == labels and found["status"]["state"] != "unprocessed":
                return bool(found["status"]["inhibitedBy"])
        return None


if __name__ == "__main__":
    unittest.main()
