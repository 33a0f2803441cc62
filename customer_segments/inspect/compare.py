"""Who would enter and leave if the working copy's definitions were built."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from customer_segments.errors import UserError
from customer_segments.inspect.definition import WorkingCopy, query_rows


@dataclass(frozen=True)
class Change:
    """A segment's size as published and as it would be."""

    segment: str
    before: int
    after: int
    entering: int
    leaving: int
    state: str


def compare(
    segments: Sequence[str],
    copy: WorkingCopy,
    connection: duckdb.DuckDBPyConnection,
    published: Path,
) -> list[Change]:
    """Compare definitions, all when none is named, with the published members.

    Changes by hand count on both sides. Raises UserError when a segment is neither published nor
    defined.
    """
    if not published.exists():
        raise UserError(f"there is no {published} to compare with; run make build first")
    connection.execute(
        f"attach '{str(published).replace(chr(39), chr(39) * 2)}' as published (read_only)"
    )
    rows = query_rows(connection, _comparison(copy, segments))
    missing = set(segments) - {str(row[0]) for row in rows} - copy.rules
    if missing:
        raise UserError(f"segment {sorted(missing)[0]} is neither published nor defined")
    found = [Change(*row) for row in rows]  # type: ignore[arg-type]
    listed = {change.segment for change in found}
    return found + [Change(name, 0, 0, 0, 0, "new") for name in segments if name not in listed]


def _comparison(copy: WorkingCopy, segments: Sequence[str]) -> str:
    matched = copy.all_members()
    for name in segments:
        # A new segment may not have its line in the union yet.
        if name in copy.rules and f"'{name}'" not in matched:
            added = copy.definition(name).sql
            matched += f" union all select contact_id, '{name}', 'rule' from ({added}) as added"
    chosen = ", ".join(f"'{name}'" for name in segments)
    return f"""
        with matched as ({matched}),
        by_hand as (select * from main.segment_manual_changes),
        planned as (
            select matched.contact_id, matched.segment
            from matched
            left join by_hand using (contact_id, segment)
            where coalesce(by_hand.action, 'add') = 'add'
            union
            select contact_id, segment from by_hand where action = 'add'
        ),
        changes as (
            select
                coalesce(planned.segment, members.segment) as segment,
                count(members.contact_id) as before,
                count(planned.contact_id) as after,
                count(*) filter (where members.contact_id is null) as entering,
                count(*) filter (where planned.contact_id is null) as leaving
            from planned
            full join published.main.segment_members as members using (contact_id, segment)
            group by all
        )
        select
            changes.*,
            case
                when catalogue.segment is null then 'new'
                when after = 0 then 'empty or gone'
                when entering + leaving > 0 then 'changed'
                else 'same'
            end as state
        from changes
        left join published.main.segments as catalogue using (segment)
        where {f"changes.segment in ({chosen})" if segments else "true"}
        order by entering + leaving desc, changes.segment
    """


def as_table(changes: Sequence[Change], markdown: bool) -> str:
    """Return the changes as a table for a terminal or, in Markdown, for a pull request."""
    moved = [change for change in changes if change.state != "same"]
    same = len(changes) - len(moved)
    note = f"{same} segment{'s' if same != 1 else ''} would stay as published."
    if not moved:
        return note
    heads = ("segment", "published", "planned", "entering", "leaving", "")
    cells = [
        (c.segment, f"{c.before:,}", f"{c.after:,}", f"+{c.entering:,}", f"-{c.leaving:,}", c.state)
        for c in moved
    ]
    if markdown:
        rows = [heads, ("---", "---:", "---:", "---:", "---:", "---"), *cells]
        return "\n".join(f"| {' | '.join(row)} |" for row in rows) + f"\n\n{note}"
    width = max(len(cell[0]) for cell in [heads, *cells]) + 2
    lines = [
        f"{row[0]:<{width}}" + "".join(f"{cell:>11}" for cell in row[1:5]) + f"  {row[5]}"
        for row in [heads, *cells]
    ]
    return "\n".join(line.rstrip() for line in lines) + f"\n\n{note}"
