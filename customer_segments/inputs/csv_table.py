"""Takes in one CSV file: looks at its header first, then writes its rows as Parquet."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from customer_segments.inputs.csv_records import (
    LIMIT,
    Blank,
    Dialect,
    Event,
    Row,
    Run,
    Scanner,
    Unreadable,
    parse_record,
    undecoded,
)
from customer_segments.inputs.database import csv_source, write_parquet
from customer_segments.inputs.errors import IntakeError
from customer_segments.inputs.layout import Matching, Table, folded, match_columns
from customer_segments.inputs.rejects import Rejects

_BOM = b"\xef\xbb\xbf"
_ENOUGH = 1000
_DELIMITERS = (",", ";", "\t")
_FOREIGN = {
    b"\xff\xfe": "is UTF-16 text",
    b"\xfe\xff": "is UTF-16 text",
    b"PK\x03\x04": "is a spreadsheet or a zip archive",
    b"\xd0\xcf\x11\xe0": "is a spreadsheet",
    b"\x1f\x8b": "is compressed with gzip",
    b"PAR1": "is Parquet",
}


@dataclass(frozen=True)
class CsvFile:
    """A CSV file whose header fits its table."""

    path: Path
    table: Table
    dialect: Dialect
    matching: Matching
    data_offset: int
    first_data_line: int
    header_is_plain: bool

    def write(
        self, connection: duckdb.DuckDBPyConnection, target: Path, rejects: Rejects
    ) -> tuple[int, int]:
        """Write the file's rows to `target` and its unreadable lines to `rejects`; return how many
        there are of each.

        A file of nothing but well-formed rows is read as it is; of any other a cleaned copy is.
        Raises IntakeError when the file is not UTF-8 throughout, or when no row can be read.
        """
        found = self._all_well_formed() if self.header_is_plain else None
        if found is not None:
            rows, parallel = found
            with suppress(duckdb.InvalidInputException):
                copied = self._copy(connection, self.path, target, header=True, parallel=parallel)
                if copied == rows:
                    return rows, 0
        return self._write_cleaned(connection, target, rejects)

    @contextmanager
    def _events(self) -> Iterator[Iterator[Event]]:
        with self.path.open("rb") as stream:
            stream.seek(self.data_offset)
            yield iter(Scanner(stream, self.dialect, self.first_data_line))

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
        self, connection: duckdb.DuckDBPyConnection, target: Path, rejects: Rejects
    ) -> tuple[int, int]:
        cleaned = target.parent.with_name(f"{self.table.name}.csv")
        tally = self._clean(cleaned, rejects)
        self._stop_where_hopeless(tally)
        written = self._copy(connection, cleaned, target, header=False, parallel=False)
        cleaned.unlink()
        if written != tally.rows:
            raise IntakeError(
                f"{self.path.name} has {tally.rows} rows, of which the database read {written}; "
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
                    rejects.add(self.table.name, event)
                    if not tally.utf8 and tally.windows_1252 >= _ENOUGH:
                        break
        return tally

    def _well_formed(self, fields: list[str]) -> bytes:
        quoted = self.dialect.delimiter.join(
            '"' + field.replace('"', '""') + '"' for field in fields
        )
        return quoted.encode() + self.dialect.newline

    def _copy(
        self,
        connection: duckdb.DuckDBPyConnection,
        source: Path,
        target: Path,
        *,
        header: bool,
        parallel: bool,
    ) -> int:
        columns = [
            ("cast(null as varchar)" if place is None else f"nullif(c{place}, '')", column.name)
            for place, column in zip(self.matching.positions, self.table.columns, strict=True)
        ]
        reader = csv_source(
            source,
            len(self.dialect.columns),
            delimiter=self.dialect.delimiter,
            newline=self.dialect.newline,
            header=header,
            parallel=parallel,
        )
        return write_parquet(connection, columns, reader, target)

    def _stop_where_hopeless(self, tally: "_Tally") -> None:
        """Raise IntakeError where setting lines aside would give a wrong picture.

        An encoding belongs to a whole file. Where most of the lines with accents read as
        Windows-1252 and not as UTF-8, setting them aside would drop the people whose names have
        accents and keep the others; a conversion loses nobody. A file with some damaged bytes
        among sound UTF-8 is another matter: its bad lines are set aside.
        """
        name, first = self.path.name, tally.first
        if tally.windows_1252 > tally.utf8 and tally.first_windows_1252:
            place = tally.first_windows_1252
            raise IntakeError(_not_utf8(name, place.line_number, place.undecoded_column))
        if first and not tally.rows:
            raise IntakeError(
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


def open_csv(path: Path, table: Table) -> CsvFile:
    """Read a CSV file's header and fit it to the table.

    Raises IntakeError when the file is empty or no text in UTF-8, or when its header does not fit;
    OSError when it cannot be opened.
    """
    with path.open("rb") as stream:
        head = stream.read(LIMIT)
    _check_format(path.name, head)
    start = len(_BOM) if head.startswith(_BOM) else 0
    blank = re.compile(rb"[\r\n]*").match(head, start)
    begin = blank.end() if blank else start
    if begin == len(head):
        raise IntakeError(
            f"{path.name} is empty; export it again with a header line, "
            "even where there are no rows"
        )
    dialect, stop = _dialect(path.name, head, begin, table)
    return CsvFile(
        path,
        table,
        dialect,
        match_columns(path.name, dialect.columns, table),
        data_offset=stop,
        first_data_line=1 + head.count(dialect.newline[-1:], 0, stop),
        header_is_plain=begin == start and bool(dialect.row.fullmatch(head, begin, stop)),
    )


def _check_format(name: str, head: bytes) -> None:
    kind = next((kind for magic, kind in _FOREIGN.items() if head.startswith(magic)), None)
    if kind is None and b"\0" in head[:4]:
        kind = "is UTF-16 text"  # without a byte order mark, every other byte of plain text is 0
    if kind:
        raise IntakeError(f"{name} {kind}, not CSV; export it as CSV in UTF-8")


def _dialect(name: str, head: bytes, begin: int, table: Table) -> tuple[Dialect, int]:
    """Choose the delimiter that gives the most columns of the table; say where the header ends."""
    newline = _newline(head, begin)
    known = {column.name for column in table.columns}
    best: tuple[tuple[int, int], Dialect, int] | None = None
    flawed = False
    for delimiter in _DELIMITERS:
        parsed = parse_record(head, begin, len(head), Dialect(delimiter, newline, ()))
        fields = parsed.fields or []
        if not fields or parsed.stop == LIMIT:
            flawed = True
            continue
        score = (len(known & {folded(field) for field in fields}), len(fields))
        if best is None or score > best[0]:
            best = (score, Dialect(delimiter, newline, tuple(fields)), parsed.stop)
    if best is None or (flawed and best[0][0] == 0):
        raise IntakeError(
            f"{name} has a header in line 1 that cannot be read (an open quote, or over 1 MB); "
            "put the columns' names there, separated by commas"
        )
    _, dialect, stop = best
    if undecoded("".join(dialect.columns)):
        place = next(i for i, column in enumerate(dialect.columns, 1) if undecoded(column))
        raise IntakeError(
            _not_utf8(name, 1 + head.count(newline[-1:], 0, begin), f"number {place}")
        )
    return dialect, stop


def _newline(head: bytes, begin: int) -> bytes:
    """Return the first line end; but CRLF where a lone LF is the exception, as under a header
    that was put on top manually.
    """
    found = re.compile(rb"\r\n|\n|\r").search(head, begin)
    first = found.group() if found else b"\n"
    with_return = head.count(b"\r\n")
    alone = head.count(b"\n") - with_return
    return b"\r\n" if first == b"\n" and with_return > 10 * alone else first


def _not_utf8(name: str, line: int, column: str | None) -> str:
    return (
        f"{name} is not UTF-8 in line {line}, column {column}, "
        "and reads like Windows-1252 (Latin-1); "
        f"convert it with `iconv -f WINDOWS-1252 -t UTF-8 {name} > utf8.csv`, or export it as UTF-8"
    )
