"""Reads one CSV file: looks at its header first, then writes its rows, typed, as Parquet."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from customer_segments.database import copy_parquet
from customer_segments.errors import UserError
from customer_segments.inputs.csv_dialect import Run, Unreadable, csv_source
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
        dialect = self.header.dialect
        found = self._all_well_formed() if self.header.is_plain else None
        if found is not None:
            rows, parallel = found
            reader = csv_source(self.path, dialect, header=True, parallel=parallel)
            with suppress(duckdb.InvalidInputException):
                if self._copy(connection, reader, target, readings) == rows:
                    return rows, 0
        cleaned = target.with_suffix(".csv")
        rows, unreadable = self._clean(cleaned, rejects)
        reader = csv_source(cleaned, dialect, header=False, parallel=False)
        written = self._copy(connection, reader, target, readings)
        cleaned.unlink()
        if written != rows:
            raise UserError(
                f"{self.file.label} has {rows} rows, of which the database read {written}; "
                "save it once more as plain CSV (UTF-8, fields in double quotes) or as Parquet"
            )
        return written, unreadable

    @contextmanager
    def _events(self) -> Iterator[Iterator[Run | Unreadable]]:
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
                if isinstance(event, Unreadable) or not event.is_as_in_file:
                    return None
                rows += event.rows
                parallel = parallel and not event.has_broken_lines
        return rows, parallel

    def _clean(self, cleaned: Path, rejects: Rejects) -> tuple[int, int]:
        """Copy the readable rows, all of them well-formed then; return how many there are, and how
        many lines are unreadable. Raises UserError where setting those aside would give a wrong
        picture.

        An encoding belongs to a whole file. Where most of the lines with accents read as
        Windows-1252 and not as UTF-8, setting them aside would drop the people whose names have
        accents and keep the others; a conversion loses nobody. A file with some damaged bytes
        among sound UTF-8 is another matter: its bad lines are set aside.
        """
        rows = unreadable = in_utf8 = in_windows_1252 = 0
        first = first_in_windows_1252 = None
        with self._events() as events, cleaned.open("wb") as output:
            for event in events:
                if isinstance(event, Run):
                    output.write(event.data)
                    rows += event.rows
                    if not event.data.isascii():
                        in_utf8 += sum(not line.isascii() for line in event.data.splitlines())
                    continue
                rejects.add(event)
                unreadable += 1
                first = first or event
                if event.reads_like_windows_1252:
                    in_windows_1252 += 1
                    first_in_windows_1252 = first_in_windows_1252 or event
                    if not in_utf8 and in_windows_1252 >= _ENOUGH:
                        break
        name, place = self.file.label, first_in_windows_1252
        if place and in_windows_1252 > in_utf8:
            raise UserError(not_utf8(name, place.line_number, place.undecoded_column))
        if first and not rows:
            raise UserError(
                f"{name} has no row that can be read, "
                f"beginning with line {first.line_number} ({first.reason}); "
                "check its separators and quotes and export it again"
            )
        return rows, unreadable

    def _copy(
        self,
        connection: duckdb.DuckDBPyConnection,
        reader: str,
        target: Path,
        readings: Readings,
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
