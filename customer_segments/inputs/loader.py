"""Loads files into a new folder, with what is still good of the one before."""

import hashlib
import os
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import duckdb

from customer_segments.database import copy_parquet, in_memory, parquet_rows
from customer_segments.errors import UserError
from customer_segments.files import checksum
from customer_segments.inputs.csv_table import CsvFile, open_csv
from customer_segments.inputs.find import Found, SourceFile
from customer_segments.inputs.json_table import JsonFile, open_json
from customer_segments.inputs.layout import Table
from customer_segments.inputs.loaded import (
    REQUESTS,
    LoadedFile,
    State,
    read_files,
    state_of,
)
from customer_segments.inputs.parquet_table import ParquetFile, open_parquet
from customer_segments.inputs.plain import plain
from customer_segments.inputs.rejects import NO_LINES, Rejects
from customer_segments.inputs.typed import Readings, no_rows
from customer_segments.inputs.vendor_json import VendorJson
from customer_segments.people.people import UNREADABLE

_EMPTY = "0.parquet"
# Another version may understand the same text otherwise.
_PROJECT = version("customer-segments")


class Loader:
    """Writes a new folder of loaded files, with what is still good of the one before."""

    def __init__(self, before: Path, folder: Path, readings: Readings, erased: str) -> None:
        self._before, self._folder, self._readings = before, folder, readings
        self._erased, self._withdrawn = erased, ""
        self._known = read_files(before)
        self.read_count = 0

    def load(self, found: Found) -> list[LoadedFile]:
        """Load files. Raises UserError with everything that stops, OSError or duckdb.Error when
        writing fails.
        """
        loaded, problems = [], [*found.problems]
        with in_memory(self._folder.parent / "spill") as connection:
            # Requests first: what was erased for those that are withdrawn is read again.
            for file in sorted(found.files, key=lambda file: file.table.name != REQUESTS):
                try:
                    loaded.append(self._load(file, connection))
                    if file.table.name == REQUESTS:
                        self._withdrawn = self._withdrawn_requests(connection)
                except UserError as error:
                    problems.append(str(error))
        if problems:
            raise UserError("\n".join(problems))
        return loaded

    def write_empty(self, tables: Sequence[Table]) -> None:
        """Write a file without rows for each table, so that each has one to read."""
        with in_memory() as connection:
            queries = {table.name: no_rows(table) for table in tables} | {UNREADABLE: NO_LINES}
            for table, query in queries.items():
                copy_parquet(connection, query, self._place(table) / _EMPTY)

    def _place(self, table: str) -> Path:
        folder = self._folder / table
        folder.mkdir(exist_ok=True)
        return folder

    def _load(self, file: SourceFile, connection: duckdb.DuckDBPyConnection) -> LoadedFile:
        known = self._known.get((file.table.name, file.label))
        try:
            state = state_of(file.path)
            reading = self._reading(file)
            if known and self._is_good(known) and known.is_still(file, state, reading):
                return self._kept(known, state)
            self.read_count += 1
            return self._read(file, state, reading, connection)
        except OSError as error:
            if error.filename and Path(error.filename) != file.path:
                raise
            raise UserError(
                f"{file.label} cannot be opened ({error.strerror}); check its permissions"
            ) from error

    def _is_good(self, known: LoadedFile) -> bool:
        # Requests that are done are blank, and must be seen all the same.
        is_remembered = known.erased_since == self._erased != ""
        is_whole = not known.erased_rows or (is_remembered and known.withdrawn == self._withdrawn)
        is_other = known.table_name != REQUESTS
        return is_other and is_whole and (self._before / known.loaded_file).exists()

    def _kept(self, known: LoadedFile, state: State) -> LoadedFile:
        for place in (known.loaded_file, f"{UNREADABLE}/{Path(known.loaded_file).name}"):
            if (self._before / place).exists():
                self._place(Path(place).parent.name)
                os.link(self._before / place, self._folder / place)
        return replace(
            known,
            modified_ns=state.modified_ns,
            changed_ns=state.changed_ns,
            inode=state.inode,
            withdrawn=self._withdrawn,
        )

    def _withdrawn_requests(self, connection: duckdb.DuckDBPyConnection) -> str:
        """Return what is another once other requests are withdrawn."""
        rows = connection.execute(
            "select distinct contact_id from"
            f" {parquet_rows(self._folder / REQUESTS)} where withdrawn order by all"
        ).fetchall()
        return hashlib.sha256(repr(rows).encode()).hexdigest()[:16] if rows else ""

    def _reading(self, file: SourceFile) -> str:
        """Return what is another once the file would be read in another way."""
        columns = [(column.name, column.data_type) for column in file.table.columns]
        said = repr(
            (
                _PROJECT,
                columns,
                file.table.items,
                file.options.delimiter,
                file.options.encoding,
                self._readings.state,
            )
        )
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def _read(
        self,
        file: SourceFile,
        state: State,
        reading: str,
        connection: duckdb.DuckDBPyConnection,
    ) -> LoadedFile:
        digest = checksum(file.path)
        label = hashlib.sha256(file.label.encode()).hexdigest()[:12]
        place = f"{file.table.name}/{label}-{digest[:12]}.parquet"
        target = self._place(file.table.name) / Path(place).name
        with (
            plain(file, self._folder.parent) as path,
            closing(Rejects(self._folder.parent / "unreadable.csv", file)) as rejects,
        ):
            opened = _open(file, path, connection)
            rows, unreadable = opened.write(connection, target, rejects, self._readings)
            if unreadable:
                rejects.write(connection, self._place(UNREADABLE) / target.name)
        if state_of(file.path) != state:
            raise UserError(
                f"{file.label} changed while it was read; wait until the export is written, and"
                " build again"
            )
        return LoadedFile(
            file.table.name,
            file.label,
            state.size,
            state.modified_ns,
            state.changed_ns,
            state.inode,
            digest,
            reading,
            place,
            rows,
            unreadable,
            tuple(
                column.name
                for column in file.table.columns
                if column.name not in opened.matching.absent
            ),
            opened.matching.extra,
            withdrawn=self._withdrawn,
        )


def _open(
    file: SourceFile, path: Path, connection: duckdb.DuckDBPyConnection
) -> CsvFile | ParquetFile | JsonFile | VendorJson:
    if file.table.items:
        return VendorJson(file, path)
    if file.ending == ".parquet":
        return open_parquet(file, connection)
    if file.ending == ".csv":
        return open_csv(file, path)
    return open_json(file, path, connection)
