"""Every query of every panel, asked of a real Prometheus that reads real workers at work."""

from __future__ import annotations

import contextlib
import json
import math
import tempfile
import time
import unittest
from pathlib import Path
from typing import Any

from dashboards import generate
from dashboards.busy_stack import BusyStack
from dashboards.interpolation import choices, interpolate, panels
from dashboards.preview import paint_all
from testkit.monitoring import QueryError
from testkit.network import QuietHandler, serving
from testkit.paths import REPOSITORY
from testkit.promql import selectors
from testkit.waiting import eventually

DASHBOARDS = REPOSITORY / "dashboards"
FIXTURES = Path(__file__).resolve().parent / "fixtures"
Json = dict[str, Any]
BOARDS = {name: json.loads((DASHBOARDS / name).read_text(encoding="utf-8")) for name in generate.BOARDS}
SPAN_SECONDS = 12
STEP_SECONDS = 1

# What Prometheus writes itself for each target that it reads.
OF_PROMETHEUS = {"up", "scrape_duration_seconds", "scrape_samples_scraped"}

# Empty by nature where there is no Kubernetes: the series are kube-state-metrics' own, for an HPA that is there.
# The test serves a page as kube-state-metrics writes it, so that their queries answer, too.
OF_KUBERNETES = {
    "Pods desejados": "the HPA's wish",
    "Pods no máximo": "the HPA's bound",
    "Pods: agora, desejados e limites": "the HPA's replicas and bounds",
    "Métrica do HPA e seu alvo": "what the HPA reads",
    "Condições do HPA": "the HPA's conditions",
}


class KubeStatePage(QuietHandler):
    """Serves the fixture."""

    def do_GET(self) -> None:
        """Answers a scrape."""
        self.answer(200, (FIXTURES / "kube-state-metrics.txt").read_text(), "text/plain; version=0.0.4")


def targets() -> list[tuple[str, Json, Json, Json]]:
    """Gives each query with the names of its board, the board, the panel and the target."""
    return [
        (name, board, panel, target)
        for name, board in BOARDS.items()
        for panel in panels(board)
        for target in panel["targets"]
    ]


class LiveTests(unittest.TestCase):
    """One fleet for all of them: it takes seconds to be busy."""

    fleet: BusyStack

    @classmethod
    def setUpClass(cls) -> None:
        stack = contextlib.ExitStack()
        cls.addClassCleanup(stack.close)
        cls.fleet = stack.enter_context(BusyStack([stack.enter_context(serving(KubeStatePage))]))
        cls.fleet.feed_rate = 120
        # Not before there are retries, dead letters and a backlog, and all of it on two scrapes at least.
        for event in (
            'sum(whatsapp_mensagens_total{destino="reagendada"}) > 5',
            'sum(whatsapp_mortas_total{motivo="payload_invalido"}) > 2',
            "max(whatsapp_fila_tamanho) > 50",
            'max(whatsapp_instancias{estado="parada"}) > 0',
            'max(whatsapp_estacionadas{motivo="ritmo"}) > 0',
            "min(count_over_time(whatsapp_fila_tamanho[30s])) > 12",
            "kube_horizontalpodautoscaler_spec_max_replicas",
        ):
            eventually(lambda: cls.fleet.prometheus.query(event), event)  # noqa: B023

    def ask(self, board: Json, target: Json) -> list[float]:
        """Gives the numbers that a panel gets, with "All" chosen everywhere."""
        expr = interpolate(target["expr"], choices(board), STEP_SECONDS, SPAN_SECONDS, STEP_SECONDS)
        prometheus, now = self.fleet.prometheus, time.time()
        if target["instant"]:
            return [float(item["value"][1]) for item in prometheus.query(expr)]
        series = prometheus.query_range(expr, now - SPAN_SECONDS, now, STEP_SECONDS)
        return [float(value) for item in series for _, value in item["values"]]

    def test_every_query_of_every_panel_answers_with_numbers(self) -> None:
        for name, board, panel, target in targets():
            with self.subTest(board=name, panel=panel["title"], query=target["refId"]):
                # A percentile needs two scrapes with something between them: what comes seldom may take some seconds.
                eventually(
                    lambda: any(map(math.isfinite, self.ask(board, target))),  # noqa: B023
                    f"numbers for {panel['title']}: {target['expr']}",
                )

    def test_what_needs_kubernetes_is_what_is_listed(self) -> None:
        asking = {
            panel["title"]
            for _, _, panel, target in targets()
            if any(selector.name.startswith("kube_") for selector in selectors(target["expr"]))
        }
        self.assertEqual(asking, set(OF_KUBERNETES))

    def test_no_panel_asks_for_a_series_that_the_worker_does_not_export(self) -> None:
        exported = {line.split("{")[0].split(" ")[0] for line in self.fleet.workers[0].metrics().splitlines() if line[:1] != "#"}
        kube = {line.split("{")[0] for line in (FIXTURES / "kube-state-metrics.txt").read_text().splitlines()}
        self.assertIn("whatsapp_envios_total", exported)
        for name, _, panel, target in targets():
            for selector in selectors(target["expr"]):
                known = selector.name in exported | OF_PROMETHEUS | kube
                self.assertTrue(known, f"{name}: {panel['title']} asks for {selector.name}")

    def test_every_variable_has_something_to_choose(self) -> None:
        without_kubernetes = {"namespace"}
        for board in BOARDS.values():
            for variable in board["templating"]["list"]:
                if variable["type"] != "query" or variable["name"] in without_kubernetes:
                    continue
                inner, label = variable["query"].removeprefix("label_values(").removesuffix(")").rsplit(", ", 1)
                series = interpolate(inner, choices(board), STEP_SECONDS, SPAN_SECONDS, STEP_SECONDS)
                found = self.fleet.prometheus.query(f"group by ({label}) ({series})")
                self.assertTrue(any(item["metric"].get(label) for item in found), variable["name"])

    def test_one_process_can_be_chosen(self) -> None:
        board = BOARDS["operacao.json"]
        instance = self.fleet.prometheus.query("whatsapp_trabalhadores")[0]["metric"]["instance"]
        asked = next(panel for panel in panels(board) if panel["title"] == "Memória por pod")["targets"][0]["expr"]
        expr = interpolate(asked, choices(board) | {"instance": instance}, STEP_SECONDS, SPAN_SECONDS, STEP_SECONDS)
        self.assertEqual([item["metric"]["instance"] for item in self.fleet.prometheus.query(expr)], [instance])

    def test_a_queue_that_two_processes_report_is_counted_once(self) -> None:
        board = BOARDS["visao-geral.json"]
        asked = next(panel for panel in panels(board) if panel["title"] == "Mensagens na fila")["targets"][0]["expr"]
        once = interpolate(asked, choices(board), STEP_SECONDS, SPAN_SECONDS, STEP_SECONDS)

        def is_counted_once() -> bool:
            now = time.time()
            shown, reported = (
                float(self.fleet.prometheus.query(expr, now)[0]["value"][1])
                for expr in (once, "max(sum by (instance) (whatsapp_fila_tamanho))")
            )
            return abs(shown - reported) < reported / 2

        # Both read it every 2 s, not at the same moment, and later on a busy machine: equal but for that, and at no time
        # twice as much.
        eventually(is_counted_once, "the queue to be shown as it is reported")

    def test_the_previews_can_be_drawn(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            paint_all(self.fleet.prometheus, SPAN_SECONDS, STEP_SECONDS, Path(folder))
            drawn = {file.stem for file in Path(folder).glob("*.png")}
        self.assertEqual(drawn, {Path(name).stem for name in BOARDS})

    def test_a_query_that_prometheus_refuses_is_an_error(self) -> None:
        with self.assertRaises(QueryError):
            self.fleet.prometheus.query("sum(")


if __name__ == "__main__":
    unittest.main()
