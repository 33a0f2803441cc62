"""Which columns name a row of each public model."""

from collections.abc import Mapping
from typing import Any

from dbt.contracts.graph.manifest import Manifest


def published_keys(parsed: Manifest) -> dict[str, list[str]]:
    """Return what project_keys does, of the parsed project.

    Not of dbt's file: another build may be writing that.
    """
    return project_keys(
        {"nodes": {node.unique_id: node.to_dict() for node in parsed.nodes.values()}}
    )


def project_keys(project: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the public models of a dbt manifest, in order, each with its key's columns.

    The key is the primary key, or the columns tested as unique; empty when there is neither.
    """
    nodes = project["nodes"].values()
    tested: dict[str, list[str]] = {}
    for node in nodes:
        kind = node.get("test_metadata") or {}
        if kind.get("name") in ("unique", "primary_key"):
            columns = kind["kwargs"].get("columns") or [node["column_name"]]
            tested.setdefault(node["attached_node"], [*columns])
    public = [node for node in nodes if node.get("access") == "public"]
    return {
        node["name"]: _primary_key(node) or tested.get(node["unique_id"], [])
        for node in sorted(public, key=lambda node: str(node["name"]))
    }


def _primary_key(node: Mapping[str, Any]) -> list[str]:
    for constraint in node.get("constraints", []):
        if constraint["type"] == "primary_key":
            return [*constraint["columns"]]
    return [
        name
        for name, column in node["columns"].items()
        if any(constraint["type"] == "primary_key" for constraint in column.get("constraints", []))
    ]
