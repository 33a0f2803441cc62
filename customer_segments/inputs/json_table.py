"""Reads one file of newline-delimited JSON: an object a line, whose keys are the columns."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from customer_segments.database import copy_parquet
from customer_segments.errors import UserError
from customer_segments.inputs.csv_dialect import Unreadable
from customer_segments.inputs.find import SourceFile
from customer_segments.inputs.layout import Matching, match_columns
from customer_segments.inputs.rejects import Rejects
from customer_segments.inputs.typed import Readings, Value, typed_rows
from customer_segments.sql import literal

_LONGEST = 16_777_216
_SHOWN = 100_000


@dataclass(frozen=True)
class JsonFile:
    """A file of JSON whose keys fit its table; `keys` are as the file has them."""

    file: SourceFile
    path: Path
    matching: Matching
    keys: tuple[str, ...]

    def write(
        self,
        connection: duckdb.DuckDBPyConnection,
        target: Path,
        rejects: Rejects,
        readings: Readings,
    ) -> tuple[int, int]:
        """Write the file's rows to `target` and its unreadable lines to `rejects`; return how many
        there are of each. Raises UserError when no line can be read.
        """
        unreadable = self._set_aside(rejects)
        objects = f"(select json from {_objects(self.path)} where json_type(json) = 'OBJECT')"
        rows = typed_rows(
            self.file,
            self.matching,
            lambda place: Value(_text(self.keys[place])),
            objects,
            "row_number() over ()",
            readings,
        )
        written = copy_parquet(connection, rows, target)
        if unreadable and not written:
            raise UserError(
                f"{self.file.label} has no line that is a JSON object; export it with one object a"
                " line"
            )
        return written, unreadable

    def _set_aside(self, rejects: Rejects) -> int:
        count = 0
        with self.path.open(encoding="utf-8", errors="backslashreplace") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip() and not _is_object(line):
                    count += 1
                    shown = line.rstrip("\r\n")[:_SHOWN]
                    rejects.add(Unreadable(number, "the line is no JSON object", shown))
        return count


def open_json(file: SourceFile, path: Path, connection: duckdb.DuckDBPyConnection) -> JsonFile:
    """Read the keys of a file's objects and fit them to the table; `path` is where its text is.

    Raises UserError when the file is empty or has no objects, or when its keys do not fit.
    """
    if not path.stat().st_size:
        raise UserError(f"{file.label} is empty; export it again")
    try:
        keys: Sequence[str] = [
            str(row[0])
            for row in connection.execute(
                "select distinct unnest(json_keys(json)) as key"
                f" from {_objects(path)} where json_type(json) = 'OBJECT' order by key"
            ).fetchall()
        ]
    except duckdb.Error as error:
        raise UserError(
            f"{file.label} cannot be read as JSON; export it in UTF-8 with one object a line"
        ) from error
    return JsonFile(
        file, path, match_columns(file.label, keys, file.table, file.partition), (*keys,)
    )


def _objects(path: Path) -> str:
    return (
        f"read_ndjson_objects({literal(path)}, ignore_errors = true,"
        f" maximum_object_size = {_LONGEST})"
    )


def _text(key: str) -> str:
    """Return SQL of a value as text; the items of a list are parted by bars."""
    path = literal('$."' + key.replace('"', '\\"') + '"')
    return (
        f"case when json_type(json, {path}) = 'ARRAY'"
        f" then array_to_string(json_extract_string(json, {path[:-1]}[*]'), '|')"
        f" else nullif(json_extract_string(json, {path}), '') end"
    )


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False
