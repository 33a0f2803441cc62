"""What the tests share: the project's place and the warehouse that `make test` built."""

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """The demo's warehouse, read-only."""
    path = PROJECT / os.environ.get("WAREHOUSE", "target/test/warehouse.duckdb")
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection
