# Everything sets itself up: each target makes .venv when it is missing, and does nothing twice.
# On Windows, or without make, see "Without make" in README.md.

PYTHON ?= python3
FILE ?= scenarios/long_dependency.yaml
BIN := .venv/bin

.PHONY: run learn test lint types check bench oracles lock clean
.DEFAULT_GOAL := run

# Two stamps: `run` needs less than development does.
.venv/installed: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

.venv/developed: pyproject.toml requirements-dev.lock .venv/installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock -e .
	@touch $@

run: .venv/installed
	@$(BIN)/rnnstep run $(FILE)

learn: .venv/installed
	@$(BIN)/rnnstep learn

test: .venv/developed
	@$(BIN)/python -m pytest -n auto $(ARGS)

lint: .venv/developed
	@$(BIN)/ruff check .

types: .venv/developed
	@$(BIN)/mypy

check: test lint types

# Against PyTorch and statsmodels, live; the stored oracles run with `make test`.
oracles: .venv/developed
	@$(BIN)/python -c "import torch, statsmodels" 2>/dev/null || $(BIN)/python -m pip install --quiet torch==2.13.0 statsmodels==0.15.0
	@$(BIN)/python -m pytest -q tests/oracles

bench: .venv/developed
	@$(BIN)/python benchmarks/core.py
	@$(BIN)/python benchmarks/flow.py
	@$(BIN)/python benchmarks/screen.py
	@$(BIN)/python benchmarks/start.py
	@$(BIN)/python benchmarks/travel.py

lock: .venv/developed
	@$(BIN)/python -m pip freeze --exclude-editable --exclude torch > requirements-dev.lock

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
