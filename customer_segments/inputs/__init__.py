"""Takes in a folder of the user's CSV and Parquet files as Parquet in the full raw layout."""

from customer_segments.inputs.errors import IntakeError
from customer_segments.inputs.folder import IntakeReport, TableReport, take_in
from customer_segments.inputs.layout import Column, Layout, Table, read_layout

__all__ = [
    "Column",
    "IntakeError",
    "IntakeReport",
    "Layout",
    "Table",
    "TableReport",
    "read_layout",
    "take_in",
]
