"""What a person likes to read at the end of a build."""

import re
from collections.abc import Iterator, Sequence

from customer_segments.releases.store import Release, Store
from customer_segments.report.wording import Wording, wording

LARGEST = 8


def summary(store: Store, release: Release, seconds: float, language: str) -> str:
    """Return the counts of a finished build as text in a language."""
    words = wording(language, "summary_words")
    suffix = "" if language == "en" else f"_{language}"
    with store.warehouse.opened() as connection:
        as_of = connection.execute("select distinct as_of from main.segments").fetchall()
        sources = connection.execute(
            """
            select counts.* exclude (source), coalesce(problems.value_count, 0)
            from staging.source_row_counts as counts
            left join (
                select source, count(*) as value_count
                from staging.rejected_rows
                where scope = 'value'
                group by source
            ) as problems using (source)
            where row_count > 0
            order by row_count desc, counts.source, source_file
            """
        ).fetchall()
        refusals = connection.execute(
            "select finding, subject, finding_count from intermediate.int_refusal_findings"
            " order by finding, finding_count desc, subject"
        ).fetchall()
        stages = connection.execute(
            f"select label{suffix}, member_count, member_share from main.segments"
            " where family = 'lifecycle' order by member_count desc, segment"
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
                f"select subject, findings{suffix} from main.segment_quality where status <> 'pass'"
                " order by level, subject"
            ).fetchall()
        )
        alerts = connection.execute(
            "select segment, member_count, least_count, most_count from main.segment_alerts"
            " order by segment"
        ).fetchall()
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
    w = words.words["summary"]
    say, number = words.text, words.number
    lines = [
        "",
        say(w["as_of"], day=str(as_of[0][0]) if as_of else w["unknown_day"]),
        "",
        _line(*w["sources"]),
        *(_line(file, *map(number, counts)) for file, *counts in sources),
        "",
        _line(say(w["stages"], contacts), w["contacts"], w["share"]),
        *(_counts(words, *row) for row in stages),
        "",
        _line(say(w["largest"], segments), w["contacts"], w["share"]),
        *(_counts(words, *row) for row in largest),
        "",
        *(
            say(w["alert"], count, segment=segment, least=number(least), most=number(most))
            for segment, count, least, most in alerts
        ),
        *(
            say(w["gap"], last=str(last), first=str(first), until=str(until))
            for last, first, until in gap
        ),
        *(_currency(words, *row) for row in currency),
        *(_clusters(words, *row) for row in clusters or ()),
        *(say(w["quality"], subject=subject, finding=said) for subject, said in findings or ()),
        *_refusals(words, refusals),
        w["rejected"],
        say(w["place"], place=str(store.warehouse)),
        say(
            w["published"],
            len(release.row_counts),
            seconds=number(seconds),
            release=str(release.release),
        ),
        f"  {store.published}",
    ]
    return "\n".join(lines)


def _currency(
    words: Wording, code: str | None, chosen_by: str, chosen_on: object, before: str | None
) -> str:
    kind = "set" if chosen_by == "var" else "commonest"
    if code is None or before is not None:
        kind = "no" if code is None else "changed"
    said = words.words["summary"][f"{kind}_currency"]
    return words.text(said, code=code, day=str(chosen_on), before=before)


def _refusals(words: Wording, findings: Sequence[tuple[str, str, int]]) -> Iterator[str]:
    w = words.words["summary"]
    missing = [
        f"{words.number(count)} {w['reasons'].get(reason, reason)}"
        for finding, reason, count in findings
        if finding == "missing"
    ]
    if missing:
        yield words.text(w["refusals"], reasons=", ".join(missing))
    for finding, _, count in findings:
        if finding != "missing":
            yield words.text(w[finding], count)


def _clusters(words: Wording, finding: str, fitted_on: object, changed_share: float | None) -> str:
    w = words.words["summary"]
    for pattern, said in w["cluster_findings"].items():
        finding = re.sub(pattern, said, finding)
    moved = "" if changed_share is None else w["moved"].format(share=words.percent(changed_share))
    return words.text(w["clusters"], day=str(fitted_on), finding=finding) + moved


def _counts(words: Wording, name: str, count: int, share: float) -> str:
    return _line(name, words.number(count), words.percent(share, 1))


def _line(first: str, *others: str) -> str:
    return f"{first:<36}" + "".join(f"{other:>15}" for other in others)
