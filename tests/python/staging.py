"""Stages raw files with the project's own SQL, compiled once, in a second instead of a build."""

from pathlib import Path

import duckdb

from customer_segments.dbt import compile_models, manifest, parse, run_dbt
from customer_segments.inputs.folder import take_in
from customer_segments.inputs.layout import read_layout
from customer_segments.pipeline import DEMO, STAGED

LAYOUT = read_layout()


class Staging:
    """A warehouse with the staging models, whose raw files are exchanged."""

    def __init__(self, folder: Path) -> None:
        self.taken_in = folder / "warehouse.raw"
        self.warehouse = folder / "warehouse.duckdb"
        self.variables = {"raw_dir": str(self.taken_in)}
        take_in(DEMO, self.taken_in, LAYOUT)
        self.parsed = parse(self.variables, self.warehouse)
        run_dbt(["seed"], self.variables, self.warehouse, self.parsed)
        run_dbt(["run", "--select", *STAGED], self.variables, self.warehouse, self.parsed)
        self._models = self._in_order(compile_models(STAGED, self.variables, self.warehouse))

    def stage(self, raw: Path) -> dict[str, tuple[int, int, int, int]]:
        """Take a folder in and stage it; return rows in, staged, repeated and rejected by source.

        Raises UserError as a build does.
        """
        take_in(raw, self.taken_in, LAYOUT)
        with duckdb.connect(str(self.warehouse)) as connection:
            connection.execute("set TimeZone = 'UTC'")
            for relation, kind, sql in self._models:
                connection.execute(f"create or replace {kind} {relation} as {sql}")
            rows = connection.execute(
                "select source, row_count, staged_count, deduplicated_count, rejected_count"
                " from staging.source_row_counts"
            ).fetchall()
        return {source: tuple(counts) for source, *counts in rows}

    def rejections(self) -> dict[tuple[str, str], int]:
        """Return how many rows of each source were rejected, or lost a value, for each reason."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            rows = connection.execute(
                "select source, reason, count(*) from staging.rejected_rows group by all"
            ).fetchall()
        return {(source, reason): count for source, reason, count in rows}

    def _in_order(self, compiled: dict[str, str]) -> list[tuple[str, str, str]]:
        """Return relation, kind and SQL of each model, after the models that it reads."""
        nodes = {
            node["name"]: node
            for node in manifest()["nodes"].values()
            if node["resource_type"] == "model" and node["name"] in compiled
        }
        ordered: list[str] = []

        def add(name: str) -> None:
            for parent in nodes[name]["depends_on"]["nodes"]:
                parent = parent.split(".")[-1]
                if parent in nodes and parent not in ordered:
                    add(parent)
            if name not in ordered:
                ordered.append(name)

        for name in nodes:
            add(name)
        return [
            (
                f'"{nodes[name]["schema"]}"."{name}"',
                "view" if nodes[name]["config"]["materialized"] == "view" else "table",
                compiled[name],
            )
            for name in ordered
        ]
