"""Takes in one Parquet file: fits its columns to the table, then writes them as text."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from customer_segments.database import write_parquet
from customer_segments.errors import UserError
from customer_segments.inputs.layout import Matching, Table, match_columns
from customer_segments.inputs.rejects import Rejects
from customer_segments.sql import literal, name


@dataclass(frozen=True)
class ParquetFile:
    """A Parquet file whose columns fit its table; `columns` are DuckDB's names and types."""

    path: Path
    table: Table
    matching: Matching
    columns: tuple[tuple[str, str], ...]

    def write(
        self, connection: duckdb.DuckDBPyConnection, target: Path, rejects: Rejects
    ) -> tuple[int, int]:
        """Write the file's rows to `target`; return how many there are, and 0 unreadable lines,
        because Parquet can be read as a whole or not at all. Raises UserError when it cannot.
        """
        columns = [
            (
                "cast(null as varchar)"
                if place is None
                else f"nullif({_as_text(*self.columns[place])}, '')",
                column.name,
            )
            for place, column in zip(self.matching.positions, self.table.columns, strict=True)
        ]
        try:
            return write_parquet(connection, columns, _source(self.path), target), 0
        except (
            duckdb.InvalidInputException,
            duckdb.IOException,
            duckdb.SerializationException,
        ) as error:
            raise _unreadable(self.path) from error


def open_parquet(path: Path, table: Table, connection: duckdb.DuckDBPyConnection) -> ParquetFile:
    """Read a Parquet file's columns and fit them to the table.

    Raises UserError when the file is empty or damaged, or when its columns do not fit;
    OSError when it cannot be opened.
    """
    with path.open("rb") as stream:
        if not stream.read(1):
            raise UserError(f"{path.name} is empty; export it again")
    try:
        names = _top_level_names(path, connection)
        described = connection.execute(f"describe select * from {_source(path)}").fetchall()
    except duckdb.Error as error:
        raise _unreadable(path) from error
    columns = tuple((str(row[0]), str(row[1])) for row in described)
    return ParquetFile(path, table, match_columns(path.name, names, table), columns)


def _source(path: Path) -> str:
    return f"read_parquet({literal(path)}, binary_as_string = true, hive_partitioning = false)"


def _unreadable(path: Path) -> UserError:
    return UserError(
        f"{path.name} cannot be read as Parquet: it is damaged, cut short or something else; "
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


def _as_text(column: str, kind: str) -> str:
    return _text(name(column), kind)


def _text(value: str, kind: str) -> str:
    """Return SQL that writes a value of the type as the raw layout wants it."""
    if kind.endswith("[]"):
        item = (
            "cast(to_json(item) as varchar)" if kind.endswith("[][]") else _text("item", kind[:-2])
        )
        return f"array_to_string(list_transform({value}, lambda item: {item}), '|')"
    if kind.startswith(("STRUCT", "MAP", "UNION")):
        return f"cast(to_json({value}) as varchar)"
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"replace(cast({value} at time zone 'UTC' as varchar), ' ', 'T') || '+00:00'"
    if kind.startswith("TIMESTAMP"):
        return f"replace(cast({value} as varchar), ' ', 'T')"
    if kind in ("DOUBLE", "FLOAT"):
        return _plain_number(value)
    return f"cast({value} as varchar)"


def _plain_number(value: str) -> str:
    """Return SQL that writes a floating-point number without an exponent where that is exact.

    Whole numbers lose their '.0': a key column with gaps becomes floating-point in a data frame,
    and its 12.0 is the 12 of the other files. Not-a-number is how data frames write 'unknown'.
    """
    short = f"cast({value} as varchar)"
    return (
        f"case when isnan({value}) then null when isinf({value}) then {short} "
        f"when {value} = trunc({value}) and abs({value}) < 1e37 "
        f"then cast(cast({value} as hugeint) as varchar) "
        f"when abs({value}) between 1e-12 and 1e-4 "
        f"then rtrim(cast(cast({short} as decimal(38, 30)) as varchar), '0') "
        f"else {short} end"
    )
