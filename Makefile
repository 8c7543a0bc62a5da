# Every target works on a fresh clone: the virtual environment is made from a stamp, with the versions of constraints.txt.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.stamp
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test cover lint format types docs check bench eval fuzz lock clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable . --group dev
	@touch $@

demo: $(STAMP)  ## the whole job on the embedded week, offline; prints where the draft is
	@$(BIN)/scout demo

test: $(STAMP)  ## all tests
	$(BIN)/python -m pytest -q -n auto $(ARGS)

cover: ARGS = --cov --cov-report=term
cover: test  ## all tests, with the coverage that is demanded

lint: $(STAMP)  ## ruff: style, imports, complexity
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(STAMP)  ## put the code into the house style
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

types: $(STAMP)  ## mypy --strict over the package and its tests
	$(BIN)/mypy

docs: $(STAMP)  ## the documents as a site, in site/; a link that leads nowhere is an error
	$(BIN)/mkdocs build --quiet

check: lint types cover  ## what CI runs, but for the demo, and the coverage

eval: $(STAMP)  ## score the shortlist against curators' picks in four fields
	$(BIN)/python tests/evaluate.py

bench: $(STAMP)  ## what scout costs, against named baselines; minutes, or ARGS=--small
	$(BIN)/python tests/bench.py $(ARGS)

fuzz: $(STAMP)  ## strange input for everything that reads some, ten minutes, or ARGS='--seconds 60 --seed 3'
	$(BIN)/python tests/fuzzing.py $(ARGS)

lock: ## write constraints.txt anew, by PYTHON=the oldest that pyproject.toml allows
	rm -rf $(VENV)/lock && $(PYTHON) -m venv $(VENV)/lock
	$(VENV)/lock/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(VENV)/lock/bin/python -m pip install --quiet '.[all]' --group dev
	$(VENV)/lock/bin/python -m pip freeze --exclude scout-lit --exclude pip | grep -v '^scout-lit @' > constraints.txt
	rm -rf $(VENV)/lock

clean:  ## remove the environment and the caches, never the store
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage*
