"""Fits the BG/NBD model to all customers and predicts for each pattern of purchases."""

from typing import Any


def model(dbt: Any, session: Any) -> Any:
    """Return the patterns as an Arrow table; the YAML beside describes it."""
    import numpy as np
    import pyarrow as pa

    from customer_segments.bg_nbd import Customers, NoFitError, fit

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
        reasons = [None if count else "ordered on one day only" for count in repeat]
    except NoFitError as problem:
        parameters = (np.nan,) * 4
        probability = expected = np.full(len(repeat), np.nan)
        reasons = [str(problem)] * len(repeat)

    predicted = {"probability_active": probability, "expected_orders_90d": expected}
    for name, value in zip(("r", "alpha", "a", "b"), parameters, strict=True):
        predicted[name] = np.full(len(repeat), value)
    columns = {name: pa.array(values) for name, values in patterns.items()}
    for name, values in predicted.items():
        columns[name] = pa.array(values, pa.float64(), from_pandas=True)
    return pa.table({**columns, "unknown_because": pa.array(reasons, pa.string())})
