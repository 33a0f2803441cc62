"""How often is a sound shop stopped? python -m benchmarks.false_alarms [--years 3]

Makes shops of several sizes over some years, each delivered every day, with weekdays, holidays,
sales, growth, and days and campaigns that differ more than chance has them do. Each day is judged
by the project's own SQL, beside the weeks before it. A day with anything odd is a build that stops
until somebody accepts it. The past can't look odd: a sound shop's stays.
"""

import argparse
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb

from tests.python.batches import Batches
from tests.python.honest_shop import Shop, write

END = date(2026, 6, 30)
SHOPS = {
    "3 orders, 10 emails a day": Shop(END, END, orders_a_day=3, emails_a_day=10, contacts=300),
    "30 orders, 100 emails a day": Shop(END, END),
    "150 orders, 600 emails a day": Shop(
        END, END, orders_a_day=150, emails_a_day=600, contacts=10_000
    ),
    "30 orders, a newsletter a month": Shop(END, END, newsletter_every=30),
}
MODELS = ("daily_figures", "delivered_tables", "window_ratios", "odd_windows")
LEARNING = 70
"""Days of a shop that are not judged, since nothing is known yet."""


def calendar(begin: date, end: date) -> tuple[tuple[date, float], ...]:
    """Return what days are like: quiet holidays, quiet weeks, sales of three times the usual."""
    days: dict[date, float] = {}
    for year in range(begin.year, end.year + 1):
        for month, day in ((1, 1), (4, 3), (5, 1), (5, 14), (8, 1), (11, 1), (12, 25), (12, 26)):
            # A holiday of one year is another date's in the next, as Easter is.
            days[date(year, month, day) + timedelta(days=year % 3 if month in (4, 5) else 0)] = 0.2
        for number in range(7):
            days.setdefault(date(year, 12, 27) + timedelta(days=number), 0.5)
        for month, day in ((1, 8), (7, 2), (11, 27)):
            for number in range(4):
                days[date(year, month, day) + timedelta(days=number)] = 3.0
    return tuple(days.items())


def judge(batches: Batches, shop: Shop, folder: Path) -> tuple[int, list[tuple[date, str]]]:
    """Return how many days of a shop were judged, and those on which it is stopped, with what is
    odd.
    """
    write(shop.make(), folder, shop.ends_on)
    batches.forget()
    batches.deliver(folder, shop.ends_on)
    first = shop.begins_on + timedelta(days=LEARNING)
    days = (shop.ends_on - first).days
    with duckdb.connect(str(batches.warehouse)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for relation, kind, sql in batches.models(*MODELS):
            # All days at once, each judged by what was before it.
            longer = sql.replace("cast(-70 as bigint)", f"cast(-{days + 80} as bigint)").replace(
                "select 59 as number", f"select 59 union all select * from range(60, {days + 1})"
            )
            connection.execute(f"create or replace {kind} {relation} as {longer}")
            if relation.endswith('"delivered_tables"'):
                connection.execute(f"update {relation} set judged_from = date '{first}'")
        ((judged,),) = connection.execute(
            "select count(distinct judged_day) from staging.window_ratios where weeks_back = 0"
        ).fetchall()
        odd = connection.execute(
            "select distinct judged_day, concat_ws(' ', source, measure, nullif(column_name, ''),"
            " nullif(value, '')) from staging.odd_windows"
            " where not is_quiet_day order by all"
        ).fetchall()
    return int(judged), odd


def main() -> None:
    """Print a line for each shop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--years", type=int, default=3)
    years = parser.parse_args().years
    begin = END - timedelta(days=365 * years + LEARNING)
    print("| shop | growth a month | days judged | stops a year | what was odd |")
    print("|---|---:|---:|---:|---|")
    with tempfile.TemporaryDirectory() as place:
        batches = Batches(Path(place))
        for name, size in SHOPS.items():
            for growth in (0.0, 0.05):
                shop = replace(
                    size,
                    begins_on=begin,
                    growth_a_month=growth,
                    busy=calendar(begin, END),
                    day_noise=0.2,
                    campaign_noise=0.3,
                )
                judged, odd = judge(batches, shop, Path(place) / "files")
                stops = 365 * len({day for day, _ in odd}) / judged
                counts = Counter(text for _, text in odd).most_common(4)
                what = ", ".join(f"{count} {text}" for text, count in counts)
                print(f"| {name} | {growth:.0%} | {judged:,} | {stops:.1f} | {what} |", flush=True)


if __name__ == "__main__":
    main()
