# One word per task; `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= $(firstword $(shell command -v python3.11 python3))
UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
YIHU_HOME ?= $(CURDIR)/var
DEMO_TAXPAYERS ?= 20000
DEMO_INVOICES ?= 1000000
DEMO_MONTHS ?= 24
DEMO_SEED ?= 20260101
DEMO_PORT ?= 8600
export YIHU_HOME
export UV_PROJECT_ENVIRONMENT := $(CURDIR)/$(VENV)
ASSETS := src/yihu/hub/assets/dist/.built
ASSET_SOURCES := $(shell find frontend -type f -not -path '*/node_modules/*' 2>/dev/null)

.PHONY: help
help: ## list the tasks
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(VENV)/.uv: Makefile
	@test -n "$(PYTHON)" || { echo "Python 3.11 is needed: apt-get install python3.11 python3.11-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "Python 3.11 is needed, found $$($(PYTHON) -V); call make PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

$(VENV)/.synced: $(VENV)/.uv pyproject.toml uv.lock
	$(BIN)/uv sync --frozen --quiet --inexact --compile-bytecode --extra cluster --group dev
	@touch $@

$(ASSETS): $(VENV)/.synced $(ASSET_SOURCES)
	cd frontend && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --no-audit --no-fund --loglevel=error && PATH="$(CURDIR)/$(BIN):$$PATH" node build.mjs
	@touch $@

.PHONY: setup
setup: $(VENV)/.synced $(ASSETS) ## install everything into .venv and build the pages' assets

.PHONY: demo
demo: setup ## make a simulated district, gather and build it, train models on it, and leave the workbench running
	@test -f $(YIHU_HOME)/demo/.simulated-$(DEMO_TAXPAYERS)-$(DEMO_INVOICES)-$(DEMO_MONTHS)-$(DEMO_SEED) || { \
	  rm -rf $(YIHU_HOME)/demo && \
	  $(BIN)/yihu simulate --taxpayers $(DEMO_TAXPAYERS) --invoices $(DEMO_INVOICES) --months $(DEMO_MONTHS) --seed $(DEMO_SEED) --out $(YIHU_HOME)/demo && \
	  touch $(YIHU_HOME)/demo/.simulated-$(DEMO_TAXPAYERS)-$(DEMO_INVOICES)-$(DEMO_MONTHS)-$(DEMO_SEED); }
	@$(BIN)/yihu gather --from $(YIHU_HOME)/demo
	@$(BIN)/yihu build --if-changed
	@$(BIN)/yihu serve --background --demonstration --port $(DEMO_PORT)

.PHONY: stop
stop: ## stop the workbench, its worker and the embedded database
	@test ! -x $(BIN)/yihu || $(BIN)/yihu stop

.PHONY: test
test: setup browser ## run all tests
	$(BIN)/python -m pytest -n auto --dist loadfile

.PHONY: browser
browser:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || { \
	  test "$$(id -u)" = 0 && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk >/dev/null; } || \
	  echo "No Chromium here: the journeys in the browser will be skipped (apt-get install chromium fonts-noto-cjk)."
	@command -v java >/dev/null || { \
	  test "$$(id -u)" = 0 && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq openjdk-17-jre-headless >/dev/null; } || \
	  echo "No Java here: the Spark tests will be skipped (apt-get install openjdk-17-jre-headless)."

.PHONY: check
check: $(VENV)/.synced ## lint, types and the import contract
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: clean
clean: stop ## remove what was installed and built; the state directory stays
	rm -rf $(VENV) frontend/node_modules src/yihu/hub/assets/dist .mypy_cache .ruff_cache .import_linter_cache
