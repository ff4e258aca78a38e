.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.PHONY: help run test lint types bench clean bundle lock

VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8000
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/bin/python:
	@found=""
	for candidate in $${PYTHON:-python3.12 python3.11 python3 python}; do
	  if "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' >/dev/null 2>&1; then found="$$candidate"; break; fi
	done
	if [ -z "$$found" ]; then
	  echo "Chartcoder needs Python 3.11 or 3.12 with venv. On Debian or Ubuntu: apt-get install python3 python3-venv python3-dev g++" >&2
	  echo "(Debian 12 and Ubuntu 24.04 bring the right one)." >&2
	  echo "Elsewhere: install it from python.org, or name it: make run PYTHON=/path/to/python3.12" >&2
	  exit 1
	fi
	echo "[1/4] New environment in $(VENV) with $$("$$found" --version)"
	rm -rf $(VENV)
	trap 'rm -rf $(VENV)' INT TERM ERR
	"$$found" -m venv $(VENV)

$(VENV)/run.stamp: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "[2/4] Installing the packages of requirements.lock (about 600 MB on disk, a few minutes the first time)"
	$(BIN)/python -m pip install --require-hashes --progress-bar on -r requirements.lock | { grep -vE '^(Requirement already|Ignoring |Processing )' || true; }
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	$(BIN)/python -m pip check >/dev/null
	touch $@

$(VENV)/dev.stamp: requirements-dev.lock | $(VENV)/run.stamp
	@echo "[2/4] Installing the packages for the tests"
	$(BIN)/python -m pip install --require-hashes --progress-bar on -r requirements-dev.lock | { grep -v '^Requirement already' || true; }
	touch $@

run: $(VENV)/run.stamp ## set up, build the default bundle if there is none, and serve on http://127.0.0.1:8000
	@echo "[3/4] Code releases and the default bundle"
	$(BIN)/chartcoder-train setup
	echo "[4/4] Serving on http://$(HOST):$(PORT) (Ctrl+C ends it)"
	exec $(BIN)/chartcoder serve --with-worker --host $(HOST) --port $(PORT)

bundle: $(VENV)/run.stamp ## build the default bundle anew
	@$(BIN)/chartcoder-train setup --rebuild

test: $(VENV)/dev.stamp ## lint, types, contracts and all tests
	@$(BIN)/ruff format --check app training tests
	$(BIN)/ruff check app training tests
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/chartcoder-train setup
	echo "The tests in a browser run beside the others, which leave them the first go at the processors; what they say follows at the end"
	said=$$(mktemp)
	$(BIN)/python -m pytest tests/browser >"$$said" 2>&1 &
	browser=$$!
	trap 'kill $$browser 2>/dev/null || true; rm -f "$$said"' EXIT
	status=0
	nice -n 10 $(BIN)/python -m pytest --ignore tests/browser --numprocesses auto --maxprocesses 4 --dist loadfile || status=$$?
	wait $$browser || status=$$?
	cat "$$said"
	exit $$status

lint: $(VENV)/dev.stamp ## ruff and the import contracts
	@$(BIN)/ruff format --check app training tests
	$(BIN)/ruff check app training tests
	$(BIN)/lint-imports

types: $(VENV)/dev.stamp ## mypy, strict
	@$(BIN)/mypy

bench: $(VENV)/dev.stamp ## speed of each stage and of the REST service, as ratios within one run; TRAINED=DIR: with that bundle too
	@$(BIN)/chartcoder-train setup
	$(BIN)/python -m tests.benchmarks.run $(if $(TRAINED),--trained $(TRAINED))

lock: $(VENV)/dev.stamp ## compile the lock files anew (needs uv)
	@uv pip compile pyproject.toml --universal --python-version 3.11 --no-emit-index-url --no-header --no-annotate --generate-hashes -o requirements.lock
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --no-emit-index-url --no-header --no-annotate --generate-hashes -c requirements.lock -o requirements-dev.lock

clean: ## remove the environment, compiled releases, bundles and caches
	@rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build *.egg-info
	find models -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} +
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
