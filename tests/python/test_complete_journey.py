"""The Complete Journey example maps a few hand-made rows as its README says."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest

SCRIPT = Path(__file__).parents[2] / "examples" / "complete_journey" / "prepare.py"

# Two baskets of household 7, one of household 12, and household 40 without a purchase.
# Basket 100 is of 01:30 UTC on New Year's Day, which is still the evening before in the shop.
SOURCE_ROWS = """
create table source.transactions as
select * from (values
    (7,  100, 900, 1, 0.50::double, 0.10::double, 0.00::double, 0.00::double,
     timestamp '2018-01-01 01:30:00'),
    (7,  100, 800, 3, 1.00, 0.00, 0.55, 0.45, timestamp '2018-01-01 01:30:00'),
    (7,  100, 850, 0, 0.02, 0.00, 0.00, 0.00, timestamp '2018-01-01 01:30:00'),
    (12, 101, 900, 2, 0.60, 0.00, 0.00, 0.00, timestamp '2017-07-04 16:00:00'),
    (7,  99,  999, 1, 0.00, 0.00, 0.00, 0.00, timestamp '2017-11-05 06:15:30')
) as t (
    household_id, basket_id, product_id, quantity, sales_value, retail_disc, coupon_disc,
    coupon_match_disc, transaction_timestamp
);

create table source.products as
select * from (values
    (800, 'APPLES', 'FRUIT'),
    (850, null, null),
    (900, 'ICE - CRUSHED/CUBED', 'FRZN ICE')
) as t (product_id, product_type, product_category);

create table source.demographics as
select * from (values
    (7,  '45-54', '50-74K', 'Homeowner', 'Married', '2', '2 Adults No Kids', '0'),
    (40, '65+', null, null, null, null, null, null)
) as t (
    household_id, age, income, home_ownership, marital_status, household_size,
    household_comp, kids_count
);

create table source.campaign_descriptions as
select * from (values
    (1, 'Type B', timestamp '2017-03-03'),
    (18, 'Type A', timestamp '2017-10-30')
) as t (campaign_id, campaign_type, start_date);

create table source.campaigns as
select * from (values (18, 7), (1, 12)) as t (campaign_id, household_id);

create table source.coupons as
select * from (values (55410000076, 800, 18)) as t (coupon_upc, product_id, campaign_id);

create table source.coupon_redemptions as
select * from (values
    (7, 55410000076, 18, timestamp '2017-12-31')
) as t (household_id, coupon_upc, campaign_id, redemption_date);
"""


@pytest.fixture(scope="module")
def prepare() -> ModuleType:
    """Import the example's script, which is no part of a package, by its path."""
    spec = importlib.util.spec_from_file_location("complete_journey_prepare", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def source(prepare: ModuleType) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database whose source schema holds the hand-made rows."""
    with prepare.connect() as connection:
        connection.execute(SOURCE_ROWS)
        yield connection


def rows(
    prepare: ModuleType, connection: duckdb.DuckDBPyConnection, table: str
) -> list[dict[str, Any]]:
    """Return the rows of one raw table as dictionaries."""
    relation = connection.sql(prepare.RAW_TABLES[table])
    return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]


def test_contacts_are_all_households_without_names(
    prepare: ModuleType, source: duckdb.DuckDBPyConnection
) -> None:
    """A household exists since the day of its first basket; without one, that is unknown."""
    assert rows(prepare, source, "contacts") == [
        {"contact_id": "7", "email": None, "created_at": "2017-11-05T00:00:00-04:00"},
        {"contact_id": "12", "email": None, "created_at": "2017-07-04T00:00:00-04:00"},
        {"contact_id": "40", "email": None, "created_at": None},
    ]


def test_orders_are_baskets(prepare: ModuleType, source: duckdb.DuckDBPyConnection) -> None:
    """Sums are exact cents; the manufacturer's coupon is not taken off sales_value."""
    orders = rows(prepare, source, "orders")
    assert [order["order_id"] for order in orders] == ["99", "100", "101"]
    assert orders[1] == {
        "order_id": "100",
        "contact_id": "7",
        "ordered_at": "2017-12-31T20:30:00-05:00",
        "total_amount": Decimal("1.52"),
        "status": "completed",
        "currency": "USD",
        "discount_amount": Decimal("0.55"),
    }
    assert orders[0]["total_amount"] == 0


def test_order_items_keep_every_purchase_row(
    prepare: ModuleType, source: duckdb.DuckDBPyConnection
) -> None:
    """Lines are numbered by product; no quantity, no price; no product, no name."""
    items = rows(prepare, source, "order_items")
    assert [
        (i["order_id"], i["line_number"], i["product_id"], i["product_name"], i["category"])
        for i in items
    ] == [
        ("99", 1, "999", None, None),
        ("100", 1, "800", "APPLES", "FRUIT"),
        ("100", 2, "850", None, None),
        ("100", 3, "900", "ICE - CRUSHED/CUBED", "FRZN ICE"),
        ("101", 1, "900", "ICE - CRUSHED/CUBED", "FRZN ICE"),
    ]
    assert [(i["quantity"], i["unit_price"]) for i in items] == [
        (1, Decimal(0)),
        (3, Decimal("0.33333333")),
        (0, None),
        (1, Decimal("0.5")),
        (2, Decimal("0.3")),
    ]


def test_there_is_no_file_of_email_events(prepare: ModuleType) -> None:
    """The source knows no email: a file, even without rows, would say that nobody got any."""
    assert "email_events" not in prepare.RAW_TABLES


def test_campaigns_have_no_channel(prepare: ModuleType, source: duckdb.DuckDBPyConnection) -> None:
    """The type is part of the name; only a campaign with coupons offers coupons."""
    assert rows(prepare, source, "campaigns") == [
        {
            "campaign_id": "1",
            "name": "Campaign 1 (Type B)",
            "offer": None,
            "sent_at": "2017-03-03T00:00:00-05:00",
        },
        {
            "campaign_id": "18",
            "name": "Campaign 18 (Type A)",
            "offer": "coupons",
            "sent_at": "2017-10-30T00:00:00-04:00",
        },
    ]


def test_traits_leave_out_the_unknown(
    prepare: ModuleType, source: duckdb.DuckDBPyConnection
) -> None:
    """Demographics have no date; campaigns and coupons have the one that the source gives."""
    assert [tuple(row.values()) for row in rows(prepare, source, "contact_traits")] == [
        ("7", "age_band", "45-54", None),
        ("7", "campaign_received", "18", "2017-10-30T00:00:00-04:00"),
        ("7", "coupon_redeemed", "55410000076/18", "2017-12-31T00:00:00-05:00"),
        ("7", "home_ownership", "Homeowner", None),
        ("7", "household_composition", "2 Adults No Kids", None),
        ("7", "household_size", "2", None),
        ("7", "income_band", "50-74K", None),
        ("7", "kids_count", "0", None),
        ("7", "marital_status", "Married", None),
        ("12", "campaign_received", "1", "2017-03-03T00:00:00-05:00"),
        ("40", "age_band", "65+", None),
    ]


@pytest.mark.parametrize(
    ("utc_time", "expected"),
    [
        ("2017-03-12 06:59:59", "2017-03-12T01:59:59-05:00"),
        ("2017-03-12 07:00:00", "2017-03-12T03:00:00-04:00"),
        ("2017-11-05 05:30:00", "2017-11-05T01:30:00-04:00"),
        ("2017-11-05 06:30:00", "2017-11-05T01:30:00-05:00"),
        ("2018-01-01 04:01:20", "2017-12-31T23:01:20-05:00"),
    ],
)
def test_timestamps_carry_the_shops_offset(
    prepare: ModuleType, utc_time: str, expected: str
) -> None:
    """Days are the shop's own, also where the clocks change."""
    with prepare.connect() as connection:
        row = connection.execute("select shop_timestamp(?::timestamp)", [utc_time]).fetchone()
    assert row == (expected,)


def test_unit_price_gives_back_the_cents_of_the_largest_quantity(prepare: ModuleType) -> None:
    """Eight decimals are enough for 89,638 units."""
    with prepare.connect() as connection:
        connection.execute(SOURCE_ROWS)
        connection.execute("update source.transactions set quantity = 89638, sales_value = 224.77")
        line = f"select round(quantity * unit_price, 2) from ({prepare.RAW_TABLES['order_items']})"
        assert set(connection.execute(line).fetchall()) == {(Decimal("224.77"),)}


def test_another_source_stops_with_one_sentence(
    prepare: ModuleType, source: duckdb.DuckDBPyConnection
) -> None:
    """The figures of the source are checked before anything is written."""
    with pytest.raises(prepare.PrepareError, match=r"^The source has 2 households, expected 2,469"):
        prepare.check_source(source)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("update source.transactions set sales_value = 0.505", "not whole cents"),
        ("update source.transactions set retail_disc = -1", "negative amounts"),
        ("update source.transactions set basket_id = 1", "more than one household"),
        (
            "update source.coupon_redemptions set redemption_date = '2018-01-01'",
            "without a basket in the shop's time",
        ),
    ],
)
def test_a_broken_assumption_stops_with_one_sentence(
    prepare: ModuleType,
    source: duckdb.DuckDBPyConnection,
    monkeypatch: pytest.MonkeyPatch,
    change: str,
    message: str,
) -> None:
    """What the mapping relies on is checked as well as the figures."""
    monkeypatch.setattr(prepare, "FIGURES", ())
    prepare.check_source(source)
    source.execute(change)
    with pytest.raises(prepare.PrepareError, match=message):
        prepare.check_source(source)


def test_written_files_are_reconciled(
    prepare: ModuleType, source: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """What was written is read back and compared with the source."""
    source.execute("delete from source.demographics where household_id = 40")
    prepare.write_raw(source, tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(
        f"{table}.parquet" for table in prepare.RAW_TABLES
    )
    lines = {label: written for label, _, written in prepare.reconcile(source, tmp_path)}
    assert lines["baskets"] == 3
    assert lines["sales, USD"] == Decimal("2.12")
    assert lines["sales with a quantity, USD"] == Decimal("2.10")


def test_a_lost_row_stops_with_one_sentence(
    prepare: ModuleType,
    source: duckdb.DuckDBPyConnection,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """A mapping that drops an order is noticed."""
    source.execute("delete from source.demographics where household_id = 40")
    lossy = f"select * from ({prepare.ORDERS}) where order_id <> '101'"
    monkeypatch.setitem(prepare.RAW_TABLES, "orders", lossy)
    prepare.write_raw(source, tmp_path)
    with pytest.raises(prepare.PrepareError, match=r"2 baskets were written.*source has 3"):
        prepare.reconcile(source, tmp_path)


def test_a_missing_source_is_one_sentence(
    prepare: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback, and no folder is left behind."""
    out = tmp_path / "raw"
    assert prepare.main([str(out), "--source", str(tmp_path)]) == 1
    assert capsys.readouterr().err.endswith("transactions.parquet is missing.\n")
    assert not out.exists()


def test_an_unreadable_source_is_one_sentence(
    prepare: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is no Parquet gives the reason, not a traceback."""
    for table in prepare.SOURCE_TABLES:
        (tmp_path / f"{table}.parquet").write_text("no parquet")
    assert prepare.main([str(tmp_path / "raw"), "--source", str(tmp_path)]) == 1
    error = capsys.readouterr().err
    assert error.startswith("The data could not be prepared: ")
    assert error.count("\n") == 1
