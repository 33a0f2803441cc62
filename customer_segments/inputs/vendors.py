"""The files of vendors' exports, as the sources of their mapping models declare them."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from customer_segments.dbt import PROJECT
from customer_segments.errors import UserError
from customer_segments.inputs.layout import Column, Table

_MODELS = PROJECT / "models" / "vendors"


def named_vendors(variables: Mapping[str, Any], models: Path = _MODELS) -> list[str]:
    """Return the vendors that the var `from` names, as a list or in one text.

    Raises UserError when one is not known.
    """
    given = variables.get("from") or []
    vendors = given.replace(",", " ").split() if isinstance(given, str) else [*given]
    known = sorted(folder.name for folder in models.iterdir() if folder.is_dir())
    unknown = [vendor for vendor in vendors if vendor not in known]
    if unknown:
        raise UserError(
            f"nobody knows how to read {' and '.join(unknown)}; FROM may name {', '.join(known)}"
        )
    return vendors


def vendor_tables(vendors: Sequence[str], models: Path = _MODELS) -> Iterator[Table]:
    """Yield the kinds of files of some vendors, all columns text, named vendor_kind."""
    for vendor in vendors:
        content = yaml.safe_load((models / vendor / f"{vendor}.yml").read_text(encoding="utf-8"))
        for source in content["sources"]:
            for kind in source["tables"]:
                meta = kind["config"]["meta"]
                required = meta.get("required", [])
                yield Table(
                    f"{vendor}_{kind['name']}",
                    tuple(
                        Column(column["name"], required=column["name"] in required)
                        for column in kind["columns"]
                    ),
                    vendor=vendor,
                    patterns=tuple(meta["files"]),
                    items=meta.get("items"),
                )


def tables_of(vendors: Sequence[str], models: Path = _MODELS) -> set[str]:
    """Return the input tables that the mapping models of some vendors fill."""
    inputs = {file.stem.removeprefix("input_") for file in (PROJECT / "models/input").glob("*.sql")}
    return {
        file.stem.removeprefix(f"{vendor}_")
        for vendor in vendors
        for file in (models / vendor).glob("*.sql")
    } & inputs
