"""How often sizes are called unusual that are not, and how many that are, on a simulated year."""

from collections.abc import Iterator
from math import exp, log, pi, sin

import duckdb
import numpy as np
import pytest

from customer_segments.dbt import compile_models
from tests.python.deliveries import parsed
from tests.python.shared import DEMO_WAREHOUSE

SEGMENTS, BEFORE, YEAR = 100, 110, 365
AS_OF = "2026-06-30"


def simulated(random: np.random.Generator) -> np.ndarray:
    """Return sizes by segment and day: a quarter each of segments that follow weekdays and seasons
    alone, that get four times the entries every second week, whose entries vary more than by
    chance, and that get four times the entries every month.
    """
    sizes = np.empty((SEGMENTS, BEFORE + YEAR), dtype=int)
    for number in range(SEGMENTS):
        begin = exp(random.uniform(log(30), log(30_000)))
        turnover = exp(random.uniform(log(0.002), log(0.04)))
        weekdays = np.exp(random.normal(0, 0.4, 7))
        weekdays /= weekdays.mean()
        size = int(begin)
        for day in range(BEFORE + YEAR):
            entries = begin * turnover * weekdays[day % 7] * (1 + 0.3 * sin(2 * pi * day / 365))
            if (number % 4 == 1 and day % 14 == 1) or (number % 4 == 3 and day % 30 == 0):
                entries *= 4
            if number % 4 == 2:
                entries *= random.gamma(4, 1 / 4)
            exits = random.binomial(size, turnover * weekdays[(day + 3) % 7])
            size += random.poisson(entries) - exits
            sizes[number, day] = size
    return sizes


@pytest.fixture(scope="module")
def alerts() -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """The model's SQL, and a segment for each simulated segment and each day of the year, with the
    sizes of the 95 days before and that day, which is as_of: the model does not look further back.
    """
    compiled = compile_models(["segment_alerts"], {"as_of": AS_OF}, DEMO_WAREHOUSE, parsed())
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as warehouse")
        connection.execute(
            "create table simulated as select unnest(range(len(sizes))) as day, unnest(sizes) as"
            " member_count, segment from (select unnest($sizes) as sizes, unnest(range($segments))"
            " as segment)",
            {"sizes": simulated(np.random.default_rng(7)).tolist(), "segments": SEGMENTS},
        )
        connection.execute(
            "create table windows as select segment || '/' || last_day as segment, last_day,"
            f" date '{AS_OF}' - cast(last_day - day as int) as day, member_count from simulated"
            f" inner join range({BEFORE}, {BEFORE + YEAR}) as last_days (last_day)"
            " on day between last_day - 95 and last_day"
        )
        yield connection, compiled["segment_alerts"]


def found(
    alerts: tuple[duckdb.DuckDBPyConnection, str], share: float = 0, every: int = 1
) -> tuple[int, int]:
    """Return how many segments are called unusual, and of how many, when each has grown by a share
    more on its last day; of every so many days.
    """
    connection, sql = alerts
    connection.execute(
        "create or replace table warehouse.main.segment_daily as select segment, day, cast("
        f" member_count + case when day = date '{AS_OF}' then round($share * lag(member_count)"
        " over (partition by segment order by day)) else 0 end as bigint) as member_count"
        " from windows where last_day % $every = 0",
        {"share": share, "every": every},
    )
    connection.execute(
        "create or replace view warehouse.main.segment_days as"
        " select segment, day, 'v1' as definition_version from warehouse.main.segment_daily"
    )
    rows = connection.execute(sql).fetchall()
    asked = connection.execute(
        "select count(distinct segment) from warehouse.main.segment_daily"
    ).fetchall()
    return len(rows), asked[0][0]


def test_there_is_at_most_one_false_alert_a_month(
    alerts: tuple[duckdb.DuckDBPyConnection, str],
) -> None:
    count, asked = found(alerts)
    assert asked == SEGMENTS * YEAR
    assert 0 < count <= 12


@pytest.mark.parametrize("share", [-0.3, 0.3])
def test_jumps_are_found(alerts: tuple[duckdb.DuckDBPyConnection, str], share: float) -> None:
    count, asked = found(alerts, share, every=37)
    assert count >= 0.95 * asked >= 0.95 * 9 * SEGMENTS
