"""Waiting by asking again until a deadline, since a fixed sleep is either too long or too short."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")
PAUSE_SECONDS = 0.1
# It only ends what hangs: no machine is so slow that what is waited for takes so long, and nothing is judged by it.
PATIENCE_SECONDS = 300


def eventually(ask: Callable[[], Answer], what: str, pause: float = PAUSE_SECONDS) -> Answer:
    """Asks until the answer is true and gives it; errors of the network count as not yet.

    Raises TimeoutError, which says what was waited for, the last answer and the last error.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    answer, fault = None, None
    while True:
        try:
            answer, fault = ask(), None
            if answer:
                return answer
        except OSError as error:
            fault = error
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited in vain for {what}; last answer {answer!r}, last error {fault!r}")
        time.sleep(pause)
