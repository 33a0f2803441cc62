"""How a CSV file is written, what is found in it, and how the database reads it."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from customer_segments.sql import literal

LIMIT = 1_048_576
"""A row over this many bytes is not read."""

NOT_CLOSED = "a quote is opened and never closed"

_UNDECODED = re.compile("[\udc80-\udcff]")
_TYPOGRAPHY = frozenset("’‘“”„–—…€°«»\xa0½²³§£·")


@dataclass(frozen=True)
class Run:
    """Well-formed rows: as the file has them, or what was made of a row that can be read but is not
    well-formed, or of an empty line, which is no row.
    """

    data: bytes
    rows: int
    is_as_in_file: bool
    has_broken_lines: bool = False


@dataclass(frozen=True)
class Dialect:
    """How a file is written: the byte between fields, the line end and the header's names."""

    delimiter: str
    newline: bytes
    columns: tuple[str, ...]

    @cached_property
    def row(self) -> re.Pattern[bytes]:
        """Matches one well-formed row."""
        return re.compile(self._row)

    @cached_property
    def rows(self) -> re.Pattern[bytes]:
        """Matches as many well-formed rows as there are."""
        # An atomic group, not *+: before Python 3.11.5 that matches too little of a group.
        return re.compile(rb"(?>(?:" + self._row + rb")*)")

    @cached_property
    def line(self) -> re.Pattern[bytes]:
        """Matches one physical line."""
        end = self.newline[-1:]
        return re.compile(rb"[^" + end + rb"]*+" + end + rb"|[^" + end + rb"]++")

    def written(self, fields: Sequence[str]) -> Run:
        """Return fields as a well-formed row."""
        quoted = self.delimiter.join('"' + field.replace('"', '""') + '"' for field in fields)
        return Run(quoted.encode() + self.newline, 1, False)

    @property
    def _row(self) -> bytes:
        mark = re.escape(self.delimiter.encode())
        field = rb'(?>"[^"\0]*(?:""[^"\0]*)*"|[^"\r\n\0' + mark + rb"]*)"
        start = rb"(?![\r\n])" if len(self.columns) == 1 else b""  # an empty line is no row
        return start + field + (mark + field) * (len(self.columns) - 1) + re.escape(self.newline)


@dataclass(frozen=True)
class Unreadable:
    """A line, or a few that hang together, that cannot be read as a row."""

    line_number: int
    reason: str
    text: str
    undecoded_column: str | None = None
    reads_like_windows_1252: bool = False


def run_of(data: bytes, newline: bytes) -> Run:
    """Return a file's well-formed rows as a run."""
    end = newline[-1:]
    if b'"' not in data:
        return Run(data, data.count(end), True)
    kept = data.translate(None, all_bytes_but(b'"' + end))
    parts = kept.replace(b'""', b"").split(b'"')
    return Run(data, sum(part.count(end) for part in parts[::2]), True, any(parts[1::2]))


def all_bytes_but(kept: bytes) -> bytes:
    """Return what bytes.translate deletes to keep some bytes."""
    return bytes(byte for byte in range(256) if byte not in kept)


@dataclass(frozen=True)
class Parsed:
    """What csv.reader makes of the record at a place: no fields when its quotes are broken."""

    fields: list[str] | None
    line_ends: list[int]
    flaw: str = ""

    @property
    def stop(self) -> int:
        """Return where the record ends."""
        return self.line_ends[-1]


def parse_record(buffer: bytes, start: int, end: int, dialect: Dialect) -> Parsed:
    """Read the one record that begins at `start` and ends before `end`; bytes that are no UTF-8
    come back as surrogates.
    """
    csv.field_size_limit(max(csv.field_size_limit(), LIMIT + 1))
    line_ends: list[int] = []

    def lines() -> Iterator[str]:
        for match in dialect.line.finditer(buffer, start, end):
            line_ends.append(match.end())
            yield match.group().decode("utf-8", "surrogateescape")

    try:
        fields = next(csv.reader(lines(), delimiter=dialect.delimiter, strict=True), [])
    except csv.Error as error:
        return Parsed(None, line_ends, _flaw(str(error)))
    return Parsed(fields, line_ends)


def _flaw(message: str) -> str:
    if "new-line" in message:
        return "a stray carriage return stands in the line"
    if "unexpected end" in message:
        return NOT_CLOSED
    return "a quote is not closed, or a quote inside a quoted field is not doubled"


def undecoded(text: str) -> bytes:
    """Return the bytes of a decoded text that are no UTF-8."""
    return bytes(ord(mark) - 0xDC00 for mark in _UNDECODED.findall(text))


def plausible_windows_1252(data: bytes) -> bool:
    """Say whether bytes that are no UTF-8 are letters or typography in Windows-1252."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return all((mark.isalpha() and mark != "ÿ") or mark in _TYPOGRAPHY for mark in text)


def csv_source(path: Path, dialect: Dialect, *, header: bool, parallel: bool) -> str:
    """Return the table function that reads a file of well-formed rows as columns c0, c1, …"""
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(dialect.columns)))
    line_end = dialect.newline.decode().replace("\r", "\\r").replace("\n", "\\n")
    options = {
        "columns": "{" + columns + "}",
        "auto_detect": "false",
        "header": str(header).lower(),
        "delim": literal(dialect.delimiter),
        "quote": "'\"'",
        "escape": "'\"'",
        "comment": "''",
        "new_line": literal(line_end),
        "null_padding": "false",  # strict_mode is on; naming it reads CRLF files as empty
        "hive_partitioning": "false",
        "max_line_size": str(4 * LIMIT),
        "parallel": str(parallel).lower(),
    }
    listed = ", ".join(f"{option} = {value}" for option, value in options.items())
    return f"read_csv({literal(path)}, {listed})"
