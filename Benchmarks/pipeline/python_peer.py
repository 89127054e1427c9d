"""A process of Python's Prometheus client with so many counters: python_peer.py PORT SERIES."""

import sys
import threading

from prometheus_client import Counter, start_http_server

counter = Counter("messages", "Messages.", ["motivo", "fila"])
for number in range(int(sys.argv[2])):
    counter.labels(f"motivo_{number}", "whatsapp").inc(number * 1_000)
start_http_server(int(sys.argv[1]), addr="127.0.0.1")
threading.Event().wait()
