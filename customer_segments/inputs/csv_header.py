"""Reads the header of a CSV file: how the file is written, and where its rows begin."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from customer_segments.errors import UserError
from customer_segments.inputs.csv_dialect import LIMIT, Dialect, parse_record, undecoded
from customer_segments.inputs.layout import Table, folded

_BOM = b"\xef\xbb\xbf"
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
class Header:
    """A CSV file's header; a plain one begins the file and is well-formed."""

    dialect: Dialect
    data_offset: int
    first_data_line: int
    is_plain: bool


def read_header(path: Path, label: str, table: Table, delimiter: str | None = None) -> Header:
    """Read a CSV file's header, with the separator that gives the most columns of the table unless
    one is given; messages call the file by its label.

    Raises UserError when the file is empty or no text in UTF-8; OSError when it cannot be opened.
    """
    with path.open("rb") as stream:
        head = stream.read(LIMIT)
    _check_format(label, head)
    start = len(_BOM) if head.startswith(_BOM) else 0
    blank = re.compile(rb"[\r\n]*").match(head, start)
    begin = blank.end() if blank else start
    if begin == len(head):
        raise UserError(
            f"{label} is empty; export it again with a header line, even where there are no rows"
        )
    delimiters = (delimiter,) if delimiter else _DELIMITERS
    dialect, stop = _dialect(label, head, begin, table, delimiters)
    return Header(
        dialect,
        stop,
        1 + head.count(dialect.newline[-1:], 0, stop),
        begin == start and bool(dialect.row.fullmatch(head, begin, stop)),
    )


def _check_format(name: str, head: bytes) -> None:
    kind = next((kind for magic, kind in _FOREIGN.items() if head.startswith(magic)), None)
    if kind is None and b"\0" in head[:4]:
        kind = "is UTF-16 text"  # without a byte order mark, every other byte of plain text is 0
    if kind:
        raise UserError(f"{name} {kind}, not CSV; export it as CSV in UTF-8")


def _dialect(
    name: str, head: bytes, begin: int, table: Table, delimiters: Sequence[str]
) -> tuple[Dialect, int]:
    """Choose the delimiter that gives the most columns of the table; say where the header ends."""
    newline = _newline(head, begin)
    known = {column.name for column in table.columns}
    choices: list[tuple[int, int, Dialect]] = []
    for delimiter in delimiters:
        parsed = parse_record(head, begin, len(head), Dialect(delimiter, newline, ()))
        if parsed.fields and parsed.stop < LIMIT:
            found = len(known & {folded(field) for field in parsed.fields})
            choices.append((found, parsed.stop, Dialect(delimiter, newline, (*parsed.fields,))))
    best = max(choices, key=lambda choice: (choice[0], len(choice[2].columns)), default=None)
    if best is None or (len(choices) < len(delimiters) and not best[0]):
        raise UserError(
            f"{name} has a header in line 1 that cannot be read (an open quote, or over 1 MB); "
            "put the columns' names there, separated by commas"
        )
    _, stop, dialect = best
    if undecoded("".join(dialect.columns)):
        place = next(i for i, column in enumerate(dialect.columns, 1) if undecoded(column))
        raise UserError(not_utf8(name, 1 + head.count(newline[-1:], 0, begin), f"number {place}"))
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


def not_utf8(name: str, line: int, column: str | None) -> str:
    """Return what to say of a file in Windows-1252, by the first place where it shows."""
    return (
        f"{name} is not UTF-8 in line {line}, column {column}, "
        "and reads like Windows-1252 (Latin-1); "
        "name the encoding in the var inputs (encoding: windows-1252), or export it as UTF-8"
    )
