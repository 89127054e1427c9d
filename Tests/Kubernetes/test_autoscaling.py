"""The autoscalers say the same, their numbers follow from each other, and what they ask is one true number."""

from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path

import yaml

from k8s import generate
from rendered import (
    K8S,
    Manifest,
    labels,
    named,
    objects,
    of_kind,
    strings,
    variables,
    worker_container,
    worker_pod,
)
from test_worker import METRICS
from testkit.monitoring import Prometheus
from testkit.paths import tool
from testkit.process import run
from testkit.promql import series_names
from testkit.servers import Redis, Sandbox, Worker, message
from testkit.waiting import eventually

NAMESPACE = "ifinu-production"
# So many that two workers at a message a second leave most of them for as long as a test waits.
WAITING = {"urgente": 700, "whatsapp": 4000, "baixa": 500}
FEW_THOUSAND = 3000
# Keys and types of the fields of a ScaledObject that are used, as KEDA's reference (2.17) has them.
SCALED_OBJECT = {
    "scaleTargetRef": dict, "pollingInterval": int, "cooldownPeriod": int, "minReplicaCount": int,
    "maxReplicaCount": int, "fallback": dict, "advanced": dict, "triggers": list,
}


def hpa() -> Manifest:
    """The HPA's specification."""
    return named("production", "HorizontalPodAutoscaler", "ifinu-worker")["spec"]


def scaled_object(variant: str = "production-keda") -> Manifest:
    """The ScaledObject's specification."""
    return named(variant, "ScaledObject", "ifinu-worker")["spec"]


def trigger(kind: str) -> Manifest:
    """The ScaledObject's one trigger of a kind."""
    (found,) = [each for each in scaled_object()["triggers"] if each["type"] == kind]
    return found


def adapter_rule() -> Manifest:
    """The rule of prometheus-adapter."""
    (rule,) = yaml.safe_load((K8S / "components/hpa/prometheus-adapter.yaml").read_text())["rules"]["external"]
    return rule


def adapter_query() -> str:
    """What prometheus-adapter asks for an HPA in the namespace."""
    return adapter_rule()["metricsQuery"].replace("<<.LabelMatchers>>", f'namespace="{NAMESPACE}"')


class NumberTests(unittest.TestCase):
    """The arithmetic, once more and apart from the generator's."""

    def test_the_backlog_of_a_pod_is_its_rate_times_the_acceptable_wait(self) -> None:
        rate = int(variables("production", worker_container("production"))["IFINU_RATE"])
        (external,) = [each["external"] for each in hpa()["metrics"] if each["type"] == "External"]
        self.assertEqual(external["target"], {"type": "AverageValue", "averageValue": "1500"})
        self.assertEqual(rate * generate.ACCEPTABLE_WAIT, 1500)

    def test_no_more_pods_than_the_fleets_rate_feeds(self) -> None:
        rate = int(variables("production", worker_container("production"))["IFINU_RATE"])
        self.assertEqual((hpa()["minReplicas"], hpa()["maxReplicas"]), (2, 20))
        self.assertLessEqual(hpa()["maxReplicas"] * rate, generate.FLEET_RATE)

    def test_cpu_and_memory_are_the_originals(self) -> None:
        shares = {each["resource"]["name"]: each["resource"]["target"] for each in hpa()["metrics"] if "resource" in each}
        self.assertEqual({name: target["averageUtilization"] for name, target in shares.items()}, {"cpu": 70, "memory": 80})
        requests = worker_container("production")["resources"]["requests"]
        self.assertLessEqual(set(shares), set(requests), "a share of nothing is no number")

    def test_the_steps_are_the_originals(self) -> None:
        behavior = hpa()["behavior"]
        steps = {
            direction: {(each["type"], each["value"], each["periodSeconds"]) for each in behavior[direction]["policies"]}
            for direction in ("scaleUp", "scaleDown")
        }
        self.assertEqual(steps["scaleUp"], {("Percent", 50, 60), ("Pods", 2, 60)})
        self.assertEqual(steps["scaleDown"], {("Percent", 10, 60), ("Pods", 1, 60)})
        self.assertEqual(behavior["scaleDown"]["stabilizationWindowSeconds"], 300)
        self.assertEqual({behavior[each]["selectPolicy"] for each in behavior}, {"Max"})

    def test_an_idle_workers_memory_does_not_hold_the_fleet_up(self) -> None:
        """An HPA changes nothing within 10 % of its target: what a worker takes must be well below."""
        with Redis() as redis, Sandbox() as sandbox, Worker(redis, sandbox) as worker:
            redis.enqueue([message(number) for number in range(200)])
            eventually(lambda: 'whatsapp_envios_total{resultado="sucesso"} 200' in worker.metrics(), "all to be sent")
            (line,) = [each for each in worker.metrics().splitlines()
                       if each.startswith("process_resident_memory_bytes ")]
        request = worker_container("production")["resources"]["requests"]["memory"]
        self.assertRegex(request, r"^\d+Mi$")
        share = float(line.split()[1]) / (int(request[:-2]) * 2**20)
        self.assertLess(share, generate.MEMORY / 100 * 0.9)


class KedaTests(unittest.TestCase):
    def test_keda_has_the_hpas_numbers(self) -> None:
        spec = scaled_object()
        self.assertEqual((spec["minReplicaCount"], spec["maxReplicaCount"]), (hpa()["minReplicas"], hpa()["maxReplicas"]))
        self.assertEqual(spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"], hpa()["behavior"])
        (external,) = [each["external"] for each in hpa()["metrics"] if each["type"] == "External"]
        prometheus = trigger("prometheus")
        self.assertEqual(prometheus["metadata"]["threshold"], external["target"]["averageValue"])
        self.assertEqual(prometheus["metricType"], "AverageValue")
        for each in hpa()["metrics"]:
            if each["type"] == "Resource":
                share = trigger(each["resource"]["name"])
                self.assertEqual(share["metadata"]["value"], str(each["resource"]["target"]["averageUtilization"]))
                self.assertEqual(share["metricType"], "Utilization")

    def test_losing_prometheus_changes_nothing(self) -> None:
        self.assertEqual(trigger("prometheus")["metadata"]["ignoreNullValues"], "false")
        fallback = scaled_object()["fallback"]
        self.assertEqual(fallback["behavior"], "currentReplicasIfHigher")
        self.assertEqual(fallback["replicas"], scaled_object()["minReplicaCount"])

    def test_the_autoscalers_have_the_name_that_alerts_look_for(self) -> None:
        name = scaled_object()["advanced"]["horizontalPodAutoscalerConfig"]["name"]
        self.assertIn("ifinu", name)
        rules = (K8S / "components/prometheus-rules/prometheus-rules.yaml").read_text()
        self.assertIn('horizontalpodautoscaler=~".*ifinu.*"', rules)

    def test_only_one_autoscaler_owns_the_workers(self) -> None:
        self.assertEqual(of_kind("production-keda", "HorizontalPodAutoscaler"), [])
        self.assertEqual(of_kind("production", "ScaledObject"), [])

    def test_the_scaled_objects_have_the_shape_that_keda_takes(self) -> None:
        for variant in ("production-keda", "production-keda+keda-scale-to-zero"):
            spec = scaled_object(variant)
            for name, value in spec.items():
                self.assertIsInstance(value, SCALED_OBJECT[name], name)
            for each in spec["triggers"]:
                self.assertTrue(all(isinstance(value, str) for value in each["metadata"].values()), each)
            deployment = spec["scaleTargetRef"]["name"]
            named(variant, "Deployment", deployment)

    def test_zero_is_reached_by_asking_redis(self) -> None:
        variant = "production-keda+keda-scale-to-zero"
        spec = scaled_object(variant)
        self.assertEqual((spec["minReplicaCount"], spec["maxReplicaCount"]), (0, hpa()["maxReplicas"]))
        self.assertEqual(spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"], hpa()["behavior"])
        redis = {each["name"]: each["metadata"] for each in spec["triggers"] if each["type"] == "redis"}
        self.assertEqual({each["type"] for each in spec["triggers"]}, {"redis", "prometheus", "cpu", "memory"})
        (prometheus,) = [each["metadata"] for each in spec["triggers"] if each["type"] == "prometheus"]
        self.assertEqual(prometheus["query"], trigger("prometheus")["metadata"]["query"])
        self.assertEqual(prometheus["ignoreNullValues"], "true", "without workers there is no such series")
        modifiers = spec["advanced"]["scalingModifiers"]
        self.assertTrue(all(name in modifiers["formula"] for name in redis))
        self.assertEqual(modifiers["target"], trigger("prometheus")["metadata"]["threshold"])
        namespace = named(variant, "Namespace", NAMESPACE)["metadata"]["name"]
        service = named(variant, "Service", "ifinu-redis")
        for metadata in redis.values():
            self.assertEqual(metadata["address"], f"ifinu-redis.{namespace}:{service['spec']['ports'][0]['port']}")
        with Redis() as queue, Sandbox(closed_instance="loja") as sandbox:
            queue.enqueue([message(number) for number in range(FEW_THOUSAND)])
            types = {redis["whatsapp"]["listName"]: type_of(queue, redis["whatsapp"]["listName"])}
            with Worker(queue, sandbox):
                # Its instance is not connected, so all of them have to wait for that.
                key = redis["bloqueadas"]["listName"]
                types[key] = eventually(lambda: type_of(queue, key), key)
        self.assertEqual(types, {"ifinu:fila:whatsapp": "list", "ifinu:rodizio:bloqueadas": "zset"})


class SeriesTests(unittest.TestCase):
    def test_every_series_that_autoscaling_reads_is_exported(self) -> None:
        (external,) = [each["external"] for each in hpa()["metrics"] if each["type"] == "External"]
        read = series_names(trigger("prometheus")["metadata"]["query"])
        read |= series_names(adapter_rule()["seriesQuery"]) | series_names(adapter_query())
        self.assertEqual(adapter_rule()["name"]["as"], external["metric"]["name"])
        self.assertEqual(read, {"whatsapp_fila_tamanho", "whatsapp_estacionadas", "whatsapp_em_voo"})
        self.assertLessEqual(read, METRICS)

    def test_keda_and_the_adapter_ask_the_same(self) -> None:
        self.assertEqual(adapter_query().replace("( ", "("), trigger("prometheus")["metadata"]["query"])

    def test_every_series_of_the_rules_is_exported_recorded_or_another_programs(self) -> None:
        (rule,) = of_kind("production", "PrometheusRule")
        rules = [each for group in rule["spec"]["groups"] for each in group["rules"]]
        read = {name for each in rules for name in series_names(each["expr"])}
        recorded = {each["record"] for each in rules if "record" in each}
        exported = {name.removesuffix(part) for name in read for part in ("_count", "_sum", "_bucket")}
        unknown = {name for name in read - recorded - METRICS if not name.startswith("kube_") and name not in ("up", "ALERTS")}
        unknown = {name for name in unknown if not name.rpartition("_")[0] in METRICS & exported}
        self.assertEqual(unknown, set())

    def test_promtool_takes_the_rules_as_they_are_applied(self) -> None:
        (rule,) = of_kind("production", "PrometheusRule")
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "rules.yml"
            file.write_text(yaml.safe_dump(rule["spec"]))
            check_with_promtool(self, "check", "rules", str(file))

    def test_every_scrape_by_the_operator_has_the_job_that_queries_and_alerts_look_for(self) -> None:
        monitor = named("production", "PodMonitor", "ifinu-worker")
        (endpoint,) = monitor["spec"]["podMetricsEndpoints"]
        self.assertIn({"targetLabel": "job", "replacement": "ifinu-worker"}, endpoint["relabelings"])
        for query in (trigger("prometheus")["metadata"]["query"], adapter_query()):
            self.assertIn('job="ifinu-worker"', query)

    def test_the_scaled_objects_query_is_about_its_own_namespace(self) -> None:
        for each in objects("production-keda"):
            if each["kind"] == "ScaledObject":
                query = trigger("prometheus")["metadata"]["query"]
                self.assertIn(f'namespace="{each["metadata"]["namespace"]}"', query)

    def test_dashboards_are_the_files_themselves(self) -> None:
        boards = [each for each in of_kind("production", "ConfigMap") if each["metadata"].get("labels", {}).get("grafana_dashboard")]
        self.assertEqual(len(boards), len(list((K8S.parent / "dashboards").glob("*.json"))))
        for board in boards:
            for name, text in board["data"].items():
                self.assertEqual(text, (K8S.parent / "dashboards" / name).read_text())
                json.loads(text)


class QueryTests(unittest.TestCase):
    """A real Prometheus that scrapes two real workers on one real queue."""

    def test_each_query_is_one_series_with_the_whole_backlog_and_nothing_when_the_workers_are_gone(self) -> None:
        queries = {"adapter": adapter_query(), "keda": trigger("prometheus")["metadata"]["query"]}
        with Redis() as redis, Sandbox() as sandbox:
            first, second = (Worker(redis, sandbox, RATE="1", BURST="1", WORKERS="1") for _ in range(2))
            prometheus = Prometheus({})
            prometheus.configuration["scrape_configs"] = [as_pods(first, second)]
            for lane, count in WAITING.items():
                redis.enqueue([message(number) for number in range(count)], lane)
            with first, second, prometheus:
                eventually(lambda: one_value(prometheus, "count(up == 1)") == 2, "both scrapes")
                for sample in prometheus.query("up"):
                    found = sample["metric"]
                    self.assertEqual((found["job"], found["namespace"]), ("ifinu-worker", NAMESPACE))
                for name, query in queries.items():
                    with self.subTest(name):
                        value = eventually(lambda query=query: one_value(prometheus, query), "one series")
                        self.assertGreater(value, sum(WAITING.values()) / 2)
                        self.assertLessEqual(value, sum(WAITING.values()))
                eventually(
                    lambda: one_value(prometheus, "sum(whatsapp_fila_tamanho)") > sum(WAITING.values()),
                    "the sum that counts everything twice; without that trap the test proves nothing",
                )
                eventually(
                    lambda: len(prometheus.query("whatsapp_fila_tamanho")) > 1, "a series for each lane and worker"
                )
                first.stop()
                second.stop()
                for name, query in queries.items():
                    with self.subTest(f"{name} without workers"):
                        eventually(lambda query=query: prometheus.query(query) == [], "the series to end")

    def test_what_waits_for_a_stopped_number_is_no_backlog(self) -> None:
        queries = {"adapter": adapter_query(), "keda": trigger("prometheus")["metadata"]["query"]}
        with Redis() as redis, Sandbox(closed_instance="loja") as sandbox:
            redis.enqueue([message(number) for number in range(FEW_THOUSAND)])
            worker = Worker(redis, sandbox)
            prometheus = Prometheus({})
            prometheus.configuration["scrape_configs"] = [as_pods(worker)]
            with worker, prometheus:
                eventually(
                    lambda: one_value(prometheus, 'sum(whatsapp_estacionadas{motivo="parada"})') == FEW_THOUSAND,
                    "all of them to wait",
                )
                for name, query in queries.items():
                    with self.subTest(name):
                        eventually(
                            lambda query=query: prometheus.query(query) and one_value(prometheus, query) <= 1,
                            "nothing but the one message that is tried",
                        )
                self.assertEqual(one_value(prometheus, "sum(whatsapp_fila_tamanho)"), FEW_THOUSAND)


class TextTests(unittest.TestCase):
    def test_no_manifest_holds_a_password(self) -> None:
        for each in objects("production"):
            if each["kind"] != "ConfigMap" or "dashboard" not in each["metadata"]["name"]:
                for text in strings(each):
                    self.assertNotRegex(text, r"\w+://[^/\s]*:[^/\s]*@")


def as_pods(*workers: Worker) -> Manifest:
    """The shipped job with targets as Kubernetes would show these workers, and a pod of somebody else's."""
    (job,) = yaml.safe_load((K8S / "components/scrape-annotations/scrape-config.yml").read_text())["scrape_configs"]
    if job.pop("kubernetes_sd_configs") != [{"role": "pod"}]:
        raise AssertionError("the job looks for something else than pods")
    meta = "__meta_kubernetes_"
    notes = worker_pod("dev")["metadata"]["annotations"]
    name = labels(worker_pod("dev"))["app.kubernetes.io/name"]
    pods = [
        {
            f"{meta}pod_ip": "127.0.0.1", f"{meta}namespace": NAMESPACE, f"{meta}pod_name": f"pod-{worker.port}",
            f"{meta}pod_label_app_kubernetes_io_name": name,
            f"{meta}pod_annotation_prometheus_io_scrape": notes["prometheus.io/scrape"],
            f"{meta}pod_annotation_prometheus_io_path": notes["prometheus.io/path"],
            f"{meta}pod_annotation_prometheus_io_port": str(worker.port),
        }
        for worker in workers
    ]
    pods.append({f"{meta}pod_ip": "127.0.0.1", f"{meta}namespace": "outro"})
    job["static_configs"] = [{"targets": [f"pod-{n}"], "labels": pod} for n, pod in enumerate(pods)]
    return job | {"scrape_interval": "1s", "scrape_timeout": "1s"}


def one_value(prometheus: Prometheus, query: str) -> float:
    """The value of a query's only series; 0 while there is none."""
    result = prometheus.query(query)
    if len(result) > 1:
        raise AssertionError(f"{len(result)} series for {query}")
    return float(result[0]["value"][1]) if result else 0


def type_of(redis: Redis, key: str) -> str:
    """What a key holds; empty while there is none."""
    answer = run(tool("redis-cli"), "-p", str(redis.port), "type", key, check=True).stdout.strip()
    return "" if answer == "none" else answer


def check_with_promtool(test: unittest.TestCase, *arguments: str) -> None:
    """Fails when promtool does not like it."""
    result = run(tool("promtool"), *arguments)
    test.assertEqual(result.returncode, 0, result.stdout + result.stderr)


if __name__ == "__main__":
    unittest.main()
