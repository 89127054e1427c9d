"""What the observability tests share: real servers on free ports, waiting, a receiver of notifications, PromQL."""
