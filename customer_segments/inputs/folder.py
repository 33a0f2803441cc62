"""Takes in a whole folder: all files or none; the earlier result stays until the new is there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from customer_segments.files import private, work_folder
from customer_segments.inputs.csv_table import CsvFile, open_csv
from customer_segments.inputs.database import connect, spill_to, write_parquet
from customer_segments.inputs.errors import IntakeError
from customer_segments.inputs.layout import GIVEN, UNREADABLE, Layout, Table
from customer_segments.inputs.parquet_table import ParquetFile, open_parquet
from customer_segments.inputs.rejects import Rejects
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
    def rows_read(self) -> int:
        """Return the rows of all tables."""
        return sum(report.rows_read for report in self.tables.values())

    @property
    def unreadable_lines(self) -> int:
        """Return the unreadable lines of all files."""
        return sum(report.unreadable_lines for report in self.tables.values())


@private()
def take_in(source: Path, target: Path, layout: Layout) -> IntakeReport:
    """Write the folder's files as Parquet to `target`, one file for each table of the layout, all
    columns text, rows in their order, and beside them `unreadable_lines.parquet` and
    `given_columns.parquet`, which says what the files have: a file or column that is not there is
    written as one without values.

    An earlier `target` is replaced as a whole, and only when all is written. Raises IntakeError,
    with one sentence for each problem, and then leaves `target` as it was.
    """
    target = target.resolve()
    entries = _entries(source)
    _check_target(source.resolve(), target)
    with connect() as connection:
        files = _open_files(source, entries, layout, connection)
        with _writing(target) as work:
            spill_to(connection, work / "spill")
            tables = _write_tables(files, work / "new", layout, connection)
            _swap(work / "new", target, work / "old")
    used = {file.path for file in files.values()}
    unused = (path for path in entries if path not in used and path.suffix.lower() in _DATA_ENDINGS)
    return IntakeReport(tables, tuple(path.name for path in unused))


def _entries(source: Path) -> list[Path]:
    """Return what is in the folder. Raises IntakeError when it cannot be listed."""
    if not source.exists():
        raise IntakeError(f"there is no folder {source}; name the folder that holds your files")
    if not source.is_dir():
        raise IntakeError(f"{source} is a file; name the folder that holds it")
    try:
        return sorted(source.iterdir())
    except OSError as error:
        raise IntakeError(
            f"{source} cannot be read ({error.strerror}); check its permissions"
        ) from error


def _check_target(source: Path, target: Path) -> None:
    """Raise IntakeError when replacing `target` would take away what the intake did not write."""
    if target in (source, *source.parents):
        raise IntakeError(f"{target} holds the files to read; write the result to another folder")
    if target.exists() and not target.is_dir():
        raise IntakeError(f"{target} is a file; write the result to a folder of its own")
    present = sorted(target.iterdir()) if target.exists() else []
    foreign = next((path.name for path in present if path.suffix != ".parquet"), None)
    if foreign:
        raise IntakeError(
            f"{target} holds {foreign}, which is not the intake's; "
            "write the result to a folder of its own"
        )


def _open_files(
    source: Path, entries: Sequence[Path], layout: Layout, connection: duckdb.DuckDBPyConnection
) -> dict[str, OpenFile]:
    """Find each table's file and fit its columns; nothing is written.

    Raises IntakeError with everything that is missing or does not fit, so that the user learns it
    all at once.
    """
    files: dict[str, OpenFile] = {}
    problems: list[str] = []
    for table in layout.tables:
        try:
            path = _find(source, entries, table)
            if path:
                files[table.name] = _open(path, table, connection)
        except IntakeError as error:
            problems += error.problems
    if problems:
        raise IntakeError(*problems)
    return files


def _find(source: Path, entries: Sequence[Path], table: Table) -> Path | None:
    names = (f"{table.name}.csv", f"{table.name}.parquet")
    found = [path for path in entries if path.name.lower() in names]
    if len(found) > 1:
        both = " and ".join(path.name for path in found)
        raise IntakeError(f"{source} has both {both}; keep one of them")
    if not found and table.required:
        raise IntakeError(
            f"there is no {' or '.join(names)} in {source}; export it into that folder"
        )
    return found[0] if found else None


def _open(path: Path, table: Table, connection: duckdb.DuckDBPyConnection) -> OpenFile:
    if not path.is_file():
        raise IntakeError(f"{path.name} is no plain file; put one file of that name there")
    try:
        if path.suffix.lower() == ".csv":
            return open_csv(path, table)
        return open_parquet(path, table, connection)
    except OSError as error:
        raise IntakeError(
            f"{path.name} cannot be opened ({error.strerror}); check its permissions"
        ) from error


@contextmanager
def _writing(target: Path) -> Iterator[Path]:
    """Give a folder beside the target, so that a rename moves the result into place.

    Raises IntakeError for every failure to write that is nobody else's.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with work_folder(target) as work:
            yield work
    except (OSError, duckdb.Error) as error:
        why = error.strerror if isinstance(error, OSError) else str(error).splitlines()[0]
        raise IntakeError(
            f"{target} cannot be written ({why}); check the free space and the permissions there"
        ) from error


def _write_tables(
    files: Mapping[str, OpenFile],
    folder: Path,
    layout: Layout,
    connection: duckdb.DuckDBPyConnection,
) -> dict[str, TableReport]:
    """Write all tables and the unreadable lines into a new folder.

    Raises IntakeError with everything in the files that stops, OSError or duckdb.Error when
    writing fails.
    """
    folder.mkdir()
    reports: dict[str, TableReport] = {}
    problems: list[str] = []
    with Rejects(folder.parent / f"{UNREADABLE}.csv") as rejects:
        for table in layout.tables:
            path = folder / f"{table.name}.parquet"
            try:
                reports[table.name] = _write_table(
                    files.get(table.name), table, path, connection, rejects
                )
            except IntakeError as error:
                problems += error.problems
        if problems:
            raise IntakeError(*problems)
        rejects.write(connection, folder / f"{UNREADABLE}.parquet")
    _write_given(reports.values(), layout, folder / f"{GIVEN}.parquet", connection)
    return reports


def _write_given(
    reports: Iterable[TableReport],
    layout: Layout,
    path: Path,
    connection: duckdb.DuckDBPyConnection,
) -> None:
    columns = {table.name: [column.name for column in table.columns] for table in layout.tables}
    given = ", ".join(
        f"({literal(report.table)}, {literal(column)})"
        for report in reports
        if report.file
        for column in columns[report.table]
        if column not in report.absent_columns
    )
    source = f"(values {given}) as given (source, column_name)"
    write_parquet(connection, [("source", "source"), ("column_name", "column_name")], source, path)


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
