# One command each; `make setup` is run by those that need the system's packages.
.DEFAULT_GOAL := help
.PHONY: help setup build release demo test lint format bench clean

SWIFT ?= swift
APT_PACKAGES := libhiredis-dev libcurl4-openssl-dev libmicrohttpd-dev zlib1g-dev redis-server prometheus openssl python3-venv
VENV := .venv

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.done ## the system packages and the tests' Python tools, where they are missing
	@missing=$$(for p in $(APT_PACKAGES); do dpkg -s $$p >/dev/null 2>&1 || echo $$p; done); \
	if [ -n "$$missing" ]; then \
	  sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  echo "installing:" $$missing; \
	  $$sudo apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi

$(VENV)/.done:
	@python3 -m venv $(VENV) 2>/dev/null || { \
	  sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  $$sudo apt-get update -qq && $$sudo apt-get install -y -qq python3-venv >/dev/null && python3 -m venv $(VENV); }
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check 'prometheus-client>=0.20' 'ruff>=0.6'
	@touch $@

build: setup ## the program, for debugging
	$(SWIFT) build

release: setup ## the program, as it is shipped: .build/release/ifinu
	$(SWIFT) build -c release --product ifinu

demo: release ## the main job: a private Redis, the sandbox, a worker and 1,000 messages
	.build/release/ifinu demo

test: setup ## every test, against real servers that the tests start and stop
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build
	python3 -m unittest discover -s Benchmarks/pipeline

lint: setup ## the format and the linters' rules, without changing a file
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks
	$(VENV)/bin/ruff check --quiet Benchmarks

format: ## puts the sources in format
	$(SWIFT) format format --in-place --recursive --parallel Package.swift Sources Tests Benchmarks

bench: release ## throughput, latency, idle cost and scrape cost beside a plain-C reference
	python3 Benchmarks/pipeline/bench.py
	$(SWIFT) run -c release --package-path Benchmarks TelemetryBench

clean: ## removes what was built
	rm -rf .build Benchmarks/.build $(VENV)
