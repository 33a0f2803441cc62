"""Stages files with the project's own SQL, compiled once, in a second instead of a build."""

import shutil
from functools import cache
from pathlib import Path

import duckdb
from dbt.contracts.graph.nodes import ModelNode

from customer_segments.dbt import TARGET, compile_models, run_dbt
from customer_segments.inputs.delivery import DEMO
from customer_segments.inputs.layout import read_layout
from customer_segments.inputs.load import load
from tests.python.deliveries import parsed

LAYOUT = read_layout()
# What is read from the files.
STAGED = ("path:models/input", "path:models/staging")


@cache
def made() -> tuple[Path, list[tuple[str, str, str]]]:
    """Stage the demo in a folder; return it, and relation, kind and SQL of each model in order."""
    folder = TARGET / "staged"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    variables = {"loaded_dir": str(folder / "warehouse.inputs")}
    load(DEMO, folder / "warehouse.inputs", LAYOUT, variables)
    project = variables, folder / "warehouse.duckdb", parsed()
    run_dbt(["seed"], *project)
    run_dbt(["run", "--select", *STAGED, "declared_segments"], *project)
    return folder, in_order(compile_models(STAGED, *project))


def in_order(compiled: dict[str, str]) -> list[tuple[str, str, str]]:
    """Return relation, kind and SQL of each model, after the models that it reads."""
    nodes = {
        node.name: node
        for node in parsed().nodes.values()
        if isinstance(node, ModelNode) and node.name in compiled
    }
    ordered: list[str] = []

    def add(name: str) -> None:
        for parent in nodes[name].depends_on.nodes:
            parent = parent.split(".")[-1]
            if parent in nodes and parent not in ordered:
                add(parent)
        if name not in ordered:
            ordered.append(name)

    for name in nodes:
        add(name)
    return [
        (
            f'"{nodes[name].schema}"."{name}"',
            "view" if nodes[name].config.materialized == "view" else "table",
            compiled[name],
        )
        for name in ordered
    ]


class Staging:
    """A warehouse with the staging models, whose files are exchanged."""

    def __init__(self, folder: Path) -> None:
        self.loaded = folder / "warehouse.inputs"
        self.warehouse = folder / "warehouse.duckdb"
        self.variables = {"loaded_dir": str(self.loaded)}
        demo, models = made()
        shutil.copytree(demo, folder, dirs_exist_ok=True)
        self._models = [
            (relation, kind, sql.replace(str(demo), str(folder))) for relation, kind, sql in models
        ]

    def stage(self, raw: Path) -> dict[str, tuple[int, int, int, int]]:
        """Load a folder and stage it; return rows in, staged, repeated and rejected by source.

        Raises UserError as a build does.
        """
        load(raw, self.loaded, LAYOUT, self.variables)
        with duckdb.connect(str(self.warehouse)) as connection:
            connection.execute("set TimeZone = 'UTC'")
            for relation, kind, sql in self._models:
                connection.execute(f"create or replace {kind} {relation} as {sql}")
            rows = connection.execute(
                "select source, sum(row_count), sum(staged_count), sum(deduplicated_count),"
                " sum(rejected_count) from staging.source_row_counts group by source"
            ).fetchall()
        return {source: tuple(counts) for source, *counts in rows}

    def rejections(self) -> dict[tuple[str, str], int]:
        """Return how many rows of each source were rejected, or lost a value, for each reason."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            rows = connection.execute(
                "select source, reason, count(*) from staging.rejected_rows group by all"
            ).fetchall()
        return {(source, reason): count for source, reason, count in rows}
