"""What a person likes to read at the end of a build."""

from collections.abc import Iterator, Sequence

from customer_segments.releases.store import Release, Store

LARGEST = 8


def summary(store: Store, release: Release, seconds: float) -> str:
    """Return the counts of a finished build as text."""
    with store.warehouse.opened() as connection:
        as_of = connection.execute("select distinct as_of from main.segments").fetchall()
        sources = connection.execute(
            """
            select counts.*, coalesce(problems.value_count, 0)
            from staging.source_row_counts as counts
            left join (
                select source, count(*) as value_count
                from staging.rejected_rows
                where scope = 'value'
                group by source
            ) as problems using (source)
            where row_count > 0
            order by row_count desc, source
            """
        ).fetchall()
        refusals = connection.execute(
            "select finding, subject, finding_count from intermediate.int_refusal_findings"
            " order by finding, finding_count desc, subject"
        ).fetchall()
        stages = connection.execute(
            "select label, member_count, member_share from main.segments where family = 'lifecycle'"
            " order by member_count desc, segment"
        ).fetchall()
        largest = connection.execute(
            "select segment, member_count, member_share from main.segments"
            f" where family <> 'lifecycle' order by member_count desc, segment limit {LARGEST}"
        ).fetchall()
        # Of groups that are switched off there is nothing to say.
        clusters = (
            "cluster_segments" in release.row_counts
            and connection.execute(
                "select distinct finding, fitted_on, changed_share from main.cluster_centroids"
            ).fetchall()
        )
        findings = (
            "segment_quality" in release.row_counts
            and connection.execute(
                "select subject, findings from main.segment_quality where status <> 'pass'"
                " order by level, subject"
            ).fetchall()
        )
        contacts = connection.execute("select count(*) from main.dim_contacts").fetchall()[0][0]
        segments = connection.execute("select count(*) from main.segments").fetchall()[0][0]
        currency = connection.execute(
            "select currency, chosen_by, chosen_on, previous_currency"
            " from main.dim_reporting_currency"
        ).fetchall()
        gap = connection.execute(
            """
            select max(day), max(day) + 1, as_of - 1
            from main.segment_days
            cross join (select max(as_of) as as_of from main.segments) as today
            where day < as_of
            group by as_of
            having max(day) < as_of - 1
            """
        ).fetchall()
    lines = [
        "",
        f"Segments as of {as_of[0][0] if as_of else 'an unknown day'}",
        "",
        _line("rows in", "rows", "accepted", "duplicate", "rejected", "not understood"),
        *(_line(*map(str, row)) for row in sources),
        "",
        _line(f"{contacts:,} contacts by lifecycle stage", "contacts", "share"),
        *(_line(label, f"{count:,}", f"{share:.1%}") for label, count, share in stages),
        "",
        _line(f"largest of {segments:,} segments", "contacts", "share"),
        *(_line(segment, f"{count:,}", f"{share:.1%}") for segment, count, share in largest),
        "",
        *(
            f"The history has no day after {last} and before this one:"
            f" make backfill FROM={first} TO={until} adds them"
            for last, first, until in gap
        ),
        *(_currency(*row) for row in currency),
        *(_clusters(*row) for row in clusters or ()),
        *(f"Quality of {subject}: {finding}" for subject, finding in findings or ()),
        *_refusals(refusals),
        "What was rejected, and why: select * from staging.rejected_rows",
        f"  in {store.warehouse}",
        f"Published {len(release.row_counts)} tables in {seconds:.0f} s,"
        f" release {release.release}:",
        f"  {store.published}",
    ]
    return "\n".join(lines)


def _currency(code: str | None, chosen_by: str, chosen_on: object, before: str | None) -> str:
    if code is None:
        return "Amounts are in a currency that no order names; the var reporting_currency can"
    if before is not None:
        since = f" since the build of {chosen_on}, by the var reporting_currency"
        return f"Amounts are in {code}{since}; they were in {before} before"
    if chosen_by == "var":
        return f"Amounts are in {code}, by the var reporting_currency"
    return f"Amounts are in {code}, the commonest currency of the orders up to {chosen_on}"


def _refusals(findings: Sequence[tuple[str, str, int]]) -> Iterator[str]:
    missing = [f"{count:,} {reason}" for finding, reason, count in findings if finding == "missing"]
    if missing:
        yield (
            f"Refusals that earlier files had and these lack, by contacts: {', '.join(missing)};"
            " they still hold and count, see docs/personal_data.md"
        )
    for finding, _, count in findings:
        if finding == "address found":
            yield (
                f"Lines of suppressions not understood: {count:,}; addresses in them are suppressed"
            )
        if finding == "suppresses nobody":
            yield (
                f"Lines of suppressions that suppress nobody: {count:,}; mend them in the file, see"
                " rejected_rows"
            )


def _clusters(finding: str, fitted_on: object, changed_share: float | None) -> str:
    moved = "" if changed_share is None else f"; it moved {changed_share:.0%} of the contacts"
    return f"Clusters, fitted on {fitted_on}: {finding}{moved}"


def _line(first: str, *others: str) -> str:
    return f"{first:<36}" + "".join(f"{other:>15}" for other in others)
