"""Splits a CSV file into runs of well-formed rows and the few records that need a closer look.

A row is well-formed when it has exactly the header's number of fields, each of them either free of
quotes or quoted from end to end with inner quotes doubled. Well-formed rows are only recognised
here, at the speed of a regular expression; the database reads them. Everything else goes one by
one through Python's csv reader, because the database's reader loses rows without a word: an open
quote swallows the rest of the file, and an extra empty field is dropped.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import BinaryIO

LIMIT = 1_048_576
"""A row over this many bytes is not read."""

_BLOCK = 4 * LIMIT
_UNDECODED = re.compile("[\udc80-\udcff]")
_TYPOGRAPHY = frozenset("’‘“”„–—…€°«»\xa0½²³§£·")


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

    @property
    def _row(self) -> bytes:
        mark = re.escape(self.delimiter.encode())
        field = rb'(?>"[^"\0]*(?:""[^"\0]*)*"|[^"\r\n\0' + mark + rb"]*)"
        start = rb"(?![\r\n])" if len(self.columns) == 1 else b""  # an empty line is no row
        return start + field + (mark + field) * (len(self.columns) - 1) + re.escape(self.newline)


@dataclass(frozen=True)
class Run:
    """Well-formed rows, as the file has them."""

    data: bytes
    rows: int
    has_broken_lines: bool


@dataclass(frozen=True)
class Row:
    """A row that can be read but is not well-formed."""

    fields: list[str]


@dataclass(frozen=True)
class Blank:
    """An empty line between the rows; it is no row."""


@dataclass(frozen=True)
class Unreadable:
    """A line, or a few that hang together, that cannot be read as a row."""

    line_number: int
    reason: str
    text: str
    undecoded_column: str | None = None
    reads_like_windows_1252: bool = False


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


Event = Run | Row | Blank | Unreadable


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
        return "a quote is opened and never closed"
    return "a quote is not closed, or a quote inside a quoted field is not doubled"


def count_rows(data: bytes, newline: bytes) -> tuple[int, bool]:
    """Count the rows in well-formed data, and say whether a quoted field holds a line break."""
    end = newline[-1:]
    if b'"' not in data:
        return data.count(end), False
    kept = data.translate(None, _all_bytes_but(b'"' + end))
    parts = kept.replace(b'""', b"").split(b'"')
    return sum(part.count(end) for part in parts[::2]), any(parts[1::2])


def _all_bytes_but(kept: bytes) -> bytes:
    return bytes(byte for byte in range(256) if byte not in kept)


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


class Scanner:
    """Iterates over the records of one CSV file, from where its stream stands (after the header).

    Memory is bounded, whatever the file holds. Every byte of the file is in one of the events.
    """

    def __init__(self, stream: BinaryIO, dialect: Dialect, line_number: int) -> None:
        self._stream = stream
        self._dialect = dialect
        self._line_number = line_number
        self._buffer = b""
        self._position = 0
        self._at_end = False
        self._bytes_taken = 0
        self._not_plain_before = 0
        self._after_broken_quotes = False

    def __iter__(self) -> Iterator[Event]:
        while self._fill():
            end = min(len(self._buffer), self._position + LIMIT)
            stop = self._plain_rows_end(end) or self._rows_end(end)
            if stop > self._position:
                self._after_broken_quotes = False
                yield from self._run(stop)
            else:
                yield self._odd_record(end)

    def _rows_end(self, end: int) -> int:
        match = self._dialect.rows.match(self._buffer, self._position, end)
        return match.end() if match else self._position

    def _plain_rows_end(self, end: int) -> int:
        """Return where the last row before `end` stops when all are well-formed and none has a
        quote, else 0: the common case, and this tells it far faster than the regular expression.
        """
        if self._bytes_taken < self._not_plain_before:
            return 0
        dialect = self._dialect
        last = self._buffer.rfind(dialect.newline, self._position, end)
        stop = last + len(dialect.newline)
        data = self._buffer[self._position : stop]
        if last >= 0 and b'"' not in data and b"\0" not in data and len(dialect.columns) > 1:
            marks = dialect.delimiter.encode()
            shape = data.translate(None, _all_bytes_but(marks + b"\r\n"))
            row = marks * (len(dialect.columns) - 1) + dialect.newline
            if shape == row * (len(shape) // len(row)):
                return stop
        self._not_plain_before = self._bytes_taken + LIMIT  # do not look at the same bytes again
        return 0

    def _fill(self) -> bool:
        """Have at least one row's worth of bytes ahead, or all that are left; False at the end."""
        while not self._at_end and len(self._buffer) - self._position < LIMIT:
            fresh = self._stream.read(_BLOCK)
            self._at_end = not fresh
            self._buffer = self._buffer[self._position :] + (fresh or self._closing())
            self._position = 0
        return self._position < len(self._buffer)

    def _closing(self) -> bytes:
        """Return the line end that the file's last line lacks."""
        newline, rest = self._dialect.newline, self._buffer[self._position :]
        if not rest or rest.endswith(newline[-1:]):
            return b""
        return newline[-1:] if rest.endswith(newline[:1]) else newline

    def _take(self, stop: int) -> bytes:
        data = self._buffer[self._position : stop]
        self._position = stop
        self._bytes_taken += len(data)
        self._line_number += data.count(self._dialect.newline[-1:])
        return data

    def _run(self, stop: int) -> Iterator[Event]:
        start = self._position
        try:
            self._buffer[start:stop].decode("utf-8")
        except UnicodeDecodeError:
            yield from self._row_by_row(stop)
        else:
            yield self._good(stop)

    def _good(self, stop: int) -> Run:
        data = self._take(stop)
        return Run(data, *count_rows(data, self._dialect.newline))

    def _row_by_row(self, stop: int) -> Iterator[Event]:
        for match in self._dialect.row.finditer(self._buffer, self._position, stop):
            parsed = parse_record(match.group(), 0, len(match.group()), self._dialect)
            if undecoded("".join(parsed.fields or [])):
                if match.start() > self._position:
                    yield self._good(match.start())
                yield self._not_utf8(match.end(), parsed.fields or [])
        if stop > self._position:
            yield self._good(stop)

    def _odd_record(self, end: int) -> Event:
        parsed = parse_record(self._buffer, self._position, end, self._dialect)
        if parsed.stop == end and not (self._at_end and end == len(self._buffer)):
            return self._too_long(parsed)
        fields = parsed.fields
        if fields is None:
            return self._broken_quotes(parsed)
        if not fields:
            self._take(parsed.stop)
            return Blank()
        if undecoded("".join(fields)):
            return self._not_utf8(parsed.stop, fields)
        if flaw := self._flaw_of(fields):
            return self._set_aside(parsed.stop, flaw)
        self._take(parsed.stop)
        return Row(fields)

    def _flaw_of(self, fields: list[str]) -> str:
        found, wanted = len(fields), len(self._dialect.columns)
        if found != wanted:
            return f"{found} field{'s' * (found != 1)} where the header has {wanted}"
        if any("\0" in field for field in fields):
            return "a NUL byte stands in the line"
        # Right after broken quotes, a line with a quote in an odd place may be the rest of a
        # broken field. Taking it for a row could put text into the wrong columns.
        return (
            "a quote in an odd place, right after a broken line"
            if self._after_broken_quotes
            else ""
        )

    def _not_utf8(self, stop: int, fields: list[str]) -> Unreadable:
        names = self._dialect.columns
        place = next(i for i, field in enumerate(fields) if undecoded(field))
        column = names[place] if place < len(names) else "beyond the last"
        plausible = plausible_windows_1252(undecoded("".join(fields)))
        aside = self._set_aside(stop, f"bytes that are not UTF-8 in column {column}")
        return Unreadable(aside.line_number, aside.reason, aside.text, column, plausible)

    def _broken_quotes(self, parsed: Parsed) -> Unreadable:
        """Set aside up to the first line that is a row of its own, so that an open quote does not
        swallow the rows after it.
        """
        rows = self._whole_rows(parsed)
        self._after_broken_quotes = True
        return self._set_aside(rows[0] if rows else parsed.stop, parsed.flaw)

    def _too_long(self, parsed: Parsed) -> Unreadable:
        """Set aside a row over the limit: an open quote that swallows rows when most of its lines
        are rows of their own, else one huge field.
        """
        rows = self._whole_rows(parsed)
        if len(rows) * 2 > len(parsed.line_ends) - 1:
            self._after_broken_quotes = True
            return self._set_aside(rows[0], _flaw("unexpected end"))
        first, text = self._line_number, self._shown(parsed.stop)
        self._skip_row()
        return Unreadable(first, "the row is longer than 1 MB", text)

    def _whole_rows(self, parsed: Parsed) -> list[int]:
        """Return where those lines after the record's first begin that are rows by themselves."""
        ends = parsed.line_ends
        return [
            start
            for start, stop in pairwise(ends)
            if self._dialect.row.fullmatch(self._buffer, start, stop)
        ]

    def _skip_row(self) -> None:
        """Go to the first line end at which every quote is closed; but where a row follows the
        record's first line, the quote there is taken for a stray one.
        """
        quoted = self._skip_line()
        if quoted and self._row_is_next():
            return
        while quoted and self._fill():
            quote = self._buffer.find(b'"', self._position) + 1
            self._take(quote or len(self._buffer))
            if quote:
                quoted = self._skip_line()

    def _skip_line(self) -> bool:
        """Go to the next line end, and say whether the quotes on the way leave one open."""
        end, quotes, found = self._dialect.newline[-1:], 0, 0
        while not found and self._fill():
            found = self._buffer.find(end, self._position) + 1
            quotes += self._take(found or len(self._buffer)).count(b'"')
        return quotes % 2 == 1

    def _row_is_next(self) -> bool:
        return self._fill() and bool(self._dialect.row.match(self._buffer, self._position))

    def _set_aside(self, stop: int, reason: str) -> Unreadable:
        first, text = self._line_number, self._shown(stop)
        self._take(stop)
        return Unreadable(first, reason, text)

    def _shown(self, stop: int) -> str:
        """Return the first 100,000 characters up to `stop`, spelling out bytes that are no text."""
        data = self._buffer[self._position : min(stop, self._position + 400_000)]
        text = data.decode("utf-8", "backslashreplace").rstrip("\r\n").replace("\0", "\\x00")
        return text[:100_000]
