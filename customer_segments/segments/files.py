"""Checks the files of segments, of which dbt does not know: SQL without YAML, YAML without SQL.

How the segments stand to each other, dbt checks: models/declarations.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from customer_segments.segments.declared import Described, described
from customer_segments.segments.list import ALIAS, RULES, list_problems, rule_files

META = ("label", "label_fr", "description_fr", "owner")
PLACE = Path("models") / RULES


def file_problems(models: Path) -> list[str]:
    """Return a sentence for each fault of the rules' files: names, folders, YAML, unit tests, list.

    The folder is the one with the project's models.
    """
    files = rule_files(models)
    said = described(models, RULES)
    problems = [*_names_taken(models), *said.problems]
    for file in files:
        if not ALIAS.fullmatch(file.stem):
            better = better_alias(file.stem)
            example = f", such as {better}.sql" if better else ""
            problems.append(
                f"segment {file.stem} is not a good alias: rename {file.name} to lower-case letters"
                f" a-z, digits and _, beginning with a letter{example}"
            )
        problems += _folder_problems(file, models, said)
        problems += _yaml_problems(file, models, said)
    for name in sorted(said.entries.keys() - {file.stem for file in files}):
        problems.append(f"segment {name} has YAML but no SQL; add {name}.sql or remove the YAML")
    return [*problems, *list_problems(models)]


def better_alias(name: str) -> str:
    """Return the good alias that is closest to a name; empty where nothing is left of it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    better = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return better if ALIAS.fullmatch(better) else ""


def _folder_problems(file: Path, models: Path, said: Described) -> Iterator[str]:
    """Yield what is wrong with the folder, which is the segment's category."""
    name, folders = file.stem, file.relative_to(models / RULES).parts[:-1]
    if not folders:
        yield (
            f"segment {name} is in no category; move {file.name} and its YAML into a folder below"
            f" {PLACE}, such as {PLACE}/behaviour"
        )
    elif (category := said.meta(name).get("category", folders[0])) != folders[0]:
        yield (
            f"segment {name} lies in {PLACE}/{folders[0]}, and the folder is the category; take"
            f" category: {category} out of its YAML, or move both files to {PLACE}/{category}"
        )


def _names_taken(models: Path) -> Iterator[str]:
    """Yield the rules whose file has the name of another model's, capitals apart."""
    files: dict[str, list[Path]] = defaultdict(list)
    for file in sorted(models.rglob("*.sql")):
        files[file.stem.lower()].append(file)
    for name, same in sorted(files.items()):
        if len(same) > 1 and any(file.is_relative_to(models / RULES) for file in same):
            places = " and ".join(_shown(file, models) for file in same)
            yield f"segment {name} is there twice: {places}; rename one"


def _yaml_problems(file: Path, models: Path, said: Described) -> Iterator[str]:
    name, place = file.stem, _shown(file.with_suffix(".yml"), models)
    if name not in said.entries:
        yield f"segment {name} has no YAML; describe it in {place}"
        return
    missing = [key for key in META if not _is_text(said.meta(name).get(key))]
    if not _is_text(said.entries[name].get("description")):
        yield f"segment {name} has no description; write one in {place}"
    if missing:
        yield f"segment {name} has no {' and no '.join(missing)}; add to config.meta in {place}"
    if name not in said.tested:
        yield f"segment {name} has no unit test; add one in {place}"


def _shown(file: Path, models: Path) -> str:
    return file.relative_to(models.parent).as_posix()


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
