"""An HTTP server that stands for Slack, PagerDuty and the watcher, and keeps what it is sent."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self


@dataclass(frozen=True)
class Notification:
    """One request: where it was sent, with what authorization, and its document."""

    path: str
    authorization: str | None
    document: dict


class NotificationReceiver:
    """Takes every POST; PagerDuty's Events v2 is answered as PagerDuty does, all others with Slack's `ok`."""

    def __enter__(self) -> Self:
        self._lock = threading.Lock()
        self._taken: list[Notification] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def taken(self, path: str) -> list[Notification]:
        """What came to this path, the oldest first."""
        with self._lock:
            return [notification for notification in self._taken if notification.path == path]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                taken = Notification(self.path, self.headers.get("Authorization"), json.loads(body))
                with receiver._lock:
                    receiver._taken.append(taken)
                if self.path.startswith("/pagerduty"):
                    key = taken.document.get("dedup_key", "")
                    self._answer(202, json.dumps({"status": "success", "message": "processed", "dedup_key": key}))
                else:
                    self._answer(200, "ok")

            def log_message(self, format: str, *values: object) -> None:
                """Keeps the tests' output clean."""

            def _answer(self, status: int, text: str) -> None:
                body = text.encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        return Handler
