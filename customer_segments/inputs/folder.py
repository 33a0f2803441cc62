"""Takes in a whole folder: all files or none; the earlier result stays until the new is there."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from customer_segments.database import in_memory, write_parquet
from customer_segments.errors import UserError
from customer_segments.files import private, work_folder
from customer_segments.inputs.csv_table import CsvFile, open_csv
from customer_segments.inputs.layout import GIVEN, Table
from customer_segments.inputs.parquet_table import ParquetFile, open_parquet
from customer_segments.inputs.rejects import Rejects
from customer_segments.people.people import UNREADABLE
from customer_segments.sql import literal

_DATA_ENDINGS = {".csv", ".parquet", ".tsv", ".txt", ".xls", ".xlsx", ".gz", ".zip"}

OpenFile = CsvFile | ParquetFile


@dataclass(frozen=True)
class TableReport:
    """What came of one table: `file` is None where the user brought none."""

    table: str
    file: Path | None
    rows_read: int = 0
    unreadable_lines: int = 0
    extra_columns: tuple[str, ...] = ()
    absent_columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class IntakeReport:
    """What came of all tables, and which data files in the folder belong to none."""

    tables: Mapping[str, TableReport]
    unused_files: tuple[str, ...] = ()

    @property
    def notes(self) -> list[str]:
        """What was in the files but is not used, and what was not there."""
        reports = self.tables.values()
        lines = [
            f"Unreadable lines in {file.name}: {report.unreadable_lines:,}, see rejected_rows"
            for report in reports
            if (file := report.file) and report.unreadable_lines
        ]
        lines += [
            f"Columns of {report.table} that are not used: {', '.join(report.extra_columns)}"
            for report in reports
            if report.extra_columns
        ]
        absent = [report.table for report in reports if report.file is None]
        if absent:
            lines.append(f"Not delivered, so unknown of everybody: {', '.join(absent)}")
        if "email_events" in absent:
            lines.append("Without email_events nobody is known to have unsubscribed by email")
        if self.unused_files:
            lines.append(f"Files that are not used: {', '.join(self.unused_files)}")
        return lines


@private()
def take_in(source: Path, target: Path, tables: Sequence[Table]) -> IntakeReport:
    """Write the folder's files as Parquet to `target`, one file for each table, all columns text,
    rows in their order, and beside them `unreadable_lines.parquet` and `given_columns.parquet`,
    which says what the files have: a file or column that is not there is written as one without
    values.

    An earlier `target` is replaced as a whole, and only when all is written. Raises UserError, with
    one sentence for each problem, and then leaves `target` as it was.
    """
    target = target.resolve()
    entries = _entries(source)
    _check_target(source.resolve(), target)
    with in_memory() as connection:
        files = _open_files(source, entries, tables, connection)
    with _writing(target) as work, in_memory(work / "spill") as connection:
        reports = _write_tables(files, work / "new", tables, connection)
        _swap(work / "new", target, work / "old")
    used = {file.path for file in files.values()}
    unused = (path for path in entries if path not in used and path.suffix.lower() in _DATA_ENDINGS)
    return IntakeReport(reports, tuple(path.name for path in unused))


def _entries(source: Path) -> list[Path]:
    """Return what is in the folder. Raises UserError when it cannot be listed."""
    if not source.exists():
        raise UserError(f"there is no folder {source}; name the folder that holds your files")
    if not source.is_dir():
        raise UserError(f"{source} is a file; name the folder that holds it")
    try:
        return sorted(source.iterdir())
    except OSError as error:
        raise UserError(
            f"{source} cannot be read ({error.strerror}); check its permissions"
        ) from error


def _check_target(source: Path, target: Path) -> None:
    """Raise UserError when replacing `target` would take away what the intake did not write."""
    if target in (source, *source.parents):
        raise UserError(f"{target} holds the files to read; write the result to another folder")
    if target.exists() and not target.is_dir():
        raise UserError(f"{target} is a file; write the result to a folder of its own")
    present = sorted(target.iterdir()) if target.exists() else []
    foreign = next((path.name for path in present if path.suffix != ".parquet"), None)
    if foreign:
        raise UserError(
            f"{target} holds {foreign}, which is not the intake's; "
            "write the result to a folder of its own"
        )


def _open_files(
    source: Path,
    entries: Sequence[Path],
    tables: Sequence[Table],
    connection: duckdb.DuckDBPyConnection,
) -> dict[str, OpenFile]:
    """Find each table's file and fit its columns; nothing is written.

    Raises UserError with everything that is missing or does not fit, so that the user learns it
    all at once.
    """
    files: dict[str, OpenFile] = {}
    problems: list[str] = []
    for table in tables:
        try:
            path = _find(source, entries, table)
            if path:
                files[table.name] = _open(path, table, connection)
        except UserError as error:
            problems.append(str(error))
    if problems:
        raise UserError("\n".join(problems))
    return files


def _find(source: Path, entries: Sequence[Path], table: Table) -> Path | None:
    names = (f"{table.name}.csv", f"{table.name}.parquet")
    found = [path for path in entries if path.name.lower() in names]
    if len(found) > 1:
        both = " and ".join(path.name for path in found)
        raise UserError(f"{source} has both {both}; keep one of them")
    if not found and table.required:
        raise UserError(f"there is no {' or '.join(names)} in {source}; export it into that folder")
    return found[0] if found else None


def _open(path: Path, table: Table, connection: duckdb.DuckDBPyConnection) -> OpenFile:
    if not path.is_file():
        raise UserError(f"{path.name} is no plain file; put one file of that name there")
    try:
        if path.suffix.lower() == ".csv":
            return open_csv(path, table)
        return open_parquet(path, table, connection)
    except OSError as error:
        raise UserError(
            f"{path.name} cannot be opened ({error.strerror}); check its permissions"
        ) from error


@contextmanager
def _writing(target: Path) -> Iterator[Path]:
    """Give a folder beside the target, so that a rename moves the result into place.

    Raises UserError for every failure to write that is nobody else's.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with work_folder(target) as work:
            yield work
    except (OSError, duckdb.Error) as error:
        why = error.strerror if isinstance(error, OSError) else str(error).splitlines()[0]
        raise UserError(
            f"{target} cannot be written ({why}); check the free space and the permissions there"
        ) from error


def _write_tables(
    files: Mapping[str, OpenFile],
    folder: Path,
    tables: Sequence[Table],
    connection: duckdb.DuckDBPyConnection,
) -> dict[str, TableReport]:
    """Write all tables and the unreadable lines into a new folder.

    Raises UserError with everything in the files that stops, OSError or duckdb.Error when
    writing fails.
    """
    folder.mkdir()
    reports: dict[str, TableReport] = {}
    problems: list[str] = []
    with closing(Rejects(folder.parent / f"{UNREADABLE}.csv")) as rejects:
        for table in tables:
            path = folder / f"{table.name}.parquet"
            try:
                reports[table.name] = _write_table(
                    files.get(table.name), table, path, connection, rejects
                )
            except UserError as error:
                problems.append(str(error))
        if problems:
            raise UserError("\n".join(problems))
        rejects.write(connection, folder / f"{UNREADABLE}.parquet")
    given = ", ".join(
        f"({literal(table.name)}, {literal(column.name)})"
        for table in tables
        for column in table.columns
        if table.name in files and column.name not in reports[table.name].absent_columns
    )
    columns = [("source", "source"), ("column_name", "column_name")]
    source = f"(values {given}) as given (source, column_name)"
    write_parquet(connection, columns, source, folder / f"{GIVEN}.parquet")
    return reports


def _write_table(
    file: OpenFile | None,
    table: Table,
    path: Path,
    connection: duckdb.DuckDBPyConnection,
    rejects: Rejects,
) -> TableReport:
    if file is None:
        columns = [("cast(null as varchar)", column.name) for column in table.columns]
        write_parquet(connection, columns, "range(0)", path)
        return TableReport(table.name, None)
    rows, unreadable = file.write(connection, path, rejects)
    return TableReport(
        table.name, file.path, rows, unreadable, file.matching.extra, file.matching.absent
    )


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
