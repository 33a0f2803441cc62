"""Collects the lines that cannot be read."""

import csv
from pathlib import Path

import duckdb

from customer_segments.database import write_parquet
from customer_segments.inputs.csv_dialect import Dialect, Unreadable, csv_source

_COLUMNS = ("source", "line_number", "reason", "line_text")


class Rejects:
    """Unreadable lines of all files, on disk until they are written as Parquet."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._stream, quoting=csv.QUOTE_ALL, lineterminator="\n")

    def add(self, source: str, line: Unreadable) -> None:
        """Note one line. Raises OSError."""
        self._writer.writerow((source, line.line_number, line.reason, line.text))

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path) -> None:
        """Write all lines noted so far. Raises duckdb.Error or OSError."""
        self._stream.flush()
        kinds = ("varchar", "bigint", "varchar", "varchar")
        columns = [
            (f"cast(c{place} as {kind})", name)
            for place, (name, kind) in enumerate(zip(_COLUMNS, kinds, strict=True))
        ]
        lines = csv_source(self._path, Dialect(",", b"\n", _COLUMNS), header=False, parallel=False)
        write_parquet(connection, columns, lines, target)

    def close(self) -> None:
        """Remove what is on disk."""
        self._stream.close()
        self._path.unlink()
