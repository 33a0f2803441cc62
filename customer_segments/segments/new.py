"""Writes the two files of a new segment, to be filled in."""

from difflib import get_close_matches
from pathlib import Path

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from customer_segments.dbt import git
from customer_segments.errors import UserError
from customer_segments.segments.files import PLACE, better_alias
from customer_segments.segments.list import ALIAS, RULES, write_list

_TEMPLATES = Path(__file__).parent / "templates"


def new_segment(name: str, category: str, models: Path, is_new_category: bool = False) -> str:
    """Write a segment's SQL and YAML, put it into the list, and say what to do next.

    Raises UserError, before anything is written, for a name or a category that is not good.
    """
    _check_name(name, models)
    _check_category(category, models, is_new_category)
    folder = models / RULES / category
    folder.mkdir(exist_ok=True)
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,
        keep_trailing_newline=True,
    )
    environment.filters["yaml"] = _as_yaml
    label = name.replace("_", " ").capitalize()
    # Who is at work; analytics, who own the project, where git does not say.
    owner = git("config", "user.name") or "analytics"
    for kind in ("sql", "yml"):
        text = environment.get_template(f"segment.{kind}.jinja").render(
            name=name, label=label, owner=owner
        )
        (folder / f"{name}.{kind}").write_text(text, encoding="utf-8")
    write_list(models)
    place = PLACE / category / name
    return "\n".join(
        [
            f"{place}.sql: the rule; put your condition in the place of the example",
            f"{place}.yml: meaning and label in English and French, owner, unit test of its bounds",
            "The segment is in the list in segment_rule_members.sql.",
            "",
            f"Next: edit both, make preview SEGMENT={name}, then make build.",
        ]
    )


def _check_name(name: str, models: Path) -> None:
    if not ALIAS.fullmatch(name):
        better = better_alias(name)
        raise UserError(
            f"{name} is not a good name for a segment: take lower-case letters a-z, digits and _,"
            " beginning with a letter" + (f", such as {better}" if better else "")
        )
    for file in sorted(models.rglob("*.*")):
        if file.suffix in (".sql", ".py", ".yml") and file.stem.lower() == name:
            raise UserError(
                f"{name} is there already: {file.relative_to(models.parent)}; choose another name"
            )


def _check_category(category: str, models: Path, is_new: bool) -> None:
    known = sorted(folder.name for folder in (models / RULES).iterdir() if folder.is_dir())
    if category in known:
        return
    if not ALIAS.fullmatch(category):
        better = better_alias(category)
        raise UserError(
            f"{category} is not a good name for a category, which is a folder: take lower-case"
            " letters a-z, digits and _" + (f", such as {better}" if better else "")
        )
    if not is_new:
        close = get_close_matches(category, known, n=1)
        hint = f"did you mean {close[0]}? Else, " if close else ""
        raise UserError(
            f"there is no category {category}; {hint}there are {', '.join(known)}."
            " NEW_CATEGORY=1 (--new-category) begins another"
        )


def _as_yaml(text: str) -> str:
    """Return a text as YAML: in quotes where it would be something else without."""
    return str(yaml.safe_dump(text, allow_unicode=True, width=1000)).splitlines()[0]
