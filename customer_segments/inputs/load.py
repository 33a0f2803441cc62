"""Loads a folder of files: all of them or none, and only those that are not loaded yet.

The earlier result stays until the new one is whole.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from customer_segments.dbt import filled_by
from customer_segments.errors import UserError
from customer_segments.files import private, work_folder
from customer_segments.inputs.find import find_files
from customer_segments.inputs.layout import Table
from customer_segments.inputs.loaded import (
    LoadedFile,
    write_files,
)
from customer_segments.inputs.loader import Loader
from customer_segments.inputs.typed import Readings
from customer_segments.inputs.vendors import named_vendors, tables_of, vendor_tables


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
    and may be of people who are no longer erased: `erased`, which is another once anybody was
    forgotten, is not what it was, or other requests are withdrawn. An earlier `target`
    is replaced as a whole, and only when all is written. Raises UserError, with one sentence for
    each problem, and then leaves `target` as it was.
    """
    target = target.resolve()
    readings = Readings(variables)
    inputs = filled_by(variables)
    vendors = named_vendors(variables)
    filled = tables_of(vendors)
    tables = [*tables, *vendor_tables(vendors)]
    found = find_files(source, tables, inputs, filled)
    _check_target(source, target)
    with _writing(target) as work:
        loader = Loader(target, work / "new", readings, erased)
        files = loader.load(found)
        loader.write_empty(tables)
        write_files(work / "new", files)
        _swap(work / "new", target, work / "old")
    given = {file.table_name for file in files}
    known = {*given, *inputs, *filled}
    absent = [table.name for table in tables if table.name not in known and not table.vendor]
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
