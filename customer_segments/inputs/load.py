"""Loads a folder of files: all of them or none, and only those that are not loaded yet.

The earlier result stays until the new one is whole.
"""

import codecs
import gzip
import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from customer_segments.database import copy_parquet, in_memory
from customer_segments.dbt import filled_by
from customer_segments.errors import UserError
from customer_segments.files import checksum, private, work_folder
from customer_segments.inputs.csv_table import CsvFile, open_csv
from customer_segments.inputs.find import Found, SourceFile, find_files
from customer_segments.inputs.json_table import JsonFile, open_json
from customer_segments.inputs.layout import Table
from customer_segments.inputs.loaded import (
    REQUESTS,
    UNREADABLE,
    LoadedFile,
    State,
    erased_for,
    read_files,
    state_of,
    write_files,
)
from customer_segments.inputs.parquet_table import ParquetFile, open_parquet
from customer_segments.inputs.rejects import NO_LINES, Rejects
from customer_segments.inputs.typed import Readings, no_rows

_EMPTY = "0.parquet"


@dataclass(frozen=True)
class LoadReport:
    """What is loaded, how many of the files were read for it, and which data files in the folder
    belong to no table.
    """

    files: Sequence[LoadedFile]
    read_count: int
    absent_tables: Sequence[str]
    unused_files: Sequence[str]

    @property
    def notes(self) -> list[str]:
        """What was in the files but is not used, and what was not there."""
        lines = [
            f"Unreadable lines in {file.source_file}: {file.unreadable_count:,}, see rejected_rows"
            for file in self.files
            if file.unreadable_count
        ]
        unused = dict.fromkeys(
            (file.table_name, file.extra_columns) for file in self.files if file.extra_columns
        )
        lines += [
            f"Columns of {table} that are not used: {', '.join(columns)}"
            for table, columns in unused
        ]
        same = Counter((file.table_name, file.checksum) for file in self.files if file.row_count)
        lines += [
            "Files with the same content, of which one is enough: "
            + ", ".join(
                file.source_file for file in self.files if (file.table_name, file.checksum) == key
            )
            for key, count in same.items()
            if count > 1
        ]
        if self.absent_tables:
            lines.append(f"Not delivered, so unknown of everybody: {', '.join(self.absent_tables)}")
        if "email_events" in self.absent_tables:
            lines.append("Without email_events nobody is known to have unsubscribed by email")
        if self.unused_files:
            lines.append(f"Files that are not used: {', '.join(self.unused_files)}")
        return lines


@private()
def load(
    source: Path | None,
    target: Path,
    tables: Sequence[Table],
    variables: Mapping[str, Any],
    erased: str = "",
) -> LoadReport:
    """Write the rows of a folder's files, if there is one, typed, as Parquet to `target`: in one
    folder a table, and what cannot be read beside them. A table without a file has one without
    rows.

    A file that is loaded already and has not changed is not read again, unless rows of it are blank
    and `erased`, which stands for the people remembered as erased, is another. An earlier `target`
    is replaced as a whole, and only when all is written. Raises UserError, with one sentence for
    each problem, and then leaves `target` as it was.
    """
    target = target.resolve()
    readings = Readings(variables)
    inputs = filled_by(variables)
    found = find_files(source, tables, inputs)
    _check_target(source, target)
    with _writing(target) as work:
        requests = [checksum(file.path) for file in found.files if file.table.name == REQUESTS]
        blank_for = erased_for(erased, requests)
        loader = _Loader(target, work / "new", readings, blank_for)
        files = loader.load(found)
        loader.write_empty(tables)
        write_files(work / "new", files)
        _swap(work / "new", target, work / "old")
    given = {file.table_name for file in files}
    absent = [table.name for table in tables if table.name not in {*given, *inputs}]
    return LoadReport(files, loader.read_count, absent, found.unused)


def _check_target(source: Path | None, target: Path) -> None:
    """Raise UserError when replacing `target` would take away what the loader did not write."""
    read = source.resolve() if source else None
    if read and target in (read, *read.parents):
        raise UserError(f"{target} holds the files to read; write the result to another folder")
    if target.exists() and not target.is_dir():
        raise UserError(f"{target} is a file; write the result to a folder of its own")
    present = (
        sorted(path for path in target.rglob("*") if path.is_file()) if target.exists() else []
    )
    foreign = next((path.name for path in present if path.suffix != ".parquet"), None)
    if foreign:
        raise UserError(
            f"{target} holds {foreign}, which is not the loader's; "
            "write the result to a folder of its own"
        )


@contextmanager
def _writing(target: Path) -> Iterator[Path]:
    """Give a folder beside the target, so that a rename moves the result into place.

    Raises UserError for every failure to write that is nobody else's.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with work_folder(target) as work:
            (work / "new").mkdir()
            yield work
    except (OSError, duckdb.Error) as error:
        why = error.strerror if isinstance(error, OSError) else str(error).splitlines()[0]
        raise UserError(
            f"{target} cannot be written ({why}); check the free space and the permissions there"
        ) from error


class _Loader:
    """Writes a new folder of loaded files, with what is still good of the one before."""

    def __init__(self, before: Path, folder: Path, readings: Readings, blank_for: str) -> None:
        self._before, self._folder, self._readings = before, folder, readings
        self._blank_for = blank_for
        self._known = read_files(before)
        self.read_count = 0

    def load(self, found: Found) -> list[LoadedFile]:
        """Load files. Raises UserError with everything that stops, OSError or duckdb.Error when
        writing fails.
        """
        loaded, problems = [], [*found.problems]
        with in_memory(self._folder.parent / "spill") as connection:
            for file in found.files:
                try:
                    loaded.append(self._load(file, connection))
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
        is_whole = not known.erased_rows or known.erased_for == self._blank_for
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
        )

    def _reading(self, file: SourceFile) -> str:
        """Return what is another once the file would be read in another way."""
        columns = [(column.name, column.data_type) for column in file.table.columns]
        said = repr((columns, file.options.delimiter, file.options.encoding, self._readings.state))
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
            _plain(file, self._folder.parent) as path,
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
        )


def _open(
    file: SourceFile, path: Path, connection: duckdb.DuckDBPyConnection
) -> CsvFile | ParquetFile | JsonFile:
    if file.ending == ".parquet":
        return open_parquet(file, connection)
    if file.ending == ".csv":
        return open_csv(file, path)
    return open_json(file, path, connection)


@contextmanager
def _plain(file: SourceFile, work: Path) -> Iterator[Path]:
    """Give a file of text that is not compressed and in UTF-8: the file itself, or a copy.

    Raises UserError when it is not what its ending or the var inputs says.
    """
    encoding = codecs.lookup(file.options.encoding).name if file.options.encoding else "utf-8"
    if file.ending == ".parquet" or (not file.is_compressed and encoding == "utf-8"):
        yield file.path
        return
    plain = work / "plain"
    try:
        with (
            gzip.open(file.path) if file.is_compressed else file.path.open("rb") as given,
            plain.open("wb") as copy,
        ):
            if encoding == "utf-8":
                shutil.copyfileobj(given, copy)
            else:
                text = codecs.getreader(encoding)(given)
                while block := text.read(1 << 20):
                    copy.write(block.encode())
        yield plain
    except (gzip.BadGzipFile, EOFError) as error:
        raise UserError(
            f"{file.label} is damaged, cut short or no gzip file; export it again"
        ) from error
    except UnicodeDecodeError as error:
        raise UserError(
            f"{file.label} is not in {file.options.encoding}, which the var inputs names"
        ) from error
    finally:
        plain.unlink(missing_ok=True)


def _swap(new: Path, target: Path, old: Path) -> None:
    """Put the new folder in the target's place. Raises OSError, and then the old one is back."""
    if target.exists():
        target.rename(old)
    try:
        new.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
