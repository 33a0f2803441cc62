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
    Dialect,
    Parsed,
    Run,
    Unreadable,
    all_bytes_but,
    parse_record,
    plausible_windows_1252,
    run_of,
    undecoded,
)

_BLOCK = 4 * LIMIT
_NARROW = 4_096
"""So many bytes are looked at together right after a record that is not well-formed."""


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
        self._after_broken_quotes = False

    def __iter__(self) -> Iterator[Run | Unreadable]:
        width = LIMIT
        while self._fill():
            start, end = self._position, self._position + width
            stop = self._plain_rows_end(end) or self._rows_end(end) or self._rows_end(start + LIMIT)
            try:
                self._buffer[start:stop].decode()
            except UnicodeDecodeError as error:
                stop = self._rows_end(start + error.start)
            width = min(LIMIT, 4 * width) if stop else _NARROW
            if stop:
                self._after_broken_quotes = False
                yield run_of(self._take(stop), self._dialect.newline)
            else:
                yield self._odd_record()

    def _rows_end(self, end: int) -> int:
        """Return where the last of the well-formed rows before `end` stops, 0 when the first record
        is not well-formed.
        """
        match = self._dialect.rows.match(self._buffer, self._position, end)
        return match.end() if match and match.group() else 0

    def _plain_rows_end(self, end: int) -> int:
        """Return where the last row before `end` stops when all are well-formed and none has a
        quote, else 0: the common case, and this tells it far faster than the regular expression.
        """
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
        self._line_number += data.count(self._dialect.newline[-1:])
        return data

    def _odd_record(self) -> Run | Unreadable:
        end = min(len(self._buffer), self._position + LIMIT)
        parsed = parse_record(self._buffer, self._position, end, self._dialect)
        if parsed.stop == end and not (self._at_end and end == len(self._buffer)):
            return self._too_long(parsed)
        fields = parsed.fields
        if fields is None:
            return self._broken_quotes(parsed)
        if undecoded("".join(fields)):
            return self._not_utf8(parsed.stop, fields)
        if fields and (flaw := self._flaw_of(fields)):
            return self._set_aside(parsed.stop, flaw)
        self._take(parsed.stop)
        return self._dialect.written(fields) if fields else Run(b"", 0, False)

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
