"""The input tables: which there are, their columns, and what their YAML says of them."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import shorten
from typing import Any

import yaml

from customer_segments.dbt import PROJECT
from customer_segments.errors import UserError

PREFIX = "input_"
SOURCE_COLUMNS = {
    "source_file": "varchar",
    "source_row_number": "bigint",
    "unread_values": "varchar",
}
"""The columns of each input table that say where a row is from, and what could not be read."""

_COLUMN_CHECKS = ("values", "mapped_by", "unique", "refers_to", "steady", "later", "at_most")
_TABLE_CHECKS = ("day", "fresh", "rows", "once", "shared_by", "hours", "events")
_DATA = re.compile(r"@|\d{4}-\d\d|\d{6}")


@dataclass(frozen=True)
class Column:
    """One column of an input table, and how it is checked."""

    name: str
    data_type: str = "varchar"
    required: bool = False
    checks: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """One input table, named without the prefix `input_`, and how it is checked.

    Or one kind of a vendor's files, which `patterns` find; of those in JSON, `items` is the name of
    the list of records in an answer.
    """

    name: str
    columns: tuple[Column, ...]
    required: bool = False
    checks: Mapping[str, Any] = field(default_factory=dict)
    vendor: str = ""
    patterns: tuple[str, ...] = ()
    items: str | None = None

    @property
    def key(self) -> str | None:
        """The column whose values name a row in messages."""
        return next((c.name for c in self.columns if c.checks.get("unique")), None)


@dataclass(frozen=True)
class Matching:
    """Where the columns of the layout are in a file: `positions` has one entry per layout column,
    the column's place in the file (from 0), or None where the file does not have it.
    """

    positions: tuple[int | None, ...]
    extra: tuple[str, ...]
    absent: tuple[str, ...]


def read_layout(models: Path = PROJECT / "models" / "input") -> tuple[Table, ...]:
    """Read the tables that a user can bring from the YAML files of the input models in a folder.

    Raises UserError when one has a check that nobody knows, and yaml.YAMLError when it is no YAML.
    """
    return tuple(
        _table(model)
        for path in sorted(models.glob(f"{PREFIX}*.yml"))
        for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    )


def _table(model: Mapping[str, Any]) -> Table:
    title = model["name"]
    columns = tuple(
        Column(
            column["name"],
            column["data_type"],
            *_meta(column, _COLUMN_CHECKS, f"{title}.{column['name']}"),
        )
        for column in model["columns"]
        if column["name"] not in SOURCE_COLUMNS
    )
    return Table(title.removeprefix(PREFIX), columns, *_meta(model, _TABLE_CHECKS, title))


def _meta(
    node: Mapping[str, Any], names: Sequence[str], place: str
) -> tuple[bool, Mapping[str, Any]]:
    """Return whether something is required, and its checks."""
    meta = node.get("config", {}).get("meta", {})
    return bool(meta.get("required")), known(meta.get("checks", {}), names, place)


def known(given: Mapping[str, Any], names: Sequence[str], place: str) -> Mapping[str, Any]:
    """Return the mapping. Raises UserError when it has a key that no code reads."""
    for key in given:
        if key not in names:
            raise UserError(
                f"{place} has the check {key}, which no contract knows; write one of"
                f" {', '.join(sorted(names))}"
            )
    return given


def match_columns(
    file_name: str, header: Sequence[str], table: Table, partition: Collection[str] = ()
) -> Matching:
    """Find the columns of `table` in a file's header, whatever their order, case and outer spaces;
    `partition` are columns that the names of its folders give.

    Raises UserError when a required column is missing, a name is there twice, or no column of
    the table is there at all.
    """
    names = [folded(title) for title in header]
    places = {title: place for place, title in enumerate(names)}
    problems = _twice(file_name, names)
    known = {*places, *partition}
    missing = [c.name for c in table.columns if c.required and c.name not in known]
    if missing:
        problems.append(
            f"{file_name} has no column {' and no column '.join(missing)}; "
            f"add what is missing to the export (its first line {_shown(header)})"
        )
    elif not any(c.name in places for c in table.columns):
        problems.append(
            f"{file_name} has none of the columns {', '.join(c.name for c in table.columns)}; "
            f"name its columns so (its first line {_shown(header)}), or take the file away"
        )
    if problems:
        raise UserError("\n".join(problems))
    own = {c.name for c in table.columns}
    return Matching(
        tuple(places.get(c.name) for c in table.columns),
        tuple(
            header[place].strip() for place, title in enumerate(names) if title and title not in own
        ),
        tuple(c.name for c in table.columns if c.name not in known),
    )


def folded(title: str) -> str:
    """Return a column's name as it is compared."""
    return title.strip().lower()


def _twice(file_name: str, names: Sequence[str]) -> list[str]:
    doubles = sorted({title for title in names if title and names.count(title) > 1})
    return [f"{file_name} has the column {title} twice; keep one of them" for title in doubles]


def _shown(header: Sequence[str]) -> str:
    # A file without a header begins with somebody's data, which must not get into a log.
    if any(_DATA.search(title) for title in header):
        return "looks like data, not like names of columns"
    names = ", ".join(title.strip() or "(nothing)" for title in header)
    return f"names {shorten(names, 300, placeholder=' …')}"
