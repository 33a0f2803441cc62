"""Collects the lines of a file that cannot be read."""

import csv
from pathlib import Path

import duckdb

from customer_segments.database import write_parquet
from customer_segments.inputs.csv_dialect import Dialect, Unreadable, csv_source
from customer_segments.inputs.find import SourceFile
from customer_segments.sql import literal

_COLUMNS = {"line_number": "bigint", "reason": "varchar", "line_text": "varchar"}
NO_LINES = (
    "select cast(null as varchar) as source, cast(null as varchar) as source_file, "
    + ", ".join(f"cast(null as {kind}) as {name}" for name, kind in _COLUMNS.items())
    + " limit 0"
)


class Rejects:
    """Unreadable lines of one file, on disk until they are written as Parquet."""

    def __init__(self, path: Path, file: SourceFile) -> None:
        self._path, self._file = path, file
        self._stream = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._stream, quoting=csv.QUOTE_ALL, lineterminator="\n")

    def add(self, line: Unreadable) -> None:
        """Note one line. Raises OSError."""
        self._writer.writerow((line.line_number, line.reason, line.text))

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path) -> None:
        """Write all lines noted so far. Raises duckdb.Error or OSError."""
        self._stream.flush()
        columns = [
            (literal(self._file.table.name), "source"),
            (literal(self._file.label), "source_file"),
            *(
                (f"cast(c{place} as {kind})", name)
                for place, (name, kind) in enumerate(_COLUMNS.items())
            ),
        ]
        dialect = Dialect(",", b"\n", (*_COLUMNS,))
        lines = csv_source(self._path, dialect, header=False, parallel=False)
        write_parquet(connection, columns, lines, target)

    def close(self) -> None:
        """Remove what is on disk."""
        self._stream.close()
        self._path.unlink()
