"""Reads one CSV file: looks at its header first, then writes its rows, typed, as Parquet."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from customer_segments.database import copy_parquet
from customer_segments.errors import UserError
from customer_segments.inputs.csv_dialect import Blank, Event, Row, Run, Unreadable, csv_source
from customer_segments.inputs.csv_header import Header, not_utf8, read_header
from customer_segments.inputs.csv_records import Scanner
from customer_segments.inputs.find import SourceFile
from customer_segments.inputs.layout import Column, Matching, folded, match_columns
from customer_segments.inputs.rejects import Rejects
from customer_segments.inputs.typed import Readings, Value, typed_rows

_ENOUGH = 1000


@dataclass(frozen=True)
class CsvFile:
    """A CSV file whose header fits its table; `path` is where its text is, in UTF-8."""

    file: SourceFile
    path: Path
    header: Header
    matching: Matching

    def write(
        self,
        connection: duckdb.DuckDBPyConnection,
        target: Path,
        rejects: Rejects,
        readings: Readings,
    ) -> tuple[int, int]:
        """Write the file's rows to `target` and its unreadable lines to `rejects`; return how many
        there are of each.

        A file of nothing but well-formed rows is read as it is; of any other a cleaned copy is.
        Raises UserError when the file is not UTF-8 throughout, or when no row can be read.
        """
        found = self._all_well_formed() if self.header.is_plain else None
        if found is not None:
            rows, parallel = found
            with suppress(duckdb.InvalidInputException):
                copied = self._copy(connection, self._reader(self.path, parallel), target, readings)
                if copied == rows:
                    return rows, 0
        return self._write_cleaned(connection, target, rejects, readings)

    @contextmanager
    def _events(self) -> Iterator[Iterator[Event]]:
        with self.path.open("rb") as stream:
            stream.seek(self.header.data_offset)
            yield iter(Scanner(stream, self.header.dialect, self.header.first_data_line))

    def _all_well_formed(self) -> tuple[int, bool] | None:
        """Return the number of rows and whether several threads can read them (they cannot where
        a quoted field holds a line break); None when a record is not well-formed.
        """
        rows, parallel = 0, True
        with self._events() as events:
            for event in events:
                if not isinstance(event, Run):
                    return None
                rows += event.rows
                parallel = parallel and not event.has_broken_lines
        return rows, parallel

    def _write_cleaned(
        self,
        connection: duckdb.DuckDBPyConnection,
        target: Path,
        rejects: Rejects,
        readings: Readings,
    ) -> tuple[int, int]:
        cleaned = target.with_suffix(".csv")
        tally = self._clean(cleaned, rejects)
        self._stop_where_hopeless(tally)
        reader = csv_source(cleaned, self.header.dialect, header=False, parallel=False)
        written = self._copy(connection, reader, target, readings)
        cleaned.unlink()
        if written != tally.rows:
            raise UserError(
                f"{self.file.label} has {tally.rows} rows, of which the database read {written}; "
                "save it once more as plain CSV (UTF-8, fields in double quotes) or as Parquet"
            )
        return written, tally.unreadable

    def _clean(self, cleaned: Path, rejects: Rejects) -> "_Tally":
        """Copy the readable rows, all of them well-formed then. Stop early where it is plain that
        the file is in another encoding.
        """
        tally = _Tally()
        with self._events() as events, cleaned.open("wb") as output:
            for event in events:
                tally.add(event)
                if isinstance(event, Run):
                    output.write(event.data)
                elif isinstance(event, Row):
                    output.write(self._well_formed(event.fields))
                elif isinstance(event, Unreadable):
                    rejects.add(event)
                    if not tally.utf8 and tally.windows_1252 >= _ENOUGH:
                        break
        return tally

    def _well_formed(self, fields: list[str]) -> bytes:
        dialect = self.header.dialect
        quoted = dialect.delimiter.join('"' + field.replace('"', '""') + '"' for field in fields)
        return quoted.encode() + dialect.newline

    def _reader(self, source: Path, parallel: bool) -> str:
        return csv_source(source, self.header.dialect, header=True, parallel=parallel)

    def _copy(
        self, connection: duckdb.DuckDBPyConnection, reader: str, target: Path, readings: Readings
    ) -> int:
        rows = typed_rows(
            self.file,
            self.matching,
            lambda place: Value(f"nullif(c{place}, '')"),
            reader,
            "row_number() over ()",
            readings,
        )
        return copy_parquet(connection, rows, target)

    def _stop_where_hopeless(self, tally: "_Tally") -> None:
        """Raise UserError where setting lines aside would give a wrong picture.

        An encoding belongs to a whole file. Where most of the lines with accents read as
        Windows-1252 and not as UTF-8, setting them aside would drop the people whose names have
        accents and keep the others; a conversion loses nobody. A file with some damaged bytes
        among sound UTF-8 is another matter: its bad lines are set aside.
        """
        name, first = self.file.label, tally.first
        if tally.windows_1252 > tally.utf8 and tally.first_windows_1252:
            place = tally.first_windows_1252
            raise UserError(not_utf8(name, place.line_number, place.undecoded_column))
        if first and not tally.rows:
            raise UserError(
                f"{name} has no row that can be read, "
                f"beginning with line {first.line_number} ({first.reason}); "
                "check its separators and quotes and export it again"
            )


@dataclass
class _Tally:
    rows: int = 0
    unreadable: int = 0
    utf8: int = 0
    windows_1252: int = 0
    first: Unreadable | None = None
    first_windows_1252: Unreadable | None = None

    def add(self, event: Event) -> None:
        match event:
            case Run(data, rows):
                self.rows += rows
                self.utf8 += (
                    0 if data.isascii() else sum(not line.isascii() for line in data.splitlines())
                )
            case Row(fields):
                self.rows += 1
                self.utf8 += not all(field.isascii() for field in fields)
            case Unreadable():
                self.unreadable += 1
                self.first = self.first or event
                self.windows_1252 += event.reads_like_windows_1252
                if event.reads_like_windows_1252 and not self.first_windows_1252:
                    self.first_windows_1252 = event
            case Blank():
                pass


def open_csv(file: SourceFile, path: Path) -> CsvFile:
    """Read a CSV file's header and fit it to the table; `path` is where its text is, in UTF-8.

    Raises UserError when the file is empty or no text in UTF-8, or when its header does not fit;
    OSError when it cannot be opened.
    """
    header = read_header(path, file.label, file.table, file.options.delimiter)
    if file.table.vendor:
        file = _with_all_columns(file, header.dialect.columns)
    matching = match_columns(file.label, header.dialect.columns, file.table, file.partition)
    return CsvFile(file, path, header, matching)


def _with_all_columns(file: SourceFile, header: Sequence[str]) -> SourceFile:
    """Return the file as one of a table with all its columns: in some exports a column that no
    documentation names, since it is named after a list or a kind of email, says who refused.
    """
    known = {column.name for column in file.table.columns}
    others = dict.fromkeys(folded(title) for title in header if folded(title) not in {*known, ""})
    columns = (*file.table.columns, *(Column(title) for title in others))
    return replace(file, table=replace(file.table, columns=columns))
