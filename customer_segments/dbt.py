"""Runs dbt in this process and turns its failures into sentences."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from customer_segments.errors import UserError

PROJECT = Path(__file__).resolve().parent.parent
TARGET = PROJECT / "target"


def run_dbt(
    command: list[str],
    variables: Mapping[str, str],
    warehouse: Path,
    parsed: Manifest | None = None,
) -> None:
    """Run a dbt command quietly on a warehouse file; a project parsed before need not be again.

    Raises UserError with a line for each node that failed.
    """
    _invoke(command, variables, warehouse, parsed)


def parse(variables: Mapping[str, str], warehouse: Path) -> Manifest:
    """Return the parsed project, for several runs with other vars.

    Raises UserError when it does not parse.
    """
    manifest: Manifest = _invoke(["parse"], variables, warehouse)
    return manifest


def compile_models(select: str, variables: Mapping[str, str], warehouse: Path) -> dict[str, str]:
    """Return the SQL of the models selected, by name, as it would run on a warehouse file.

    Raises UserError when the project or one of them does not compile.
    """
    outcome = _invoke(["compile", "--select", select, "--quiet"], variables, warehouse)
    return {
        result.node.name: result.node.compiled_code
        for result in outcome.results
        if result.node.resource_type == "model"
    }


def _invoke(
    command: list[str],
    variables: Mapping[str, str],
    warehouse: Path,
    parsed: Manifest | None = None,
) -> Any:
    os.environ["WAREHOUSE"] = str(warehouse)
    os.environ["DO_NOT_TRACK"] = "1"
    outcome = dbtRunner(manifest=parsed).invoke(
        [
            *command,
            "--project-dir",
            str(PROJECT),
            "--profiles-dir",
            str(PROJECT),
            "--vars",
            json.dumps(dict(variables)),
            "--log-level",
            "none",
            "--no-version-check",
        ]
    )
    # dbt keeps the file open in this process, which would shut out whoever reads it next.
    DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
    if outcome.success:
        return outcome.result
    if outcome.exception is not None:
        raise UserError(_first_lines(str(outcome.exception)))
    failures = _failures(list(getattr(outcome.result, "results", [])))
    raise UserError("\n".join(failures) or "dbt failed without saying why")


def manifest() -> dict[str, Any]:
    """Return what dbt wrote about the project when it last ran."""
    return dict(json.loads((TARGET / "manifest.json").read_text(encoding="utf-8")))


def _failures(results: list[Any]) -> list[str]:
    return [
        f"{result.node.resource_type} {result.node.name}: {_first_lines(result.message or '')}"
        for result in results
        if result.status in ("error", "fail", "runtime error")
    ]


def _first_lines(message: str) -> str:
    """Return what dbt says without its headings and the SQL's place on disk."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    kept = [
        line
        for line in lines
        if not line.startswith(("Runtime Error", "Compilation Error", "compiled code at", ">"))
    ]
    return " ".join(kept[:3])
