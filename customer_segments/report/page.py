"""Fills the templates of pages. What comes from the data is escaped by the template."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from customer_segments.files import write_whole

_TEMPLATES = Path(__file__).parent / "templates"


def write_template(
    template: str, page: Path, filters: Mapping[str, Any], **content: object
) -> None:
    """Fill a template and write the page, whole or not at all. Raises OSError."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= filters
    text = environment.get_template(template).render(**content)
    page.parent.mkdir(parents=True, exist_ok=True)
    write_whole(page, text.encode())
