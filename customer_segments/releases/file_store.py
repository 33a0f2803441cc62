"""A warehouse and what is published, as DuckDB files."""

from contextlib import AbstractContextManager
from pathlib import Path

from customer_segments.engines.duckdb_file import DuckDBFile
from customer_segments.errors import UserError
from customer_segments.files import checksum, clear_work, log_of, make_private, state
from customer_segments.locks import held
from customer_segments.places import Places
from customer_segments.releases.draft import Draft, bring_in_log
from customer_segments.releases.releases import Releases
from customer_segments.releases.store import Published, Store


class FileStore(Store):
    """Files, and those beside them."""

    def __init__(self, places: Places) -> None:
        """Raises UserError when the two are one file."""
        if places.warehouse.resolve() == places.published.resolve():
            raise UserError(f"WAREHOUSE and PUBLISHED are both {places.published}; name two files")
        self._places = places
        self.warehouse = DuckDBFile(places.warehouse)
        self.draft = Draft(places.warehouse)
        self.published: Published = Releases(places.published)

    def held(self) -> AbstractContextManager[None]:
        return held(self._places.lock, str(self.warehouse))

    def clear(self) -> None:
        warehouse = self._places.warehouse
        make_private(warehouse)
        # What earlier versions kept of a delivery.
        warehouse.with_suffix(".profile.json").unlink(missing_ok=True)
        bring_in_log(warehouse)
        self.draft.remove()
        clear_work(warehouse)
        with self.published.changing():
            pass

    def bring_in(self, loaded: Path) -> None:
        """They read the files."""

    def state(self) -> object:
        return state(self._places.warehouse), state(self._places.published)

    def is_of_one_build(self) -> bool:
        """Files with a log are not as they were published."""
        files = self._places.warehouse, self._places.published
        if any(log_of(file).exists() for file in files):
            return False
        release = self.published.current()
        return release is not None and release.warehouse_sha256 == checksum(files[0])
