"""The databases of each engine."""

from customer_segments.engines import postgres_database
from customer_segments.engines.database import Database
from customer_segments.engines.duckdb_file import DuckDBFile
from customer_segments.engines.ducklake import Lake
from customer_segments.places import Places


def warehouse_of(places: Places) -> Database:
    """Return the warehouse."""
    if places.target == "postgres":
        return postgres_database.warehouse()
    return DuckDBFile(places.warehouse)


def published_of(places: Places) -> Database:
    """Return what is published."""
    if places.target == "postgres":
        return postgres_database.release(postgres_database.PUBLISHED)
    if places.target == "ducklake":
        return lake_of(places)
    return DuckDBFile(places.published)


def lake_of(places: Places) -> Lake:
    """Return the DuckLake beside the place of the published file."""
    return Lake(places.published.with_suffix(".lake"))
