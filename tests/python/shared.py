"""What the tests share: the project's place and the warehouse that `make test` built."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
DEMO_WAREHOUSE = PROJECT / os.environ.get("WAREHOUSE", "target/test/warehouse.duckdb")

FIRST, AFTER_GOOD, AFTER_REFUSED = "first delivery", "after a good one", "after a refused one"
TIMES = (FIRST, AFTER_GOOD, AFTER_REFUSED)

# What dbt writes about each run: of use to whoever asks for it.
NOTES = {"DBT_WRITE_JSON": "true", "DBT_LOG_LEVEL_FILE": "info"}
