"""What the project's YAML files declare of segments: rules, values of families, splits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from customer_segments.segments.list import RULES, listed_rules, rule_files

FAMILIES = RULES.with_name("families")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class FamilyValue:
    """A segment that is one value of a column of a family's model."""

    family: str
    model: str
    column: str
    value: str


@dataclass(frozen=True)
class Declared:
    """What the project's files declare: rules, values of families, and columns split by value.

    Members of those withheld are not published.
    """

    rules: frozenset[str]
    listed: frozenset[str] = frozenset()
    values: Mapping[str, FamilyValue] = field(default_factory=dict)
    splits: Mapping[str, str] = field(default_factory=dict)
    withheld: frozenset[str] = frozenset()

    @property
    def models(self) -> set[str]:
        """The models that are to be run as the files have them, not read from the warehouse."""
        families = {value.model for value in self.values.values()}
        return {*self.rules, *families, *self.splits.values()}


@dataclass
class Described:
    """What the YAML files of a folder say of its models, and which of the files say nothing."""

    entries: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    tested: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def meta(self, name: str) -> Mapping[str, Any]:
        """Return a model's meta."""
        return mapping(mapping(self.entries.get(name, {}).get("config")).get("meta"))


def described(models: Path, folder: Path) -> Described:
    """Read the YAML files of a folder of models."""
    found = Described()
    for file in sorted((models / folder).rglob("*.y*ml")):
        try:
            content = mapping(yaml.load(file.read_text(encoding="utf-8"), _LOADER))
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            mark = getattr(error, "problem_mark", None)
            line = f", line {mark.line + 1}" if mark else ""
            place = file.relative_to(models.parent).as_posix()
            found.problems.append(f"{place} is not valid YAML{line}")
            continue
        for entry in _mappings(content.get("models")):
            found.entries[str(entry.get("name"))] = entry
        found.tested |= {str(test.get("model")) for test in _mappings(content.get("unit_tests"))}
    return found


def declared(models: Path) -> tuple[Declared, list[str]]:
    """Return what the files below a project's models declare, and which of them can't be read."""
    rules, families = described(models, RULES), described(models, FAMILIES)
    values = {
        f"{family['family']}_{value}": FamilyValue(
            family["family"], model, family["column"], str(value)
        )
        for model in families.entries
        for family in families.meta(model).get("families", [])
        for value in family["values"]
    }
    splits = {
        split["family"]: model
        for model in families.entries
        for split in families.meta(model).get("splits", [])
    }
    names = frozenset(file.stem for file in rule_files(models))
    withheld = frozenset(
        name for name in names if not rules.meta(name).get("members_are_published", True)
    )
    listed = names.intersection(listed_rules(models))
    return Declared(names, listed, values, splits, withheld), rules.problems + families.problems


def mapping(value: object) -> Mapping[str, Any]:
    """Return a mapping of YAML; an empty one for anything else."""
    return value if isinstance(value, Mapping) else {}


def _mappings(value: object) -> Iterator[Mapping[str, Any]]:
    yield from (mapping(item) for item in value) if isinstance(value, list) else ()
