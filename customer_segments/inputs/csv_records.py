"""Splits a CSV file into runs of well-formed rows and the few records that need a closer look.

A row is well-formed when it has exactly the header's number of fields, each of them either free of
quotes or quoted from end to end with inner quotes doubled. Well-formed rows are only recognised
here, at the speed of a regular expression; the database reads them. Everything else goes one by
one through Python's csv reader, because the database's reader loses rows without a word: an open
quote swallows the rest of the file, and an extra empty field is dropped.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import BinaryIO

from customer_segments.inputs.csv_dialect import (
    LIMIT,
    NOT_CLOSED,
    Blank,
    Dialect,
    Event,
    Parsed,
    Row,
    Run,
    Unreadable,
    all_bytes_but,
    count_rows,
    parse_record,
    plausible_windows_1252,
    undecoded,
)

_BLOCK = 4 * LIMIT


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
            shape = data.translate(None, all_bytes_but(marks + b"\r\n"))
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
            return self._set_aside(rows[0], NOT_CLOSED)
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
