"""The list of rule segments in segment_rule_members.sql, which `make fix` writes from the files.

dbt reads it while it parses, when it can't look at folders; so each segment is a ref, and lineage
and selection know it.
"""

import re
from pathlib import Path
from typing import Any

import yaml

RULES = Path("marts", "segments", "rules")
UNION = Path("marts", "segments", "members", "segment_rule_members.sql")
ALIAS = re.compile(r"[a-z][a-z0-9_]*")
_LIST = re.compile(r"(?<=set rule_segments = \[\n).*?(?=^\])", re.DOTALL | re.MULTILINE)
_LISTED = re.compile(r"^\s*'(\w+)'", re.MULTILINE)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def rule_files(models: Path) -> list[Path]:
    """Return the SQL files of the rules, by category."""
    return sorted((models / RULES).rglob("*.sql"))


def rule_names(models: Path) -> list[str]:
    """Return the aliases of the rules that have a file, by category; bad aliases are left out."""
    return [file.stem for file in rule_files(models) if ALIAS.fullmatch(file.stem)]


def listed_rules(models: Path) -> set[str]:
    """Return the rules that the list names."""
    found = _LIST.search((models / UNION).read_text(encoding="utf-8"))
    return set(_LISTED.findall(found.group())) if found else set()


def condition(file: Path) -> str:
    """Return on what it depends whether dbt has a rule: `enabled` of its YAML, without braces.

    Empty where the YAML says nothing of it; what is wrong with the YAML, others say.
    """
    try:
        text = file.with_suffix(".yml").read_text(encoding="utf-8")
        enabled = yaml.load(text, _LOADER)["models"][0]["config"]["enabled"]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, LookupError, TypeError):
        return ""
    return str(enabled).strip("{} ")


def write_list(models: Path) -> bool:
    """Write the list anew from the files; return whether it has changed."""
    before = (models / UNION).read_text(encoding="utf-8")
    lines = "".join(
        f"    '{file.stem}'{_if(condition(file))},\n"
        for file in rule_files(models)
        if ALIAS.fullmatch(file.stem)
    )
    after, lists = _LIST.subn(lines, before)
    if lists != 1:
        raise SystemExit(
            f"{UNION.name} has no list to write; put the two lines {{% set rule_segments = [ and"
            " ] %} into it, then run make fix again"
        )
    (models / UNION).write_text(after, encoding="utf-8")
    return after != before


def _if(asked: str) -> str:
    # dbt does not compile a reference to a model that it does not have.
    return f" if {asked} else none" if asked else ""


def list_problems(models: Path) -> list[str]:
    """Return a sentence for each segment that the list has although it has no file.

    Those that the list lacks are named by dbt (models/declarations/segment_problems.sql).
    """
    return [
        f"segment {name} is in the list in {UNION.name} but has no SQL; run make fix"
        for name in sorted(listed_rules(models).difference(rule_names(models)))
    ]


if __name__ == "__main__":
    write_list(Path("models"))
