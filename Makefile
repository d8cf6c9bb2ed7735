# Two commands do everything: `make demo` and `make test`. Both make .venv first.
PYTHON ?= python3
BIN := .venv/bin
KGRAPH := $(BIN)/kgraph

# The tree that `make demo` reads, and where it leaves its files.
DEMO ?= .
OUT ?= build/demo

# The repository that `make notebooks` reads.
REPO ?= .

# What the page is bundled from, when kgraph is installed.
PAGE := $(wildcard kgraph/view/app/*.json kgraph/view/app/*.mjs kgraph/view/app/src/*)

# The versions that were tested: `make lock` writes them.
LOCKS := .ci/locks
PIP := -m pip install --quiet --disable-pip-version-check
UV := build/tools/bin/uv
COMPILE = $(UV) pip compile --quiet --no-annotate --custom-compile-command 'make lock'

# What Python compiled is stored, whatever the environment says: most of what runs here are short processes.
unexport PYTHONDONTWRITEBYTECODE

# Each of two processes goes through half of the tests in their order, so that most fixtures of a module are made once,
# and takes from the other when it is done.
PYTEST = -n 2 --dist worksteal

.PHONY: help demo test lint types walls rules tests test-fast format bench site test-oldest test-newest test-python test-plain newest-is-locked lock audit docs site notebooks clean

help:
	@echo "make demo   build the graph of a real tree (DEMO=path, by default this one), query it, export it"
	@echo "make test   lint, types, import walls, tests, with the versions of the lock file"
	@echo "make test-fast   the tests that take seconds; make format   code in order"
	@echo "make rules   kgraph's own architecture, checked by kgraph; make bench   operations beside the last count"
	@echo "make test-oldest, make test-newest   the tests with the oldest and newest versions that pyproject.toml allows"
	@echo "make test-plain   the commands where nothing is installed but what kgraph declares"
	@echo "make notebooks   run the notebooks on the graph of a repository (REPO=path), as pages in build/notebooks"
	@echo "make docs   write the generated documents again: vocabulary, commands, Python API, queries, tables of results"
	@echo "make site   render the documents, and kgraph's pages of kgraph itself, as a site in build/site"
	@echo "make lock   write the lock files again, with the newest versions that pyproject.toml allows"
	@echo "make audit  look the locked versions up in a database of vulnerabilities"

# $(1): the folder of an environment, $(2): the lock file of what goes into it. What kgraph itself is built with is locked
# too, but without hashes, which pip would then ask of kgraph as well. It hands the constraint on to the environment that it
# builds in, by the one name or, since 25.3, by the other.
define install
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "kgraph needs Python 3.11 or newer: make PYTHON=...")'
	$(PYTHON) -m venv $(1)
	$(1)/bin/python $(PIP) --require-hashes --requirement $(2)
	PIP_CONSTRAINT=$(LOCKS)/build.txt PIP_BUILD_CONSTRAINT=$(LOCKS)/build.txt $(1)/bin/python $(PIP) --no-deps --editable .
endef

.venv/installed: pyproject.toml $(LOCKS)/run.txt $(LOCKS)/build.txt $(PAGE)
	$(call install,.venv,$(LOCKS)/run.txt)
	@touch $@

.venv/installed-test: pyproject.toml $(LOCKS)/test.txt $(LOCKS)/build.txt $(PAGE)
	$(call install,.venv,$(LOCKS)/test.txt)
	@touch $@ .venv/installed

build/tools/installed: $(LOCKS)/tools.txt
	$(PYTHON) -m venv build/tools
	build/tools/bin/python $(PIP) --require-hashes --requirement $(LOCKS)/tools.txt
	@touch $@

demo: .venv/installed
	$(KGRAPH) build $(DEMO) -o $(OUT)/graph
	$(KGRAPH) stats -g $(OUT)/graph
	$(KGRAPH) query most-included -g $(OUT)/graph -n 5
	$(KGRAPH) query largest-files -g $(OUT)/graph -n 5
	$(KGRAPH) query symbol-kinds -g $(OUT)/graph -n 8
	$(KGRAPH) export -g $(OUT)/graph -f ttl -o $(OUT)/graph.ttl
	$(KGRAPH) export -g $(OUT)/graph -f graphml -o $(OUT)/graph.graphml
	$(KGRAPH) view -g $(OUT)/graph -o $(OUT)/map.html || echo "(everything else works without the page)"
	$(KGRAPH) pages -g $(OUT)/graph --root $(DEMO) -o $(OUT)/pages
	$(KGRAPH) pages -g $(OUT)/graph --root $(DEMO) -o $(OUT)/site --format html
	$(KGRAPH) pages --check $(OUT)/site
	@echo
	@echo "The graph of $(DEMO) is in $(OUT)/graph. Look at:"
	@echo "  $(OUT)/map.html        map, dependency matrix and tables, to open in a browser"
	@echo "  $(OUT)/graph.ttl       all of it in Turtle"
	@echo "  $(OUT)/graph.graphml   the same for Gephi or yEd"
	@echo "  $(OUT)/site/index.html documentation pages to browse, with search"
	@echo "  $(OUT)/pages/index.md  the same as Markdown"
	@echo "  $(OUT)/graph/tables/   column tables in Parquet"
	@echo "Ask it:  $(KGRAPH) queries     and     $(KGRAPH) query NAME -g $(OUT)/graph"

# Each of the first four keeps one processor busy.
test: .venv/installed-test
	$(MAKE) --jobs=2 lint types walls rules
	$(MAKE) tests

lint: .venv/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/installed-test
	$(BIN)/mypy

walls: .venv/installed-test
	$(BIN)/lint-imports

# kgraph's own architecture, checked by kgraph.
rules: .venv/installed-test
	$(KGRAPH) build . --no-related --quiet -o build/rules-graph
	$(KGRAPH) check .ci/rules.toml -g build/rules-graph

tests: .venv/installed-test
	$(BIN)/pytest $(PYTEST)

# What a change in one place is tried with first: no browser, no compiler, nothing that kills, starves or waits.
FAST = architecture assemble_includes assemble_symbols cpp_uses documents encodings escape extract_cpp extract_cpp_names \
	extract_generic extract_markup extract_python gitignore invariants languages links ontology python_uses

test-fast: .venv/installed-test
	$(BIN)/pytest $(PYTEST) $(FAST:%=tests/test_%.py)

format: .venv/installed-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Lines of kgraph that run for a fixed amount of work, and the tables of the documents. ACCEPT=1 stores counts that grew.
bench: .venv/installed-test
	PYTHONHASHSEED=0 $(BIN)/python benchmarks/operations.py $(if $(ACCEPT),--accept)
	$(BIN)/python benchmarks/report.py

# What `tests` alone runs, since no version of a dependency changes it: the page, whose script has none, in a browser;
# counts of our own operations; the code, the documents, their words, the examples for CI systems, the benchmarks; the
# tests' own tools; what git says of a repository; processes that end, hang or take memory, which are the standard
# library's and ours; how Virtuoso answers (how our own engine does is in `queries` and `query`).
ONCE = *_browser growth growth_graph architecture invariants distribution documents agent_guide benchmarks ci_examples \
	words specs_harness git gitignore scan_states pool processes virtuoso

# What is tried over and over so that it holds whatever happens: damage, races, hostile names, deep nesting, edits at
# random beside a build from nothing, frames in every layout, fleets whose processes are isolated or killed. It calls what
# simpler tests call once, and takes two thirds of the time. In other modules the mark `once` says it of single tests.
ONCE += healing damaged races hostile hostile_names depth slices layouts hints packs shared_cache scoped_cache \
	cpp_answers python_answers relate_kept kept_symbols kept_values spilled \
	serve_fleet fleet_relinking fleet_namespaces fleet_changes

# All others, with other versions of the dependencies, in an environment of its own.
OTHERS = $(PYTEST) -m 'not once' $(ONCE:%=--ignore-glob='*test_%.py')

test-oldest: build/tools/installed
	$(COMPILE) pyproject.toml --extra test --resolution lowest-direct --output-file build/oldest.txt --upgrade
	$(call install-others,oldest)

test-newest: build/tools/installed
	$(COMPILE) pyproject.toml --extra test --output-file build/newest.txt --upgrade
	$(call install-others,newest)

# Whether the locked versions are the newest, so that `make test` is `make test-newest`.
newest-is-locked: build/tools/installed
	$(COMPILE) pyproject.toml --extra test --output-file build/newest.txt --upgrade
	$(COMPILE) pyproject.toml --extra test --constraint $(LOCKS)/test.txt --output-file build/locked.txt --upgrade
	@cmp -s build/newest.txt build/locked.txt && echo "the locked versions are the newest" || { diff build/locked.txt build/newest.txt; exit 1; }

# The same versions with another Python: make test-python PYTHON=python3.13
test-python: ONCE = *_browser growth growth_graph
test-python: build/tools/installed
	cp $(LOCKS)/test.txt build/python.txt
	$(call install-others,python)

define install-others
	$(UV) venv --quiet --clear --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" build/$(1)
	$(UV) pip install --quiet --python build/$(1)/bin/python --requirement build/$(1).txt
	$(UV) pip install --quiet --python build/$(1)/bin/python --no-deps --editable .
	build/$(1)/bin/python -m pytest $(OTHERS)
endef

test-plain:
	$(call install,build/plain,$(LOCKS)/run.txt)
	build/plain/bin/python .ci/plain.py

# The second file asks for no more than the first, of the same versions.
lock: build/tools/installed
	@mkdir -p $(LOCKS)
	$(COMPILE) --universal --generate-hashes --python-version 3.11 --upgrade pyproject.toml --extra test --output-file $(LOCKS)/test.txt
	$(COMPILE) --universal --generate-hashes --python-version 3.11 --upgrade pyproject.toml --constraint $(LOCKS)/test.txt --output-file $(LOCKS)/run.txt
	$(COMPILE) --universal --python-version 3.11 --upgrade .ci/build.in --output-file $(LOCKS)/build.txt
	$(COMPILE) --universal --generate-hashes --python-version 3.11 --upgrade .ci/tools.in --output-file $(LOCKS)/tools.txt

# Ends with 1 where a locked version has a known hole, and with 2 where it could not be found out.
audit: build/tools/installed
	build/tools/bin/python .ci/audit.py $(LOCKS)/test.txt $(LOCKS)/build.txt $(LOCKS)/tools.txt

docs: .venv/installed-test
	$(BIN)/python -m kgraph.vocab.ontology
	$(BIN)/python .ci/reference.py
	$(BIN)/python benchmarks/report.py

# The documents, and kgraph's pages of kgraph itself to which their links lead.
site: .venv/installed-test
	$(KGRAPH) build . -o build/site-graph
	$(KGRAPH) pages -g build/site-graph --root . -o build/site/code --format html --title kgraph
	$(KGRAPH) pages --check build/site/code
	$(BIN)/python .ci/site.py build/site

notebooks: .venv/installed-test
	$(KGRAPH) build $(REPO) -o build/notebooks/graph
	KGRAPH_GRAPH=$(abspath build/notebooks/graph) KGRAPH_REPO=$(abspath $(REPO)) $(BIN)/python -m nbconvert \
		--execute --to html --output-dir build/notebooks --ExecutePreprocessor.timeout=1800 notebooks/*.ipynb
	@echo "Open build/notebooks/*.html"

clean:
	rm -rf .venv build
