"""Three Redis, three Sentinels and HAProxy, started by the scripts and configurations of the component."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
from pathlib import Path

import yaml

from testkit.network import fetch, free_port
from testkit.paths import REPOSITORY, ifinu, tool
from testkit.process import Program, Programs, run
from testkit.servers import Redis, Sandbox, clean_environment
from testkit.waiting import eventually

SCRIPTS = REPOSITORY / "k8s/components/redis-sentinel/files"
SHARED_CONF = REPOSITORY / "k8s/base/redis.conf"
EXAMPLE = {
    each["metadata"]["name"]: each["stringData"]
    for each in yaml.safe_load_all((REPOSITORY / "k8s/secrets.example.yaml").read_text())
}
USERS = EXAMPLE["ifinu-redis"]["users.acl"]
PASSWORDS = EXAMPLE["ifinu-redis-sentinel"]
# The worker has what the example gives it; who asks the nodes has more.
WORKER = ("ifinu", "example-worker")
ADMIN = ("admin", "example-admin")
# A name and not an address, as in the cluster: Sentinels and HAProxy have to find it.
HOST = "localhost"
LISTEN = ["--bind", "127.0.0.1", "-::1"]
PAGE = 1000
# How long a server is waited for that a test may have paused; who has to have its answer asks again.
STILL_SECONDS = 20


class Member(Program):
    """One of the programs, with the environment that all of the component's scripts read."""

    def __init__(self, failover: RedisFailover, number: int = 0) -> None:
        super().__init__()
        self.failover = failover
        self.number = number

    def environment(self) -> dict[str, str]:
        nodes = self.failover.nodes
        return os.environ | {
            "FAILOVER_NODES": " ".join(nodes),
            "FAILOVER_SELF": nodes[self.number],
            "FAILOVER_SECRETS": str(self.failover.secrets),
            "FAILOVER_RUN": str(self.folder),
            "FAILOVER_STATE": str(self.folder / "state"),
            "FAILOVER_REDIS_CONF": str(self._shared_conf()),
        }

    def _shared_conf(self) -> Path:
        conf = self.folder / "shared.conf"
        conf.write_text(SHARED_CONF.read_text().replace("dir /data", f"dir {self.folder}"))
        return conf

    def send(self, sent: signal.Signals) -> None:
        """Sends a signal to its own process."""
        assert self.process is not None
        self.process.send_signal(sent)


class Sentinel(Member):
    name = "sentinel"

    def command(self) -> list[str]:
        return ["sh", str(SCRIPTS / "start-sentinel.sh"), *LISTEN]

    def master(self) -> int:
        """The port of the node that it takes for the master."""
        return int(self._view()["port"])

    def knows_all(self) -> bool:
        """Whether it has found the two replicas and the two other Sentinels."""
        view = self._view()
        return (view["num-slaves"], view["num-other-sentinels"], view["flags"]) == ("2", "2", "master")

    def _view(self) -> dict[str, str]:
        client = ("default", PASSWORDS["sentinel-port-password"])
        lines = ask(self.port, client, "SENTINEL MASTER ifinu").splitlines()
        return dict(zip(lines[::2], lines[1::2], strict=False))


class Node(Member):
    name = "node"

    def command(self) -> list[str]:
        return ["sh", str(SCRIPTS / "start-redis.sh"), *LISTEN, "--aclfile", str(self.failover.users)]

    def ask(self, command: str) -> str:
        """What this node answers."""
        return ask(self.port, ADMIN, command)

    def replication(self) -> dict[str, str]:
        """Its part in the replication, as INFO has it."""
        lines = self.ask("INFO replication").splitlines()
        return dict(line.split(":", 1) for line in lines if ":" in line)

    def demotions(self) -> int:
        """How often it was made a replica while it took itself for the master."""
        return self.log.read_text().count("Before turning into a replica, using my own master parameters")

    def has_replicas_up_to_date(self) -> bool:
        """Whether two replicas have all that this master has."""
        found = self.replication()
        replicas = [found.get(f"slave{number}", "") for number in range(2)]
        return all(f"state=online,offset={found['master_repl_offset']}," in replica for replica in replicas)

    def follows(self, master: Node) -> bool:
        """Whether it is an up-to-date replica of that node."""
        found = self.replication()
        return (found["role"], found.get("master_port"), found.get("master_link_status")) == (
            "slave", str(master.port), "up",
        )


class Proxy(Member, Redis):
    """HAProxy: to its clients it is the Redis."""

    name = "haproxy"

    def __init__(self, failover: RedisFailover) -> None:
        super().__init__(failover)
        self.state_port = free_port()

    def command(self) -> list[str]:
        tool("haproxy")
        return ["sh", str(SCRIPTS / "start-haproxy.sh")]

    def environment(self) -> dict[str, str]:
        return super().environment() | {
            "FAILOVER_PROXY_ADDRESS": self.address, "FAILOVER_STATE_ADDRESS": f"127.0.0.1:{self.state_port}",
        }

    def is_ready(self) -> bool:
        return fetch(f"http://127.0.0.1:{self.state_port}/healthz") == ""

    @property
    def url(self) -> str:
        return f"redis://{':'.join(WORKER)}@{self.address}/0"

    def leads_to(self) -> int | None:
        """The port of the node that a new client gets; None while there is none."""
        try:
            return int(ask(self.port, ADMIN, "CONFIG GET port").split()[1])
        except (OSError, IndexError):
            return None

    def backlog(self) -> dict:
        """What the queue holds, as `ifinu status` reports it."""
        environment = clean_environment() | {"IFINU_REDIS_URL": self.url}
        status = run(ifinu(), "status", "--json", env=environment, check=True)
        return json.loads(status.stdout)


class RedisFailover(Programs):
    """The whole, with a master that two replicas follow, as a context."""

    def _build(self) -> None:
        folder = Path(self.enter_context(tempfile.TemporaryDirectory(prefix="ifinu-failover-")))
        self.secrets = folder / "secrets"
        self.secrets.mkdir()
        for name, password in PASSWORDS.items():
            (self.secrets / name).write_text(password + "\n")
        self.users = folder / "users.acl"
        self.users.write_text(USERS)
        self.redis = [Node(self, number) for number in range(3)]
        self.sentinels = [Sentinel(self, number) for number in range(3)]
        self.proxy = Proxy(self)
        self.nodes = [
            f"{HOST}:{node.port}:{sentinel.port}" for node, sentinel in zip(self.redis, self.sentinels, strict=True)
        ]
        for member in (*self.sentinels, *self.redis, self.proxy):
            self.enter_context(member)
        self.settle()

    def settle(self) -> Node:
        """Waits until all know each other and clients are led to the master, which it gives."""
        eventually(lambda: all(each.knows_all() for each in self.sentinels), "Sentinels to find all")
        master = self.master()
        eventually(lambda: self.proxy.leads_to() == master.port, "the proxy to lead to the master")
        eventually(master.has_replicas_up_to_date, "replicas to be up to date")
        return master

    def master(self) -> Node:
        """The node that the first Sentinel names."""
        port = self.sentinels[0].master()
        return next(node for node in self.redis if node.port == port)

    def elected_after(self, former: Node) -> Node | None:
        """The master that all Sentinels name, once it is another."""
        ports = {sentinel.master() for sentinel in self.sentinels} - {former.port}
        return next((node for node in self.redis if {node.port} == ports), None)


def ask(port: int, client: tuple[str, str], command: str) -> str:
    """What redis-cli prints; an OSError when the server can't be asked, stands still, or says no."""
    words = [tool("redis-cli"), "-e", "--raw", "-p", str(port), "--no-auth-warning", "--user", client[0], *command.split()]
    try:
        answer = run(*words, env=os.environ | {"REDISCLI_AUTH": client[1]}, timeout=STILL_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise ConnectionError(f"no answer to {command}") from error
    if answer.returncode != 0:
        raise ConnectionError(answer.stdout + answer.stderr)
    return answer.stdout


class Ledger:
    """What came in at a sandbox, by the messages' texts."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._url = f"{sandbox.url}/chat/findMessages/loja"

    def count(self) -> int:
        """How many came, copies included."""
        return self._page(1, 1)["total"]

    def texts(self) -> list[str]:
        """Every message's text, as often as it came."""
        pages = -(-self.count() // PAGE)
        return [
            record["message"]["conversation"]
            for page in range(1, pages + 1)
            for record in self._page(page, PAGE)["records"]
        ]

    def _page(self, page: int, size: int) -> dict:
        always = {"gte": "2000-01-01T00:00:00Z", "lte": "2100-01-01T00:00:00Z"}
        asked = {"where": {"messageTimestamp": always}, "page": page, "offset": size}
        return json.loads(fetch(self._url, asked))["messages"]
