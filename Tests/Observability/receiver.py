"""An HTTP server that stands for Slack, PagerDuty and the watcher, and keeps what it is sent."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from testkit.network import QuietHandler, serving


@dataclass(frozen=True)
class Notification:
    """One request: where it was sent, with what authorization, and its document."""

    path: str
    authorization: str | None
    document: dict


class NotificationReceiver:
    """What came to an address."""

    def __init__(self) -> None:
        self.url = ""
        self._lock = threading.Lock()
        self._taken: list[Notification] = []

    def take(self, notification: Notification) -> None:
        """Keeps a notification."""
        with self._lock:
            self._taken.append(notification)

    def taken(self, path: str) -> list[Notification]:
        """What came to this path, the oldest first."""
        with self._lock:
            return [notification for notification in self._taken if notification.path == path]


@contextlib.contextmanager
def notification_receiver() -> Iterator[NotificationReceiver]:
    """Takes every POST; PagerDuty's Events v2 is answered as PagerDuty does, all others with Slack's `ok`."""
    receiver = NotificationReceiver()

    class Handler(QuietHandler):
        def do_POST(self) -> None:
            document = json.loads(self.body())
            receiver.take(Notification(self.path, self.headers.get("Authorization"), document))
            if self.path.startswith("/pagerduty"):
                key = document.get("dedup_key", "")
                self.answer(202, json.dumps({"status": "success", "message": "processed", "dedup_key": key}))
            else:
                self.answer(200, "ok")

    with serving(Handler) as address:
        receiver.url = f"http://{address}"
        yield receiver
