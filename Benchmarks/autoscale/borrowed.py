"""What other folders of the repository have already: a Redis client, ports, and programs that end with their `with`."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# At the end: modules here come first.
sys.path += [str(ROOT / "Benchmarks" / "pipeline"), str(ROOT / "Tests" / "Observability")]

RedisClient = import_module("resp").Redis
free_port = import_module("rig").free_port
BenchError = import_module("rig").BenchError
ifinu_binary = import_module("support.places").ifinu
fetch = import_module("support.processes").fetch
servers = import_module("support.servers")
monitoring = import_module("support.monitoring")
