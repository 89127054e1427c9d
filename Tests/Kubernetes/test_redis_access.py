"""The access list of the example, on a real Redis with the shipped configuration: each user can do its work, and no more."""

from __future__ import annotations

import re
import subprocess
import unittest

import yaml

from rendered import K8S, containers, named, template
from testkit.paths import ifinu, tool
from testkit.process import Program, run
from testkit.servers import Redis, Sandbox, Worker, clean_environment, message
from testkit.waiting import eventually

# As KEDA's redis scaler does it: the length of whatever the key holds.
LENGTH = """
local kind = redis.call('type', KEYS[1]).ok
return redis.call(({zset = 'zcard', set = 'scard', hash = 'hlen'})[kind] or 'llen', KEYS[1])
"""
USERS = {"admin", "ifinu", "producer", "probe", "keda", "exporter"}
FAILOVER = {"replica", "sentinel", "haproxy"}


def secret(name: str) -> dict[str, str]:
    """A Secret of the example."""
    documents = yaml.safe_load_all((K8S / "secrets.example.yaml").read_text())
    return next(each["stringData"] for each in documents if each["metadata"]["name"] == name)


def password(user: str) -> str:
    """A user's password in the example."""
    (line,) = [each for each in secret("ifinu-redis")["users.acl"].splitlines() if each.startswith(f"user {user} ")]
    return next(part[1:] for part in line.split() if part.startswith(">"))


class GuardedRedis(Redis):
    """A Redis with the shipped configuration and access list."""

    name = "guarded-redis"

    def command(self) -> list[str]:
        (self.folder / "users.acl").write_text(secret("ifinu-redis")["users.acl"])
        text = (K8S / "base/redis.conf").read_text()
        for shipped, here in (("/run/secrets/redis", str(self.folder)), ("dir /data", f"dir {self.folder}")):
            if shipped not in text:
                raise AssertionError(f"{shipped} is not in redis.conf")
            text = text.replace(shipped, here)
        (self.folder / "redis.conf").write_text(text)
        return [tool("redis-server"), str(self.folder / "redis.conf"), "--port", str(self.port)]

    @property
    def url(self) -> str:
        return secret("ifinu-worker")["redis-url"].replace("ifinu-redis:6379", self.address)

    def is_ready(self) -> bool:
        return Program.is_ready(self) and self.ask("admin", "ping").returncode == 0

    def ask(self, user: str, *words: str) -> subprocess.CompletedProcess[str]:
        """What a user's command gives; the exit code is 0 when it may."""
        client = [tool("redis-cli"), "-e", "-p", str(self.port), "--no-auth-warning", "--user", user, "--pass"]
        return run(*client, password(user), *words)


class AccessTests(unittest.TestCase):
    def test_a_worker_and_the_commands_are_refused_nothing(self) -> None:
        failing = {"fail": "0.3", "limit": "0.1", "latency": "5ms"}
        with GuardedRedis() as redis, Sandbox(**failing) as sandbox:
            redis.ask("producer", "lpush", "ifinu:fila:urgente", '{"id":"p","telefone":"5511988887777","texto":"Oi"}')
            redis.enqueue([message(number) for number in range(100)])
            # Some are no message, and some numbers are not on WhatsApp: these become dead letters.
            for number in range(5):
                redis.ask("producer", "lpush", "ifinu:fila:baixa", f"no message {number}")
            redis.ask("admin", "hset", "ifinu:instancias", "t1", "loja")
            quick = {"RETRY_BASE": "100ms", "LEASE": "2s", "SEND_TIMEOUT": "1s", "RATE": "0"}
            with Worker(redis, sandbox, **quick) as worker:
                eventually(lambda: self.is_idle(redis), "all to be settled")
                metrics = worker.metrics()
                log = worker.log_end(1_000_000)
            for words in (["status"], ["dlq", "list"], ["dlq", "requeue", "--all"], ["dlq", "purge", "--all"]):
                self.run_command(redis, *words)
            refusals = redis.ask("admin", "acl", "log").stdout
        self.assertNotRegex(refusals, r"username\nifinu\n")
        self.assertNotRegex(log, "NOPERM|no permissions|not checked")
        self.assertIn("redis_up 1", metrics)
        self.assertNotIn('whatsapp_mortas_total{motivo="payload_invalido"} 0', metrics)

    def test_the_configuration_keeps_the_queue(self) -> None:
        with GuardedRedis() as redis:
            for name, value in {"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction"}.items():
                self.assertEqual(redis.ask("admin", "config", "get", name).stdout.split(), [name, value])
            self.assertGreater(int(redis.ask("admin", "config", "get", "maxmemory").stdout.split()[1]), 0)
            self.assertEqual(redis.ask("admin", "config", "get", "save").stdout.split(), ["save"])

    def test_messages_outlive_a_restart(self) -> None:
        with GuardedRedis() as redis:
            redis.ask("producer", "lpush", "ifinu:fila:whatsapp", "one", "two")
            redis.stop()
            redis.start()
            self.assertEqual(redis.ask("ifinu", "llen", "ifinu:fila:whatsapp").stdout.strip(), "2")

    def test_each_user_may_do_what_it_needs_and_no_more(self) -> None:
        may = [
            ("producer", "lpush", "ifinu:fila:urgente", "x"),
            ("keda", "ping"),
            ("keda", "eval", LENGTH, "1", "ifinu:fila:urgente"),
            ("keda", "eval", LENGTH, "1", "ifinu:agendadas"),
            ("keda", "eval", LENGTH, "1", "ifinu:rodizio:bloqueadas"),
            ("exporter", "info"),
            ("exporter", "config", "get", "maxmemory"),
            ("probe", "ping"),
        ]
        may_not = [
            ("producer", "lrange", "ifinu:fila:urgente", "0", "-1"),
            ("producer", "lpush", "ifinu:mortas", "x"),
            ("keda", "lpush", "ifinu:fila:urgente", "x"),
            ("keda", "eval", "return redis.call('del', KEYS[1])", "1", "ifinu:fila:urgente"),
            ("keda", "eval", LENGTH, "1", "ifinu:mortas"),
            ("exporter", "config", "set", "maxmemory", "1"),
            ("exporter", "llen", "ifinu:fila:urgente"),
            ("probe", "info"),
            ("ifinu", "flushall"),
            ("ifinu", "del", "ifinu:fila:urgente"),
            ("ifinu", "config", "get", "maxmemory"),
            ("ifinu", "lpush", "evolution:x", "x"),
        ]
        with GuardedRedis() as redis:
            for user, *words in may:
                with self.subTest(f"{user} {words[0]}"):
                    answer = redis.ask(user, *words)
                    self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)
            for user, *words in may_not:
                with self.subTest(f"{user} not {words[0]}"):
                    answer = redis.ask(user, *words)
                    self.assertRegex(answer.stdout + answer.stderr, "NOPERM|no permissions|can't run this command")
            nobody = run(tool("redis-cli"), "-e", "-p", str(redis.port), "ping")
            self.assertNotEqual(nobody.returncode, 0, "without a password")

    def test_every_user_is_spoken_of_here(self) -> None:
        lines = secret("ifinu-redis")["users.acl"].splitlines()
        self.assertEqual({line.split()[1] for line in lines} - {"default"}, USERS | FAILOVER)
        self.assertIn("user default off", lines)

    def test_the_probe_of_the_manifest_sees_whether_redis_answers(self) -> None:
        (container,) = [
            each for each in containers(template(named("production", "StatefulSet", "ifinu-redis")))
            if each["name"] == "redis"
        ]
        probe = container["readinessProbe"]["exec"]["command"]
        with GuardedRedis() as redis:
            command = [tool(probe[0]), "-p", str(redis.port), *probe[1:]]
            self.assertEqual(run(*command).returncode, 0)
            redis.stop()
            self.assertNotEqual(run(*command).returncode, 0)

    def test_keda_and_the_exporter_have_the_passwords_of_the_access_list(self) -> None:
        self.assertEqual(secret("ifinu-keda"), {"username": "keda", "password": password("keda")})
        self.assertEqual(secret("ifinu-redis")["exporter-password"], password("exporter"))

    def test_the_failovers_users_are_those_of_its_own_page(self) -> None:
        page = (K8S / "components/redis-sentinel/users.acl.example").read_text()
        lines = secret("ifinu-redis")["users.acl"].splitlines()
        for user in FAILOVER:
            (theirs,) = [each for each in page.splitlines() if each.startswith(f"user {user} ")]
            (ours,) = [each for each in lines if each.startswith(f"user {user} ")]
            self.assertEqual(re.sub(r">\S+", ">", ours), re.sub(r">\S+", ">", theirs))
            self.assertEqual(secret("ifinu-redis-sentinel")[f"{user}-password"], password(user))

    def is_idle(self, redis: GuardedRedis) -> bool:
        """Whether nothing waits, flies or is scheduled."""
        lengths = [("llen", f"ifinu:fila:{lane}") for lane in ("urgente", "whatsapp", "baixa")]
        lengths += [("zcard", "ifinu:em_voo"), ("zcard", "ifinu:agendadas")]
        return all(redis.ask("ifinu", *words).stdout.strip() == "0" for words in lengths)

    def run_command(self, redis: GuardedRedis, *words: str) -> None:
        """Runs one of the program's commands as the worker's user."""
        result = run(ifinu(), *words, env=clean_environment() | {"IFINU_REDIS_URL": redis.url})
        self.assertEqual(result.returncode, 0, result.stderr)


if __name__ == "__main__":
    unittest.main()
