"""Reads one file of JSON as a vendor's API answers: a record a row, as text."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from customer_segments.database import copy_parquet
from customer_segments.errors import UserError
from customer_segments.inputs.find import SourceFile
from customer_segments.inputs.layout import Matching
from customer_segments.inputs.rejects import Rejects
from customer_segments.inputs.typed import Readings
from customer_segments.sql import literal

_LONGEST = 134_217_728


@dataclass(frozen=True)
class VendorJson:
    """A file of one list of records, of one a line, or of answers that have them in a list."""

    file: SourceFile
    path: Path

    @property
    def matching(self) -> Matching:
        """There is one column, and it is always there."""
        return Matching((0,), (), ())

    def write(
        self,
        connection: duckdb.DuckDBPyConnection,
        target: Path,
        _rejects: Rejects,
        _readings: Readings,
    ) -> tuple[int, int]:
        """Write the file's records to `target`; return how many there are, and 0 unreadable lines,
        because JSON can be read as a whole or not at all. Raises UserError when it cannot.
        """
        items = f"$.{self.file.table.items}"
        records = (
            f"select unnest(case when json_type(json, {literal(items)}) = 'ARRAY'"
            f" then json_extract(json, {literal(items + '[*]')}) else [json] end) as record"
            f" from read_json_objects({literal(self.path)}, format = 'auto',"
            f" maximum_object_size = {_LONGEST})"
        )
        query = (
            f"select cast(record as varchar) as record, {literal(self.file.label)} as source_file,"
            " row_number() over () as source_row_number, cast(null as varchar) as unread_values"
            f" from ({records})"
        )
        try:
            return copy_parquet(connection, query, target), 0
        except duckdb.InvalidInputException as error:
            raise UserError(
                f"{self.file.label} cannot be read as JSON: it is damaged, cut short or something"
                " else; export it again"
            ) from error
