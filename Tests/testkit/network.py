"""Ports that are free, and HTTP: pages that are fetched, and handlers that answer while a test runs."""

from __future__ import annotations

import contextlib
import json
import random
import socket
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from testkit.waiting import PATIENCE_SECONDS

# Those that the system gives to no outgoing connection; each is given out once.
BELOW_EPHEMERAL = range(15_000, 32_000)
UNTRIED = iter(random.sample(BELOW_EPHEMERAL, len(BELOW_EPHEMERAL)))


def free_port() -> int:
    """A port that nobody listens on now, and that neither the system nor this gives to another in the meantime."""
    for port in UNTRIED:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError(f"no port is free from {BELOW_EPHEMERAL.start} to {BELOW_EPHEMERAL.stop}")


def fetch(url: str, document: object = None) -> str:
    """The body of a page; a document is posted to it as JSON."""
    request = urllib.request.Request(url)
    if document is not None:
        request.data = json.dumps(document).encode()
        request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
        return answer.read().decode()


class QuietHandler(BaseHTTPRequestHandler):
    """Handles requests without a word on the tests' output."""

    protocol_version = "HTTP/1.1"

    def body(self) -> bytes:
        """What the request brings."""
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def answer(self, status: int, text: str = "", content_type: str = "text/plain") -> None:
        """Sends the whole of an answer."""
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keeps the output clean."""


@contextlib.contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Answers with the handler, a thread for each connection, until the block ends; gives host and port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
