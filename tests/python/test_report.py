"""The report: every figure equals a query, nothing of the data is run, odd data look right."""

import base64
import hashlib
import re
import shutil
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest
import yaml

from customer_segments.errors import UserError
from customer_segments.options import LANGUAGES
from customer_segments.places import Places
from customer_segments.report.report import page_of, write_report
from tests.python.report_data import ALERTS, HISTORY, MOVES, PUBLISHED, published_copy
from tests.python.report_figures import SOURCES, differences, figures
from tests.python.shared import PROJECT

REPORT = PROJECT / "customer_segments" / "report"
MOST_BYTES = 3_000_000


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo with 30 days and with tables of moves and cohorts."""
    return published_copy(tmp_path_factory.mktemp("report"), HISTORY.format(days=30), MOVES, ALERTS)


def written(published: Path, language: str = "en") -> str:
    page = published.with_name(f"report.{language}.html")
    assert write_report(published, page, language) <= MOST_BYTES
    return page.read_text(encoding="utf-8")


def heading(html: str, part: str) -> str:
    """What the heading of a part says."""
    found = re.search(rf'<h2 id="h-{part}"><small>.*?</small>(.*?)</h2>', html, re.DOTALL)
    assert found, part
    return " ".join(unescape(re.sub("<[^>]*>", "", found[1])).split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_equals_a_query(published: Path, language: str) -> None:
    page = figures(written(published, language))
    assert differences(page.found, published, {"en": ".", "fr": ","}[language]) == []
    assert page.unnamed == []
    assert {of.split(" ")[0] for of, _ in page.found} == set(SOURCES)
    assert len(page.found) > 5000


def test_a_wrong_figure_is_found(published: Path, tmp_path: Path) -> None:
    page = figures(written(published))
    copy = Path(shutil.copy(published, tmp_path / published.name))
    with duckdb.connect(str(copy)) as connection:
        connection.execute("update segments set member_count = 12 where segment = 'vip'")
    wrong = differences(page.found, copy)
    assert wrong and all("vip" in one for one in wrong)


def test_words_are_there_in_each_language_and_all_are_used() -> None:
    def keys(language: str) -> dict[str, set[str]]:
        text = (REPORT / f"words.{language}.yml").read_text(encoding="utf-8")
        return {part: set(words) for part, words in yaml.safe_load(text).items()}

    english, french = (keys(language) for language in LANGUAGES)
    assert english == french
    templates = (REPORT / "templates" / "report").glob("*.jinja")
    text = "".join(file.read_text(encoding="utf-8") for file in templates)
    text += (REPORT / "wording.py").read_text(encoding="utf-8")
    used = {match[0] for match in re.finditer(r"w\.(\w+)\.(\w+)|_form\(\"(\w+)\"\)", text)}
    by_name = {
        "forms": {"day", "short", "month"},
        "sequences": {"sent", "due", "upcoming", "skipped"},
        "quality": {"pass", "warn", "error"},
        "lifecycle": set(re.findall(r"\bwords\.(\w+)", text)),
        "rfm": set(re.findall(r"\bwords\.(\w+)", text)),
    }
    for part, words in english.items():
        # Of these the page looks up what the data have.
        if f"(w.{part}," in text or f"w.{part}[known]" in text or f'w["{part}"]' in text:
            continue
        for word in words - by_name.get(part, set()):
            assert f"w.{part}.{word}" in used or f'_form("{word}")' in used, (part, word)


def test_what_the_data_name_has_words(warehouse: duckdb.DuckDBPyConnection) -> None:
    words = yaml.safe_load((REPORT / "words.en.yml").read_text(encoding="utf-8"))
    for part, sql in {
        "categories": "select category from segments",
        "families": "select subject from segment_quality where level = 'family'",
        "reasons": "select reason from reference.permission_reasons union all"
        " select reason from sequence_kpis where status = 'skipped'",
        "sequence_names": "select sequence from reference.sequences",
        "values": "select typical_gender from personas where typical_gender is not null",
    }.items():
        named = {name for (name,) in warehouse.execute(sql).fetchall()}
        assert named and named <= set(words[part]), part


class Tags(HTMLParser):
    """Collects the tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(name, said or "") for name, said in attributes}


def test_nothing_of_the_data_is_run_and_nothing_is_loaded(tmp_path: Path) -> None:
    code = "<script>alert(1)</script>"
    label = f'"><img src=x onerror=alert(1)>{code}' + "&'" * 80
    html = written(
        published_copy(
            tmp_path,
            f"update segments set label = '{label.replace(chr(39), chr(39) * 2)}',"
            f" description = '{code}', owner = '{code}', category = '{code}'",
            f"update campaign_kpis set name = '{code}'",
            f"update personas set name = '{code}', typical_city = '{code}', description = '{code}'",
            f"update persona_traits set label = '{code}'",
            f"update segment_quality set status = 'warn', findings = '{code}'",
            f"update release set git_revision = '{code}'",
        )
    )
    assert html.count("&lt;script&gt;alert(1)") > 500
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{allowed}'" in html
    assert "alert" not in script
    page = Tags()
    page.feed(html)
    assert page.tags & {"img", "iframe", "object", "embed", "base", "link"} == {"link"}
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "src"]
    assert not [said for name, said in page.attributes if name == "href" and said[0] not in "#d"]
    assert "data:," in {said for name, said in page.attributes if name == "href"}
    assert not re.search(r"@import|url\(", html[: html.index("</style>")])


def test_it_says_first_what_is_unusual(published: Path, tmp_path: Path) -> None:
    html = written(published)
    assert heading(html, "changes") == "VIP customers lost 30 contacts"
    assert html.count('<span class="tag">Unusual</span>') == 1
    assert "left: <code>order_count_12m &gt;= 4</code>" in html
    quiet = published_copy(tmp_path, HISTORY.format(days=30))
    assert '<span class="tag">Unusual</span>' not in written(quiet)


def test_a_first_day_has_nothing_to_compare_with(tmp_path: Path) -> None:
    html = written(published_copy(tmp_path, HISTORY.format(days=1)))
    assert heading(html, "changes") == "This is the first day on record"
    assert 'id="part-sizes"' not in html and "entered" in html


def test_days_after_that_of_the_segments_are_not_spoken_of(published: Path, tmp_path: Path) -> None:
    copy = published_copy(
        tmp_path,
        HISTORY.format(days=30),
        MOVES,
        ALERTS,
        "insert into segment_daily by name select * replace (day + 9 as day, 1 as member_count)"
        " from segment_daily where day = (select as_of from release)",
    )
    assert written(copy) == written(published)


def test_a_segment_that_is_new_or_defined_anew_has_not_grown(tmp_path: Path) -> None:
    html = written(
        published_copy(
            tmp_path,
            HISTORY.format(days=30),
            "delete from segment_daily where segment = 'suppliers' and day < '2026-06-30'",
            "update segments set definition_since = as_of where segment = 'vip'",
        )
    )
    assert 'New segment: <a class="plain" href="#suppliers">' in html
    assert 'are none of its members\': <a class="plain" href="#vip">' in unescape(html)
    assert "VIP" not in heading(html, "changes")


def test_customers_of_this_month_alone_have_no_month_after(tmp_path: Path) -> None:
    html = written(
        published_copy(
            tmp_path,
            MOVES,
            "delete from cohort_retention where cohort_month < '2026-06-01'",
        )
    )
    assert heading(html, "cohorts") == "Who comes back"


@pytest.mark.parametrize("count", [0, 1])
def test_hardly_any_contacts(tmp_path: Path, count: int) -> None:
    one = f"(select contact_id from lifecycle_segments order by contact_id limit {count})"
    tables = ("segment_members", "lifecycle_segments", "behaviour_segments")
    emptied = ("campaign_kpis", "campaign_lift", "segment_kpis", "sequence_kpis", "personas")
    published = published_copy(
        tmp_path,
        *(f"delete from {table} where contact_id not in {one}" for table in tables),
        *(f"delete from {table}" for table in (*emptied, "segment_overlap", "persona_traits")),
        "create or replace table segments as select * replace ((select count(*) from"
        " segment_members as members where members.segment = segments.segment) as member_count)"
        " from segments",
        "update segments set member_share = least(member_count, 1)",
        HISTORY.format(days=2).replace("'vip'", "'nobody'"),
    )
    html = written(published)
    assert differences(figures(html).found, published) == []
    assert 'id="part-campaigns"' not in html and "Nobody entered or left a segment" in html


def test_groups_of_results_that_are_switched_off_are_not_spoken_of(tmp_path: Path) -> None:
    gone = ("campaign_kpis", "campaign_lift", "segment_kpis", "sequence_kpis", "sequence_messages")
    gone += ("contact_offers", "personas", "persona_traits", "segment_quality", "segment_overlap")
    html = written(published_copy(tmp_path, *(f"drop table {table}" for table in gone)))
    assert heading(html, "quality") == "The segments' quality was not measured"
    parts = re.findall(r'<section class="paper" id="part-(\w+)"', html)
    assert {"changes", "lifecycle", "rfm", "overlap", "quality", "segments"} <= set(parts)
    assert not {"campaigns", "sequences", "personas"} & set(parts)
    assert parts == re.findall(r'<li><a href="#part-(\w+)"', html)


def test_500_segments_and_two_years_are_small_enough(tmp_path: Path) -> None:
    more = " union all ".join(
        f"select {{columns}} replace (segment || '_{n}' as segment) from {{table}}" for n in (1, 2)
    )
    html = written(
        published_copy(
            tmp_path,
            *(
                f"create or replace table {table} as select * from {table} union all "
                + more.format(columns="*", table=table)
                for table in ("segments", "segment_kpis", "segment_overlap")
            ),
            "delete from segments where segment in (select segment from segments order by"
            " ends_with(segment, '_2') desc, segment limit (select count(*) - 500 from segments))",
            HISTORY.format(days=730),
            MOVES,
        )
    )
    assert heading(html, "segments") == "500 segments"


def test_labels_are_those_of_the_language(tmp_path: Path) -> None:
    published = published_copy(
        tmp_path,
        "create or replace table segments as select columns(named -> named <> 'label_fr'),"
        " case segment when 'vip' then 'Clients VIP' end as label_fr from segments",
    )
    french, english = written(published, "fr"), written(published, "en")
    assert "Clients VIP" in french and "VIP customers" not in french
    assert "VIP customers" in english and "Prospects" in french


def test_it_stands_beside_what_is_published(tmp_path: Path) -> None:
    def page(name: str, target: str = "duckdb") -> str:
        return page_of(Places(None, tmp_path / "w.duckdb", tmp_path / name, target)).name

    assert page("segments.duckdb") == "report.html"
    assert page("eu.duckdb") == "eu.report.html"
    assert page("eu.duckdb", "postgres") == "postgres.report.html"


def test_tables_of_another_version_have_no_report(tmp_path: Path) -> None:
    old = published_copy(tmp_path, "alter table segments drop column definition_since")
    page = tmp_path / "report.html"
    page.write_text("Of the release before.", encoding="utf-8")
    with pytest.raises(UserError, match="which another version published"):
        write_report(old, page)
    assert not page.exists()


def test_a_page_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match=r"the segments are published, but .* can't be written"):
        write_report(PUBLISHED, tmp_path / "file" / "report.html")
