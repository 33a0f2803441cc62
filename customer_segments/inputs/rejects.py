"""Collects the lines that cannot be read."""

import csv
from pathlib import Path
from types import TracebackType

import duckdb

from customer_segments.inputs.csv_records import Unreadable
from customer_segments.inputs.database import csv_source, write_parquet

_COLUMNS = (
    ("source", "varchar"),
    ("line_number", "bigint"),
    ("reason", "varchar"),
    ("line_text", "varchar"),
)


class Rejects:
    """Unreadable lines of all files, kept on disk until they are written as Parquet."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._stream, quoting=csv.QUOTE_ALL, lineterminator="\n")

    def __enter__(self) -> "Rejects":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stream.close()
        self._path.unlink()

    def add(self, source: str, line: Unreadable) -> None:
        """Note one line. Raises OSError."""
        self._writer.writerow((source, line.line_number, line.reason, line.text))

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path) -> None:
        """Write all lines noted so far. Raises duckdb.Error or OSError."""
        self._stream.flush()
        columns = [
            (f"cast(c{place} as {kind})", name) for place, (name, kind) in enumerate(_COLUMNS)
        ]
        reader = csv_source(
            self._path, len(columns), delimiter=",", newline=b"\n", header=False, parallel=False
        )
        write_parquet(connection, columns, reader, target)
