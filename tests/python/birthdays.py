"""Finds dates from which somebody could tell contacts' birthdays.

A date tells a birthday when it lies as far from it for too many contacts to be chance. Chance is
what the dates would do if each contact had the birthday of another one born in the same month: the
month may show, for segments of the month and age bands change on its first day.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache

import duckdb
import numpy as np
from scipy.stats import binom

# Days that a date may be away from the birthday and still tell it, and how many birthdays it may
# leave open: a week of them.
REACH = 31
WIDTHS = (1, 7)
# About a hundred thousand comparisons are made on the demo.
CHANCE = 1e-8
YEAR = 366
HALF = YEAR // 2
GROUPS = ("segment", "sequence")

Dated = tuple[str, str, date]  # group, contact, a date


@cache
def day_of_year(day: date) -> int:
    """Return the number of the day in a leap year, from 0."""
    return (date(2024, day.month, day.day) - date(2024, 1, 1)).days


def telling(dated: Iterable[Dated], births: Mapping[str, date]) -> set[str]:
    """Return the groups whose dates tell their contacts' birthdays."""
    by_month: dict[int, list[int]] = defaultdict(list)
    for birth in births.values():
        by_month[birth.month].append(day_of_year(birth))
    chances: dict[tuple[int, int], np.ndarray] = {}
    grouped: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for group, contact, day in dated:
        if contact in births:
            grouped[group].add((contact, day_of_year(day)))
    return {
        group
        for group, pairs in grouped.items()
        if _least_likely(pairs, births, by_month, chances) < CHANCE
    }


def _least_likely(
    pairs: set[tuple[str, int]],
    births: Mapping[str, date],
    by_month: Mapping[int, Sequence[int]],
    chances: dict[tuple[int, int], np.ndarray],
) -> float:
    """Return how likely the most telling distance from the birthday is by chance.

    The number of contacts at it is a sum of draws with chances of their own; a binomial one with
    their mean has the wider tail (Hoeffding 1956).
    """
    found, expected = np.zeros(YEAR), np.zeros(YEAR)
    for (birthday, month, day), count in Counter(
        (day_of_year(births[contact]), births[contact].month, day) for contact, day in pairs
    ).items():
        found[(day - birthday + HALF) % YEAR] += count
        if (month, day) not in chances:
            chances[month, day] = _distances(by_month[month], day) / len(by_month[month])
        expected += count * chances[month, day]
    reach = slice(HALF - REACH, HALF + REACH + 1)
    return min(
        float(
            binom.sf(
                np.convolve(found, np.ones(width), "valid")[reach] - 1,
                len(pairs),
                np.minimum(np.convolve(expected, np.ones(width), "valid")[reach] / len(pairs), 1),
            ).min()
        )
        for width in WIDTHS
    )


def _distances(birthdays: Sequence[int], day: int) -> np.ndarray:
    """Count birthdays by the days from them to a day, the shorter way round the year."""
    distances = (day - np.array(birthdays) + HALF) % YEAR
    return np.bincount(distances, minlength=YEAR).astype(float)


def telling_columns(
    connection: duckdb.DuckDBPyConnection, births: Mapping[str, date], pattern: str = "%"
) -> set[tuple[str, str, str]]:
    """Return table, column and group of the dates of contacts that tell birthdays.

    The tables with a contact and a name like the pattern are looked at, as a whole and by what is
    in a column that groups rows; a moment counts as its day in UTC.
    """
    return {
        (table, column, group)
        for table, column, dated in _dated_columns(connection, pattern)
        for group in telling(dated, births)
    }


def _dated_columns(
    connection: duckdb.DuckDBPyConnection, pattern: str
) -> Iterator[tuple[str, str, list[Dated]]]:
    columns: dict[str, dict[str, str]] = defaultdict(dict)
    for table, column, kind in connection.execute(
        "select table_name, column_name, data_type from duckdb_columns()"
        " where database_name = current_database() and schema_name = 'main' and table_name like ?",
        [pattern],
    ).fetchall():
        columns[table][column] = kind
    for table, kinds in sorted(columns.items()):
        if "contact_id" not in kinds:
            continue
        groups = ["'*'", *(group for group in GROUPS if group in kinds)]
        for column, kind in kinds.items():
            if kind.startswith(("DATE", "TIMESTAMP")):
                yield (
                    table,
                    column,
                    connection.execute(
                        " union ".join(
                            f'select {group}, contact_id, cast("{column}" as date) from "{table}"'
                            f' where "{column}" is not null and {group} is not null'
                            for group in groups
                        )
                    ).fetchall(),
                )
