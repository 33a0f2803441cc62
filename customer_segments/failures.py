"""Says what failed in a dbt run: which model or test, and which rows."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb

from customer_segments.sentences import dbt_sentence, unit_test_lines

SHOWN = 3
FAILED = ("error", "fail", "runtime error")
# Texts in other columns may be of a person: an address, a name, a line of a raw file.
_SHOWN_TEXTS = {"segment", "other_segment", "family", "source", "table_name", "problem", "reason"}
_NULL = re.compile(r"NOT NULL constraint failed: \w+\.(?P<column>\w+)")


def failures(results: Iterable[Any], warehouse: Path) -> list[str]:
    """Return a line, or a few, for each node that failed, with rows that are at fault."""
    return [
        _failure(result.node, result.message or "", warehouse)
        for result in results
        if result.status in FAILED
    ]


def _failure(node: Any, message: str, warehouse: Path) -> str:
    if node.resource_type == "unit_test":
        lines = [f"    {line}" for line in unit_test_lines(message)]
        return "\n".join([f"unit test {node.name}, --- missing, +++ too much:", *lines])
    if node.resource_type == "test" and message.startswith("Got "):
        rows = _examples(f"select * from ({node.compiled_code}) as failures", warehouse)
        return f"test of {_subject(node)} failed: {_sentence(node)}{_such_as(rows)}"
    unknown = _NULL.search(message)
    if unknown and node.compiled_code:
        column = unknown["column"]
        sql = f'select * from ({node.compiled_code}) as made where "{column}" is null'
        return f"model {node.name} has rows without {column}{_such_as(_examples(sql, warehouse))}"
    sentence = dbt_sentence(message)
    named = f"{node.resource_type} {node.name}"
    return sentence if sentence.startswith(named) else f"{named}: {sentence}"


def _subject(node: Any) -> str:
    """Return what a test is of: its model, and the column if it is of one."""
    attached = getattr(node, "attached_node", None)
    models = [attached] if attached else node.depends_on.nodes
    column = getattr(node, "column_name", None)
    names = " and ".join(model.split(".")[-1] for model in models)
    return f"{names}.{column}" if column else names


def _sentence(node: Any) -> str:
    """Return what a test demands: its description, else its kind, else its name."""
    if node.description:
        return " ".join(node.description.split()).rstrip(".")
    kind = getattr(node, "test_metadata", None)
    arguments = dict(kind.kwargs) if kind else {}
    if not kind:
        return str(node.name).replace("_", " ")
    words = {
        "unique": "a value comes more than once",
        "not_null": "a value is unknown",
        "primary_key": f"{' and '.join(arguments.get('columns', []))} are unknown, or there twice",
        "relationships": f"a value is not in {arguments.get('to', '')}".replace(
            "ref('", ""
        ).replace("')", ""),
        "accepted_values": f"a value is none of {', '.join(map(str, arguments.get('values', [])))}",
    }
    return words.get(kind.name, str(kind.name).replace("_", " "))


def _examples(sql: str, warehouse: Path) -> list[str]:
    """Return a few rows as text, without what may be personal data."""
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            none = connection.execute(f"select * from ({sql}) as rows limit 0")
            columns = [(column[0], str(column[1])) for column in none.description]
            # One row a segment, so that as many segments as possible are named.
            each = "distinct on (segment)" if "segment" in dict(columns) else ""
            rows = connection.execute(
                f"select {each} * from ({sql}) as rows order by all limit {SHOWN}"
            ).fetchall()
    except duckdb.Error:
        return []
    return list(dict.fromkeys(filter(None, (_row(columns, row) for row in rows))))


def _row(columns: Sequence[tuple[str, str]], values: Sequence[object]) -> str:
    return ", ".join(
        f"{name} = {'unknown' if value is None else value}"
        for (name, kind), value in zip(columns, values, strict=True)
        if _may_be_shown(name, kind)
    )


def _may_be_shown(name: str, kind: str) -> bool:
    if name.endswith("_id") or name in _SHOWN_TEXTS:
        return True
    return kind in ("NUMBER", "INTEGER", "BIGINT", "DOUBLE", "BOOLEAN", "HUGEINT")


def _such_as(rows: Sequence[str]) -> str:
    return f"; such as {'; '.join(rows)}" if rows else ""
