"""Fits the BG/NBD model to all customers and predicts for each pattern of purchases."""

from typing import Any


def model(dbt: Any, session: Any) -> Any:
    """Return the patterns as a relation; the YAML beside describes it."""
    import numpy as np

    from customer_segments.fits.bg_nbd import Customers, NoFitError, fit
    from customer_segments.sql import literal

    dbt.config(materialized="table")
    patterns = (
        dbt.ref("int_customer_purchases")
        .aggregate("repeat_order_count, recency_days, age_days, count(*) as customer_count")
        .order("repeat_order_count, recency_days, age_days")
        .fetchnumpy()
    )
    repeat, recency_days, age_days, weight = (values.astype(float) for values in patterns.values())
    customers = Customers(repeat, recency_days / 7, age_days / 7, weight)
    try:
        fitted = fit(customers)
        parameters = (fitted.r, fitted.alpha, fitted.a, fitted.b)
        probability = np.where(repeat > 0, fitted.probability_active(customers), np.nan)
        expected = fitted.expected_orders(customers, weeks=90 / 7)
        reason = "case when repeat_order_count = 0 then 'ordered on one day only' end"
    except NoFitError as problem:
        parameters = (np.nan,) * 4
        probability = expected = np.full(len(repeat), np.nan)
        reason = literal(problem)

    predicted = {**patterns, "probability_active": probability, "expected_orders_90d": expected}
    for name, value in zip(("r", "alpha", "a", "b"), parameters, strict=True):
        predicted[name] = np.full(len(repeat), value)
    # DuckDB reads the arrays by the variable's name, not a number as NULL.
    return session.query(f"select *, {reason} as unknown_because from predicted")
