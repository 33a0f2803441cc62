# Every command sets up .venv first; nothing but Python 3.11 or later is needed. Options are variables, as in
#   make build RAW=exports AS_OF=2026-03-31 WAREHOUSE=target/eu.duckdb PUBLISHED=published/eu.duckdb
# `segments COMMAND --help`, inside .venv, says what a command takes; README.md says what it is for.
# Without compiled modules every command takes seconds longer to start.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV PYTHONDONTWRITEBYTECODE
PYTHON ?= $(firstword $(shell command -v python3.11 python3.12 python3.13 python3) python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-compile
COMMANDS := build accept backfill forget-day new-segment preview explain diff export rollback releases changes report

.DELETE_ON_ERROR:
.PHONY: $(COMMANDS) contracts personas journeys test parity dbt2 lint lint-python lint-sql rules \
	conventions tests-python fix demo-data

$(COMMANDS): .venv/$(if $(filter postgres ducklake,$(TARGET)),postgres,runtime)
	@$(BIN)/segments $@

contracts: .venv/contracts
personas journeys: .venv/pages
personas journeys: $(if $(filter postgres ducklake,$(TARGET)),.venv/postgres)
contracts personas journeys:
	@$(BIN)/segments $@

# Says how long a part of the checks took.
timed = @start=$$(date +%s); $(2) || { echo "$(1): failed"; exit 1; }; \
	echo "$(1): $$(( $$(date +%s) - start )) s"

# Every check. The demo is built apart from the files that `make build` writes.
test: export RAW =
test: export AS_OF =
test: export TARGET =
test: export LANGUAGE =
test: export WAREHOUSE = target/test/warehouse.duckdb
test: export PUBLISHED = target/test/segments.duckdb
test: .venv/dev
	$(call timed,build,$(BIN)/segments build)
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=line lint tests-python

# While SQL is being linted still, which takes one core and a few minutes.
tests-python: rules conventions
	$(call timed,tests in Python,$(BIN)/python -m pytest -n 2 --no-loadscope-reorder)

# Compares what the models make of the demo, as `make test` loaded it, on another engine with DuckDB's: day by day, row
# by row.
parity: .venv/dev
	@[ "$(TARGET)" = postgres ] || { echo "say TARGET=postgres, which is the one other engine on which models are built so far"; exit 1; }
	@scripts/postgres.sh start
	$(call timed,parity,$(BIN)/python -m tests.parity; code=$$?; scripts/postgres.sh stop; [ $$code = 0 ])

# Builds the demo with dbt 2, beside what `make test` built: docs/dbt2.md.
dbt2: .venv/dev
	$(BIN)/python tests/dbt2/smoke.py target/test/warehouse.duckdb

lint: lint-python lint-sql
lint-python: .venv/dev
	$(call timed,lint of Python,$(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet . && $(BIN)/mypy \
		&& $(BIN)/lint-imports --no-cache --no-logo)

lint-sql: .venv/dev
	$(call timed,lint of SQL,DBT_TARGET_PATH=target/lint $(BIN)/python tests/lint/sql.py models tests/data analyses)

# In a folder of its own, with the project as the build parsed it.
rules:
	@mkdir -p target/test/$@ && cp target/partial_parse.msgpack target/test/$@
	$(call timed,$@,DBT_TARGET_PATH=target/test/$@ $(BIN)/python -m tests.rules target/test/warehouse.duckdb)

conventions:
	$(call timed,conventions,$(BIN)/dbt-score lint --show failing-rules && $(BIN)/dbt-bouncer run)

# Lists the new segments in segment_rule_members.sql; puts SQL and Python into the project's form.
fix: .venv/dev
	$(BIN)/python -m customer_segments.segments.list
	$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .
	$(BIN)/sqlfluff fix --quiet models tests analyses

# Writes seeds/demo anew; the same files every time.
demo-data: .venv/runtime
	@$(BIN)/python -m demo

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; this is " + sys.version.split()[0])'
	@echo "Making .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv .venv

.venv/%: requirements/%.lock | .venv/bin/python
	@echo "Installing requirements/$*.lock, up to a minute"
	@$(PIP) --require-hashes -r $<
	@$(PIP) --no-build-isolation -e .
	@touch $@
