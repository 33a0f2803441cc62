"""Writes the published tables' contracts in the Open Data Contract Standard (ODCS, Bitol)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from customer_segments.contracts.contract import Contract, Promise

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
    """Return a contract as the standard's JSON schema has it."""
    project = manifest["metadata"]["project_name"]
    key = _key(contract)
    quality = [_rule(promise) for promise in contract.promises if promise.column is None]
    return {
        "apiVersion": VERSION,
        "kind": "DataContract",
        "id": f"{project}.{contract.table}",
        "name": contract.table,
        "version": _version(),
        "status": "active",
        "domain": project,
        "description": {"purpose": contract.description.strip()},
        "servers": [
            {
                "server": "published",
                "type": "duckdb",
                "database": "segments.duckdb",
                "schema": "main",
            }
        ],
        "schema": [
            {
                "name": contract.table,
                "physicalName": contract.table,
                "physicalType": "table",
                "logicalType": "object",
                "description": contract.description.strip(),
                "properties": [_property(contract, column, key) for column in contract.columns],
                **({"quality": quality} if quality else {}),
            }
        ],
        **({"team": {"name": contract.owner}} if contract.owner else {}),
    }


def _property(contract: Contract, column: Any, key: Sequence[str]) -> dict[str, Any]:
    quality = [_rule(promise) for promise in contract.promises if promise.column == column.name]
    return {
        "name": column.name,
        "logicalType": logical_type(column.data_type),
        "physicalType": column.data_type,
        "description": column.description.strip(),
        "required": column.required,
        "unique": column.unique,
        **(
            {"primaryKey": True, "primaryKeyPosition": key.index(column.name) + 1}
            if column.name in key
            else {}
        ),
        **({"quality": quality} if quality else {}),
    }


def logical_type(data_type: str) -> str:
    """Return the standard's type for one of DuckDB's. Raises ValueError for one not known."""
    for pattern, logical in _LOGICAL:
        if re.fullmatch(pattern, data_type.lower()):
            return logical
    raise ValueError(f"no logical type of the Open Data Contract Standard for {data_type}")


def _rule(promise: Promise) -> dict[str, Any]:
    """Return a promise as a quality rule: words for people, and how the rule is checked."""
    return {
        "name": promise.sentence,
        "description": promise.sentence,
        "type": "custom",
        "engine": "greatExpectations",
        "implementation": yaml.safe_dump(
            {"type": promise.expectation, "kwargs": dict(promise.arguments)}, sort_keys=False
        ),
    }


def _key(contract: Contract) -> tuple[str, ...]:
    return tuple(_key_columns(contract.promises))


def _key_columns(promises: Sequence[Promise]) -> Iterator[str]:
    for promise in promises:
        if promise.expectation == "ExpectCompoundColumnsToBeUnique":
            yield from promise.arguments["column_list"]
            return
    for promise in promises:
        if promise.expectation == "ExpectColumnValuesToBeUnique":
            yield promise.arguments["column"]
            return


def _version() -> str:
    """Return the version of the project, which every change of a contract raises."""
    project = Path(__file__).resolve().parents[2] / "dbt_project.yml"
    return str(yaml.safe_load(project.read_text(encoding="utf-8"))["version"])
