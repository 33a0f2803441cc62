"""The contracts of the published tables, from what dbt knows of the models."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb

from customer_segments.contracts.contract import Check, Contract, no_rows
from customer_segments.errors import UserError
from customer_segments.releases.primary_keys import project_keys
from customer_segments.sql import literal, name

IDENTIFIER = "{{ identifier_in('it_column') }}"
"""The macro by which the test no_identifiers looks at a column, here it_column."""

_IN_LIST = re.compile(r"^\s*(\w+)\s+in\s+\(\s*('(?:[^']|'')*'(?:\s*,\s*'(?:[^']|'')*')*)\s*\)\s*$")
_TEXT = re.compile(r"'((?:[^']|'')*)'")
_REF = re.compile(r"ref\(\s*['\"](?P<model>\w+)['\"]\s*\)")

Node = Mapping[str, Any]
Relations = Mapping[str, str]


def published_contracts(manifest: Node, relations: Relations, identifier: str) -> list[Contract]:
    """Return the contract of each public model, for a database with these relations by name.

    `identifier` is IDENTIFIER as SQL. What refers to a relation that the database lacks is in
    `unseen`. Raises UserError for a constraint or a test that this module knows nothing of: none is
    left out in silence.
    """
    nodes, keys = manifest["nodes"], project_keys(manifest)
    tests: dict[str, list[Node]] = {}
    for node in nodes.values():
        if node["resource_type"] == "test" and node.get("attached_node"):
            tests.setdefault(node["attached_node"], []).append(node)
    return [
        _Deriver(node, keys[node["name"]], relations, identifier).contract(tests.get(key, []))
        for key, node in sorted(nodes.items())
        if node["resource_type"] == "model" and node.get("access") == "public"
    ]


def relations_in(connection: duckdb.DuckDBPyConnection) -> Relations:
    """Return the tables and views of a database with their schema, by name."""
    rows = connection.execute(
        "select table_name, table_schema from information_schema.tables"
        " where table_catalog = current_database()"
    ).fetchall()
    return {str(table): f"{name(schema)}.{name(table)}" for table, schema in rows}


def public_relations(manifest: Node) -> Relations:
    """Return the public tables, as the published file has them."""
    return {
        node["name"]: f"{name(node['schema'])}.{name(node['name'])}"
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node.get("access") == "public"
    }


class _Deriver:
    """Derives one contract; a check that can't be made is its sentence alone."""

    def __init__(
        self, node: Node, key: Sequence[str], relations: Relations, identifier: str
    ) -> None:
        self._node, self._relations, self._identifier = node, relations, identifier
        self._table = str(node["name"])
        self._from = f"{name(node['schema'])}.{name(self._table)}"
        # What names a row where nothing says that it is unique.
        self._key = key or [next(iter(node["columns"]))]

    def contract(self, tests: Sequence[Node]) -> Contract:
        parts = (self._node, *self._node["columns"].values())
        if any("checks" in part.get("config", {}).get("meta", {}) for part in parts):
            raise self._unknown("checks in its meta")
        found: list[Check | str] = [*self._shape()]
        for part in parts:
            for constraint in part.get("constraints", []):
                columns = constraint.get("columns") or [part["name"]]
                found += self._checks(constraint["type"], columns, constraint, "a constraint")
        for test in tests:
            kind = test.get("test_metadata") or {"name": "none", "kwargs": {}}
            if test["config"].get("where"):
                raise self._unknown(f"a condition on its test {kind['name']}")
            columns = kind["kwargs"].get("columns") or [str(test.get("column_name"))]
            found += self._checks(kind["name"], columns, kind["kwargs"], "a test")
        checks = {check.sentence: check for check in found if isinstance(check, Check)}
        unseen = tuple(check for check in found if isinstance(check, str))
        return Contract(self._table, self._node["schema"], tuple(checks.values()), unseen)

    def _shape(self) -> Iterator[Check]:
        columns = self._node["columns"]
        yield Check(
            "has exactly the columns of its contract",
            "ExpectTableColumnsToMatchOrderedList",
            {"column_list": list(columns)},
        )
        declared = ", ".join(
            f"({literal(column)}, typeof(cast(null as {text['data_type']})))"
            for column, text in columns.items()
        )
        yield no_rows(
            "its columns have the types of its contract",
            "select declared.column_name || ' is ' || found.data_type as shown"
            f" from (values {declared}) as declared (column_name, data_type)"
            " inner join (select column_name, data_type from duckdb_columns()"
            f" where table_name = {literal(self._table)}"
            f" and schema_name = {literal(self._node['schema'])}"
            " and database_name = current_database()) as found"
            " on declared.column_name = found.column_name"
            " where declared.data_type <> found.data_type",
        )

    def _checks(
        self, kind: str, columns: Sequence[str], given: Mapping[str, Any], what: str
    ) -> Iterator[Check | str]:
        """Yield what a constraint or a test of dbt's says of columns."""
        column = columns[0]
        if kind in ("not_null", "primary_key"):
            yield from (self._not_null(key) for key in columns)
        if kind in ("unique", "primary_key"):
            yield self._unique(columns)
        elif kind == "check":
            yield self._holds(given["expression"], column if column in self._columns else None)
        elif kind == "accepted_values":
            yield self._accepted(column, given["values"])
        elif kind in ("relationships", "same_values_as"):
            yield from self._refers(column, given, kind)
        elif kind == "no_identifiers":
            for title, text in self._columns.items():
                if text["data_type"].startswith("varchar"):
                    yield self._holds_no_identifier(title)
        elif kind != "not_null":
            raise self._unknown(f"{what} {kind}")

    @property
    def _columns(self) -> Mapping[str, Node]:
        return dict(self._node["columns"])

    def _not_null(self, column: str) -> Check:
        keys = self._keys(f"{name(column)} is null")
        return self._rule(f"{column} is filled", "ValuesToNotBeNull", column, keys)

    def _unique(self, columns: Sequence[str]) -> Check:
        sentence = f"{' and '.join(columns)} {'are' if len(columns) > 1 else 'is'} unique"
        own = ", ".join(name(column) for column in columns)
        twice = f" qualify count(*) over (partition by {own}) > 1 order by all"
        keys = self._keys(f"({own}) is not null").replace(" order by all", twice)
        if len(columns) == 1:
            return self._rule(sentence, "ValuesToBeUnique", columns[0], keys)
        arguments = {"column_list": list(columns)}
        return Check(sentence, "ExpectCompoundColumnsToBeUnique", arguments, None, keys)

    def _holds(self, expression: str, column: str | None) -> Check:
        listed = _IN_LIST.match(expression)
        if listed and listed[1] == column:
            values = [value.replace("''", "'") for value in _TEXT.findall(listed[2])]
            return self._accepted(listed[1], values)
        sentence = f"it holds that {' '.join(expression.split())}"
        return no_rows(sentence, self._keys(f"not ({expression})"), column)

    def _accepted(self, column: str, values: Sequence[Any]) -> Check:
        listed = ", ".join(literal(value) for value in values)
        sentence = f"{column} is one of {', '.join(map(str, values))}"
        keys = self._keys(f"cast({name(column)} as varchar) not in ({listed})")
        return self._rule(sentence, "ValuesToBeInSet", column, keys, value_set=list(values))

    def _refers(self, column: str, given: Mapping[str, Any], kind: str) -> Iterator[Check | str]:
        found = _REF.search(given["to"])
        if not found:
            raise self._unknown(f"a reference to {given['to']}")
        target, field = found["model"], given["field"]
        relation = self._relations.get(target)
        missing = (
            f"{name(column)} is not null and not exists (select 1 from {relation} as other"
            f" where other.{name(field)} = {name(self._table)}.{name(column)})"
        )
        queries = {f"{column} is among {target}.{field}": self._keys(missing)}
        if kind == "same_values_as":
            queries[f"{column} has every {target}.{field}"] = (
                f"select {name(field)} from {relation} except"
                f" select {name(column)} from {self._from}"
            )
        for sentence, query in queries.items():
            yield no_rows(sentence, query, column) if relation else sentence

    def _holds_no_identifier(self, column: str) -> Check:
        # Without the keys of the rows: where the key is at fault, they would show it.
        found = self._identifier.replace("it_column", f"cast({name(column)} as varchar)")
        return no_rows(
            f"{column} holds no email address and no phone number",
            f"select {found} || ' in ' || count(*) || ' rows' as shown from {self._from}"
            f" where {found} is not null group by {found} order by all",
            column,
        )

    @staticmethod
    def _rule(sentence: str, rule: str, column: str, keys: str, **more: Any) -> Check:
        return Check(sentence, f"ExpectColumn{rule}", {"column": column, **more}, column, keys)

    def _keys(self, condition: str) -> str:
        shown = " || ' / ' || ".join(
            f"coalesce(cast({name(column)} as varchar), 'unknown')" for column in self._key
        )
        return f"select {shown} as shown from {self._from} where {condition} order by all"

    def _unknown(self, what: str) -> UserError:
        return UserError(
            f"model {self._table} has {what}, which its output contract can't express; write it as"
            " a constraint or a test, or add it to customer_segments/contracts/output.py"
        )
