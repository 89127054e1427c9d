"""The bench's own parts, against real processes: .venv/bin/python -m unittest discover -s Benchmarks/pipeline"""

from __future__ import annotations

import json
import socket
import time
import unittest
from typing import Self

from pipeline.documents import plain_of
from pipeline.report import Bound, Row
from pipeline.rig import Rig, compile_programs, rig
from pipeline.workers import drain_with_reference
from testkit.waiting import PATIENCE_SECONDS, eventually

LATENCY_MS = 100


def setUpModule() -> None:
    compile_programs()


def post(body: bytes, path: str = "/message/sendText/bench") -> bytes:
    return b"POST %s HTTP/1.1\r\nHost: stub\r\nContent-Length: %d\r\n\r\n%s" % (path.encode(), len(body), body)


def text_body(text: str) -> bytes:
    return json.dumps({"number": "5511988887777", "text": text}).encode()


class Client:
    """One raw connection to the stub."""

    def __init__(self, ready: Rig) -> None:
        self._socket = socket.create_connection(("127.0.0.1", ready.stub.port), timeout=PATIENCE_SECONDS)
        self._answers = self._socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_) -> None:
        self._answers.close()
        self._socket.close()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def answer(self) -> tuple[int, dict]:
        status = int(self._answers.readline().split()[1])
        length = 0
        while (line := self._answers.readline()) != b"\r\n":
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return status, json.loads(self._answers.read(length))

    def has_ended(self) -> bool:
        return self._answers.read(1) == b""


class StubTests(unittest.TestCase):
    def test_a_send_is_answered_as_evolution_answers(self) -> None:
        with rig() as ready, Client(ready) as client:
            client.send(post(text_body('Olá "Maria"')))
            status, body = client.answer()
        self.assertEqual((status, body["status"]), (201, "PENDING"))
        self.assertEqual(body["message"]["conversation"], 'Olá "Maria"')
        self.assertRegex(body["key"]["id"], r"^3EB0[0-9A-F]{16}$")

    def test_a_request_may_come_byte_by_byte(self) -> None:
        with rig() as ready, Client(ready) as client:
            for byte in post(text_body("aos poucos")):
                client.send(bytes([byte]))
            self.assertEqual(client.answer()[0], 201)

    def test_pipelined_requests_are_answered_in_order_with_distinct_ids(self) -> None:
        with rig(latency_ms=LATENCY_MS) as ready, Client(ready) as client:
            client.send(post(text_body("um")) + post(b"{}") + post(text_body("dois")) + b"GET /count HTTP/1.1\r\n\r\n")
            answers = [client.answer() for _ in range(4)]
        self.assertEqual([status for status, _ in answers], [201, 400, 201, 200])
        self.assertNotEqual(answers[0][1]["key"]["id"], answers[2][1]["key"]["id"])

    def test_what_is_no_valid_send_is_refused_and_not_counted(self) -> None:
        bodies = [b"", b"{", b"[]", b'{"number":"55"}', b'{"text":"x"}', b'{"number":"55","text":""}',
                  b'{"number":"55","text":7}', b'{"number":"55","text":"x"} x', b"[" * 100000]  # fmt: skip
        with rig() as ready, Client(ready) as client:
            for body in bodies:
                with self.subTest(body=body[:40]):
                    client.send(post(body))
                    self.assertEqual(client.answer()[0], 400)
            client.send(post(text_body("x"), path="/message/sendMedia/bench"))
            self.assertEqual(client.answer()[0], 404)
            self.assertEqual(ready.stub.count()["arrived"], 0)

    def test_malformed_http_is_refused_and_hung_up_on(self) -> None:
        heads = ["Content-Length: x", "Content-Length: 99999999", "Transfer-Encoding: chunked", "X: " + "y" * 20000]
        for head in heads:
            with self.subTest(head=head[:30]), rig() as ready, Client(ready) as client:
                client.send(f"POST /message/sendText/bench HTTP/1.1\r\n{head}\r\n\r\n".encode())
                self.assertEqual(client.answer()[0], 400)
                self.assertTrue(client.has_ended())

    def test_the_latency_is_kept(self) -> None:
        with rig(latency_ms=LATENCY_MS) as ready, Client(ready) as client:
            start = time.monotonic()
            client.send(post(text_body("x")) * 2000)
            for _ in range(2000):
                self.assertEqual(client.answer()[0], 201)
            seconds = time.monotonic() - start
            count = ready.stub.count()
        self.assertGreaterEqual(seconds, LATENCY_MS / 1000)
        self.assertGreaterEqual(count["last_us"] - count["last_arrival_us"], LATENCY_MS * 1000)
        self.assertEqual((count["arrived"], count["served"]), (2000, 2000))

    def test_the_latency_of_one_holds_up_no_other(self) -> None:
        with rig(latency_ms=2 * PATIENCE_SECONDS * 1000) as ready, Client(ready) as client:
            client.send(post(text_body("x")) * 2000)
            eventually(lambda: ready.stub.count()["arrived"] == 2000, "all to arrive before the first is answered")
            self.assertEqual(ready.stub.count()["served"], 0)

    def test_the_sends_of_one_instance_hang_and_hold_up_no_other(self) -> None:
        with rig(hung="muda") as ready, Client(ready) as silent, Client(ready) as client:
            silent.send(post(text_body("x"), path="/message/sendText/muda"))
            eventually(lambda: ready.stub.count()["hung"] == 1, "the send that hangs")
            client.send(post(text_body("x"), path="/message/sendText/mud"))
            self.assertEqual(client.answer()[0], 201)
            count = ready.stub.count()
        self.assertEqual((count["arrived"], count["served"], count["hung"]), (1, 1, 1))

    def test_arrivals_are_written_before_the_answer(self) -> None:
        with rig(writes_arrivals=True) as ready, Client(ready) as client:
            before = time.time_ns() // 1000
            client.send(post(text_body("bench_7 com mais texto")))
            client.answer()
            arrived = ready.stub.arrivals()["bench_7"]
        self.assertLessEqual(before, arrived)


class ReferenceTests(unittest.TestCase):
    def test_the_reference_sends_each_message_once_and_leaves_nothing(self) -> None:
        with rig() as ready:
            drained = drain_with_reference(ready, messages=1000, in_flight=64)
            self.assertEqual(ready.stub.count()["served"], 1000)
            self.assertEqual(ready.left_behind(), {})
        self.assertAlmostEqual(drained.commands, 2, delta=0.01)


class DocumentTests(unittest.TestCase):
    def test_each_text_goes_on_the_instance_of_its_number(self) -> None:
        document = plain_of(lambda number: f"loja-{number % 3}")
        self.assertEqual(json.loads(document("bench_7", "x"))["instancia"], "loja-1")
        self.assertEqual(json.loads(document("bench_7", "x"))["id"], "bench_7")


class ReportTests(unittest.TestCase):
    def test_bounds_are_judged_on_the_ratio_or_on_the_figure(self) -> None:
        floor = Bound(0.6, is_floor=True, on_ratio=True)
        self.assertEqual(Row("", 5, 10, 0.5, floor).verdict, "MISSED")
        self.assertEqual(Row("", 7, 10, 0.7, floor).verdict, "ok")
        self.assertEqual(Row("", 61, bound=Bound(60)).verdict, "MISSED")
        self.assertEqual(Row("", 49.6, bound=Bound(50, tolerance=0.01)).verdict, "ok")
        self.assertEqual(Row("", 50.6, bound=Bound(50, tolerance=0.01)).verdict, "MISSED")
        self.assertEqual(Row("", None, 10, None, floor).verdict, "")


if __name__ == "__main__":
    unittest.main()
