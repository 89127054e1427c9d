"""Who may talk to whom: the table below, and nobody else."""

from __future__ import annotations

import ipaddress
import unittest
from dataclasses import dataclass, field

from rendered import VARIANTS, Manifest, labels, of_kind, selects, templates

NAMESPACE_LABEL = "kubernetes.io/metadata.name"


@dataclass(frozen=True)
class End:
    """One end of a connection: a pod in a namespace, or an address outside of the cluster."""

    name: str
    namespace: str | None = None
    labels: dict[str, str] = field(default_factory=dict, hash=False)
    address: str | None = None


OUTSIDE = [
    End("dns", "kube-system", {"k8s-app": "kube-dns"}),
    End("other in kube-system", "kube-system", {"k8s-app": "metrics-server"}),
    End("prometheus", "monitoring", {"app.kubernetes.io/name": "prometheus"}),
    End("keda", "keda", {"app": "keda-operator"}),
    End("somebody", "default", {"app": "somebody"}),
    # Labels of ours in another namespace give no way in.
    End("impostor", "default", {"app.kubernetes.io/name": "ifinu", "app.kubernetes.io/component": "worker",
                                "ifinu/producer": "true"}),
    End("internet", address="157.240.12.53"),
    End("cloud metadata", address="169.254.169.254"),
    End("private network", address="10.1.2.3"),
]
PORTS = [("TCP", 53), ("UDP", 53), ("TCP", 80), ("TCP", 443), ("TCP", 5432), ("TCP", 6379), ("TCP", 8080),
         ("TCP", 8404), ("TCP", 9121), ("TCP", 9464), ("TCP", 26379)]

# From, to, port. Besides them every pod may ask the DNS.
FLOWS = {
    ("worker", "redis", 6379),
    ("worker", "evolution-api", 8080),
    ("producer", "redis", 6379),
    ("producer", "evolution-api", 8080),
    ("prometheus", "worker", 9464),
}
FLOWS_OF = {
    "production": {
        ("evolution-api", "postgres", 5432), ("evolution-api", "internet", 443), ("postgres-backup", "postgres", 5432)
    },
    "redis-exporter": {("prometheus", "redis", 9121)},
    "keda-scale-to-zero": {("keda", "redis", 6379)},
    # Clients come to the proxies, and no longer to the nodes.
    "redis-sentinel": {
        ("worker", "redis-proxy", 6379), ("producer", "redis-proxy", 6379),
        ("redis-proxy", "redis", 6379), ("redis-proxy", "redis", 26379), ("redis", "redis", 6379), ("redis", "redis", 26379),
    },
}


def expected(variant: str) -> set[tuple[str, str, int]]:
    """The flows that a variant needs."""
    overlay, _, option = variant.partition("+")
    flows = FLOWS | (FLOWS_OF["production"] if overlay != "dev" else set())
    if option == "redis-sentinel":
        flows = {each for each in flows if each[1] != "redis"}
    return flows | FLOWS_OF.get(option, set())


def ends(variant: str) -> list[End]:
    """Every pod of ours by its component, a producer, and a pod that came into the namespace by itself."""
    (namespace,) = [each["metadata"]["name"] for each in of_kind(variant, "Namespace")]
    pods = [End(name_of(labels(pod)), namespace, labels(pod)) for pod in templates(variant)]
    return [
        *pods, End("producer", namespace, {"app": "api", "ifinu/producer": "true"}), End("stranger", namespace, {"app": "x"})
    ]


def name_of(pod_labels: dict[str, str]) -> str:
    """A component's name; Redis has two kinds of pods, which have their own."""
    component = pod_labels["app.kubernetes.io/component"]
    return pod_labels["app.kubernetes.io/name"] if component == "redis" else component


def takes(peer: Manifest, end: End, own: str) -> bool:
    """Whether an entry of `from` or `to` means this end; `own` is the policy's namespace."""
    if "ipBlock" in peer:
        if end.address is None:
            return False
        address = ipaddress.ip_address(end.address)
        block = peer["ipBlock"]
        return address in ipaddress.ip_network(block["cidr"]) and not any(
            address in ipaddress.ip_network(each) for each in block.get("except", [])
        )
    if end.namespace is None:
        return False
    if "namespaceSelector" in peer:
        space = selects(peer["namespaceSelector"], {NAMESPACE_LABEL: end.namespace})
    else:
        space = end.namespace == own
    return space and selects(peer.get("podSelector", {}), end.labels)


def allows(policies: list[Manifest], direction: str, own: End, other: End, port: tuple[str, int]) -> bool:
    """Whether the policies on a pod let it talk to the other end, or be talked to, as Kubernetes decides it."""
    kind, peers = {"out": ("Egress", "to"), "in": ("Ingress", "from")}[direction]
    mine = [each for each in policies if selects(each["spec"]["podSelector"], own.labels)
            and kind in each["spec"]["policyTypes"]]
    rules = [rule for each in mine for rule in each["spec"].get(kind.lower(), [])]
    return not mine or any(
        (not rule.get(peers) or any(takes(peer, other, own.namespace or "") for peer in rule[peers]))
        and (not rule.get("ports") or any((each["protocol"], each["port"]) == port for each in rule["ports"]))
        for rule in rules
    )


def connections(variant: str) -> set[tuple[str, str, int]]:
    """Every connection that the policies let through, but for those to the DNS; ports of UDP are negative."""
    policies = of_kind(variant, "NetworkPolicy")
    ours = ends(variant)
    found = set()
    for source in [*ours, *OUTSIDE]:
        for target in [*ours, *OUTSIDE]:
            for port in PORTS:
                leaves = source not in ours or allows(policies, "out", source, target, port)
                arrives = target not in ours or allows(policies, "in", target, source, port)
                if leaves and arrives and (source in ours or target in ours) and target.name != "dns":
                    found.add((source.name, target.name, port[1] if port[0] == "TCP" else -port[1]))
    return found


class NetworkTests(unittest.TestCase):
    def test_the_table_is_let_through_and_nothing_else(self) -> None:
        for variant in VARIANTS:
            with self.subTest(variant):
                self.assertEqual(connections(variant), expected(variant))

    def test_every_pod_may_ask_the_dns_and_nothing_else_there(self) -> None:
        (dns,) = [each for each in OUTSIDE if each.name == "dns"]
        for variant in VARIANTS:
            policies = of_kind(variant, "NetworkPolicy")
            for end in ends(variant):
                open_ports = {port for port in PORTS if allows(policies, "out", end, dns, port)}
                self.assertEqual(open_ports, {("TCP", 53), ("UDP", 53)}, f"{variant}: {end.name}")


class EvaluatorTests(unittest.TestCase):
    """The evaluator itself, on what Kubernetes' documentation says."""

    worker = End("worker", "here", {"app": "worker"})

    def policy(self, **spec: object) -> list[Manifest]:
        return [{"spec": {"podSelector": {"matchLabels": {"app": "worker"}}, "policyTypes": ["Ingress", "Egress"]} | spec}]

    def test_without_a_policy_all_is_allowed_and_an_empty_one_denies_all(self) -> None:
        port = ("TCP", 80)
        self.assertTrue(allows([], "in", self.worker, OUTSIDE[0], port))
        self.assertFalse(allows(self.policy(), "in", self.worker, OUTSIDE[0], port))
        self.assertTrue(allows(self.policy(policyTypes=["Egress"]), "in", self.worker, OUTSIDE[0], port))

    def test_a_peer_without_a_namespace_is_of_the_policys_own(self) -> None:
        rule = {"from": [{"podSelector": {"matchLabels": {"app": "x"}}}]}
        near, far = End("near", "here", {"app": "x"}), End("far", "there", {"app": "x"})
        self.assertTrue(allows(self.policy(ingress=[rule]), "in", self.worker, near, ("TCP", 80)))
        self.assertFalse(allows(self.policy(ingress=[rule]), "in", self.worker, far, ("TCP", 80)))

    def test_an_exception_is_left_out_of_its_block(self) -> None:
        rule = {"to": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}}]}
        for end, allowed in ((End("a", address="8.8.8.8"), True), (End("b", address="10.9.9.9"), False)):
            self.assertIs(allows(self.policy(egress=[rule]), "out", self.worker, end, ("TCP", 80)), allowed)


if __name__ == "__main__":
    unittest.main()
