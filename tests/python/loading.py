"""A folder of files to load, and what came of them."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from customer_segments.database import parquet_rows
from customer_segments.errors import UserError
from customer_segments.inputs.layout import Column, Table
from customer_segments.inputs.load import LoadReport, load

CONTACTS = Table(
    "contacts",
    (
        Column("contact_id", required=True),
        Column("email", required=True),
        Column("city"),
        Column("note"),
    ),
    required=True,
)
TRAITS = Table("traits", (Column("contact_id"), Column("trait")))
LAYOUT = (CONTACTS, TRAITS)
GOOD = b"contact_id,email,city\n1,a@x.ch,Lyon\n"

READER = duckdb.connect(config={"threads": 1})
READER.execute("set enable_external_file_cache = false")
READER.execute("set TimeZone = 'Europe/Zurich'")

Cell = str | None


class Shop:
    """A folder of files to load, and what came of them."""

    def __init__(self, root: Path) -> None:
        self.source = root / "files"
        self.target = root / "out" / "inputs"
        self.source.mkdir(parents=True)

    def put(self, name: str, content: bytes) -> Path:
        path = self.source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def load(
        self, tables: Sequence[Table] = LAYOUT, inputs: dict[str, dict[str, str]] | None = None
    ) -> LoadReport:
        return load(self.source, self.target, tables, {"inputs": inputs or {}})

    def loaded(self, content: bytes, name: str = "contacts.csv") -> list[tuple[Cell, ...]]:
        """Load one file of contacts; return contact_id, email and city."""
        self.put(name, content)
        self.load()
        return [row[:3] for row in self.rows("contacts")]

    def rows(self, table: str) -> list[tuple[Cell, ...]]:
        """Return the rows of a table in the order of its files, without where they are from."""
        return READER.execute(
            "select * exclude (source_file, source_row_number, unread_values)"
            f" from {parquet_rows(self.target / table)} order by source_file, source_row_number"
        ).fetchall()

    def lines(self) -> list[tuple[str, str, int, str, str]]:
        """Return the table, file, number, reason and text of each unreadable line."""
        return READER.execute(
            f"from {parquet_rows(self.target / 'unreadable_lines')}"
            " order by source, source_file, line_number"
        ).fetchall()

    def aside(self) -> list[tuple[int, str]]:
        """Return line number and reason of each unreadable line."""
        return [(number, reason) for _, _, number, reason, _ in self.lines()]

    def refusal(self, content: bytes | None = None, name: str = "contacts.csv") -> str:
        """Return the sentences with which the files are refused, and prove that nothing is left."""
        if content is not None:
            self.put(name, content)
        with pytest.raises(UserError) as caught:
            self.load()
        assert not self.target.exists()
        assert not self.target.parent.exists() or not list(self.target.parent.iterdir())
        return str(caught.value)
