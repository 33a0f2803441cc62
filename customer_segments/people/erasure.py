"""Removes erased people from what earlier builds left, and says how much it was."""

import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from customer_segments.audiences.folder import remove_audiences
from customer_segments.database import parquet_rows
from customer_segments.engines.database import Database, looked_at, place
from customer_segments.errors import UserError
from customer_segments.people.database import (
    KINDS,
    PERSON_COLUMNS,
    column_values,
    erase_from,
    people_columns,
)
from customer_segments.people.keys import ErasedKeys
from customer_segments.releases.store import Published
from customer_segments.sentences import database_sentence


@dataclass
class Erasure:
    """Who is erased, and what was removed; every count is of rows, and none says whose.

    `left_out` are the rows without them by table, `blanked` those just made so by loaded file;
    `shared_emails` are addresses of somebody erased that stay with others; `forgotten` counts, by
    kind, what withdrawn requests took back.
    """

    keys: ErasedKeys
    loaded: Path
    contact_ids: set[str] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)
    shared_emails: set[str] = field(default_factory=set)
    unmatched: set[str] = field(default_factory=set)
    taken_back: int = 0
    not_taken_back: int = 0
    forgotten: dict[str, int] = field(default_factory=dict)
    is_new: bool = False
    left_out: dict[str, int] = field(default_factory=dict)
    blanked: dict[str, int] = field(default_factory=dict)
    removed: dict[str, dict[str, int]] = field(default_factory=dict)

    def from_database(
        self, database: Database, place: str, is_whole: bool = False, kept: Collection[str] = ()
    ) -> None:
        """Rewrite a database when somebody erased is in it.

        `kept` are tables, as schema.table, that are made from their own earlier rows. With
        `is_whole` it is rewritten, too, when somebody was erased just now: texts in it may name
        them where no key does. Raises UserError when it can't be read or written.
        """
        if self.keys.is_empty or not database.exists():
            return
        with _sentences(database):
            contact_ids, emails = self._erased_in(database, kept)
            if contact_ids or emails or (is_whole and self.is_new):
                self.removed[place] = erase_from(
                    database, contact_ids | self.contact_ids, emails | self.emails, kept
                )

    def from_draft(self, database: Database, kept: Collection[str]) -> None:
        """Rewrite a copy of a database that was rewritten; `kept` are the tables to carry over.

        Nothing is counted, since nobody saw it. Raises UserError when it can't be read or written.
        """
        with _sentences(database):
            contact_ids, emails = self._erased_in(database, kept)
            erase_from(database, contact_ids | self.contact_ids, emails | self.emails, kept)

    def from_releases(self, releases: Published) -> None:
        """Rewrite what is published, and the earlier ones, when somebody erased is in them.

        Raises UserError when one can't be read or written.
        """
        if self.keys.is_empty:
            return
        with releases.changing():
            published = releases.current()
            for known in releases.kept():
                database = releases.release(known.release)
                with _sentences(database):
                    is_in = any(self._erased_in(database))
                if is_in:
                    with releases.rewritten(known) as draft:
                        self.from_database(draft, f"release {known.release}")
            if published is None:
                self.from_database(releases.database, "published")
            elif f"release {published.release}" in self.removed:
                kept = {known.release: known for known in releases.kept()}
                releases.put_in_place(kept[published.release])

    def from_audiences(self, folder: Path) -> None:
        """Remove the audience files with somebody erased in them. Raises UserError and OSError."""
        if not self.keys.is_empty:
            for file in remove_audiences(folder, self._has_erased):
                self._count("audiences", file, 1)

    def from_logs(self, files: Iterable[Path]) -> None:
        """Delete logs with an id or address of somebody erased just now; messages of the database
        quote values. Raises OSError.
        """
        texts = self.contact_ids | self.emails
        for file in files if self.is_new else ():
            content = file.read_text(encoding="utf-8", errors="replace").lower()
            if any(text.lower() in content for text in texts):
                file.unlink()
                self._count("logs", file.name, 1)

    def write_report(self, path: Path) -> None:
        """Write the counts as JSON once anybody asked. Raises OSError."""
        if self._is_about_somebody or path.exists():
            report = {
                "remembered_contact_ids": self.keys.count("contact_id"),
                "remembered_addresses": self.keys.count("email"),
                "requests_that_name_nobody": len(self.unmatched),
                "withdrawn_requests": self.taken_back,
                "forgotten_contact_ids": self.forgotten.get("contact_id", 0),
                "forgotten_addresses": self.forgotten.get("email", 0),
                "addresses_that_others_have": len(self.shared_emails),
                "left_out_of_the_raw_files": self.left_out,
                "removed_from_earlier_builds": self.removed,
            }
            path.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")

    def sentence(self, report: Path) -> str:
        """Return what was removed, for people, and where the counts are; empty when nobody was ever
        erased and nobody asked.
        """
        if not self._is_about_somebody:
            return ""
        remembered = self.keys.count("contact_id")
        removed = sum(sum(tables.values()) for tables in self.removed.values())
        taken_back = (
            f"\nErasures taken back: {self.taken_back:,} requests,"
            f" {self.forgotten.get('contact_id', 0):,} ids forgotten"
            if self.taken_back
            else ""
        )
        return (
            f"\nErased people ({remembered:,} ids): {sum(self.left_out.values()):,} raw rows left"
            f" out, {removed:,} rows of earlier builds removed, counted in"
            f"\n  {report}{taken_back}"
        )

    def warnings(self) -> list[str]:
        """Return what somebody must look at, for the top of the summary."""
        lines = []
        if self.unmatched:
            lines.append(
                f"{len(self.unmatched):,} requests in erasures name nobody, and nobody was erased"
                " for them: neither the contacts nor the build before have such an id or address;"
                " write it as the contacts do, see rejected_rows"
            )
        if self.shared_emails:
            lines.append(
                f"{len(self.shared_emails):,} addresses of erased people are held by too many"
                " contacts to say who they are (address_contact_limit): they stay, and so do the"
                " others who have them; list further ids of the same person one by one"
            )
        if self.not_taken_back:
            lines.append(
                f"{self.not_taken_back:,} withdrawn requests in erasures took nothing back: they"
                " are not written as the request was, or another request names the same person"
            )
        return lines

    @property
    def _is_about_somebody(self) -> bool:
        return not self.keys.is_empty or bool(self.unmatched or self.taken_back)

    def _count(self, place: str, table: str, rows: int) -> None:
        tables = self.removed.setdefault(place, {})
        tables[table] = tables.get(table, 0) + rows

    def _has_erased(self, texts: set[str]) -> bool:
        return bool(
            self.keys.known("contact_id", texts)
            or self.keys.known("email", {text.lower() for text in texts if "@" in text})
        )

    def _erased_in(
        self, database: Database, kept: Collection[str] = ()
    ) -> tuple[set[str], set[str]]:
        """Return the ids and addresses in a database that were erased.

        What the raw contacts have now, without the erased, need not be looked at.
        """
        found: dict[str, set[str]] = {"contact_id": set(), "email": set()}
        contacts = parquet_rows(self.loaded / "contacts")
        with looked_at(database) as connection:
            written: dict[str, list[str]] = {}
            for (schema, table), columns in people_columns(database, kept).items():
                for column in columns:
                    asked = f"select distinct {column} from looked_at.{place(schema, table)}"
                    written.setdefault(column, []).append(asked)
            for column, queries in written.items():
                kind = KINDS[column]
                values = connection.execute(
                    f"select {PERSON_COLUMNS[column]} as value from ({' union '.join(queries)})"
                    f" where value is not null except select {PERSON_COLUMNS[kind]} from {contacts}"
                )
                found[kind] |= self.keys.known(kind, column_values(values))
        return found["contact_id"], found["email"]


@contextmanager
def _sentences(database: Database) -> Iterator[None]:
    try:
        yield
    except (duckdb.Error, OSError) as error:
        raise UserError(
            f"erased people can't be removed from {database}: {database_sentence(str(error))}"
        ) from error
