"""What readers of the published tables would notice: columns, types, keys, segments, sizes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from customer_segments.database import query_rows
from customer_segments.dbt import PROJECT
from customer_segments.releases.primary_keys import project_keys
from customer_segments.releases.releases import Releases
from customer_segments.releases.store import Published
from customer_segments.releases.tables import (
    Finding,
    Severity,
    Tables,
    planned_tables,
    read_manifest,
    stored_tables,
    table_findings,
)
from customer_segments.segments.compare import (
    Change,
    Comparison,
    attach_published,
    day_notes,
    differences,
)
from customer_segments.segments.declared import declared

# What the comparison of the segments reads.
NEEDED = {"segments": {"segment", "family", "as_of"}, "segment_members": {"contact_id", "segment"}}


# What the command ends with; 1 and 2 are those of errors, which must not pass for a result.
EXIT_CODES = {Severity.NOTE: 0, Severity.WARNING: 3, Severity.BREAKING: 4}


@dataclass(frozen=True)
class Changes:
    """All that differs, the worst first, and how the segments' members moved."""

    findings: Sequence[Finding]
    moved: Comparison

    @property
    def exit_code(self) -> int:
        """What a command that found this ends with."""
        return EXIT_CODES[max((found.severity for found in self.findings), default=Severity.NOTE)]

    def as_text(self, markdown: bool = False) -> str:
        """Return the findings, then the segments that moved, for a terminal or a pull request."""
        counts = ", ".join(
            f"{sum(found.severity == severity for found in self.findings)} {name}"
            for severity, name in ((2, "breaking"), (1, "warnings"), (0, "notes"))
        )
        rows = [
            (found.severity.name.lower(), found.subject, found.sentence) for found in self.findings
        ]
        lines = [f"{'### ' if markdown else ''}Changes of the published tables: {counts}"]
        if rows and markdown:
            heads = [("severity", "of", "what"), ("---", "---", "---")]
            lines += ["", *(f"| {' | '.join(row)} |" for row in [*heads, *rows])]
        elif rows:
            width = max(len(row[1]) for row in rows) + 2
            lines += ["", *(f"{row[0]:<10}{row[1]:<{width}}{row[2]}" for row in rows)]
        if self.moved.changes or self.moved.notes:
            lines += ["", self.moved.as_text(markdown)]
        return "\n".join(lines)


def find_changes(
    connection: duckdb.DuckDBPyConnection,
    project: Mapping[str, Any],
    against: Path | Published,
    share: float,
    minimum: float,
) -> Changes:
    """Compare the public tables of a warehouse with a published file or a dbt manifest; `share` of
    a segment's members may move, if it has no bound of its own, and always fewer than `minimum`.

    A manifest (.json) has no rows, so the segments are not compared then. Raises UserError when
    one of the two can't be read.
    """
    after = stored_tables(connection, "current_database()", project_keys(project))
    if isinstance(against, Path):
        if against.suffix == ".json":
            before = planned_tables(read_manifest(against))
            return Changes(_sorted(table_findings(before, after)), Comparison([]))
        against = Releases(against.absolute())
    attach_published(connection, against.database)
    current = against.current()
    before = stored_tables(connection, "'published'", current.keys if current else {})
    findings = [*table_findings(before, after)]
    if not all(_has_columns(side) for side in (before, after)):
        # A finding says which are gone.
        return Changes(_sorted(findings), Comparison([]))
    moved = _moved(connection, share, minimum, _own_shares(project))
    findings += _segment_findings(connection, frozenset(declared(PROJECT / "models")[0].splits))
    findings += [
        Finding(Severity.WARNING, change.segment, f"moved by {change.state}") for change in moved
    ]
    return Changes(_sorted(findings), Comparison(moved, day_notes(connection)))


def _sorted(findings: Sequence[Finding] | Iterator[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda found: (-found.severity, found.subject, found.sentence))


def _has_columns(tables: Tables) -> bool:
    return all(
        name in tables and columns <= tables[name].columns.keys()
        for name, columns in NEEDED.items()
    )


def _segment_findings(
    connection: duckdb.DuckDBPyConnection, splits: frozenset[str]
) -> list[Finding]:
    rows = query_rows(
        connection,
        "select coalesce(published.segment, planned.segment), published.family,"
        " planned.segment is null from published.main.segments as published"
        " full join main.segments as planned on published.segment = planned.segment"
        " where published.segment is null or planned.segment is null",
    )
    findings = []
    for segment, family, is_gone in rows:
        # A value of a split comes and goes with the data.
        gone = Severity.WARNING if family in splits else Severity.BREAKING
        what = (gone, "gone") if is_gone else (Severity.NOTE, "new")
        findings.append(Finding(what[0], str(segment), f"the segment is {what[1]}"))
    return findings


def _moved(
    connection: duckdb.DuckDBPyConnection, share: float, minimum: float, own: Mapping[str, float]
) -> list[Change]:
    """Return the segments, on both sides, whose size moved by more than their bound."""
    rows = query_rows(
        connection,
        f"select * from ({differences('select contact_id, segment from main.segment_members')})"
        " where segment in (select segment from main.segments)"
        " and segment in (select segment from published.main.segments)",
    )
    changes = []
    for name, *numbers in rows:
        segment = str(name)
        before, after, entering, leaving = (int(str(number)) for number in numbers)
        moved, bound = abs(after - before), own.get(segment, share)
        if moved >= minimum and moved > bound * before:
            by = f"{(after - before) / before:+.0%}" if before else "from none"
            state = f"{by}, more than ±{bound:.0%}"
            changes.append(Change(segment, before, after, entering, leaving, state))
    return sorted(changes, key=lambda change: (-abs(change.after - change.before), change.segment))


def _own_shares(project: Mapping[str, Any]) -> dict[str, float]:
    """Return the bounds that segments have in their own meta: rules, families and their values."""
    shares: dict[str, float] = {}
    for node in project["nodes"].values():
        meta = node["config"].get("meta", {}) if node["resource_type"] == "model" else {}
        if "size_change_bound" in meta:
            shares[node["name"]] = float(meta["size_change_bound"])
        for family in meta.get("families", []):
            for value, words in family["values"].items():
                bound = (words or {}).get("size_change_bound", family.get("size_change_bound"))
                if bound is not None:
                    shares[f"{family['family']}_{value}"] = float(bound)
    return shares
