"""The SQL of the project's segments, also when some of their files are broken."""

import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from customer_segments.dbt import PROJECT, compile_models, manifest
from customer_segments.errors import BrokenFileError, UserError

# Whose files may be broken: a segment's SQL, and what describes a rule.
_REPLACEABLE = (
    ("models/marts/segments/rules/", ".sql"),
    ("models/marts/segments/rules/", ".yml"),
    ("models/marts/segments/families/", ".sql"),
)
_PARTS = ("dbt_project.yml", "profiles.yml", "selectors.yml", "macros", "seeds", "tests")
_NOBODY = "select cast(null as varchar) as contact_id where false\n"


@dataclass(frozen=True)
class Compiled:
    """Models' SQL by name, dbt's manifest, and what is wrong with files, by path."""

    sql: Mapping[str, str]
    project: Mapping[str, Any]
    broken: Mapping[str, str]


def compiled(select: Sequence[str], variables: Mapping[str, str], warehouse: Path) -> Compiled:
    """Compile the models selected, but for segments that are broken.

    dbt gives up at the first file that it can't read, so it is given a copy of the project without
    that file's contents. Raises UserError when anything else is broken.
    """
    try:
        return Compiled(compile_models(select, variables, warehouse), manifest(), {})
    except BrokenFileError as error:
        file, said = error.file, str(error)
    broken: dict[str, str] = {}
    with TemporaryDirectory() as folder, chdir(PROJECT):
        copy = _copy_of_project(Path(folder))
        while True:
            if file in broken or not _is_replaceable(file):
                raise UserError(said)
            broken[file] = said
            _empty(copy / file)
            try:
                sql = compile_models(select, variables, warehouse, copy)
                break
            except BrokenFileError as error:
                file, said = error.file, str(error)
        project = manifest(copy / "target")
    names = {Path(path).stem for path in broken if path.endswith(".sql")}
    return Compiled({name: sql[name] for name in sql.keys() - names}, project, broken)


def _copy_of_project(folder: Path) -> Path:
    for part in _PARTS:
        (folder / part).symlink_to(PROJECT / part)
    shutil.copytree(PROJECT / "models", folder / "models", copy_function=os.symlink)
    return folder


def _is_replaceable(file: str) -> bool:
    return any(file.startswith(folder) and file.endswith(end) for folder, end in _REPLACEABLE)


def _empty(file: Path) -> None:
    file.unlink()
    file.write_text(_NOBODY if file.suffix == ".sql" else "", encoding="utf-8")
