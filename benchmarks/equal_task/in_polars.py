"""The task of task.sql in Polars: python in_polars.py RAW OUT."""

import sys
from datetime import date, datetime
from pathlib import Path

import polars as pl
from polars import col, lit, when

END = datetime(2026, 7, 1)


def features(raw: Path) -> pl.DataFrame:
    """Return the features, one row a contact."""

    def scan(table: str) -> pl.LazyFrame:
        return pl.scan_parquet(raw / table / "*.parquet")

    contacts = (
        scan("contacts")
        .filter(col("contact_id").is_not_null() & (col("created_at") < END))
        .group_by("contact_id")
        .agg(
            col("gender", "city").max(),
            col("relationship").fill_null("contact").max(),
            col("created_at").dt.date().max().alias("created_on"),
        )
    )
    orders = (
        scan("orders")
        .filter((col("status") == "completed") & (col("ordered_at") < END))
        .group_by("contact_id")
        .agg(
            pl.len().alias("order_count"),
            (col("ordered_at") >= datetime(2025, 7, 1)).sum().alias("order_count_12m"),
            col("total_amount").sum(),
            col("ordered_at").dt.date().min().alias("first_order_on"),
            col("ordered_at").dt.date().max().alias("last_order_on"),
        )
    )
    kind = col("event_type")
    is_open = (kind == "opened") & ~col("is_machine_open").fill_null(value=False)
    emails = (
        scan("email_events")
        .filter(col("occurred_at") < END)
        .group_by("contact_id", "campaign_id")
        .agg(
            col("occurred_at").filter(kind == "sent").min().dt.date().alias("sent_on"),
            (kind == "delivered").any().alias("delivered"),
            is_open.any().alias("opened"),
            (kind == "clicked").any().alias("clicked"),
        )
        .group_by("contact_id")
        .agg(
            col("delivered").sum().alias("delivered_count"),
            (col("delivered") & col("opened")).sum().alias("opened_count"),
            (col("delivered") & col("clicked")).sum().alias("clicked_count"),
            (col("opened") | col("clicked")).any().alias("has_responded"),
            col("sent_on").min().alias("first_emailed_on"),
        )
    )
    counts = ("order_count", "order_count_12m", "delivered_count", "opened_count", "clicked_count")
    return (
        contacts.join(orders, on="contact_id", how="left")
        .join(emails, on="contact_id", how="left")
        .with_columns(
            col(*counts, "total_amount").fill_null(0), col("has_responded").fill_null(value=False)
        )
        .collect(engine="streaming")
    )


def segments(contacts: pl.DataFrame) -> pl.DataFrame:
    """Return the stage and the scores of each contact."""
    customers = contacts.filter((col("order_count") > 0) & (col("relationship") == "contact"))
    measures = {"recency": "last_order_on", "frequency": "order_count", "monetary": "total_amount"}
    scores = customers.select(
        "contact_id",
        *(
            (1 + (5.0 * (col(measure).rank("min").cast(pl.Int64) - 1) / pl.len()).floor())
            .cast(pl.Int32)
            .alias(f"{score}_score")
            for score, measure in measures.items()
        ),
    )
    last, first = col("last_order_on"), col("first_order_on")
    stage = (
        when(col("relationship") != "contact").then(lit("outside"))
        .when(last <= date(2025, 6, 30)).then(lit("inactive_12m"))
        .when(last <= date(2025, 12, 30)).then(lit("inactive_6m"))
        .when(last <= date(2026, 4, 30)).then(lit("inactive_2m"))
        .when(first > date(2026, 5, 30)).then(lit("new_customer"))
        .when(first.is_not_null()).then(lit("active_customer"))
        .when((col("first_emailed_on") <= date(2025, 12, 30)) & ~col("has_responded"))
        .then(lit("unresponsive"))
        .otherwise(lit("prospect"))
    )  # fmt: skip
    return contacts.select("contact_id", stage.alias("lifecycle_stage")).join(
        scores, on="contact_id", how="left"
    )


def members(contacts: pl.DataFrame) -> pl.DataFrame:
    """Return the members of the ten rules."""
    opened, last = col("opened_count"), col("last_order_on")
    is_silent = (col("first_emailed_on") <= date(2026, 5, 31)) & ~col("has_responded")
    rules = {
        "more_than_5_orders": col("order_count") > 5,
        "spent_over_1000": col("total_amount") > 1000,
        "vip": (col("order_count_12m") >= 4) & (col("total_amount") >= 1000),
        "customer_for_a_year": col("first_order_on") <= date(2025, 6, 30),
        "no_order_for_6_months": last <= date(2025, 12, 30),
        "ordered_within_a_month": last > date(2026, 5, 30),
        "never_opened": is_silent,
        "open_rate_over_75": (col("delivered_count") >= 5)
        & (opened > 0.75 * col("delivered_count")),
        "opened_but_never_clicked": (opened >= 5) & (col("clicked_count") == 0),
        "women_in_zurich": (col("gender") == "female") & (col("city") == "Zurich"),
    }
    return pl.concat(
        contacts.filter(rule).select("contact_id", lit(segment).alias("segment"))
        for segment, rule in rules.items()
    )


if __name__ == "__main__":
    out = Path(sys.argv[2])
    known = features(Path(sys.argv[1]))
    segments(known).write_parquet(out / "contact_segments.parquet")
    members(known).write_parquet(out / "rule_members.parquet")
