"""The Grafana dashboards: their source, what writes and checks them, and what draws them."""
