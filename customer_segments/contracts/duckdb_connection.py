"""Lets Great Expectations read from DuckDB.

Its SQLAlchemy engine closes the connection before it fetches the rows, unless the dialect is one
whose connection it keeps for temporary tables; DuckDB's rows are gone by then and every metric
ends with "list index out of range". So DuckDB is added to those dialects. A test fails when that
is no longer needed.
"""

from enum import StrEnum

from great_expectations.execution_engine import sqlalchemy_execution_engine


class _Dialect(StrEnum):
    """DuckDB, in the form in which Great Expectations compares dialects."""

    DUCKDB = "duckdb"


def keep_connection() -> None:
    """Have the connection to DuckDB kept from now on; a second call does nothing."""
    kept = sqlalchemy_execution_engine._PERSISTED_CONNECTION_DIALECTS
    if _Dialect.DUCKDB not in kept:
        sqlalchemy_execution_engine._PERSISTED_CONNECTION_DIALECTS = (
            *kept,
            _Dialect.DUCKDB,
        )
