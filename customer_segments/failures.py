"""Says what failed in a dbt run: which model or test, and which rows."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb

from customer_segments.engines.database import Database
from customer_segments.errors import UserError
from customer_segments.sentences import database_sentence, dbt_sentence, unit_test_lines

SHOWN = 3
FAILED = ("error", "fail", "runtime error")
# Texts in other columns may be of a person: an address, a name, a line of a file.
_SHOWN_TEXTS = {"segment", "other_segment", "family", "source", "table_name", "problem", "reason"}
_NULL = re.compile(
    r"NOT NULL constraint failed: \w+\.(?P<column>\w+)"
    r"|null value in column \"(?P<other>\w+)\" of relation"
)


def failures(results: Iterable[Any], warehouse: Database) -> list[str]:
    """Return a line, or a few, for each node that failed, with rows that are at fault."""
    results = list(results)
    failed = [result for result in results if result.status in FAILED]
    lines = [_failure(result.node, result.message or "", warehouse) for result in failed]
    rules = _failing_rules(results, [result.node for result in failed], warehouse)
    # Whatever reads the rule says the same, without its name.
    others = [line for line in lines if not any(said in line for said in rules.values())]
    return [*(f"{subject}: {said}" for subject, said in rules.items()), *others]


def _failing_rules(
    results: Sequence[Any], failed: Sequence[Any], warehouse: Database
) -> dict[str, str]:
    """Return what the database says of segments' rules that fail when they are read.

    Their views are made without a look at the data. Only where something that reads them failed.
    """
    nodes = {result.node.unique_id: result.node for result in results}
    upstream = {name for node in failed for name in _upstream(node, nodes)}
    rules = sorted(name for name in upstream if _is_rule(nodes[name]))
    failing: dict[str, str] = {}
    if not rules:
        return failing
    with warehouse.opened() as connection:
        for name in rules:
            rows = warehouse.rows(nodes[name].compiled_code)
            sql = f"select count(contact_id) from {rows} as matched"
            try:
                connection.execute(sql)
            except duckdb.Error as error:
                failing[name] = database_sentence(str(error))
    return {
        f"segment {nodes[name].name} fails on its data ({nodes[name].original_file_path})": said
        for name, said in failing.items()
        if not _upstream(nodes[name], nodes) & failing.keys()
    }


def _is_rule(node: Any) -> bool:
    return getattr(node.config, "materialized", "") == "segment"


def _upstream(node: Any, nodes: Mapping[str, Any]) -> set[str]:
    """Return the nodes of a run that a node builds on, near and far."""
    found: set[str] = set()
    ahead = list(node.depends_on.nodes)
    while ahead:
        name = ahead.pop()
        if name in nodes and name not in found:
            found.add(name)
            ahead += getattr(nodes[name].depends_on, "nodes", [])
    return found


def _failure(node: Any, message: str, warehouse: Database) -> str:
    if node.resource_type == "unit_test":
        lines = [f"    {line}" for line in unit_test_lines(message)]
        return "\n".join([f"unit test {node.name}, --- missing, +++ too much:", *lines])
    if node.resource_type == "test" and message.startswith("Got "):
        rows = warehouse.rows(node.compiled_code)
        problems = _problems(rows, warehouse)
        if problems:
            return "\n".join(problems)
        examples = _examples(rows, warehouse)
        return f"test of {_subject(node)} failed: {_sentence(node)}{_such_as(examples)}"
    unknown = _NULL.search(message)
    if unknown and node.compiled_code:
        column = unknown["column"] or unknown["other"]
        rows = f'(from {warehouse.rows(node.compiled_code)} as made where "{column}" is null)'
        return f"model {node.name} has rows without {column}{_such_as(_examples(rows, warehouse))}"
    if _is_rule(node) and _has_no_contact(node, warehouse):
        return f"segment {node.name} selects no contact_id ({node.original_file_path})"
    sentence = dbt_sentence(message)
    named = f"{node.resource_type} {node.name}"
    return sentence if sentence.startswith(named) else f"{named}: {sentence}"


def _asked(sql: str, warehouse: Database) -> tuple[list[tuple[str, str]], list[tuple[object, ...]]]:
    """Return a query's columns with their types, and its rows; neither where it fails."""
    try:
        with warehouse.opened() as connection:
            found = connection.execute(sql)
            columns = [(str(column[0]), str(column[1])) for column in found.description or []]
            return columns, found.fetchall()
    except (duckdb.Error, UserError):
        return [], []


def _problems(rows: str, warehouse: Database) -> list[str]:
    """Return what a test lists that lists problems as sentences, nothing of another."""
    _, found = _asked(f"select problem from {rows} as rows order by problem", warehouse)
    return [str(problem) for (problem,) in found]


def _has_no_contact(node: Any, warehouse: Database) -> bool:
    columns, _ = _asked(f"from {warehouse.rows(node.compiled_code)} as made limit 0", warehouse)
    return bool(columns) and "contact_id" not in dict(columns)


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


def _examples(rows: str, warehouse: Database) -> list[str]:
    """Return a few rows as text, without what may be personal data."""
    columns, _ = _asked(f"from {rows} as rows limit 0", warehouse)
    # One row a segment, so that as many segments as possible are named.
    each = "distinct on (segment)" if "segment" in dict(columns) else ""
    shown = f"select {each} * from {rows} as rows order by all limit {SHOWN}"
    _, found = _asked(shown, warehouse)
    return list(dict.fromkeys(filter(None, (_row(columns, row) for row in found))))


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
