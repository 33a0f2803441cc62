"""Breaks what each kind of check is of on purpose, and sees it caught."""

import copy
import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import great_expectations as gx
import jsonschema
import pytest
from great_expectations.execution_engine import sqlalchemy_execution_engine

from customer_segments.contracts import validation
from customer_segments.contracts.contract import INPUT, OUTPUT, Contract, no_rows
from customer_segments.contracts.odcs import document
from customer_segments.contracts.outcome import Outcome, as_text, write_junit
from customer_segments.contracts.output import (
    public_relations,
    published_contracts,
    relations_in,
)
from customer_segments.contracts.validation import validate
from customer_segments.errors import UserError
from customer_segments.inputs.contract import input_contracts
from customer_segments.inputs.layout import Column, Table, read_layout

# The output contract


def column(data_type: str = "varchar", **more: Any) -> dict[str, Any]:
    return {"data_type": data_type, "description": "A column.", "constraints": [], **more}


def constraint(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "columns": [], "expression": None, **more}


def test_of(name: str, column_name: str | None = None, **arguments: Any) -> dict[str, Any]:
    return {
        "resource_type": "test",
        "name": name,
        "attached_node": "model.shop.members",
        "column_name": column_name,
        "config": {},
        "test_metadata": {"name": name, "kwargs": arguments},
    }


test_of.__test__ = False  # type: ignore[attr-defined]

COLUMNS = {
    "id": column(constraints=[constraint("not_null"), constraint("unique")]),
    "kind": column(constraints=[constraint("check", expression="kind in ('a', 'it''s')")]),
    "size": column(
        "integer",
        constraints=[constraint("check", expression="size > 0 or kind = 'a'")],
    ),
    "code": column(),
    "other": column(),
    "twin": column(),
    "day": column("date"),
}
MANIFEST: dict[str, Any] = {
    "metadata": {"project_name": "shop"},
    "nodes": {
        "model.shop.members": {
            "resource_type": "model",
            "name": "members",
            "schema": "main",
            "access": "public",
            "description": "Members. One row per member.",
            "config": {"meta": {"owner": "analytics"}},
            "constraints": [constraint("primary_key", columns=["other", "twin"])],
            "columns": {name: {"name": name, **rest} for name, rest in COLUMNS.items()},
        },
        "test.1": test_of("not_null", "code"),
        "test.2": test_of("unique", "code"),
        "test.3": test_of("accepted_values", "code", values=["AB", "CD", "EF"]),
        "test.4": test_of("relationships", "twin", to="ref('others')", field="id"),
        "test.5": test_of("same_values_as", "other", to="ref('others')", field="id"),
        "test.6": test_of("primary_key", None, columns=["id", "day"]),
        "test.7": test_of("relationships", "id", to="ref('hidden')", field="id"),
        "test.8": test_of("no_identifiers"),
    },
}
GOOD = [
    ("1", "a", -1, "AB", "x", "x", "2026-01-01"),
    ("2", "it's", 5, "CD", "y", "y", "2026-01-02"),
]
# Statements that make a check fail, and words of the check.
BREAKS = {
    "exactly the columns": "alter table members add column extra integer",
    "have the types": "alter table members alter column day type varchar",
    "id is filled": "update members set id = null where id = '1'",
    "id is unique": "update members set id = '1'",
    "kind is one of a, it's": "update members set kind = 'b' where id = '1'",
    "it holds that size > 0": "update members set size = -1 where id = '2'",
    "code is filled": "update members set code = null where id = '2'",
    "code is unique": "update members set code = 'AB'",
    "code is one of AB, CD, EF": "update members set code = 'ZZ' where id = '2'",
    "other and twin are unique": "update members set other = 'x', twin = 'x'",
    "other is filled": "update members set other = null where id = '2'",
    "twin is among others.id": "update members set twin = 'z' where id = '2'",
    "other is among others.id": "update members set other = 'z' where id = '2'",
    "other has every others.id": "insert into others values ('w')",
    "id and day are unique": "update members set id = '1', day = date '2026-01-01'",
    "kind holds no email address": "update members set kind = 'anna@example.com' where id = '1'",
    "id holds no email address": "update members set id = 'anna@example.com' where id = '1'",
}


# What the macro identifier_in stands for, in short.
IDENTIFIER = "case when it_column like '%@%' then 'an email address' end"


def shop(folder: Path, statement: str = "select 1") -> tuple[Contract, Path]:
    """Return the contract of members, and a database in which a statement broke something."""
    path = folder / "shop.duckdb"
    with duckdb.connect(str(path)) as connection:
        declared = ", ".join(f"{name} {rest['data_type']}" for name, rest in COLUMNS.items())
        connection.execute(f"create table members ({declared}); create table others (id varchar)")
        connection.executemany("insert into members values (?, ?, ?, ?, ?, ?, ?)", GOOD)
        connection.execute("insert into others values ('x'), ('y')")
        connection.execute(statement)
        (contract,) = published_contracts(MANIFEST, relations_in(connection), IDENTIFIER)
    return contract, path


def outcome(folder: Path, statement: str = "select 1") -> Outcome:
    contract, path = shop(folder, statement)
    (found,) = validate(OUTPUT, [contract], path, folder / "pages")
    return found


def test_a_good_table_passes_every_check(tmp_path: Path) -> None:
    found = outcome(tmp_path)
    assert found.failed == []
    assert found.unseen == ("id is among hidden.id",)
    for words in BREAKS:
        assert any(words in result.sentence for result in found.checks)


@pytest.mark.parametrize("words", BREAKS)
def test_a_fault_is_caught(words: str, tmp_path: Path) -> None:
    found = outcome(tmp_path, BREAKS[words])
    assert any(words in result.sentence for result in found.failed), as_text([found])


def test_a_key_that_is_an_address_is_not_shown(tmp_path: Path) -> None:
    found = outcome(tmp_path, BREAKS["id holds no email address"])
    shown = [result.shown for result in found.checks if "email" in result.sentence]
    assert "anna" not in "".join(shown)


def test_every_check_is_tried(tmp_path: Path) -> None:
    contract, _ = shop(tmp_path)
    addresses = [check for check in contract.checks if "email" in check.sentence]
    untried = [
        check.sentence
        for check in contract.checks
        if not any(words in check.sentence for words in BREAKS) and check not in addresses
    ]
    # They come from the same keys as `other is filled` and `id is filled`.
    assert untried == ["twin is filled", "day is filled"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda nodes: nodes["model.shop.members"]["constraints"].append(constraint("custom")),
         "a constraint custom"),
        (lambda nodes: nodes.update({"test.9": test_of("is_prime", "id")}), "a test is_prime"),
        (lambda nodes: nodes["test.1"]["config"].update(where="size > 0"), "a condition"),
        (lambda nodes: nodes["model.shop.members"]["config"]["meta"].update(checks={"rows": []}),
         "checks in its meta"),
        (lambda nodes: nodes["model.shop.members"]["columns"]["id"].update(
            config={"meta": {"checks": {"pattern": "x"}}}), "checks in its meta"),
    ],
)  # fmt: skip
def test_what_no_contract_knows_is_never_left_out(change: Any, words: str) -> None:
    manifest = copy.deepcopy(MANIFEST)
    change(manifest["nodes"])
    with pytest.raises(UserError, match=words):
        published_contracts(manifest, public_relations(manifest), IDENTIFIER)


def test_a_check_that_can_not_be_made_fails(tmp_path: Path) -> None:
    contract, path = shop(tmp_path)
    wrong = no_rows("it can be asked", "select no_such_column from members")
    broken = Contract(contract.table, "main", (*contract.checks, wrong))
    (found,) = validate(OUTPUT, [broken], path, tmp_path / "pages")
    (failed,) = found.failed
    assert failed.sentence == "it can be asked"
    assert "could not be checked" in failed.shown


def test_great_expectations_still_needs_its_connection_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When this fails, remove _keep_connection of customer_segments/contracts/validation.py."""
    _, path = shop(tmp_path)
    kept = [
        dialect
        for dialect in sqlalchemy_execution_engine._PERSISTED_CONNECTION_DIALECTS
        if dialect.value != "duckdb"
    ]
    monkeypatch.setattr(sqlalchemy_execution_engine, "_PERSISTED_CONNECTION_DIALECTS", kept)
    context = gx.get_context(mode="ephemeral")
    source = context.data_sources.add_sql("plain", connection_string=f"duckdb:///{path}")
    batch = source.add_table_asset("members", table_name="members", schema_name="main")
    found = (
        batch.add_batch_definition_whole_table("all")
        .get_batch()
        .validate(gx.expectations.ExpectColumnValuesToNotBeNull(column="id"))
    )
    assert not found.success
    validation._keep_connection()


def test_pages_load_nothing_from_the_web(tmp_path: Path) -> None:
    contract, path = shop(tmp_path)
    validate(OUTPUT, [contract], path, tmp_path / "pages")
    pages = list((tmp_path / "pages").rglob("*.html"))
    assert len(pages) >= 3
    for page in pages:
        content = page.read_text(encoding="utf-8")
        assert "<script" not in content
        assert 'src="http' not in content
        assert "<link" not in content or 'href="http' not in content.split("<body")[0]


def test_the_junit_file_has_a_case_for_each_check(tmp_path: Path) -> None:
    found = outcome(tmp_path, BREAKS["id is filled"])
    write_junit([found], tmp_path / "contracts.xml")
    text = (tmp_path / "contracts.xml").read_text(encoding="utf-8")
    assert text.count("<testcase") == len(found.checks) + len(found.unseen)
    assert text.count("<failure") == len(found.failed) == 1


# The export


def test_the_export_follows_the_standard(tmp_path: Path) -> None:
    contract, _ = shop(tmp_path)
    exported = document(contract, MANIFEST)
    schema = json.loads(files("open_data_contract_standard").joinpath("schema.json").read_text())
    jsonschema.validate(exported, schema)
    (table,) = exported["schema"]
    parts = (table, *table["properties"])
    rules = [rule["name"] for part in parts for rule in part.get("quality", [])]
    assert sorted(rules) == sorted(check.sentence for check in contract.checks)
    exported["schema"][0]["properties"][0]["logicalType"] = "varchar"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(exported, schema)


# The input contract

LAYOUT = (
    Table(
        "orders",
        (
            Column("id", required=True, checks={"unique": True}),
            Column("day", "timestamp"),
            Column("amount", "decimal(14, 2)"),
            Column("status", checks={"values": ["open", "done"]}),
            Column("kind", checks={"values": ["sent"], "mapped_by": "email_event_types"}),
            Column("parent", checks={"refers_to": "orders.id"}),
        ),
        checks={
            "rows": [
                {
                    "says": "no order is done on 1 May",
                    "at_fault": "status = 'done' and day = date '2026-05-01'",
                }
            ]
        },
    ),
)  # fmt: skip


def orders(**columns: str) -> str:
    """Return a query of 100 loaded orders, with other values for some columns."""
    values = {
        "id": "'O' || i",
        "day": "timestamp '2026-03-24'",
        "amount": "cast(i as decimal(14, 2))",
        "status": "if(i % 2 = 0, 'Open', 'done')",
        "kind": "'Sent'",
        "parent": "'O50'",
        "source_file": "'orders.csv'",
        "source_row_number": "i",
        "unread_values": "cast(null as varchar)",
        **columns,
    }
    listed = ", ".join(f"{value} as {name}" for name, value in values.items())
    return f"select {listed} from range(100) as numbers(i)"


def looked_at(folder: Path, query: str) -> Outcome:
    """Return what the contract finds in a query's rows."""
    (folder / "orders").mkdir()
    with duckdb.connect() as connection:
        connection.execute(f"copy ({query}) to '{folder}/orders/1.parquet'")
    database = folder / "inputs.duckdb"
    (found,) = validate(
        INPUT, input_contracts(database, LAYOUT, folder), database, folder / "pages"
    )
    return found


def test_good_orders_break_nothing(tmp_path: Path) -> None:
    assert looked_at(tmp_path, orders()).failed == []


UNREAD = 'if(i < 21, \'{{"{0}":"n/a"}}\', null)'


@pytest.mark.parametrize(
    ("columns", "words", "is_hard"),
    [
        ({"id": "if(i < 21, null, 'O' || i)"}, "id is filled", True),
        ({"id": "'O' || (i % 79)"}, "id is unique", True),
        ({"day": "if(i < 21, null, timestamp '2026-03-24')", "unread_values": UNREAD.format("day")},
         "day is a date and time", True),
        ({"amount": "if(i < 21, null, 7.00)", "unread_values": UNREAD.format("amount")},
         "amount is a number", True),
        ({"status": "if(i < 21, 'gone', 'open')"}, "status is one of open, done", False),
        ({"kind": "if(i < 21, 'gazed', 'send')"}, "kind is one of sent, or a word in", False),
        ({"parent": "if(i < 21, 'P1', 'O50')"}, "parent is among orders.id", True),
        ({"status": "if(i < 21, 'done', 'open')", "day": "timestamp '2026-05-01'"},
         "no order is done on 1 May", False),
    ],
)  # fmt: skip
def test_a_fault_is_seen_from_the_first_row_over_twenty(
    tmp_path: Path, columns: Mapping[str, str], words: str, is_hard: bool
) -> None:
    (failed,) = looked_at(tmp_path, orders(**columns)).failed
    assert words in failed.sentence
    assert (failed.is_hard, failed.at_fault_count) == (is_hard, 21)
    few = tmp_path / "few"
    few.mkdir()
    fewer = {
        name: sql.replace("< 21", "< 20").replace("% 79", "% 80") for name, sql in columns.items()
    }
    assert looked_at(few, orders(**fewer)).failed == []


def test_an_input_model_with_an_unknown_check_is_refused(tmp_path: Path) -> None:
    model = """
models:
  - name: input_orders
    columns:
      - name: id
        data_type: varchar
        config: {{meta: {{checks: {{{check}: true}}}}}}
"""
    (tmp_path / "input_orders.yml").write_text(model.format(check="unique"))
    assert read_layout(tmp_path)[0].key == "id"
    (tmp_path / "input_orders.yml").write_text(model.format(check="uniqe"))
    with pytest.raises(UserError, match=r"input_orders\.id has the check uniqe"):
        read_layout(tmp_path)
