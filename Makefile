# Two commands: `make try` runs the main job on real code, `make check` runs every test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# The protocol inspector: the newest major version that still runs on Node 20.
INSPECTOR_VERSION := 1.0.3
# A registry that does not answer must not hold up the check for npm's own patience, which is hours.
BOUNDED := $(shell command -v timeout >/dev/null && echo timeout 300)

.PHONY: try check venv inspector lint types imports test format clean

try:
	$(PYTHON) -m venv .try
	.try/bin/python -m pip install --quiet .
	.try/bin/python benchmarks/try_it.py

check: lint types imports test

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

venv: $(VENV)/.installed

$(VENV)/inspector/.installed-$(INSPECTOR_VERSION): | venv
	@if ! command -v npm >/dev/null; then echo "npm is not installed: the tests with the protocol inspector are skipped"; \
	elif $(BOUNDED) npm install --prefix $(VENV)/inspector --no-save --no-audit --no-fund --ignore-scripts --loglevel=error \
	    --prefer-offline --fetch-timeout=30000 --fetch-retries=2 @modelcontextprotocol/inspector@$(INSPECTOR_VERSION); then touch $@; \
	else rm -rf $(VENV)/inspector; \
	  echo "npm could not fetch the protocol inspector within 5 minutes: the tests with it are skipped"; fi

inspector: $(VENV)/inspector/.installed-$(INSPECTOR_VERSION)

lint: venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: venv
	$(BIN)/mypy

imports: venv
	$(BIN)/lint-imports --no-cache

# An installation in place is not compiled, and where PYTHONDONTWRITEBYTECODE is set every process would compile what it loads.
test: venv inspector
	$(BIN)/python -m compileall -q src
	$(BIN)/pytest -n 2

format: venv
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .try build dist

.PHONY: bench-index bench-search bench-graph bench-languages
bench-index: venv
	$(BIN)/python benchmarks/indexing/run.py

bench-search: venv
	$(BIN)/python benchmarks/search/run.py

# Of Linux the core of Debian's linux-source is fetched and measured; LINUX: unpacked sources to measure instead.
LINUX ?=
.PHONY: bench-literal
bench-literal: venv
	$(BIN)/python benchmarks/literal/run.py $(if $(LINUX),--linux $(LINUX))

bench-graph: venv
	$(BIN)/python benchmarks/graph/memory.py
	$(BIN)/python benchmarks/graph/micro.py
	$(BIN)/python benchmarks/graph/observed.py
	$(BIN)/python benchmarks/graph/sample.py
	$(BIN)/python benchmarks/graph/speed.py
	$(BIN)/python benchmarks/graph/linking.py

bench-languages: venv
	$(BIN)/python benchmarks/languages/run.py

.PHONY: bench-memory
bench-memory: venv
	$(BIN)/python -m pip install --quiet lz4 || echo "lz4 could not be installed: the tables are without it"
	$(BIN)/python benchmarks/memory/run.py

# Recorded sessions are made anew first; they take some minutes.
TRACES ?= benchmarks/.cache/traces
.PHONY: bench-tiers bench-compression
bench-tiers: venv
	mkdir -p $(TRACES)
	$(BIN)/python benchmarks/memory/sessions.py $(TRACES)/django.jsonl --project django --sessions 80
	$(BIN)/python benchmarks/memory/sessions.py $(TRACES)/cpython.jsonl --project cpython --sessions 80
	$(BIN)/python benchmarks/memory/tiers.py --recorded $(TRACES)/django.jsonl $(TRACES)/cpython.jsonl
	$(BIN)/python benchmarks/memory/prediction.py $(TRACES)/django.jsonl $(TRACES)/cpython.jsonl

bench-compression: venv
	$(BIN)/python -m pip install --quiet lz4
	$(BIN)/python benchmarks/memory/compression.py
	$(BIN)/python benchmarks/memory/thawing.py

# The folder of the public annotations lies outside of this repository; without it only the held-out questions are asked.
RETRIEVAL ?= ../shared/retrieval
.PHONY: bench-retrieval
bench-retrieval: venv
	$(BIN)/python benchmarks/retrieval/run.py --annotations $(RETRIEVAL)

# Every weight in one table: eleven minutes of processor time (WEIGHTS.md).
.PHONY: bench-weights
bench-weights: venv
	$(BIN)/python benchmarks/retrieval/weighing.py --annotations $(RETRIEVAL)

# Weights tuned without the package that is asked, beside the shipped ones: some minutes.
.PHONY: bench-nested
bench-nested: venv
	$(BIN)/python benchmarks/retrieval/nesting.py --annotations $(RETRIEVAL)

# Packages as npm and PyPI ship them, each module in several forms: two minutes.
.PHONY: bench-forms
bench-forms: venv
	$(BIN)/python benchmarks/retrieval/forms.py

.PHONY: bench-tokens
bench-tokens: venv
	$(BIN)/python benchmarks/tokens/run.py

.PHONY: bench-mcp
bench-mcp: venv
	$(BIN)/python benchmarks/agents/run.py

# Makes the table of trained words anew, in a folder of its own; the shipped one stays unless --table names it.
TRAINING ?= training/.cache
.PHONY: train-encoder
train-encoder: venv
	OPENBLAS_NUM_THREADS=1 $(BIN)/python training/run.py $(TRAINING)
