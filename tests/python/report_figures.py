"""The figures of a report, as they stand in its HTML, and what the published tables say they are.

An element's `data-of` names a source below, a row and a column. That of a table's row names source
and row; the columns of its cells with figures stand in the table's `data-columns`.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb

CONTACTS = "(select count(*) from lifecycle_segments)"
# By source: rows by their key, in the columns that the page shows. They are not the page's queries.
SOURCES = {
    "release": f"select '-', {CONTACTS} as contact_count, (select count(*) from segments) as"
    " segment_count, cast(built_at as date) - as_of as age from release",
    "messages": "select '-', coalesce(sum(message_count), 0) as due from sequence_kpis"
    " where status = 'due'",
    "findings": "select '-', count(*) as finding_count from segment_quality where status <> 'pass'",
    "days": "select '-', count(distinct day) as day_count from segment_daily",
    "segments": "select segment, * from segments",
    "daily": "select segment || '/' || day, * from segment_daily",
    "changes": "select segment, abs(entered_count - left_count) as size, null as contacts from"
    " segments union all select '-', null, abs(sum(member_count) filter (where age = 1)"
    " - sum(member_count) filter (where age = 2)) from (select *, dense_rank() over (order by day"
    " desc) as age from segment_daily where segment like 'lifecycle_%')",
    "expected": "select segment, * from segment_alerts",
    "unusual": "select '-', count(*) as count from segment_alerts",
    "causes": "select segment || '/' || change || '/' || condition, count(*) as contact_count from"
    " segment_changes group by 1",
    "grown": "select segment, first(member_count order by day) as first_count,"
    " last(member_count order by day) as member_count, last(member_count order by day)"
    " - first(member_count order by day) as change, min(member_count) as least,"
    " max(member_count) as most from segment_daily group by 1",
    "moves": "select from_day || '/' || from_segment || '/' || to_segment, * from"
    " segment_transitions where to_day = (select as_of from release)",
    "moved": "select family || '/' || from_day, sum(contact_count) as contact_count from"
    " segment_transitions where from_segment <> to_segment and to_day = (select as_of from release)"
    " group by 1",
    "rfm": "select '-', count(recency_score) as total, count(*) filter (where recency_score in"
    " (4, 5) and frequency_score in (4, 5)) as best from behaviour_segments",
    "grid": "select score, "
    + ", ".join(
        f"count(contact_id) filter (where frequency_score = {n}) as f{n}" for n in range(1, 6)
    )
    + " from range(1, 6) as scores (score) left join behaviour_segments on score = recency_score"
    " group by 1",
    "cohort": "select cohort_month, any_value(customer_count) as customers, "
    + ", ".join(
        f"100 * any_value(active_count) filter (where month_number = {n})"
        f" / any_value(customer_count) as m{n}"
        for n in range(1, 13)
    )
    + " from cohort_retention group by 1",
    "cohorts": "select '-', sum(active_count) / sum(customer_count) as month_after from"
    " cohort_retention where month_number = 1 and cohort_month > as_of - interval 12 month"
    " and last_day(cohort_month + interval 1 month) < date_trunc('month', as_of)",
    "sets": "select key, count(*) as contact_count from (select string_agg(segment, '+' order by"
    " segment) as key from segment_members where segment in (select segment from segments where"
    " family = 'rule' and member_share <= 0.5 and members_are_published order by member_count"
    " desc, segment limit 6) group by contact_id) group by 1",
    "overlap": "select segment || '/' || other_segment, * from segment_overlap",
    "campaigns": "select campaign_id, * from campaign_kpis",
    "lifts": "select campaign_id, *, 100 * absolute_lift as more, 100 * absolute_lift_low as low,"
    " 100 * absolute_lift_high as high from campaign_lift",
    "sequences": "select sequence, "
    + ", ".join(
        f"sum(case status when '{status}' then message_count else 0 end) as {status}"
        for status in ("sent", "due", "upcoming", "skipped")
    )
    + " from sequence_kpis group by 1",
    "skipped": "select sequence || '/' || reason, sum(message_count) as message_count from"
    " sequence_kpis where status = 'skipped' group by 1",
    "others": "select sequence, sum(n) as message_count from (select sequence, sum(message_count)"
    " as n, row_number() over (partition by sequence order by n desc, reason) as place from"
    " sequence_kpis where status = 'skipped' group by sequence, reason) where place > 5 group by 1",
    "personas": "select persona, * from personas",
    "traits": "select persona || '/' || trait || '/' || value, * from persona_traits",
    "families": "select subject, * from segment_quality where level = 'family'",
    "quality": "select subject, * from segment_quality where level = 'segment'",
    "common": "select one.segment || '/' || other.segment, count(*) / any_value(size.member_count)"
    f" as share, share / (any_value(others.member_count) / {CONTACTS}) as lift"
    " from segment_members as one inner join segment_members as other using (contact_id)"
    " inner join segments as size on one.segment = size.segment"
    " inner join segments as others on other.segment = others.segment group by 1, one.segment",
    "results": "select segment, sum(delivered) as delivered, sum(opened) / sum(delivered) as"
    " open_rate, sum(clicked) / sum(delivered) as click_rate, sum(conversions) as conversions,"
    " sum(revenue) as revenue from segment_kpis group by 1",
}


@dataclass
class Figures(HTMLParser):
    """Collects the figures of a page, and the cells with a digit that say no source."""

    found: list[tuple[str, str]] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._columns: list[str] = []
        self._row: str | None = None
        self._cells = 0
        self._named = False
        self._of: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = dict(attributes)
        if tag == "table":
            self._columns = (said.get("data-columns") or "").split()
        elif tag == "tr":
            self._row, self._cells = said.get("data-of"), 0
        elif tag == "td":
            self.text, self._named = "", False
            is_figure = "n" in (said.get("class") or "").split() or "--v" in said.get("style", "")
            if self._row and is_figure and self._cells < len(self._columns):
                self._of = f"{self._row} {self._columns[self._cells]}"
                self._cells += 1
                self._named = True
        elif tag == "span" and "data-of" in said:
            self._of, self.text, self._named = said["data-of"], "", True

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "span") and self._of is not None:
            self.found.append((self._of, self.text))
            self._of = None
        elif tag == "td" and not self._named and re.search(r"\d", self.text):
            self.unnamed.append(self.text)


def figures(html: str) -> Figures:
    """Return the figures of a page."""
    parser = Figures()
    parser.feed(html)
    return parser


def differences(found: list[tuple[str, str]], published: Path, decimal: str = ".") -> list[str]:
    """Return the figures that are not what the published tables say, to the digits shown."""
    sources = {of.split(" ")[0] for of, _ in found}
    expected: dict[str, dict[str, dict[str, Any]]] = {}
    with duckdb.connect(str(published), read_only=True) as connection:
        for source in sources:
            answer = connection.execute(SOURCES[source])
            names = [column[0] for column in answer.description or []]
            rows = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
            expected[source] = {str(row[names[0]]): row for row in rows}
    wrong = []
    for of, text in found:
        source, rest = of.split(" ", 1)
        key, column = rest.rsplit(" ", 1)
        row = expected[source].get(key, {})
        if column not in row or not _is_same(text, row[column], decimal):
            wrong.append(f"{of}: {text!r} is not {row.get(column)}")
    return wrong


def _is_same(text: str, value: Any, decimal: str) -> bool:
    if value is None:
        return not text.strip()
    plain = re.sub("[\u202f\u00a0 ]|," if decimal == "." else "[\u202f\u00a0 ]", "", text)
    number = re.search(r"[-−]?\d+(\.\d+)?", plain.replace(decimal, "."))
    if number is None:
        return False
    shown = float(number[0].replace("−", "-"))
    unit = 10.0 ** -len((number[1] or ".")[1:])
    if "%" in text:
        shown, unit = shown / 100, unit / 100
    if "<" in text:
        return 0 < float(value) < unit
    return abs(shown - float(value)) <= unit / 2 + 1e-9
