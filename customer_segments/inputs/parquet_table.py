"""Reads one Parquet file: fits its columns to the table, then writes its rows, typed."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from customer_segments.database import copy_parquet
from customer_segments.errors import UserError
from customer_segments.inputs.find import SourceFile
from customer_segments.inputs.layout import Matching, match_columns
from customer_segments.inputs.rejects import Rejects
from customer_segments.inputs.typed import Readings, Value, typed_rows
from customer_segments.sql import literal, name


@dataclass(frozen=True)
class ParquetFile:
    """A Parquet file whose columns fit its table; `columns` are DuckDB's names and types."""

    file: SourceFile
    matching: Matching
    columns: tuple[tuple[str, str], ...]

    def write(
        self,
        connection: duckdb.DuckDBPyConnection,
        target: Path,
        _rejects: Rejects,
        readings: Readings,
    ) -> tuple[int, int]:
        """Write the file's rows to `target`; return how many there are, and 0 unreadable lines,
        because Parquet can be read as a whole or not at all. Raises UserError when it cannot.
        """
        rows = typed_rows(
            self.file,
            self.matching,
            self._value,
            _source(self.file.path, "file_row_number = true"),
            "file_row_number + 1",
            readings,
        )
        try:
            return copy_parquet(connection, rows, target), 0
        except (
            duckdb.InvalidInputException,
            duckdb.IOException,
            duckdb.SerializationException,
        ) as error:
            raise _unreadable(self.file.label) from error

    def _value(self, place: int) -> Value:
        column, kind = self.columns[place]
        return Value(name(column), kind)


def open_parquet(file: SourceFile, connection: duckdb.DuckDBPyConnection) -> ParquetFile:
    """Read a Parquet file's columns and fit them to the table.

    Raises UserError when the file is empty or damaged, or when its columns do not fit;
    OSError when it cannot be opened.
    """
    with file.path.open("rb") as stream:
        if not stream.read(1):
            raise UserError(f"{file.label} is empty; export it again")
    try:
        names = _top_level_names(file.path, connection)
        described = connection.execute(f"describe select * from {_source(file.path)}").fetchall()
    except duckdb.Error as error:
        raise _unreadable(file.label) from error
    columns = tuple((str(row[0]), str(row[1])) for row in described)
    return ParquetFile(file, match_columns(file.label, names, file.table, file.partition), columns)


def _source(path: Path, *more: str) -> str:
    options = ", ".join(("binary_as_string = true", "hive_partitioning = false", *more))
    return f"read_parquet({literal(path)}, {options})"


def _unreadable(label: str) -> UserError:
    return UserError(
        f"{label} cannot be read as Parquet: it is damaged, cut short or something else; "
        "export it again"
    )


def _top_level_names(path: Path, connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the columns' names as the file has them; DuckDB renames those equal but for case."""
    nodes = connection.execute(
        f"select name, coalesce(num_children, 0) from parquet_schema({literal(path)})"
    ).fetchall()
    names, open_below = [], 0
    for node, children in nodes[1:]:  # the first node is the root; children follow their parent
        if open_below == 0:
            names.append(str(node))
        else:
            open_below -= 1
        open_below += children
    return names
