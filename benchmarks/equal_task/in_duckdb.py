"""The task of task.sql in DuckDB: python in_duckdb.py RAW OUT."""

import sys
from pathlib import Path

import duckdb

if __name__ == "__main__":
    raw, out = map(Path, sys.argv[1:])
    with duckdb.connect() as connection:
        for table in ("contacts", "orders", "email_events"):
            connection.execute(f"create view {table} as from '{raw / table}/*.parquet'")
        connection.execute(Path(__file__).with_name("task.sql").read_text())
        for table in ("contact_segments", "rule_members"):
            connection.execute(f"copy {table} to '{out / table}.parquet' (format parquet)")
