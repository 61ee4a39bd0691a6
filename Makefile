# Everything a person runs by hand. Needs Python 3.11 or newer and make, nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Two processes for the suite: the machines it runs on have two cores.
PROCESSES ?= 2

.PHONY: install test-install run test check bench

install: $(VENV)/run.stamp

$(VENV)/run.stamp: requirements/run.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@touch $@

test-install: $(VENV)/test.stamp

$(VENV)/test.stamp: requirements/test.txt $(VENV)/run.stamp
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@

run: install
	@$(BIN)/flask db upgrade
	@$(BIN)/flask kutego demo --if-empty
	@$(BIN)/python app.py

test: test-install
	@$(BIN)/python -m tests.chromium
	@$(BIN)/pytest -n $(PROCESSES) --dist loadgroup

check: test-install
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy
	@$(BIN)/python -m tests.migrations_in_step

bench: test-install
	@$(BIN)/python -m benchmarks
