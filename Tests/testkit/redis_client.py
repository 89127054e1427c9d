"""A tiny Redis client: RESP2 over one socket, with pipelines, and a count of what it sent itself."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator

from testkit.waiting import PATIENCE_SECONDS

Word = str | bytes | int


class RedisError(Exception):
    """An error reply."""


class RedisClient:
    """One connection to a Redis of this machine."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._replies = self._socket.makefile("rb")
        self.sent = 0

    def close(self) -> None:
        self._replies.close()
        self._socket.close()

    def call(self, *words: Word):
        """Sends one command and gives its reply; raises RedisError for an error reply."""
        return self.pipeline([words])[0]

    def pipeline(self, commands: Iterable[tuple]) -> list:
        """Sends all commands at once and gives their replies in order."""
        encoded = [_encode(command) for command in commands]
        self.sent += len(encoded)
        self._socket.sendall(b"".join(encoded))
        return [self._read() for _ in encoded]

    def foreign_commands(self) -> int:
        """Commands that this server has carried out for everyone but this client, since its start.

        Redis counts each call inside a script as a command of its own.
        """
        own = self.sent
        for line in self.call("INFO", "stats").decode().splitlines():
            if line.startswith("total_commands_processed:"):
                return int(line.split(":")[1]) - own
        raise RedisError("INFO stats without total_commands_processed")

    def elements(self) -> Iterator[tuple[str, bytes]]:
        """Every key's elements, whatever their type: for a look at what is left of a queue."""
        readers = {
            b"string": lambda key: [self.call("GET", key)],
            b"list": lambda key: self.call("LRANGE", key, 0, -1),
            b"set": lambda key: self.call("SMEMBERS", key),
            b"zset": lambda key: self.call("ZRANGE", key, 0, -1),
            b"hash": lambda key: self.call("HGETALL", key),
        }
        for key in self.call("KEYS", "*"):
            read = readers.get(self.call("TYPE", key), lambda _: [])
            for element in read(key):
                yield key.decode(errors="replace"), element or b""

    def _read(self):
        line = self._replies.readline()
        if not line.endswith(b"\r\n"):
            raise RedisError("the connection ended")
        kind, rest = line[:1], line[1:-2]
        if kind == b"+":
            return rest
        if kind == b":":
            return int(rest)
        if kind == b"-":
            raise RedisError(rest.decode(errors="replace"))
        length = int(rest)
        if length < 0:
            return None
        if kind == b"*":
            return [self._read() for _ in range(length)]
        return self._replies.read(length + 2)[:-2]


def _encode(words: tuple) -> bytes:
    parts = [b"*%d\r\n" % len(words)]
    for word in words:
        data = word if isinstance(word, bytes) else str(word).encode()
        parts.append(b"$%d\r\n%s\r\n" % (len(data), data))
    return b"".join(parts)
