"""Writes the published tables' contracts in the Open Data Contract Standard (ODCS, Bitol)."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from customer_segments.contracts.contract import Check, Contract
from customer_segments.dbt import project_file
from customer_segments.releases.primary_keys import project_keys

VERSION = "v3.2.0"

# ODCS knows types by what they mean; the engine's own name stays as the physical type.
_LOGICAL = (
    (r"varchar|text", "string"),
    (r"bigint|integer|smallint|hugeint", "integer"),
    (r"double|float|decimal.*|numeric.*", "number"),
    (r"boolean", "boolean"),
    (r"date", "date"),
    (r"timestamp.*", "timestamp"),
    (r".*\[\]", "array"),
)


def write_contracts(
    contracts: Sequence[Contract], manifest: Mapping[str, Any], folder: Path
) -> None:
    """Write a file <table>.odcs.yaml for each contract, with the project's version.

    Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for contract in contracts:
        content = yaml.safe_dump(
            document(contract, manifest), sort_keys=False, allow_unicode=True, width=100
        )
        (folder / f"{contract.table}.odcs.yaml").write_text(content, encoding="utf-8")


def document(contract: Contract, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return a contract as the standard's JSON schema has it; `manifest` is dbt's."""
    project = manifest["metadata"]["project_name"]
    (node,) = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["name"] == contract.table
    ]
    description, owner = node["description"].strip(), node["config"]["meta"].get("owner")
    key = project_keys(manifest)[contract.table]
    columns = node["columns"].values()
    table = {
        "name": contract.table,
        "physicalName": contract.table,
        "physicalType": "table",
        "logicalType": "object",
        "description": description,
        "properties": [_property(contract, column, key) for column in columns],
        **_quality(contract, None),
    }
    return {
        "apiVersion": VERSION,
        "kind": "DataContract",
        "id": f"{project}.{contract.table}",
        "name": contract.table,
        # Every change of a contract raises it.
        "version": str(project_file()["version"]),
        "status": "active",
        "domain": project,
        "description": {"purpose": description},
        "servers": [
            {
                "server": "published",
                "type": "duckdb",
                "database": "segments.duckdb",
                "schema": "main",
            }
        ],
        "schema": [table],
        **({"team": {"name": owner}} if owner else {}),
    }


def _property(contract: Contract, column: Mapping[str, Any], key: Sequence[str]) -> dict[str, Any]:
    title = column["name"]
    position = {"primaryKey": True, "primaryKeyPosition": [*key, title].index(title) + 1}
    return {
        "name": title,
        "logicalType": logical_type(column["data_type"]),
        "physicalType": column["data_type"],
        "description": column["description"].strip(),
        "required": any(
            check.column == title and check.expectation == "ExpectColumnValuesToNotBeNull"
            for check in contract.checks
        ),
        "unique": [title] == [*key],
        **(position if title in key else {}),
        **_quality(contract, title),
    }


def logical_type(data_type: str) -> str:
    """Return the standard's type for one of DuckDB's. Raises ValueError for one not known."""
    for pattern, logical in _LOGICAL:
        if re.fullmatch(pattern, data_type.lower()):
            return logical
    raise ValueError(f"no logical type of the Open Data Contract Standard for {data_type}")


def _quality(contract: Contract, column: str | None) -> dict[str, Any]:
    """Return the checks of a column, or of the table, as quality rules."""
    rules = [_rule(check) for check in contract.checks if check.column == column]
    return {"quality": rules} if rules else {}


def _rule(check: Check) -> dict[str, Any]:
    """Return a check as a quality rule: words for people, and how the rule is checked."""
    return {
        "name": check.sentence,
        "description": check.sentence,
        "type": "custom",
        "engine": "greatExpectations",
        "implementation": yaml.safe_dump(
            {"type": check.expectation, "kwargs": dict(check.arguments)}, sort_keys=False
        ),
    }
