# Every target makes .venv and installs what it needs by itself, and not again when nothing changed.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
GENANGAN := $(VENV)/bin/genangan
RUN := $(VENV)/.runtime
DEV := $(VENV)/.dev
PIP := $(PY) -m pip --disable-pip-version-check --quiet

.PHONY: help demo run install test check bench bench-large chaos test-browser lock clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(RUN): requirements.lock pyproject.toml | $(PY)
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

$(DEV): requirements-dev.lock $(RUN)
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(RUN)  ## the real bot against a Bot API on loopback, with a page to watch; ARGS=--once for the terminal
	$(GENANGAN) demo $(ARGS)

run: $(RUN)  ## serve real people (needs BOT_TOKEN in .env)
	$(GENANGAN) run

install: $(RUN)  ## only what serving needs

test: $(DEV)  ## the tests, as many at once as there are cores
	$(PY) -m pytest -n auto --dist worksteal -m "not browser and not bench and not chaos" $(ARGS)

check: $(DEV)  ## format, lint, types, import directions
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports

bench: $(DEV)  ## what it costs and carries, as a table and in bench.json
	$(PY) -m pytest -m "bench and not large" -s tests/bench $(ARGS)

bench-large: $(DEV)  ## the same with 10 million reports (some 10 GB of disk)
	$(PY) -m pytest -m "bench and large" -s tests/bench $(ARGS)

chaos: $(DEV)  ## kills, outages, full disks, bad input: the long forms
	$(PY) -m pytest -m chaos -s tests/chaos tests/fuzz $(ARGS)

test-browser: $(DEV)  ## the demo page in a real Chromium
	$(PY) -m pytest -m browser $(ARGS)

lock: $(DEV)  ## write the locks anew from pyproject.toml
	$(PIP) install pip-tools
	$(VENV)/bin/pip-compile $(LOCK) --extra build -o requirements.lock pyproject.toml
	$(VENV)/bin/pip-compile $(LOCK) --extra build --extra dev --extra browser -c requirements.lock -o requirements-dev.lock pyproject.toml
LOCK := --quiet --upgrade --allow-unsafe --strip-extras --generate-hashes --no-header \
  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options

clean:  ## remove what was made
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
