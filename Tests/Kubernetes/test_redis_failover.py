"""Failover by the component's own scripts: what a lost, a paused and a restarted master cost."""

from __future__ import annotations

import signal
import time
import unittest
from collections import Counter

from redis_failover import Ledger, RedisFailover
from testkit.servers import Sandbox, Worker, message
from testkit.waiting import eventually

MESSAGES = 3000
WORKERS = 10
# Longer than any failover: the worker still holds its leases when Redis is back.
SETTINGS = {"WORKERS": str(WORKERS), "RATE": "150", "BURST": "10", "LEASE": "1h", "SEND_TIMEOUT": "5m"}


class RedisFailoverTest(unittest.TestCase):
    """Each test has a cluster of its own."""

    def test_worker_goes_on_when_the_master_is_killed(self) -> None:
        """Every message was on both replicas before the kill, so none may be lost: a failover can forget that a message
        was taken or acknowledged, and that means a copy. Copies: what was in flight at the kill, no more.
        """
        with RedisFailover() as failover, Sandbox(latency="20ms") as sandbox:
            proxy, ledger, master = failover.proxy, Ledger(sandbox), failover.master()
            payloads = [message(number) for number in range(MESSAGES)]
            proxy.enqueue(payloads)
            eventually(master.has_replicas_up_to_date, "the messages on both replicas")
            with Worker(proxy, sandbox, **SETTINGS) as worker:
                eventually(lambda: ledger.count() >= MESSAGES // 10, "the first messages to be sent")
                master.kill()
                killed = time.monotonic()
                before = ledger.count()
                self.assertLess(before, MESSAGES, "it was killed too late to prove anything")

                elected = eventually(lambda: failover.elected_after(master), "a new master")
                named = time.monotonic() - killed
                eventually(lambda: proxy.leads_to() == elected.port, "the proxy to follow")
                led = time.monotonic() - killed
                eventually(lambda: ledger.count() > before + 2 * WORKERS, "the worker to go on")
                sending = time.monotonic() - killed

                master.start()
                eventually(lambda: master.follows(elected), "the former master to follow")
                eventually(lambda: len(set(ledger.texts())) == MESSAGES, "every message to be sent")
                eventually(lambda: proxy.backlog()["in_flight"] == 0, "every message to be settled")
                self.assertEqual(elected.replication()["role"], "master", "the former master took over again")
                self.assertIn("redis_up 1", worker.metrics())

            copies = sum(Counter(ledger.texts()).values()) - MESSAGES
            self.assertLessEqual(copies, WORKERS)
            backlog = proxy.backlog()
            self.assertEqual((backlog["scheduled"], backlog["dead"]), (0, 0))
            print(
                f"\nafter kill -9 of the master: another is named by all Sentinels after {named:.1f} s, clients are led "
                f"to it after {led:.1f} s, messages go out after {sending:.1f} s; {MESSAGES} messages, lost 0, "
                f"copies {copies}"
            )

    def test_master_that_was_paused_gets_no_client_and_takes_no_write(self) -> None:
        with RedisFailover() as failover:
            proxy, former = failover.proxy, failover.master()
            former.send(signal.SIGSTOP)
            try:
                elected = eventually(lambda: failover.elected_after(former), "a new master")
                eventually(lambda: proxy.leads_to() == elected.port, "the proxy to follow")
                self.assertEqual(former.demotions(), 0)
            finally:
                former.send(signal.SIGCONT)

            led_to = set()

            def is_demoted() -> bool:
                led_to.add(proxy.leads_to())
                return former.follows(elected)

            eventually(is_demoted, "the former master to follow")
            self.assertGreater(former.demotions(), 0, "it never took itself for the master, so nothing was proved")
            self.assertEqual(led_to, {elected.port})

    def test_master_without_replicas_takes_no_write(self) -> None:
        with RedisFailover() as failover:
            master = failover.master()
            for node in failover.redis:
                if node is not master:
                    node.kill()

            def refusal() -> str:
                try:
                    master.ask("LPUSH ifinu:fila:whatsapp x")
                except ConnectionError as error:
                    return str(error)
                return ""

            self.assertIn("NOREPLICAS", eventually(refusal, "writes to be refused"))
            for node in failover.redis:
                if node is not master:
                    node.start()
            eventually(lambda: not refusal(), "writes to be taken again")

    def test_planned_restart_and_then_an_outage_of_everything_lose_nothing(self) -> None:
        """The last master leads again, although the first node starts first and Redis' own default would be it."""
        with RedisFailover() as failover:
            proxy, former = failover.proxy, failover.master()
            proxy.enqueue([message(number) for number in range(100)])
            former.stop()
            elected = eventually(lambda: failover.elected_after(former), "a new master")
            eventually(lambda: proxy.leads_to() == elected.port, "the proxy to follow")
            self.assertEqual(elected.ask("LLEN ifinu:fila:whatsapp").strip(), "100")
            former.start()
            eventually(elected.has_replicas_up_to_date, "replicas to be up to date")
            proxy.enqueue([message(number) for number in range(100, 150)])
            eventually(elected.has_replicas_up_to_date, "replicas to be up to date")

            for member in (*failover.sentinels, *failover.redis):
                member.kill()
            for member in (*failover.sentinels, *failover.redis):
                member.start()
            self.assertIs(failover.settle(), elected)
            for node in failover.redis:
                self.assertEqual(node.ask("LLEN ifinu:fila:whatsapp").strip(), "150")


if __name__ == "__main__":
    unittest.main()
