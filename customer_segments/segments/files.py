"""Checks the files of segments, of which dbt does not know: SQL without YAML, YAML without SQL.

How the segments stand to each other, dbt checks: models/declarations.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from customer_segments.segments.list import ALIAS, RULES, list_problems

META = ("label", "owner")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class _Described:
    """What the YAML files beside the rules say."""

    entries: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    tested: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)


def file_problems(models: Path) -> list[str]:
    """Return a sentence for each fault of the rules' files: names, folders, YAML, unit tests, list.

    The folder is the one with the project's models.
    """
    files = sorted((models / RULES).rglob("*.sql"))
    described = _described(models)
    problems = [*_names_taken(models), *described.problems]
    for file in files:
        problems += _name_problems(file)
        problems += _folder_problems(file, models, described)
        problems += _yaml_problems(file, models, described)
    segments = {file.stem for file in files}
    for name in sorted(described.entries.keys() - segments):
        problems.append(f"segment {name} has YAML but no SQL; add {name}.sql or remove the YAML")
    return [*problems, *list_problems(models)]


def _name_problems(file: Path) -> list[str]:
    if ALIAS.fullmatch(file.stem):
        return []
    plain = unicodedata.normalize("NFKD", file.stem).encode("ascii", "ignore").decode().lower()
    better = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    example = f", such as {better}.sql" if ALIAS.fullmatch(better) else ""
    return [
        f"segment {file.stem} is not a good alias: rename {file.name} to lower-case letters a-z,"
        f" digits and _, beginning with a letter{example}"
    ]


def _folder_problems(file: Path, models: Path, described: _Described) -> list[str]:
    """Return what is wrong with the folder, which is the segment's category."""
    name, place = file.stem, _shown(models / RULES, models)
    folders = file.relative_to(models / RULES).parts[:-1]
    if not folders:
        return [
            f"segment {name} is in no category; move {file.name} and its YAML into a folder below"
            f" {place}, such as {place}/behaviour"
        ]
    meta = _mapping(_mapping(described.entries.get(name, {}).get("config")).get("meta"))
    if meta.get("category", folders[0]) != folders[0]:
        return [
            f"segment {name} lies in {place}/{folders[0]}, and the folder is the category; take"
            f" category: {meta['category']} out of its YAML, or move both files to"
            f" {place}/{meta['category']}"
        ]
    return []


def _names_taken(models: Path) -> list[str]:
    """Return the rules whose file has the name of another model's, capitals apart."""
    files: dict[str, list[Path]] = defaultdict(list)
    for file in sorted(models.rglob("*.sql")):
        files[file.stem.lower()].append(file)
    return [
        f"segment {name} is there twice: {' and '.join(_shown(file, models) for file in same)};"
        " rename one"
        for name, same in sorted(files.items())
        if len(same) > 1 and any(RULES.as_posix() in file.as_posix() for file in same)
    ]


def _yaml_problems(file: Path, models: Path, described: _Described) -> list[str]:
    name, place = file.stem, _shown(file.with_suffix(".yml"), models)
    entry = described.entries.get(name)
    if entry is None:
        return [f"segment {name} has no YAML; describe it in {place}"]
    meta = _mapping(_mapping(entry.get("config")).get("meta"))
    missing = [key for key in META if not _is_text(meta.get(key))]
    problems = []
    if not _is_text(entry.get("description")):
        problems.append(f"segment {name} has no description; write one in {place}")
    if missing:
        problems.append(
            f"segment {name} has no {' and no '.join(missing)}; add to config.meta in {place}"
        )
    if name not in described.tested:
        problems.append(f"segment {name} has no unit test; add one in {place}")
    return problems


def _described(models: Path) -> _Described:
    described = _Described()
    for file in sorted((models / RULES).rglob("*.y*ml")):
        try:
            content = _mapping(yaml.load(file.read_text(encoding="utf-8"), _LOADER))
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            mark = getattr(error, "problem_mark", None)
            line = f", line {mark.line + 1}" if mark else ""
            described.problems.append(f"{_shown(file, models)} is not valid YAML{line}")
            continue
        for entry in _mappings(content.get("models")):
            described.entries[str(entry.get("name"))] = entry
        described.tested |= {
            str(test.get("model")) for test in _mappings(content.get("unit_tests"))
        }
    return described


def _shown(file: Path, models: Path) -> str:
    return file.relative_to(models.parent).as_posix()


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _mappings(value: object) -> Iterator[Mapping[str, Any]]:
    yield from (_mapping(item) for item in value) if isinstance(value, list) else ()
