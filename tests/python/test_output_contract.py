"""dbt alone holds what is published: each kind of fault, made on purpose, ends a build red."""

import os
from collections.abc import Mapping

import duckdb
import pytest

from customer_segments.contracts.output import IDENTIFIER
from customer_segments.dbt import manifest, render
from tests.python.deliveries import parsed
from tests.python.project_copy import Copy
from tests.python.shared import PROJECT

WAREHOUSE = PROJECT / os.environ.get("WAREHOUSE", "target/test/warehouse.duckdb")
TWICE = "select made.* from {made} as made, range(2)"
# Queries of what a model makes, and the words of what dbt says of it, by how it is held.
FAULTS = {
    "columns of the contract": (
        "segment_overlap", "select *, 1 as extra from {made}", "model segment_overlap (",
    ),
    "types of the contract": (
        "customer_activity",
        "select * replace (cast(probability_active as varchar) as probability_active) from {made}",
        "model customer_activity (",
    ),
    "columns of the contract, of a view": (
        "segment_members", "", "model segment_members (",
    ),
    "not_null": (
        "persona_traits", "select * replace (cast(null as varchar) as label) from {made}",
        "model persona_traits has rows without label",
    ),
    "check": (
        "segment_quality", "select * replace ('fatal' as status) from {made}",
        "segment_quality.sql): Constraint Error: CHECK constraint failed",
    ),
    "primary_key": ("segment_kpis", TWICE, "segment_kpis.sql): Constraint Error: PRIMARY KEY or"),
    "test unique": (
        "campaign_lift", TWICE, "test of campaign_lift.campaign_id failed: a value comes more than",
    ),
    "test primary_key": (
        "segment_daily", TWICE, "test of segment_daily failed: segment and day are unknown, or",
    ),
    "test same_values_as": (
        "cluster_segments", "select * from {made} where contact_id < 'C0003'",
        "test of cluster_segments.contact_id failed: same values as",
    ),
    "test relationships": (
        "preference_segments",
        "select * replace (contact_id || '?' as contact_id, case preference_type when 'topic' then"
        " preference || ' 079 123 45 67' else preference end as preference) from {made}",
        "test of preference_segments.contact_id failed: a value is not in dim_contacts",
    ),
    "test no_identifiers": (
        "preference_segments", "",
        "preference_segments.preference holds a phone number in ",
    ),
    "test no_identifiers, of a key": (
        "sequence_kpis", "select * replace ('anna@example.com' as sequence) from {made} limit 1",
        "sequence_kpis.sequence holds an email address in 1 rows",
    ),
    "test not_null, on a view": (
        "segment_members",
        "select * replace (cast(null as date) as entered_at, 'both' as source) from {made}",
        "test of segment_members.entered_at failed: a value is unknown",
    ),
    "test accepted_values, on a view": (
        "segment_members", "", "test of segment_members.source failed: a value is none of rule,",
    ),
}  # fmt: skip
# One model a run, for what reads a model that failed would be left out.
BUILD = """
import sys
from pathlib import Path
from customer_segments.dbt import parse, run_dbt
from customer_segments.errors import UserError

warehouse = Path(sys.argv[1])
parsed = parse({}, warehouse)
for model in sys.argv[2:]:
    only = ["--exclude-resource-type", "unit_test", "--select", model]
    try:
        run_dbt(["build", *only], {}, warehouse, parsed)
    except UserError as error:
        print(error)
"""


def said(copy: Copy, queries: Mapping[str, str]) -> str:
    """Return what a build of models says that make something else."""
    nodes = manifest()["nodes"].values()
    for model, query in queries.items():
        (path,) = [node["original_file_path"] for node in nodes if node["name"] == model]
        made = (PROJECT / path).read_text(encoding="utf-8")
        query = query.replace("{made}", f"(\n{made}\n)")
        (copy.root / path).write_text(query, encoding="utf-8")
    result = copy.run("-c", BUILD, str(copy.warehouse), *queries)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def red(tmp_path_factory: pytest.TempPathFactory) -> str:
    copy = Copy(tmp_path_factory.mktemp("red"))
    queries = {model: query for model, query, _ in FAULTS.values() if query}
    view = {"segment_members": "select *, 1 as extra from {made}"}
    return said(copy, queries) + said(copy, view)


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_of_each_kind_ends_a_build_red(kind: str, red: str) -> None:
    assert FAULTS[kind][2] in red


def test_no_identifier_is_shown(red: str) -> None:
    assert "anna" not in red
    assert "079 123" not in red


def test_the_database_enforces_every_constraint_of_a_public_table() -> None:
    """Constraints of a view would be nothing but words."""
    declared = {
        (node["name"], str(constraint["type"]).upper().replace("_", " "))
        for node in manifest()["nodes"].values()
        if node["resource_type"] == "model" and node.get("access") == "public"
        for part in (node, *node["columns"].values())
        for constraint in part.get("constraints", [])
    }
    with duckdb.connect(str(WAREHOUSE), read_only=True) as connection:
        enforced = connection.execute(
            "select distinct table_name, constraint_type from duckdb_constraints()"
        ).fetchall()
    assert {kind for _, kind in declared} == {"NOT NULL", "CHECK", "PRIMARY KEY"}
    assert declared <= set(enforced)


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("anna@example.com", "an email address"),
        ("Anna <Anna.Frei@Post.CH>", "an email address"),
        ("call +41 79 123 45 67", "a phone number"),
        ("+41 (0)79 123 45 67", "a phone number"),
        ("+33612345678", "a phone number"),
        ("079 123 45 67", "a phone number"),
        ("tel. 06.12.34.56.78", "a phone number"),
        ("@home", None),
        ("3 @ 5.50", None),
        ("C0004212345", None),
        ("0001234567", None),
        ("2026-06-30 10:00:00", None),
        ("01.05.2026 10:00", None),
        ("01.05.26 10:00", None),
        ("+12.5 % (2026-06-30)", None),
        ("10.000.000 - 20.000.000", None),
    ],
)
def test_an_identifier_is_told_from_keys_dates_and_figures(
    text: str, identifier: str | None, looks: str
) -> None:
    with duckdb.connect() as connection:
        query = f"select {looks} from (select cast(? as varchar) as it_column)"
        assert connection.execute(query, [text]).fetchall() == [(identifier,)]


@pytest.fixture(scope="module")
def looks(tmp_path_factory: pytest.TempPathFactory) -> str:
    database = tmp_path_factory.mktemp("looks") / "empty.duckdb"
    return render(IDENTIFIER, {}, database, parsed())
