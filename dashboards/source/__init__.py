"""The dashboards as data: what each shows, and the few helpers that turn it into Grafana's JSON."""
