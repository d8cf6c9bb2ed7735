# Two commands do everything: `make demo` and `make test`. Both make .venv first.
PYTHON ?= python3
BIN := .venv/bin
KGRAPH := $(BIN)/kgraph

# The tree that `make demo` reads, and where it leaves its files.
DEMO ?= .
OUT ?= build/demo

# What the page is bundled from, when kgraph is installed.
PAGE := $(wildcard kgraph/view/app/*.json kgraph/view/app/*.mjs kgraph/view/app/src/*)

.PHONY: help demo test lint types walls tests docs clean

help:
	@echo "make demo   build the graph of a real tree (DEMO=path, by default this one), query it, export it"
	@echo "make test   lint, types, import walls, tests"
	@echo "make docs   write again what is generated from the vocabulary: ontology, shapes, their page"

.venv/installed: pyproject.toml $(PAGE)
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "kgraph needs Python 3.11 or newer: make PYTHON=...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/installed-test: pyproject.toml $(PAGE)
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "kgraph needs Python 3.11 or newer: make PYTHON=...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@ .venv/installed

demo: .venv/installed
	$(KGRAPH) build $(DEMO) -o $(OUT)/graph
	$(KGRAPH) stats -g $(OUT)/graph
	$(KGRAPH) query most-included -g $(OUT)/graph -n 5
	$(KGRAPH) query largest-files -g $(OUT)/graph -n 5
	$(KGRAPH) query symbol-kinds -g $(OUT)/graph -n 8
	$(KGRAPH) export -g $(OUT)/graph -f ttl -o $(OUT)/graph.ttl
	$(KGRAPH) export -g $(OUT)/graph -f graphml -o $(OUT)/graph.graphml
	$(KGRAPH) view -g $(OUT)/graph -o $(OUT)/map.html || echo "(everything else works without the page)"
	@echo
	@echo "The graph of $(DEMO) is in $(OUT)/graph. Look at:"
	@echo "  $(OUT)/map.html        map, dependency matrix and tables, to open in a browser"
	@echo "  $(OUT)/graph.ttl       all of it in Turtle"
	@echo "  $(OUT)/graph.graphml   the same for Gephi or yEd"
	@echo "  $(OUT)/graph/tables/   column tables in Parquet"
	@echo "Ask it:  $(KGRAPH) queries     and     $(KGRAPH) query NAME -g $(OUT)/graph"

test: lint types walls tests

lint: .venv/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/installed-test
	$(BIN)/mypy

walls: .venv/installed-test
	$(BIN)/lint-imports

tests: .venv/installed-test
	$(BIN)/pytest -n 2

docs: .venv/installed-test
	$(BIN)/python -m kgraph.vocab.ontology

clean:
	rm -rf .venv build
