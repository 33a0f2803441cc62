"""Loads what a build reads, without the people who are erased."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from customer_segments.dbt import PROJECT, filled_by
from customer_segments.engines.targets import warehouse_of
from customer_segments.inputs.layout import read_layout
from customer_segments.inputs.load import LoadReport, load
from customer_segments.inputs.loaded import note_blanked
from customer_segments.inputs.vendors import named_vendors, vendor_tables
from customer_segments.people.blank import erase_from_loaded
from customer_segments.people.erasure import Erasure
from customer_segments.people.keys import erased_since
from customer_segments.places import Places

DEMO = PROJECT / "seeds" / "demo"


def is_demo(places: Places, variables: Mapping[str, Any]) -> bool:
    """Say whether the demo's files are read: no folder is named and nothing fills an input."""
    return places.raw is None and not filled_by(variables) and not named_vendors(variables)


def load_files(
    places: Places, variables: Mapping[str, Any], folder: Path | None = None
) -> tuple[LoadReport, Erasure]:
    """Load the files beside the warehouse, or into another folder, without the erased people's
    rows. Raises UserError.
    """
    loaded = folder or places.loaded
    source = DEMO if is_demo(places, variables) else places.raw
    erased = erased_since(places.warehouse)
    report = load(source, loaded, read_layout(), variables, erased)
    kinds = [table.name for table in vendor_tables(named_vendors(variables))]
    erasure = erase_from_loaded(loaded, places.warehouse, variables, kinds, warehouse_of(places))
    note_blanked(loaded, erasure.blanked)
    return report, erasure
