"""Checks the small tables that people edit manually, before dbt loads them.

DuckDB takes a seed by the place of its columns, rounds 3.5 to a whole number and guesses at dates,
so only the file knows what was meant. What the rows say is checked by dbt: models/declarations.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import SeedNode

from customer_segments.dbt import PROJECT

# What a value is read as, and what to write, by the column's type.
_READ: Mapping[str, tuple[Callable[[str], object], str]] = {
    "integer": (int, "a whole number"),
    "bigint": (int, "a whole number"),
    "double": (float, "a number"),
    "date": (date.fromisoformat, "a date such as 2026-06-01"),
}


def seed_problems(parsed: Manifest) -> list[str]:
    """Return a sentence for each fault of the project's seeds as files."""
    return [
        problem
        for node in sorted(parsed.nodes.values(), key=lambda node: node.name)
        if isinstance(node, SeedNode) and node.package_name == parsed.metadata.project_name
        for problem in file_problems(
            PROJECT / node.original_file_path,
            {name: str(column.data_type) for name, column in node.columns.items()},
        )
    ]


def file_problems(file: Path, types: Mapping[str, str]) -> list[str]:
    """Return a sentence for each fault of a seed with these columns."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return list(_problems(file.name, csv.reader(lines, strict=True), types))
    except UnicodeDecodeError:
        return [f"{file.name} is not UTF-8; save it as UTF-8"]
    except csv.Error as error:
        return [f"{file.name} is not valid CSV: {error}"]


def _problems(file: str, rows: Iterator[list[str]], types: Mapping[str, str]) -> Iterator[str]:
    header = next(rows, [])
    if header != list(types):
        yield f"{file} has the columns {', '.join(header)}; it needs {', '.join(types)}"
        return
    for number, row in enumerate(rows, start=2):
        if len(row) != len(types):
            yield (
                f"{file}, row {number}: not as many values as columns; put a text with a comma in"
                " double quotes"
            )
            continue
        for (column, kind), value in zip(types.items(), row, strict=True):
            if value and not _is_read(value, kind):
                yield f"{file}, row {number}: {column} is '{value}'; write {_READ[kind][1]}"


def _is_read(value: str, kind: str) -> bool:
    if kind not in _READ:
        return True
    try:
        _READ[kind][0](value)
    except ValueError:
        return False
    return kind != "date" or len(value) == len("2026-06-01")
