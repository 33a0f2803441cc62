"""Campaigns' statistics equal statsmodels' and SciPy's; offers are checked before a build."""

import itertools

import duckdb
import numpy as np
import pytest
from scipy.stats import norm, t, ttest_ind
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    proportions_ztest,
)

from customer_segments.macros import Macros

SIZES = (1, 2, 7, 50, 411, 100_000)
# Of each size none, one, about a third and all.
COUNTS = [(part, size) for size in SIZES for part in sorted({0, 1, size // 3, size})]
EXACT = {"rtol": 0, "atol": 1e-9}


def sql(expression: str) -> str:
    """What the project's own macros make of an expression."""
    return Macros({}).render("{{ " + expression + " }}").strip()


def literal(cell: float) -> str:
    # A number with a point alone would be a decimal.
    return f"cast({cell} as double)" if isinstance(cell, float) else str(cell)


def column(expression: str, names: str, rows: list[tuple[float, ...]]) -> list[float | None]:
    values = ", ".join(f"({', '.join(map(literal, row))})" for row in rows)
    query = f"select {sql(expression)} from (values {values}) as counts ({names})"
    return [value for (value,) in duckdb.sql(query).fetchall()]


@pytest.mark.parametrize(("bound", "place"), [("low", 0), ("high", 1)])
def test_wilson_bounds_equal_statsmodels(bound: str, place: int) -> None:
    ours = column(f"wilson_bound('part', 'whole', '{bound}')", "part, whole", COUNTS)
    theirs = [proportion_confint(*counts, method="wilson")[place] for counts in COUNTS]
    np.testing.assert_allclose(ours, theirs, **EXACT)
    assert all(value is not None and 0 <= value <= 1 for value in ours)


def test_a_share_of_nothing_has_no_bounds() -> None:
    assert column("wilson_bound('part', 'whole', 'low')", "part, whole", [(0, 0)]) == [None]


def test_p_values_equal_statsmodels() -> None:
    names = "part, whole, other_part, other_whole"
    pairs = [(*one, *other) for one, other in itertools.product(COUNTS, COUNTS)]
    tested = [pair for pair in pairs if 0 < pair[0] + pair[2] < pair[1] + pair[3]]
    z = column("two_proportion_z('part', 'whole', 'other_part', 'other_whole')", names, tested)
    p = column("two_sided_p_value('z')", "z", [(value, 0) for value in z if value is not None])
    theirs = [proportions_ztest([a, c], [b, d]) for a, b, c, d in tested]
    np.testing.assert_allclose(z, [value for value, _ in theirs], **EXACT)
    np.testing.assert_allclose(p, [value for _, value in theirs], **EXACT)


def test_the_normal_distribution_is_right_in_its_tails_too() -> None:
    z = np.linspace(-40, 40, 2001)
    p = column("two_sided_p_value('z')", "z, nothing", [(float(value), 0) for value in z])
    np.testing.assert_allclose(p, 2 * norm.sf(np.abs(z)), rtol=0, atol=1e-15)


def test_the_demos_results_have_statsmodels_intervals(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    of_emails = {
        "open_rate": ("opened", "delivered"),
        "click_rate": ("clicked", "delivered"),
        "click_to_open_rate": ("opened_and_clicked", "opened"),
        "conversion_rate": ("conversions", "delivered"),
    }
    of_groups = {
        "emailed_rate": ("emailed_conversions", "emailed_count"),
        "held_out_rate": ("held_out_conversions", "held_out_count"),
    }
    tables = {"campaign_kpis": of_emails, "segment_kpis": of_emails, "campaign_lift": of_groups}
    for table, rate, (part, whole) in [
        (table, *rate) for table, rates in tables.items() for rate in rates.items()
    ]:
        rows = warehouse.execute(
            f"select {part}, {whole}, {rate}, {rate}_low, {rate}_high from {table}"
            f" where {whole} > 0"
        ).fetchall()
        assert rows
        for count, total, value, low, high in rows:
            expected = (count / total, *proportion_confint(count, total, method="wilson"))
            np.testing.assert_allclose((value, low, high), expected, **EXACT)


def test_the_demos_lift_is_statsmodels_and_found(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        "select emailed_conversions, emailed_count, held_out_conversions, held_out_count,"
        " absolute_lift, absolute_lift_low, absolute_lift_high, p_value from campaign_lift"
    ).fetchall()
    assert len(rows) == 3
    for *counts, lift, low, high, p_value in rows:
        emailed, emailed_count, others, other_count = counts
        interval = confint_proportions_2indep(*counts, method="newcomb", correction=False)
        test = proportions_ztest([emailed, others], [emailed_count, other_count])
        expected = (emailed / emailed_count - others / other_count, *interval, test[1])
        np.testing.assert_allclose((lift, low, high, p_value), expected, **EXACT)
        # What the demo planted: orders that only the email brings.
        assert low > 0
        assert p_value < 0.05


def test_t_quantiles_equal_scipys_from_one_degree_of_freedom_on() -> None:
    degrees = np.concatenate([1 + np.geomspace(1e-6, 1e9, 2000), np.arange(1.0, 500)])
    ours = column("t_quantile('df')", "df, nothing", [(float(df), 0) for df in degrees])
    np.testing.assert_allclose(ours, t.ppf(0.975, degrees), rtol=1e-11)


def test_welchs_interval_equals_scipys() -> None:
    chance = np.random.default_rng(1947)
    sizes = [(2, 2), (2, 3), (2, 100_000), (3, 2), (7, 50), (411, 12), (100_000, 3_000)]
    for size, other_size in sizes:
        # Most order nothing, as in a shop; some order much.
        group, other = (
            np.where(chance.random(n) < 0.2, chance.lognormal(3, 1, n), chance.random(n))
            for n in (size, other_size)
        )
        test = ttest_ind(group, other, equal_var=False)
        low, high = test.confidence_interval(0.95)
        row = [(group.var(ddof=1), size, other.var(ddof=1), other_size)]
        names = "variance, size, other_variance, other_size"
        macro = "welch_degrees_of_freedom('variance', 'size', 'other_variance', 'other_size')"
        (degrees,) = column(macro, names, row)
        np.testing.assert_allclose(degrees, test.df, rtol=1e-11)
        (quantile,) = column("t_quantile('df')", "df, nothing", [(float(test.df), 0)])
        margin = quantile * np.sqrt(group.var(ddof=1) / size + other.var(ddof=1) / other_size)
        lift = group.mean() - other.mean()
        np.testing.assert_allclose([lift - margin, lift + margin], [low, high], rtol=1e-9)


def test_the_demos_revenue_per_head_has_scipys_interval(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    rows = warehouse.execute(
        "select campaign_id, emailed_revenue_per_head, held_out_revenue_per_head,"
        " revenue_per_head_lift, revenue_per_head_lift_low, revenue_per_head_lift_high"
        " from campaign_lift"
    ).fetchall()
    assert len(rows) == 3
    for campaign, *figures in rows:
        groups: dict[bool, list[float]] = {True: [], False: []}
        # Counted anew: who was sent it or held out, and what each ordered in the 7 days after.
        for is_held_out, amount in warehouse.execute(
            """
            with held_out as (
                select distinct contact_id from fct_contact_traits
                where trait = 'hold_out' and value = $1
            ),
            everybody as (
                select contact_id from held_out
                union
                select contact_id from fct_email_events where campaign_id = $1
            )
            select contact_id in (from held_out), (
                select coalesce(sum(total_amount), 0) from fct_orders as orders, dim_campaigns
                where dim_campaigns.campaign_id = $1
                    and orders.contact_id = everybody.contact_id and orders.is_completed
                    and ordered_at > sent_at and ordered_at <= sent_at + interval 7 days
            )
            from everybody
            """,
            [campaign],
        ).fetchall():
            groups[is_held_out].append(float(amount))
        test = ttest_ind(groups[False], groups[True], equal_var=False)
        emailed, held_out = np.mean(groups[False]), np.mean(groups[True])
        expected = (emailed, held_out, emailed - held_out, *test.confidence_interval(0.95))
        np.testing.assert_allclose(figures, expected, **EXACT)
