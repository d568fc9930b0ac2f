# Charter Oak. `make` alone lists what there is to make.
#
# Set-up is part of every target and happens once: a virtual environment, an installer pinned by hash, and packages
# from hash-only locks (tools/setup.sh). Stamps inside the environment say what is done.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
# Python keeps what it compiled, whatever the environment says: hundreds of tests start the program, and each would
# compile all of Django anew.
unexport PYTHONDONTWRITEBYTECODE

BIND ?= 127.0.0.1:8000
DATA ?= ./data
WORKERS ?= 2
FUZZ_SECONDS ?= 60
SOAK_SECONDS ?= 300
SEED ?=

BIN := .venv/bin
PYTEST := $(BIN)/pytest -n $(WORKERS) --dist worksteal
RUN_READY := .venv/.ready-to-run
DEV_READY := .venv/.ready-to-test
SPARK_READY := .venv-spark/.ready-to-test
TRESTLE_READY := .venv-trestle/.ready-to-test
SET_UP := tools/setup.sh bootstrap.lock pyproject.toml

# What `make test` also runs on PostgreSQL: the services, and what only two databases can show. All of tests/integration
# runs there with `make test-slow`.
ON_POSTGRESQL = $(sort $(wildcard tests/integration/test_services_*.py) \
    $(shell grep -l mark.postgresql tests/integration/*.py) \
    tests/integration/test_portfolio.py tests/integration/test_provider_relations.py tests/integration/test_imports.py)

# Builders of committed files answer --check by proving that each file is what they would write. Those of the catalogs
# read their publishers' tables, which are not in the repository: where they are absent that is said, not passed over.
REFERENCE ?= ../shared/data
BUILDERS = $(shell grep -l -e '"--check"' tools/*.py)
CATALOGS = $(shell grep -l __main__ tools/catalogs/*.py 2>/dev/null)

.PHONY: help run test test-slow check bench fuzz soak lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(RUN_READY) ## Set up and serve the portal with sample data on http://127.0.0.1:8000 (BIND=, DATA=)
	$(BIN)/charteroak serve --demo --bind $(BIND) --data $(DATA)

test: $(DEV_READY) ## Set up and run the tests: all that is quick, the loop in Chromium, the services on PostgreSQL
	$(BIN)/python tools/system_packages.py chromium postgresql openssl xxd
	$(PYTEST) -m "not slow and not postgresql" --durations=10 --junitxml=test-results/test.xml
	$(BIN)/python tools/test_times.py test-results/test.xml
	$(BIN)/python tools/postgresql.py -- $(PYTEST) $(ON_POSTGRESQL) -m "not slow and not browser"

test-slow: $(DEV_READY) $(SPARK_READY) $(TRESTLE_READY) ## Every page in Chromium, the rest on PostgreSQL, every example, large data, load, Apache Spark, OSCAL by trestle
	$(BIN)/python tools/system_packages.py chromium postgresql openssl xxd java
	$(BIN)/python tools/allow_no_tests.py $(PYTEST) --dist loadgroup -m "slow and not spark" --durations=10
	CHARTEROAK_TEST_THOROUGH=1 $(PYTEST) tests/property -m "not slow"
	$(BIN)/python tools/postgresql.py -- $(PYTEST) $(filter-out $(ON_POSTGRESQL),$(wildcard tests/integration/test_*.py)) \
	    -m "not slow and not browser"
	$(BIN)/python tools/allow_no_tests.py .venv-spark/bin/pytest -m spark --durations=10

check: $(DEV_READY) ## Format, lint, types, import contracts, and that built files are what their builders make
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy tools benchmarks fuzz
	$(BIN)/lint-imports
	@set -e; for builder in $(BUILDERS); do echo "$$builder --check"; $(BIN)/python $$builder --check; done
	@set -e; for builder in $(CATALOGS); do \
	    if [ -d $(REFERENCE)/frameworks ]; then \
	        echo "$$builder --check"; $(BIN)/python $$builder $(REFERENCE)/frameworks --check; \
	    else echo "$$builder: not checked, no publishers' tables at $(REFERENCE)/frameworks"; fi; done

bench: $(DEV_READY) ## Measure what the README promises; results with machine and commit in benchmarks/results
	$(BIN)/python tools/measure.py bench

fuzz: $(DEV_READY) ## Feed hostile bytes to every parser for FUZZ_SECONDS each (SEED=)
	$(BIN)/python tools/measure.py fuzz --seconds $(FUZZ_SECONDS) $(if $(SEED),--seed $(SEED))

soak: $(DEV_READY) ## Serve and query for SOAK_SECONDS, watching memory
	$(BIN)/python tools/measure.py soak --seconds $(SOAK_SECONDS) $(if $(SEED),--seed $(SEED))

lock: $(RUN_READY) ## Resolve the locks anew: versions and hashes, no addresses
	tools/lock.sh

clean: ## Remove environments and caches; the data directory stays
	rm -rf .venv .venv-spark .venv-trestle build dist .mypy_cache .ruff_cache .hypothesis .import_linter_cache test-results
	find src tests tools benchmarks fuzz -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN_READY): requirements.lock $(SET_UP)
	tools/setup.sh .venv requirements.lock
	@touch $@

# The test environment holds everything that the portal needs, so both stamps follow from it.
$(DEV_READY): requirements-dev.lock requirements.lock $(SET_UP)
	tools/setup.sh .venv requirements-dev.lock
	@touch $@ $(RUN_READY)

$(SPARK_READY): requirements-spark.lock requirements-dev.lock $(SET_UP)
	tools/setup.sh .venv-spark requirements-dev.lock requirements-spark.lock
	@touch $@

# Other people's OSCAL tool: it reads what we write, in an environment that shares nothing with ours but the installer.
$(TRESTLE_READY): requirements-trestle.lock $(DEV_READY)
	$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python .venv-trestle
	$(BIN)/uv pip install --quiet --no-progress --python .venv-trestle/bin/python --require-hashes \
	    --requirements requirements-trestle.lock
	@touch $@
