"""Runs dbt in this process and turns its failures into sentences.

dbt is imported where it is used: that takes seconds, and who asks for a setting need not wait.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from customer_segments.engines.database import Database
from customer_segments.engines.duckdb_file import as_database
from customer_segments.errors import UserError
from customer_segments.failures import failures
from customer_segments.files import private
from customer_segments.sentences import dbt_sentence

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest
    from dbt_common.events.base_types import EventMsg

PROJECT = Path(__file__).resolve().parent.parent
# Where dbt writes, by its own settings.
TARGET = PROJECT / os.environ.get("DBT_TARGET_PATH", "target")
LOGS = PROJECT / os.environ.get("DBT_LOG_PATH", "logs")

# Vars that say what is asked of the data, and change no node.
_OF_ONE_BUILD = ("as_of", "loaded_dir", "accepted_findings")

Heard = Callable[[int, int, str], None]
"""Hears of each node that is begun: its number, how many there are, its name."""


def run_dbt(
    command: list[str],
    variables: Mapping[str, Any],
    warehouse: Path | Database,
    parsed: Manifest | None = None,
    heard: Heard | None = None,
) -> None:
    """Run a dbt command quietly on a warehouse; a project parsed before need not be again.

    Raises UserError with a line for each node that failed.
    """
    _invoke(command, variables, warehouse, parsed, heard=heard)


def parse(variables: Mapping[str, Any], warehouse: Path | Database) -> Manifest:
    """Return the parsed project, for several runs with other vars.

    Raises UserError when it does not parse.
    """
    # dbt parses anew what was parsed for another day, though no node is another then.
    shaping = {name: value for name, value in variables.items() if name not in _OF_ONE_BUILD}
    parsed: Manifest = _invoke(["parse"], shaping, as_database(warehouse).to_parse)
    return parsed


def compile_models(
    select: Sequence[str],
    variables: Mapping[str, Any],
    warehouse: Path | Database,
    parsed: Manifest,
    kind: str = "model",
) -> dict[str, str]:
    """Return the SQL of the models selected, by name, or of the tests or analyses, as it would run
    on a warehouse without them. Others may read the warehouse meanwhile.

    Raises UserError when the project does not compile.
    """
    command = ["compile", "--select", *select, "--full-refresh", "--quiet", "--no-write-json"]
    access = "READ_ONLY" if as_database(warehouse).exists() else "AUTOMATIC"
    with _environment(WAREHOUSE_ACCESS=access):
        outcome = _invoke(command, variables, warehouse, parsed)
    return {
        result.node.name: result.node.compiled_code
        for result in outcome.results
        if result.node.resource_type == kind
    }


def render(
    inline: str, variables: Mapping[str, Any], warehouse: Path | Database, parsed: Manifest
) -> str:
    """Return SQL and Jinja with the project's macros put in.

    Raises UserError when it does not compile.
    """
    # Without what takes dbt a second and nobody needs here.
    command = ["compile", "--inline", inline, "--no-write-json", "--no-populate-cache"]
    outcome = _invoke(command, variables, warehouse, parsed)
    return str(outcome.results[0].node.compiled_code).strip()


def _invoke(
    command: list[str],
    variables: Mapping[str, Any],
    warehouse: Path | Database,
    parsed: Manifest | None = None,
    heard: Heard | None = None,
) -> Any:
    from dbt.cli.main import dbtRunner

    def listen(event: EventMsg) -> None:
        if heard and event.info.name == "LogStartLine":
            heard(event.data.index, event.data.total, event.data.node_info.node_name)

    database = as_database(warehouse)
    # The warehouse, its log and what is spilled of it hold personal data, dbt's logs may.
    with private(), _environment(**database.environment, DO_NOT_TRACK="1"):
        outcome = dbtRunner(manifest=parsed, callbacks=[listen]).invoke(
            [
                *command,
                *database.options,
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
    database.let_go()
    if outcome.success:
        return outcome.result
    if outcome.exception is not None:
        # dbt stumbles over its own report of a hook that could not write.
        if database.is_full():
            raise UserError(
                f"no space is left to write {database}; make room there and build again"
            )
        raise UserError(dbt_sentence(str(outcome.exception)))
    failed = failures(getattr(outcome.result, "results", []), database)
    raise UserError("\n".join(failed) or "dbt failed without saying why")


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    """Set variables of the environment for a while: who runs next may mean another warehouse."""
    before = {name: os.environ.get(name) for name in values}
    os.environ |= values
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def manifest(target: Path = TARGET) -> dict[str, Any]:
    """Return what dbt wrote about the project when it last ran."""
    return dict(json.loads((target / "manifest.json").read_text(encoding="utf-8")))


def git(*command: str) -> str:
    """Return what git says of the project; nothing where git does not know it."""
    try:
        answer = subprocess.run(
            ["git", *command], cwd=PROJECT, capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return answer.stdout.strip()


def project_file() -> dict[str, Any]:
    """Return what dbt_project.yml says."""
    return dict(yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8")))


def filled_by(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the var inputs says by table, as given or as dbt_project.yml has it."""
    known = variables if "inputs" in variables else project_file()["vars"]
    return dict(known["inputs"] or {})


def setting(name: str, variables: Mapping[str, Any]) -> float:
    """Return a var that is a number, of those given or as dbt_project.yml has it.

    Raises UserError when it is none.
    """
    value = variables.get(name, project_file()["vars"][name])
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise UserError(f"the var {name} is '{value}'; give a number") from error
