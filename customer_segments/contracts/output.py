"""The contracts of the published tables, from what dbt knows of the models."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb

from customer_segments.contracts.contract import Column, Contract, Promise, rows_expectation
from customer_segments.errors import UserError
from customer_segments.releases.primary_keys import project_keys
from customer_segments.sql import literal, name

IDENTIFIER = "{{ identifier_in('it_column') }}"
"""The macro by which the test no_identifiers looks at a column, here it_column."""

_IN_LIST = re.compile(r"^\s*(\w+)\s+in\s+\(([^()]*)\)\s*$", re.IGNORECASE)
_TEXT = re.compile(r"'((?:[^']|'')*)'")
_TEXTS = re.compile(r"\s*'(?:[^']|'')*'(?:\s*,\s*'(?:[^']|'')*')*\s*")
_REF = re.compile(r"ref\(\s*['\"](?P<model>\w+)['\"]\s*\)")

Relations = Mapping[str, str]


def published_contracts(
    manifest: Mapping[str, Any], relations: Relations, identifier: str
) -> list[Contract]:
    """Return the contract of each public model, for a database with these relations by name.

    `identifier` is IDENTIFIER as SQL. What refers to a relation that the database lacks is in
    `unseen`. Raises UserError for a constraint or a test that this module knows nothing of: none is
    left out in silence.
    """
    nodes, keys = manifest["nodes"], project_keys(manifest)
    tests: dict[str, list[Mapping[str, Any]]] = {}
    for node in nodes.values():
        if node["resource_type"] == "test" and node.get("attached_node"):
            tests.setdefault(node["attached_node"], []).append(node)
    return [
        _Deriver(node, tests.get(key, []), relations, keys[node["name"]], identifier).contract()
        for key, node in sorted(nodes.items())
        if node["resource_type"] == "model" and node.get("access") == "public"
    ]


def relations_in(connection: duckdb.DuckDBPyConnection) -> Relations:
    """Return the tables and views of a database with their schema, by name."""
    rows = connection.execute(
        "select table_name, schema_name from duckdb_tables() where database_name ="
        " current_database() union all select view_name, schema_name from duckdb_views()"
        " where database_name = current_database() and not internal"
    ).fetchall()
    return {str(table): f"{name(schema)}.{name(table)}" for table, schema in rows}


def public_relations(manifest: Mapping[str, Any]) -> Relations:
    """Return the public tables, as the published file has them."""
    return {
        node["name"]: f"{name(node['schema'])}.{name(node['name'])}"
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node.get("access") == "public"
    }


class _Deriver:
    """Derives one contract."""

    def __init__(
        self,
        node: Mapping[str, Any],
        tests: Sequence[Mapping[str, Any]],
        relations: Relations,
        key: Sequence[str],
        identifier: str,
    ) -> None:
        self._node = node
        self._tests = tests
        self._relations = relations
        self._table = str(node["name"])
        self._schema = str(node["schema"])
        self._identifier = identifier
        self._unseen: list[str] = []
        # What names a row where nothing says that it is unique.
        self._key = tuple(key or [next(iter(node["columns"]))])

    def contract(self) -> Contract:
        columns = self._columns()
        promises = {promise.sentence: promise for promise in self._promises()}
        return Contract(
            self._table,
            self._schema,
            self._node["description"],
            self._node["config"]["meta"].get("owner", ""),
            columns,
            tuple(promises.values()),
            tuple(self._unseen),
        )

    def _columns(self) -> tuple[Column, ...]:
        required = {promise.column for promise in self._promises() if _is_not_null(promise)}
        self._unseen.clear()
        return tuple(
            Column(
                column["name"],
                column["data_type"],
                column["description"],
                column["name"] in required,
                self._key == (column["name"],),
            )
            for column in self._node["columns"].values()
        )

    def _promises(self) -> Iterator[Promise]:
        names = list(self._node["columns"])
        for entry in (self._node, *self._node["columns"].values()):
            if "promise" in entry.get("config", {}).get("meta", {}):
                raise self._unknown("a promise in its meta")
        yield Promise(
            "has exactly the columns of its contract",
            "ExpectTableColumnsToMatchOrderedList",
            {"column_list": names},
        )
        yield self._types()
        for constraint in self._node.get("constraints", []):
            yield from self._constraint(constraint, constraint.get("columns") or [])
        for column in self._node["columns"].values():
            for constraint in column.get("constraints", []):
                yield from self._constraint(constraint, [column["name"]])
        for test in self._tests:
            yield from self._test(test)

    def _types(self) -> Promise:
        declared = ", ".join(
            f"({literal(column['name'])}, typeof(cast(null as {column['data_type']})))"
            for column in self._node["columns"].values()
        )
        return rows_expectation(
            "its columns have the types of its contract",
            f"select declared.column_name || ' is ' || found.data_type as shown"
            f" from (values {declared}) as declared (column_name, data_type)"
            " inner join (select column_name, data_type from duckdb_columns()"
            f" where table_name = {literal(self._table)} and schema_name = {literal(self._schema)}"
            " and database_name = current_database()) as found"
            " on declared.column_name = found.column_name"
            " where declared.data_type <> found.data_type",
        )

    def _constraint(
        self, constraint: Mapping[str, Any], columns: Sequence[str]
    ) -> Iterator[Promise]:
        kind = str(getattr(constraint["type"], "value", constraint["type"]))
        if kind == "not_null":
            for column in columns:
                yield self._not_null(column)
        elif kind == "unique":
            yield self._unique(columns)
        elif kind == "primary_key":
            for column in columns:
                yield self._not_null(column)
            yield self._unique(columns)
        elif kind == "check":
            yield self._check(constraint["expression"], columns)
        elif kind == "foreign_key" and constraint.get("to"):
            target = str(constraint["to"]).replace('"', "").split(".")[-1]
            for column, other in zip(columns, constraint["to_columns"], strict=True):
                yield from self._refers_to(column, target, other)
        else:
            raise self._unknown(f"a constraint {kind}")

    def _test(self, test: Mapping[str, Any]) -> Iterator[Promise]:
        kind = test.get("test_metadata") or {"name": "none", "kwargs": {}}
        arguments, column = kind["kwargs"], str(test.get("column_name"))
        if test["config"].get("where"):
            raise self._unknown(f"a condition on its test {kind['name']}")
        if kind["name"] == "unique":
            yield self._unique([column])
        elif kind["name"] == "not_null":
            yield self._not_null(column)
        elif kind["name"] == "primary_key":
            for key in arguments["columns"]:
                yield self._not_null(key)
            yield self._unique(arguments["columns"])
        elif kind["name"] == "accepted_values":
            yield self._accepted(column, arguments["values"])
        elif kind["name"] in ("relationships", "same_values_as"):
            found = _REF.search(arguments["to"])
            if not found:
                raise self._unknown(f"a reference to {arguments['to']}")
            yield from self._refers_to(column, found["model"], arguments["field"])
            if kind["name"] == "same_values_as":
                yield from self._covers(column, found["model"], arguments["field"])
        elif kind["name"] == "no_identifiers":
            for title, text in self._node["columns"].items():
                if text["data_type"].startswith("varchar"):
                    yield self._holds_no_identifier(title)
        else:
            raise self._unknown(f"a test {kind['name']}")

    def _not_null(self, column: str) -> Promise:
        return Promise(
            f"{column} is filled",
            "ExpectColumnValuesToNotBeNull",
            {"column": column},
            column,
            self._keys(f"{name(column)} is null"),
        )

    def _unique(self, columns: Sequence[str]) -> Promise:
        sentence = f"{' and '.join(columns)} {'are' if len(columns) > 1 else 'is'} unique"
        own = ", ".join(name(column) for column in columns)
        keys = self._keys(f"({own}) is not null").replace(
            " order by all", f" qualify count(*) over (partition by {own}) > 1 order by all"
        )
        if len(columns) == 1:
            arguments: dict[str, Any] = {"column": columns[0]}
            return Promise(sentence, "ExpectColumnValuesToBeUnique", arguments, columns[0], keys)
        arguments = {"column_list": list(columns)}
        return Promise(sentence, "ExpectCompoundColumnsToBeUnique", arguments, None, keys)

    def _check(self, expression: str, columns: Sequence[str]) -> Promise:
        column = columns[0] if len(columns) == 1 else None
        listed = _IN_LIST.match(expression)
        if listed and listed[1] == column and _TEXTS.fullmatch(listed[2]):
            values = [value.replace("''", "'") for value in _TEXT.findall(listed[2])]
            return self._accepted(listed[1], values)
        sentence = f"it holds that {' '.join(expression.split())}"
        return self._rows(sentence, f"not ({expression})", column)

    def _accepted(self, column: str, values: Sequence[Any]) -> Promise:
        listed = ", ".join(literal(value) for value in values)
        return Promise(
            f"{column} is one of {', '.join(map(str, values))}",
            "ExpectColumnValuesToBeInSet",
            {"column": column, "value_set": list(values)},
            column,
            self._keys(f"cast({name(column)} as varchar) not in ({listed})"),
        )

    def _refers_to(self, column: str, target: str, field: str) -> Iterator[Promise]:
        sentence = f"{column} is among {target}.{field}"
        relation = self._relations.get(target)
        if relation is None:
            self._unseen.append(sentence)
            return
        missing = (
            f"{name(column)} is not null and not exists (select 1 from {relation} as other"
            f" where other.{name(field)} = {name(self._table)}.{name(column)})"
        )
        yield self._rows(sentence, missing, column)

    def _covers(self, column: str, target: str, field: str) -> Iterator[Promise]:
        sentence = f"{column} has every {target}.{field}"
        relation = self._relations.get(target)
        if relation is None:
            self._unseen.append(sentence)
            return
        yield rows_expectation(
            sentence,
            f"select {name(field)} from {relation} except"
            f" select {name(column)} from {self._from()}",
            column,
        )

    def _holds_no_identifier(self, column: str) -> Promise:
        # Without the keys of the rows: where the key is at fault, they would show it.
        found = self._identifier.replace("it_column", f"cast({name(column)} as varchar)")
        sql = f"select {found} || ' in ' || count(*) || ' rows' as shown from {self._from()}"
        return rows_expectation(
            f"{column} holds no email address and no phone number",
            f"{sql} where {found} is not null group by {found} order by all",
            column,
        )

    def _rows(self, sentence: str, condition: str, column: str | None = None) -> Promise:
        return rows_expectation(sentence, self._keys(condition), column)

    def _keys(self, condition: str) -> str:
        shown = " || ' / ' || ".join(
            f"coalesce(cast({name(column)} as varchar), 'unknown')" for column in self._key
        )
        return f"select {shown} as shown from {self._from()} where {condition} order by all"

    def _from(self) -> str:
        return f"{name(self._schema)}.{name(self._table)}"

    def _unknown(self, what: str) -> UserError:
        return UserError(
            f"model {self._table} has {what}, which its contract at the published door can't"
            " express; write it as a constraint or a test, or add it to"
            " customer_segments/contracts/output.py"
        )


def _is_not_null(promise: Promise) -> bool:
    return promise.expectation == "ExpectColumnValuesToNotBeNull"
