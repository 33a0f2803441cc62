"""segment_changes says which conditions of a rule made a contact enter or leave a segment."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from customer_segments.engines.duckdb_file import DuckDBFile
from customer_segments.errors import UserError
from customer_segments.places import Places
from customer_segments.releases.entries_and_exits import say_conditions
from customer_segments.releases.file_store import FileStore
from customer_segments.segments.changed_conditions import say_failed
from customer_segments.segments.declared import Declared
from customer_segments.segments.working_copy import WorkingCopy

DIM = 'from "w"."main"."dim_contacts"'
RULES = {
    "adults": f"select contact_id {DIM} where age >= 18 and city = 'Bern' and (is_vip or age > 60)",
    "one_order": """
        select contact_id from "w"."main"."fct_orders" where amount > 50 and status = 'completed'
    """,
    "grouped": """
        select contact_id from "w"."main"."fct_orders" group by contact_id having count(*) > 1
    """,
}
TABLES = """
    create table dim_contacts as from (values
        ('anna', 30, 'Bern', false), ('ben', null, 'Lyon', true), ('claire', 61, 'Bern', false)
    ) as rows (contact_id, age, city, is_vip);
    create table fct_orders as from (values
        ('anna', 60, 'pending'), ('anna', 20, 'cancelled'), ('ben', 70, 'completed')
    ) as rows (contact_id, amount, status);
    create table segment_changes (
        contact_id varchar, segment varchar, change varchar, condition varchar
    );
"""
VIP = "is_vip or age > 60"


def copy(rules: dict[str, str]) -> WorkingCopy:
    return WorkingCopy(rules, Declared(frozenset(rules)))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
        connection.execute(TABLES)
        yield connection


@pytest.mark.parametrize(
    ("contact", "segment", "said"),
    [
        ("anna", "adults", VIP),
        ("ben", "adults", "age >= 18; city = 'Bern'"),
        ("claire", "adults", None),
        ("dora", "adults", "in dim_contacts"),
        ("anna", "one_order", "status = 'completed'"),
        ("ben", "one_order", None),
        ("claire", "one_order", "in fct_orders"),
        (
            "ben",
            "grouped",
            "select contact_id from fct_orders group by contact_id having count(*) > 1",
        ),
        ("anna", "city_bern", None),
    ],
)
def test_the_conditions_that_do_not_hold_are_said(
    contact: str, segment: str, said: str | None, shop: duckdb.DuckDBPyConnection
) -> None:
    """An unknown value meets no condition; of several rows the one counts that meets the most.

    Nothing is said of who meets all, and of what is no rule.
    """
    rules = copy(RULES)
    shop.execute("insert into segment_changes values (?, ?, 'left', null)", [contact, segment])
    say_failed(shop, "main.segment_changes", "left", rules, rules)
    assert shop.execute("select condition from segment_changes").fetchall() == [(said,)]


def test_what_is_said_already_and_the_other_change_stay(shop: duckdb.DuckDBPyConnection) -> None:
    shop.execute(
        "insert into segment_changes values ('anna', 'adults', 'left', 'contact is gone'),"
        " ('anna', 'adults', 'entered', null)"
    )
    rules = copy(RULES)
    say_failed(shop, "main.segment_changes", "left", rules, rules)
    assert shop.execute("select condition from segment_changes order by all").fetchall() == [
        ("contact is gone",),
        (None,),
    ]


def test_the_words_are_those_of_the_present_day(shop: duckdb.DuckDBPyConnection) -> None:
    before, now = (copy({"old": f"select contact_id {DIM} where age > {age}"}) for age in (60, 65))
    shop.execute("insert into segment_changes values ('anna', 'old', 'entered', null)")
    say_failed(shop, "main.segment_changes", "entered", before, now)
    assert shop.execute("select condition from segment_changes").fetchall() == [("age > 65",)]


@pytest.mark.parametrize(
    "before",
    [
        f"select contact_id {DIM} where has_new_column",
        'select contact_id from "w"."main"."new_table"',
        f"select contact_id {DIM} where age > 60 and city = 'Bern'",
        f"select contact_id {DIM} where",
    ],
)
def test_what_cannot_be_asked_of_the_day_before_is_unknown_and_stops_nothing(
    before: str, shop: duckdb.DuckDBPyConnection
) -> None:
    rules = {"old": f"select contact_id {DIM} where age > 60", "adults": RULES["adults"]}
    earlier = {**rules, "old": before}
    shop.execute(
        "insert into segment_changes values"
        " ('anna', 'old', 'entered', null), ('anna', 'adults', 'entered', null)"
    )
    say_failed(shop, "main.segment_changes", "entered", copy(earlier), copy(rules))
    assert shop.execute(
        "select segment, condition from segment_changes order by all"
    ).fetchall() == [
        ("adults", VIP),
        ("old", None),
    ]


def test_what_cannot_be_asked_of_the_present_day_stops_the_build(
    shop: duckdb.DuckDBPyConnection,
) -> None:
    rules = copy({"broken": f"select contact_id {DIM} where has_no_such_column"})
    shop.execute("insert into segment_changes values ('anna', 'broken', 'left', null)")
    with pytest.raises(duckdb.BinderException, match="has_no_such_column"):
        say_failed(shop, "main.segment_changes", "left", rules, rules)
    rules = copy({"broken": f"select contact_id {DIM} where"})
    with pytest.raises(UserError, match="its SQL is not complete"):
        say_failed(shop, "main.segment_changes", "left", rules, rules)


def has_built(file: Path, day: date, order_counts: dict[str, int], changes: str = "") -> None:
    """Make a warehouse that has what the rule more_than_5_orders looks at, and the days built."""
    file.parent.mkdir(exist_ok=True)
    with duckdb.connect(str(file)) as connection:
        connection.execute(f"""
            create table dim_contacts (contact_id varchar, order_count integer);
            create table segments as
            select 'more_than_5_orders' as segment, date '{day}' as as_of;
            create table lifecycle_segments as select as_of from segments;
            create table segment_days as from (
                values (date '2026-06-29'), (date '2026-06-30'), (date '2026-07-01')
            ) as days (day) where day <= date '{day}';
            create table segment_changes as
            select contact_id, segment, change, cast(condition as varchar) as condition, as_of
            from segments, (values {changes or "('nobody', 'left', 'contact is gone')"})
                as changes (contact_id, change, condition);
        """)
        connection.executemany("insert into dim_contacts values (?, ?)", [*order_counts.items()])


@pytest.mark.parametrize(
    ("built_before", "entered"),
    [
        # Of the day before; of the same day; of neither, so that it is not known what held before.
        (date(2026, 6, 30), "order_count > 5"),
        (date(2026, 7, 1), "as was said"),
        (date(2026, 6, 29), None),
        (None, None),
    ],
)
def test_a_build_asks_the_warehouse_that_it_began_with(
    built_before: date | None, entered: str | None, tmp_path: Path
) -> None:
    store = FileStore(Places(None, tmp_path / "shop.duckdb", tmp_path / "published.duckdb"))
    draft = store.draft.database
    assert isinstance(draft, DuckDBFile)
    if built_before:
        said = "('anna', 'entered', 'as was said')"
        has_built(store.warehouse.path, built_before, {"anna": 5, "ben": 6}, said)
    open_ones = "('anna', 'entered', null), ('ben', 'left', null)"
    has_built(draft.path, date(2026, 7, 1), {"anna": 6, "ben": 5}, open_ones)
    rule = 'select contact_id from "shop"."main"."dim_contacts" where order_count > 5'
    now = copy({"more_than_5_orders": rule})
    say_conditions(store, now, {"as_of": "2026-07-01"})
    with duckdb.connect(str(draft.path), read_only=True) as connection:
        found = connection.execute("select change, condition from segment_changes order by all")
        assert found.fetchall() == [("entered", entered), ("left", "order_count > 5")]
