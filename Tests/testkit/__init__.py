"""What the tests and benchmarks in Python share: servers on free ports, waiting, and clients of HTTP, Redis and PromQL."""
