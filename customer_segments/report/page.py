"""Fills the templates of pages. What comes from the data is escaped by the template."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from customer_segments.files import write_whole

_TEMPLATES = Path(__file__).parent / "templates"


def environment(filters: Mapping[str, Any]) -> Environment:
    """Return what templates with these filters are filled in."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= filters
    return made


def write_template(made: Environment, template: str, page: Path, **content: object) -> None:
    """Fill a template and write the page, whole or not at all. Raises OSError."""
    text = made.get_template(template).render(**content)
    page.parent.mkdir(parents=True, exist_ok=True)
    write_whole(page, text.encode())
