"""The engines on which a build may work and publish."""

from customer_segments.places import Places
from customer_segments.releases.file_store import FileStore
from customer_segments.releases.lake_store import LakeStore
from customer_segments.releases.postgres_store import PostgresStore
from customer_segments.releases.store import Store

_STORES: dict[str, type[FileStore | PostgresStore]] = {
    "duckdb": FileStore,
    "postgres": PostgresStore,
    "ducklake": LakeStore,
}


def store_of(places: Places) -> Store:
    """Return where a build works and publishes. Raises UserError when that can't be."""
    return _STORES[places.target](places)
