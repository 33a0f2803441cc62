"""A warehouse that is a DuckDB file, and what is published of it in a DuckLake."""

from customer_segments.engines.targets import lake_of
from customer_segments.files import checksum, log_of, state
from customer_segments.places import Places
from customer_segments.releases.file_store import FileStore
from customer_segments.releases.snapshots import Snapshots
from customer_segments.releases.store import Published


class LakeStore(FileStore):
    """The warehouse, and a lake beside the place of the published file."""

    def __init__(self, places: Places) -> None:
        super().__init__(places)
        self.published: Published = Snapshots(lake_of(places))

    def clear(self) -> None:
        """It asks for the catalog, too."""
        super().clear()
        self.published.current()

    def state(self) -> object:
        return state(self._places.warehouse), self.published.current()

    def is_of_one_build(self) -> bool:
        """A file with a log is not as it was published from."""
        if log_of(self._places.warehouse).exists():
            return False
        release = self.published.current()
        return release is not None and release.warehouse_sha256 == checksum(self._places.warehouse)
