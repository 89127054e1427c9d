# One command each; `make setup` is run by those that need the system's packages.
.DEFAULT_GOAL := help
.PHONY: help setup libraries build release image demo test lint format docs bench autoscale clean

SWIFT ?= swift
# What the program is built with and runs against, and what only its tests need besides.
LIBRARIES := libhiredis-dev libcurl4-openssl-dev libmicrohttpd-dev zlib1g-dev tzdata redis-server
TEST_TOOLS := prometheus prometheus-alertmanager redis-sentinel haproxy postgresql-15 binutils curl openssl python3-venv
VENV := .venv
# No Debian package is recent enough; it is fetched where it is missing.
KUBECTL := https://dl.k8s.io/release/v1.32.4/bin/linux/$(shell dpkg --print-architecture)/kubectl

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Installs what is missing of $(1). The servers are for the tests to start: none is started by the system.
define install
@missing=$$(for p in $(1); do dpkg -s $$p >/dev/null 2>&1 || echo $$p; done); \
if [ -n "$$missing" ]; then \
  sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
  echo "installing:" $$missing; \
  $$sudo apt-get update -qq && \
  $$sudo env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
fi
endef

setup: libraries $(VENV)/.done ## the system packages and the tests' Python tools, where they are missing

libraries:
	$(call install,$(LIBRARIES))

$(VENV)/.done: Makefile pyproject.toml
	$(call install,$(TEST_TOOLS))
	@python3 -m venv $(VENV)
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --editable '.[tools]'
	@command -v kubectl >/dev/null || { curl -fsSLo $(VENV)/bin/kubectl $(KUBECTL) && chmod +x $(VENV)/bin/kubectl; }
	@touch $@

build: libraries ## the program, for debugging
	$(SWIFT) build

release: libraries ## the program, as it is shipped: .build/release/ifinu
	$(SWIFT) build -c release --product ifinu

image: ## the container image, ghcr.io/ifinu/ifinu, by Docker
	docker build --build-arg COMMIT=$$(git rev-parse --short HEAD) -t ghcr.io/ifinu/ifinu .

demo: release ## the main job: a private Redis, the sandbox, a worker and 1,000 messages
	.build/release/ifinu demo

test: setup ## every test, against real servers that the tests start and stop
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --skip EndToEndTests
	$(SWIFT) test --skip-build --filter EndToEndTests
	$(VENV)/bin/python -m unittest discover -s Tests/Architecture
	$(VENV)/bin/python -m unittest discover -s Benchmarks/pipeline
	$(VENV)/bin/python -m unittest discover -s Tests/Observability
	PATH="$$PATH:$(CURDIR)/$(VENV)/bin" $(VENV)/bin/python -m unittest discover -s Tests/Kubernetes
	$(VENV)/bin/python -m unittest discover -s Benchmarks/autoscale

lint: setup ## the format and the linters' rules, without changing a file
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks
	@! grep -rn 'timeLimit(.minutes' Tests --include=*Tests.swift || { echo 'tests have .hangLimit, and no limit of their own'; exit 1; }
	$(VENV)/bin/ruff check --quiet Benchmarks dashboards k8s Tests
	$(VENV)/bin/hadolint Dockerfile
	$(VENV)/bin/python dashboards/generate.py --check
	$(VENV)/bin/python k8s/generate.py --check

format: ## puts the sources in format
	$(SWIFT) format format --in-place --recursive --parallel Package.swift Sources Tests Benchmarks

docs: release ## the tables of docs/METRICS.md and docs/CONFIGURATION.md from the program
	@for page in docs/METRICS.md docs/CONFIGURATION.md; do \
	  .build/release/ifinu generate-docs $$page > .build/page.md && cp .build/page.md $$page || exit 1; \
	done

bench: release $(VENV)/.done ## throughput, latency, idle cost and scrape cost beside a plain-C reference
	$(call install,prometheus-redis-exporter)
	$(VENV)/bin/python Benchmarks/pipeline/bench.py
	$(SWIFT) run -c release --package-path Benchmarks TelemetryBench

autoscale: setup release ## the autoscaling without a cluster: the HPA's algorithm over real workers, 15 minutes
	$(VENV)/bin/python Benchmarks/autoscale/autoscale.py

clean: ## removes what was built
	rm -rf .build Benchmarks/.build $(VENV) *.egg-info
