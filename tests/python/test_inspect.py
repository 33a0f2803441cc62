"""Preview, explain and diff say what a build would do, of SQL in all its forms."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
import sqlglot
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from customer_segments.cli import main
from customer_segments.database import opened
from customer_segments.errors import UserError
from customer_segments.segments import compiled
from customer_segments.segments.compare import compare
from customer_segments.segments.declared import Declared, FamilyValue
from customer_segments.segments.explain import explain
from customer_segments.segments.logic import never_fails, never_holds
from customer_segments.segments.preview import Preview, preview
from customer_segments.segments.wording import readable
from customer_segments.segments.working_copy import WorkingCopy, compiled_working_copy
from tests.python.deliveries import parsed
from tests.python.shared import PROJECT

WAREHOUSE = PROJECT / os.environ.get("WAREHOUSE", "target/test/warehouse.duckdb")
CONTACTS = """
    ('anna', 30, 'female', 'Zurich', ['yoga'], date '2026-06-01'),
    ('ben', 45, 'male', 'Zurich', ['running'], date '2025-01-31'),
    ('claire', 52, 'female', 'Lyon', null, null),
    ('dora', null, 'female', null, ['yoga', 'running'], date '2026-06-29'),
    ('emil', 19, null, 'Bern', [], date '2026-05-30')
"""
ORDERS = """
    ('anna', date '2026-06-01', 10), ('anna', date '2026-06-20', 90),
    ('ben', date '2025-01-31', 50), ('dora', date '2026-06-29', 5), ('emil', date '2026-05-30', 70)
"""
# The folder's real SQL, but for the macros, which dbt has replaced by what they stand for.
AS_OF = "cast('2026-06-30' as date)"
ORDERED_30D = f"""
    select contact_id from "w"."main"."fct_orders" where (true) and ordered_on >
    cast(({AS_OF} + cast(-30 as bigint) * interval 1 day) as date)
    group by contact_id having count(*) >= 1
"""
DIM = 'from "w"."main"."dim_contacts"'
SEGMENTS = {
    "women": f"select contact_id {DIM} where gender = 'female'",
    "zurich_women": f"""
        select contact_id {DIM}
        where gender = 'female' and city = 'Zurich'
    """,
    "nested": f"""
        select contact_id {DIM}
        where (age < 20 or (age > 40 and not (city = 'Lyon' or city = 'Bern'))) and gender = 'male'
    """,
    "buyers": f"select contact_id {DIM} where contact_id in ({ORDERED_30D})",
    "yogis": f"select contact_id {DIM} where coalesce(list_contains(interests, 'yoga'), false)",
    "quiet_women": f"""
        select contact_id {DIM}
        where contact_id in (select member.contact_id from "w"."main"."women" as member)
        and contact_id not in (select member.contact_id from "w"."main"."buyers" as member)
    """,
    "by_cte": """
        with women as (select * from "w"."main"."dim_contacts" where age > 35),
        chosen as (select contact_id from women where city = 'Zurich')
        select * from chosen
    """,
    "grouped": """
        select contact_id from "w"."main"."fct_orders"
        where amount >= 10 group by contact_id having count(*) >= 2 and sum(amount) >= 100
    """,
    "several_rows": """
        select distinct contact_id from "w"."main"."fct_orders"
        where amount > 50 and ordered_on < date '2026-06-10'
    """,
    "joined": """
        select dim.contact_id from "w"."main"."dim_contacts" as dim
        inner join "w"."main"."fct_orders" as fct on dim.contact_id = fct.contact_id
        where dim.city = 'Zurich' and fct.amount > 20
    """,
    "either": f"""
        select contact_id {DIM} where city = 'Bern'
        union all select contact_id from "w"."main"."fct_orders" where amount > 60
    """,
    "except_buyers": f"select contact_id {DIM} except ({ORDERED_30D})",
    "oldest_two": f"select contact_id {DIM} where age > 1 order by age desc, contact_id limit 2",
    "latest_order": """
        select contact_id from "w"."main"."fct_orders" where amount < 80
        qualify row_number() over (partition by contact_id order by ordered_on desc) = 1
        and amount > 20
    """,
    "absurd": f"select contact_id {DIM} where age < 20 and city = 'Bern' and age > 30",
    "everybody": f"select contact_id {DIM} where age >= 18 or age < 18",
    "adults": f"select contact_id {DIM} where contact_id is not null and age = 200",
    "new_here": f"select contact_id {DIM} where gender = 'male'",
}
# As members of the union; the last one has no line in it yet.
LISTED = [name for name in SEGMENTS if name != "new_here"]
STAGES = """
    with staged as (
        select *, case
            when city = 'Lyon' and gender = 'female' then 'outside' when age < 20 then 'young'
            when age >= 20 then 'old' else 'ageless'
        end as stage
        from "w"."main"."dim_contacts"
    )
    select contact_id, stage from staged
"""
UNION = " union all ".join(
    [
        *(
            f'select contact_id, \'{name}\' as segment from "w"."intermediate"."matched_{name}"'
            for name in LISTED
        ),
        'select contact_id, \'stage_\' || stage as segment from "w"."main"."stages"',
    ]
)
MEMBERSHIPS = """
    with rule_members as (select * from "w"."main"."segment_rule_members"),
    manual_changes as (select * from "w"."intermediate"."int_segment_manual_changes")
    select
        coalesce(matched.contact_id, changes.contact_id) as contact_id,
        coalesce(matched.segment, changes.segment) as segment
    from rule_members as matched full outer join manual_changes as changes
        on matched.contact_id = changes.contact_id and matched.segment = changes.segment
    where coalesce(changes.action, 'add') = 'add'
"""
OTHERS = {"stages": STAGES, "segment_rule_members": UNION, "segment_memberships": MEMBERSHIPS}
EXPECTED = {
    "women": "anna claire dora",
    "zurich_women": "anna",
    "nested": "ben",
    "buyers": "anna dora",
    "yogis": "anna dora",
    "quiet_women": "claire",
    "by_cte": "ben",
    "grouped": "anna",
    "several_rows": "emil",
    "joined": "anna ben",
    "either": "anna emil",
    "except_buyers": "ben claire emil",
    "oldest_two": "ben claire",
    "latest_order": "ben emil",
    "absurd": "",
    "everybody": "anna ben claire emil",
    "adults": "",
    "new_here": "ben",
    "stage_outside": "claire",
    "stage_young": "emil",
    "stage_old": "anna ben",
    "stage_ageless": "dora",
}


@pytest.fixture(scope="module")
def copy() -> WorkingCopy:
    values = {
        f"stage_{value}": FamilyValue("stage", "stages", "stage", value)
        for value in ("outside", "young", "old", "ageless")
    }
    return WorkingCopy(
        {**SEGMENTS, **OTHERS},
        Declared(frozenset(SEGMENTS), frozenset(LISTED), values),
        frozenset({*LISTED, *values, "old_one"}),
    )


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
        connection.execute(f"""
            create table dim_contacts (
                contact_id varchar, age integer, gender varchar, city varchar,
                interests varchar[], last_order_on date
            );
            insert into dim_contacts values {CONTACTS};
            create table fct_orders (contact_id varchar, ordered_on date, amount integer);
            insert into fct_orders values {ORDERS};
            create schema intermediate;
            create table intermediate.int_segment_manual_changes (
                contact_id varchar, segment varchar, action varchar, changed_at timestamp,
                changed_by varchar, reason varchar
            );
            create table intermediate.int_contact_map as
            select 'annie' as source_contact_id, 'anna' as contact_id;
            create table segments as
            select 'women' as segment, 7 as member_count, date '2026-06-30' as as_of;
        """)
        yield connection


def funnel(seen: Preview) -> list[tuple[int | None, int | None, str]]:
    return [(step.left, step.alone, step.text.strip()) for step in seen.steps]


@pytest.mark.parametrize("name", EXPECTED)
def test_preview_finds_the_members_and_the_funnel_ends_with_them(
    name: str, copy: WorkingCopy, shop: duckdb.DuckDBPyConnection
) -> None:
    result = preview(name, copy, shop)
    assert " ".join(result.members) == EXPECTED[name]
    if not name.startswith("stage_"):
        assert [step.left for step in result.steps if step.left is not None][-1] == result.size


@pytest.mark.parametrize("name", EXPECTED)
def test_explain_agrees_with_the_members(
    name: str, copy: WorkingCopy, shop: duckdb.DuckDBPyConnection
) -> None:
    for contact in ("anna", "ben", "claire", "dora", "emil"):
        explanation = explain(name, contact, copy, shop)
        assert explanation.is_member == (contact in EXPECTED[name].split()), str(explanation)
        outermost = [found.holds for found in explanation.findings if found.depth == 0]
        if name.startswith("stage_"):
            assert outermost.count(True) == 1
        else:
            assert all(outermost) == explanation.is_member


def test_the_funnel_counts_each_condition_alone_and_after_those_before(
    copy: WorkingCopy, shop: duckdb.DuckDBPyConnection
) -> None:
    assert funnel(preview("zurich_women", copy, shop)) == [
        (5, None, "everybody"),
        (3, 3, "gender = 'female'"),
        (1, 2, "city = 'Zurich'"),
    ]


def test_parts_of_or_and_not_are_counted_each(
    copy: WorkingCopy, shop: duckdb.DuckDBPyConnection
) -> None:
    assert funnel(preview("nested", copy, shop)) == [
        (5, None, "everybody"),
        (2, 2, "any of"),
        (None, 1, "age < 20"),
        (None, 1, "all of"),
        (None, 2, "age > 40"),
        (None, 2, "not any of"),
        (None, 1, "city = 'Lyon'"),
        (None, 1, "city = 'Bern'"),
        (1, 1, "gender = 'male'"),
    ]


def test_the_funnel_follows_joins(copy: WorkingCopy, shop: duckdb.DuckDBPyConnection) -> None:
    steps = [step[:2] for step in funnel(preview("joined", copy, shop))]
    assert steps == [(5, None), (4, None), (2, 2), (2, 3)]


@pytest.mark.parametrize("name", ["grouped", "latest_order", "oldest_two", "either"])
def test_what_is_no_plain_where_is_one_step_and_one_finding(
    name: str, copy: WorkingCopy, shop: duckdb.DuckDBPyConnection
) -> None:
    everybody, whole = funnel(preview(name, copy, shop))
    assert everybody == (5, None, "everybody")
    assert whole[:2] == (len(EXPECTED[name].split()), None)
    (found,) = explain(name, "anna", copy, shop).findings
    assert found.holds == ("anna" in EXPECTED[name])


def test_manual_changes_alter_the_size_and_are_said(
    copy: WorkingCopy, shop: duckdb.DuckDBPyConnection
) -> None:
    shop.execute("""
        insert into intermediate.int_segment_manual_changes values
        ('anna', 'women', 'remove', timestamp '2026-05-01 10:00', 'mia', 'asked for it'),
        ('ben', 'women', 'add', timestamp '2026-05-02 10:00', null, null),
        ('dora', 'women', 'add', timestamp '2026-05-02 10:00', 'mia', 'is in anyway')
    """)
    result = preview("women", copy, shop)
    assert list(result.members) == ["ben", "claire", "dora"]
    assert funnel(result)[-3:] == [
        (3, 3, "gender = 'female'"),
        (2, None, "1 removed manually"),
        (3, None, "1 added manually"),
    ]
    assert "7 when last built" in str(result)
    anna = str(explain("women", "anna", copy, shop)).splitlines()[0]
    assert anna == (
        "anna is not in women: removed manually on 2026-05-01 by mia (asked for it);"
        " the rule matches"
    )
    ben = str(explain("women", "ben", copy, shop)).splitlines()[0]
    assert ben.endswith("by somebody (no reason given); the rule does not match")
    assert ben.startswith("ben is in women: added manually")


def test_what_can_not_be_is_told_from_what_is_not(
    copy: WorkingCopy, shop: duckdb.DuckDBPyConnection
) -> None:
    remarks = {
        name: [step.remark for step in preview(name, copy, shop).steps]
        for name in ("absurd", "everybody", "adults")
    }
    assert remarks["absurd"] == ["", "", "", "can never hold together with the conditions above"]
    assert remarks["everybody"][1] == "always holds, unless a value is unknown"
    assert remarks["adults"] == [
        "",
        "holds for everybody at present",
        "holds for nobody at present",
    ]


def test_unknown_is_neither_yes_nor_no(copy: WorkingCopy, shop: duckdb.DuckDBPyConnection) -> None:
    lines = str(explain("nested", "dora", copy, shop)).splitlines()
    assert " unknown      age < 20   [age = unknown]" in lines
    assert "      no  gender = 'male'   [gender = female]" in lines


def test_explain_shows_events_and_the_conditions_of_other_segments(
    copy: WorkingCopy, shop: duckdb.DuckDBPyConnection
) -> None:
    text = str(explain("quiet_women", "anna", copy, shop))
    assert "     yes  contact_id in women\n     yes      gender = 'female'" in text
    assert "      no  contact_id not in buyers\n     yes      contact_id in (" in text
    assert "[such rows of fct_orders = 2]" in text


def test_another_segment_is_its_members_after_manual_changes(
    copy: WorkingCopy, shop: duckdb.DuckDBPyConnection
) -> None:
    shop.execute("""
        insert into intermediate.int_segment_manual_changes values
        ('claire', 'women', 'remove', timestamp '2026-05-01 10:00', 'mia', 'asked for it'),
        ('ben', 'women', 'add', timestamp '2026-05-02 10:00', 'mia', 'is one'),
        ('dora', 'women', 'add', timestamp '2026-05-02 10:00', 'mia', 'is in anyway'),
        ('dora', 'buyers', 'remove', timestamp '2026-05-02 10:00', 'mia', 'sent it back'),
        ('emil', 'yogis', 'add', timestamp '2026-05-02 10:00', 'mia', 'another segment')
    """)
    # Claire is removed from those asked for, Dora from those left out, and Ben is added.
    assert preview("quiet_women", copy, shop).members == ["ben", "dora"]
    assert str(explain("quiet_women", "ben", copy, shop)).splitlines()[:4] == [
        "ben is in quiet_women",
        "     yes  contact_id in women",
        "     yes      added manually on 2026-05-02 by mia (is one); the rule does not match",
        "      no      gender = 'female'   [gender = male]",
    ]
    assert str(explain("quiet_women", "claire", copy, shop)).splitlines()[:4] == [
        "claire is not in quiet_women",
        "      no  contact_id in women",
        "      no      removed manually on 2026-05-01 by mia (asked for it); the rule matches",
        "     yes      gender = 'female'   [gender = female]",
    ]
    dora = str(explain("quiet_women", "dora", copy, shop)).splitlines()
    assert dora[4:6] == [
        "     yes  contact_id not in buyers",
        "      no      removed manually on 2026-05-02 by mia (sent it back); the rule matches",
    ]


def test_explain_shows_the_row_that_comes_nearest(
    copy: WorkingCopy, shop: duckdb.DuckDBPyConnection
) -> None:
    text = str(explain("several_rows", "anna", copy, shop))
    assert "the best of 2 rows" in text
    assert str(explain("several_rows", "claire", copy, shop)).endswith("      no  in fct_orders")


def test_a_familys_value_is_explained_by_the_first_condition_that_holds(
    copy: WorkingCopy, shop: duckdb.DuckDBPyConnection
) -> None:
    assert str(explain("stage_young", "ben", copy, shop)).splitlines() == [
        "ben is not in stage_young",
        "the first of these that holds decides:",
        "      no  outside: city = 'Lyon' and gender = 'female'   [city = Zurich, gender = male]",
        "      no  young: age < 20   [age = 45]   <- this segment",
        "     yes  old: age >= 20   [age = 45]",
    ]
    assert funnel(preview("stage_young", copy, shop)) == [
        (1, 1, "outside: city = 'Lyon' and gender = 'female'"),
        (1, 1, "young: age < 20"),
        (2, 3, "old: age >= 20"),
        (1, None, "ageless: everybody else"),
    ]


@pytest.mark.parametrize(
    ("segment", "contact", "words"),
    [
        ("womn", "anna", "there is no segment womn; did you mean women"),
        ("old_one", "anna", "segment old_one was in the last build, but the project no longer"),
        ("women", "annie", "contact annie was merged into anna; ask for that one"),
        ("women", "x'; drop table dim_contacts; --", "there is no contact x'; drop"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(
    segment: str, contact: str, words: str, copy: WorkingCopy, shop: duckdb.DuckDBPyConnection
) -> None:
    with pytest.raises(UserError) as error:
        explain(segment, contact, copy, shop)
    assert str(error.value).startswith(words)


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        (
            f"select contact_id {DIM} where agee < 3",
            "segment bad: there is no column agee; did",
        ),
        (f"select age {DIM}", "segment bad selects no contact_id"),
        ('select contact_id from "w"."main"."fct_nothing"', "segment bad: Table with name fct_no"),
    ],
)
def test_sql_that_does_not_run_names_the_segment(
    sql: str, words: str, shop: duckdb.DuckDBPyConnection
) -> None:
    copy = WorkingCopy({"bad": sql}, Declared(frozenset({"bad"})))
    with pytest.raises(UserError) as error:
        preview("bad", copy, shop)
    assert str(error.value).startswith(words)


def published(folder: Path, shop: duckdb.DuckDBPyConnection) -> Path:
    """Publish everybody in `women` and in a segment that is no longer defined."""
    path = folder / "published.duckdb"
    shop.execute(f"attach '{path}' as target")
    shop.execute("create table target.segment_members (contact_id varchar, segment varchar)")
    shop.execute("create table target.segments (segment varchar, as_of date)")
    names = [*LISTED, "stage_outside", "stage_young", "stage_old", "stage_ageless", "old_one"]
    for name in names:
        shop.execute("insert into target.segments values (?, date '2026-05-31')", [name])
        members = ["ben", "anna"] if name in ("women", "old_one") else EXPECTED[name].split()
        for contact in members:
            shop.execute("insert into target.segment_members values (?, ?)", [contact, name])
    shop.execute("detach target")
    return path


def test_diff_leaves_out_whose_members_are_not_published(
    tmp_path: Path, copy: WorkingCopy, shop: duckdb.DuckDBPyConnection
) -> None:
    withheld = replace(copy.declared, withheld=frozenset({"women"}))
    copy = WorkingCopy(copy._compiled, withheld, copy.built)
    file = published(tmp_path, shop)
    note = "Members of women are not published, so there is nothing to compare"
    shown = compare([], copy, shop, file)
    assert "women" not in [change.segment for change in shown.changes]
    assert shown.notes[-1].startswith(note)
    assert compare(["women"], copy, shop, file).as_text().splitlines()[-1].startswith(note)
    assert not any(line.startswith(note) for line in compare(["yogis"], copy, shop, file).notes)


def test_diff_counts_who_enters_and_leaves(
    tmp_path: Path, copy: WorkingCopy, shop: duckdb.DuckDBPyConnection
) -> None:
    shop.execute("""
        insert into intermediate.int_segment_manual_changes values
        ('claire', 'women', 'remove', timestamp '2026-05-01 10:00', 'mia', null),
        ('emil', 'yogis', 'add', timestamp '2026-05-01 10:00', 'mia', null)
    """)
    result = compare([], copy, shop, published(tmp_path, shop))
    moved = [change.cells for change in result.changes if change.state != "same"]
    assert moved == [
        ("old_one", "2", "0", "+0", "-2", "gone"),
        ("women", "2", "2", "+1", "-1", "changed"),
        ("new_here", "0", "1", "+1", "-0", "new, not in the list yet: make fix"),
        # Builds on women, and loses whom they lost.
        ("quiet_women", "1", "0", "+0", "-1", "empty"),
        ("yogis", "2", "3", "+1", "-0", "changed"),
    ]
    assert result.as_text().splitlines()[-2:] == [
        "Published as of 2026-05-31, planned as of 2026-06-30:"
        " some of the changes are due to time.",
        "18 segments would stay as published.",
    ]
    assert result.as_text(markdown=True).splitlines()[:3] == [
        "| segment | published | planned | entering | leaving |  |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
        "| old_one | 2 | 0 | +0 | -2 | gone |",
    ]


def test_diff_of_named_segments_leaves_the_others_out(
    tmp_path: Path, copy: WorkingCopy, shop: duckdb.DuckDBPyConnection
) -> None:
    path = published(tmp_path, shop)
    result = compare(["women", "new_here"], copy, shop, path)
    assert {change.segment for change in result.changes} == {"women", "new_here"}
    with pytest.raises(UserError, match="there is no segment womn"):
        compare(["womn"], copy, shop, path)


def test_diff_names_the_segments_that_do_not_run_and_compares_the_others(
    tmp_path: Path, shop: duckdb.DuckDBPyConnection
) -> None:
    faults = {
        "nested": f"select contact_id {DIM} where agee = 1",
        "women": f"select contact_id {DIM} where cast(city as integer) = 1",
    }
    copy = WorkingCopy(
        {**SEGMENTS, **faults, **OTHERS},
        Declared(frozenset(SEGMENTS), frozenset(LISTED), {}, {"stage": "stages"}),
        frozenset(LISTED),
    )
    # What the last build made of a segment that another builds on.
    shop.execute("create view women as select 'claire' as contact_id")
    path = published(tmp_path, shop)
    result = compare([], copy, shop, path)
    moved = {change.segment for change in result.changes if change.state != "same"}
    assert moved == {"old_one", "new_here"}
    assert len(result.changes) == len(EXPECTED) + 1 - 2
    assert copy.notes == [
        "Left out, for it is broken: segment nested: there is no column agee;"
        " did you mean age, gender or interests?",
        "Left out, for it is broken: segment women: Could not convert string 'Zurich' to INT32"
        " when casting from source column city",
        "Segments that build on it have its members of the last build.",
    ]
    with pytest.raises(UserError, match="segment nested: there is no column agee"):
        compare(["nested"], copy, shop, path)
    assert preview("quiet_women", copy, shop).members == ["claire"]


def test_a_segment_that_was_never_built_takes_those_that_build_on_it_with_it(
    shop: duckdb.DuckDBPyConnection,
) -> None:
    invalid = {**SEGMENTS, "women": f"select contact_id {DIM} where", **OTHERS}
    copy = WorkingCopy(invalid, Declared(frozenset(SEGMENTS), frozenset(LISTED)))
    with pytest.raises(UserError, match="it builds on women, which is broken and was never built"):
        preview("quiet_women", copy, shop)
    assert preview("buyers", copy, shop).size == 2
    assert copy.notes[0].startswith("Left out, for it is broken: segment women: its SQL is not")


def test_diff_without_a_published_file_says_so(
    tmp_path: Path, copy: WorkingCopy, shop: duckdb.DuckDBPyConnection
) -> None:
    with pytest.raises(UserError, match="to compare with; run make build first"):
        compare([], copy, shop, tmp_path / "none.duckdb")


@pytest.mark.parametrize(
    ("sql", "text"),
    [
        ("CAST(last_order_on + CAST(1 AS BIGINT) * INTERVAL 1 MONTH AS DATE) > 3",
         "last_order_on + 1 month > 3"),
        ("CAST((d + CAST(-2 AS BIGINT) * INTERVAL '1' DAY) AS DATE) > 3", "d - 2 days > 3"),
        (f"d > cast(({AS_OF} + cast(-30 as bigint) * interval 1 day) as date)", "d > '2026-05-31'"),
        ("NOT x IN ('A', 'OR')", "x not in ('A', 'OR')"),
        ("NOT x IS NULL AND NOT y LIKE 'B%'", "x is not null and y not like 'B%'"),
        ("COALESCE(LIST_CONTAINS(a, 'b'), FALSE)", "list_has(a, 'b')"),
        ("(a.x = 1 AND TRUE)", "a.x = 1"),
        ("((a = 1)) AND (b = 2 OR c = 3)", "a = 1 and (b = 2 or c = 3)"),
        ('"City" = \'AND\'', "city = 'AND'"),
    ],
)  # fmt: skip
def test_conditions_read_as_people_write_them(sql: str, text: str) -> None:
    assert readable(sqlglot.parse_one(sql, dialect="duckdb")) == text


def test_long_sub_selects_stand_on_lines_of_their_own() -> None:
    tree = sqlglot.parse_one(
        f"contact_id in ({ORDERED_30D}) or a between 1 and 2", dialect="duckdb"
    )
    assert readable(tree).splitlines() == [
        "contact_id in (",
        "    select",
        "        contact_id",
        "    from fct_orders",
        "    where",
        "        ordered_on > '2026-05-31'",
        "    group by",
        "        contact_id",
        "    having",
        "        count(*) >= 1",
        ")",
        "or a between 1 and 2",
    ]


ATOMS = st.sampled_from(
    [
        "x = 1", "x <> 1", "x < 1", "x <= 1", "x > 2", "x >= 2", "2 >= x", "x between 1 and 2",
        "x between 2 and 1", "x in (1, 2)", "x not in (2)", "x is null", "x is not null",
        "t = 'b'", "t <> 'b'", "t in ('a', 'c')", "t > 'a'", "t is null", "lower(t) = 'a'",
        "1 = 2", "1 < 2", "true", "false", "null", "t like 'a%'", "x = 1.5",
        "x = null",
    ]
)  # fmt: skip
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda parts: f"({' '.join(parts)})"
        ),
        inner.map(lambda part: f"not ({part})"),
    ),
    max_leaves=6,
)
# All values that the atoms can tell apart.
VALUES = duckdb.connect()
VALUES.execute("""
    create table points as
    select x, t
    from (select unnest([null, 0, 1, 1.25, 1.5, 1.75, 2, 3]) as x)
    cross join (select unnest([null, '', 'a', 'ab', 'b', 'c', 'd', 'A', 'aA', 'C']) as t)
""")


@settings(max_examples=300, deadline=None, derandomize=True)
@given(CONDITIONS)
def test_never_and_always_are_what_trying_all_values_shows(condition: str) -> None:
    tree = sqlglot.parse_one(condition, dialect="duckdb")
    holds, fails = VALUES.execute(
        f"select count(*) filter (where {condition}), count(*) filter (where not ({condition}))"
        " from points"
    ).fetchall()[0]
    if never_holds(tree):
        assert holds == 0
    if never_fails(tree):
        assert fails == 0
    # Functions of a column may take values that the column's other conditions rule out.
    if "lower" not in condition and "like" not in condition:
        assert never_holds(tree) == (holds == 0)
        nulls = tree.find_all(exp.Null)
        if all(isinstance(null.parent, exp.Is) for null in nulls):
            assert never_fails(tree) == (fails == 0)


def test_a_segments_sql_is_what_dbt_makes_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    variables = {"as_of": "2026-06-30", "habitual_order_count": "7"}
    dbt = compiled.compile_models
    monkeypatch.setattr(compiled, "compile_models", None)
    with opened(WAREHOUSE) as connection:
        found = compiled.compiled(variables, WAREHOUSE, connection)
    segments = "path:models/marts/segments"
    folders = [f"{segments}/rules", f"{segments}/families"]
    expected = dbt(
        [*folders, "segment_rule_members", "segment_memberships"], variables, WAREHOUSE, parsed()
    )
    assert {name: sql.split() for name, sql in found.sql.items()} == {
        name: sql.split() for name, sql in expected.items()
    }
    assert not found.broken


def test_a_segment_is_compiled_while_others_read_the_warehouse() -> None:
    hold = (
        "import duckdb, sys; held = duckdb.connect(sys.argv[1], read_only=True); print(); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-u", "-c", hold, WAREHOUSE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as reader:
        assert reader.stdout and reader.stdout.readline() == "\n"
        found = compiled.compile_models(["segment_memberships"], {}, WAREHOUSE, parsed())
        reader.communicate("")
    assert "segment_memberships" in found


def test_the_demos_segments_would_stay_as_built() -> None:
    warehouse = WAREHOUSE
    target = PROJECT / os.environ.get("PUBLISHED", "target/test/segments.duckdb")
    with opened(warehouse) as connection:
        copy = compiled_working_copy(warehouse, connection, {})
    with opened(warehouse) as connection:
        sizes = dict(
            connection.execute("select segment, member_count from main.segments").fetchall()
        )
        # Of the segments split by value, which are all alike, one is enough.
        split = sorted(sizes.keys() - copy.declared.rules - copy.declared.values.keys())
        for name in sizes.keys() - set(split[1:]):
            assert preview(name, copy, connection).size == sizes[name], name
        result = compare([], copy, connection, target)
        assert {change.state for change in result.changes} == {"same"}
        withheld = copy.declared.withheld
        assert withheld == {"birthday_today", "birthday_this_week"}
        assert {change.segment for change in result.changes} == sizes.keys() - withheld


def test_the_command_line_answers_without_a_warehouse(tmp_path: Path) -> None:
    for command in (["preview", "vip"], ["explain", "vip", "C1"], ["diff"]):
        options = ["--warehouse", str(tmp_path / "none.duckdb")]
        result = CliRunner().invoke(main, [*command, *options])
        assert isinstance(result.exception, UserError)
        assert "run make build first" in str(result.exception)
