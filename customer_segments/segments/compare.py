"""Who would enter and leave if the working copy's definitions were built."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from customer_segments.database import query_rows
from customer_segments.engines.database import Database
from customer_segments.engines.duckdb_file import as_database
from customer_segments.errors import UserError
from customer_segments.segments.working_copy import WorkingCopy, asked
from customer_segments.sentences import database_sentence

HEADS = ("segment", "published", "planned", "entering", "leaving", "")


@dataclass(frozen=True)
class Change:
    """A segment's size as published and as it would be."""

    segment: str
    before: int
    after: int
    entering: int
    leaving: int
    state: str

    @property
    def cells(self) -> tuple[str, ...]:
        """The change as a row of a table."""
        numbers = (
            f"{self.before:,}",
            f"{self.after:,}",
            f"+{self.entering:,}",
            f"-{self.leaving:,}",
        )
        return (self.segment, *numbers, self.state)


@dataclass(frozen=True)
class Comparison:
    """The segments compared, those that differ first."""

    changes: Sequence[Change]
    notes: Sequence[str] = field(default=())

    def as_text(self, markdown: bool = False) -> str:
        """Return the changes as a table for a terminal or, in Markdown, for a pull request."""
        moved = [change for change in self.changes if change.state != "same"]
        same = len(self.changes) - len(moved)
        notes = [*self.notes]
        if same:
            notes.append(f"{same} segment{'s' if same != 1 else ''} would stay as published.")
        if not moved:
            return "\n".join(notes)
        write = _markdown if markdown else _table
        return "\n".join(
            [*write([change.cells for change in moved]), *(["", *notes] if notes else [])]
        )


def compare(
    segments: Sequence[str],
    copy: WorkingCopy,
    connection: duckdb.DuckDBPyConnection,
    published: Path | Database,
) -> Comparison:
    """Compare definitions, all when none is named, with the published members.

    Manual changes count on both sides. Broken segments are left out, and those whose members are
    not published. Raises UserError when nothing is published yet, or when a segment that is named
    is broken, or neither published nor defined.
    """
    attach_published(connection, as_database(published))
    catalogue = {
        str(row[0]) for row in query_rows(connection, "select segment from published.main.segments")
    }
    defined = copy.declared.rules | set(copy.declared.values)
    for name in segments:
        if name not in catalogue:
            copy.definition(name)  # says so when it is not defined either
    rows = _rows(copy, connection)
    for name in copy.broken.intersection(segments):
        copy.definition(name)  # says what is wrong with it
    # A split's values are known by their members alone.
    names = [*segments] or sorted((catalogue | defined | set(rows)) - copy.broken)
    withheld = copy.declared.withheld
    changes = [
        _change(name, rows, name in catalogue, copy, defined)
        for name in names
        if name not in withheld
    ]
    changes.sort(key=lambda change: (-change.entering - change.leaving, change.segment))
    notes = [
        f"Members of {name} are not published, so there is nothing to compare;"
        f" make preview SEGMENT={name} shows its size."
        for name in sorted(withheld.intersection(names))
    ]
    return Comparison(changes, [*day_notes(connection), *notes])


def attach_published(connection: duckdb.DuckDBPyConnection, published: Database) -> None:
    """Let queries read what is published, as the catalog `published`. Raises UserError."""
    if not published.exists():
        raise UserError(f"there is no {published} to compare with; run make build first")
    try:
        published.attach(connection, "published")
    except duckdb.Error as error:
        raise UserError(database_sentence(str(error))) from error


def _rows(
    copy: WorkingCopy, connection: duckdb.DuckDBPyConnection
) -> dict[str, tuple[int, int, int, int]]:
    """Return for each segment with members: before, after, entering, leaving."""
    rows = asked(copy, connection, lambda: query_rows(connection, differences(copy.members())))
    return {str(name): numbers for name, *numbers in rows}  # type: ignore[misc]


def differences(planned: str) -> str:
    """Return the SQL that counts members, published and planned, by segment.

    Its columns: segment, before, after, entering, leaving. `planned` is the SQL of contact_id and
    segment; the published file is attached as `published`.
    """
    return f"""
        select
            coalesce(planned.segment, members.segment) as segment,
            count(members.contact_id) as before,
            count(planned.contact_id) as after,
            count(*) filter (where members.contact_id is null) as entering,
            count(*) filter (where planned.contact_id is null) as leaving
        from ({planned}) as planned
        full join published.main.segment_members as members using (contact_id, segment)
        group by all
    """


def _change(
    name: str,
    rows: dict[str, tuple[int, int, int, int]],
    is_published: bool,
    copy: WorkingCopy,
    defined: frozenset[str],
) -> Change:
    before, after, entering, leaving = rows.get(name, (0, 0, 0, 0))
    is_split = any(name.startswith(f"{family}_") for family in copy.declared.splits)
    if name not in defined and not is_split:
        state = "gone"
    elif not is_published:
        state = "new, not in the list yet: make fix" if name in copy.unlisted else "new"
    elif entering + leaving == 0:
        state = "same"
    else:
        state = "changed" if after else "empty"
    return Change(name, before, after, entering, leaving, state)


def day_notes(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return a warning when the two sides are of different days."""
    ((planned, published),) = query_rows(
        connection,
        "select (select max(as_of) from main.segments),"
        " (select max(as_of) from published.main.segments)",
    )
    if planned == published:
        return []
    return [
        f"Published as of {published}, planned as of {planned}:"
        " some of the changes are due to time."
    ]


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    width = max(len(row[0]) for row in [HEADS, *rows]) + 2
    return [
        (
            f"{row[0]:<{width}}" + "".join(f"{cell:>11}" for cell in row[1:5]) + f"  {row[5]}"
        ).rstrip()
        for row in [HEADS, *rows]
    ]


def _markdown(rows: Sequence[tuple[str, ...]]) -> list[str]:
    lines = [HEADS, ("---", "---:", "---:", "---:", "---:", "---"), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]
