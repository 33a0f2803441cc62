"""The task of task.sql in pandas: python in_pandas.py RAW OUT."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

END = pd.Timestamp(2026, 7, 1)


def features(raw: Path) -> pd.DataFrame:
    """Return the features, one row a contact."""

    def read(table: str, *columns: str) -> pd.DataFrame:
        return pd.read_parquet(raw / table, columns=list(columns), dtype_backend="pyarrow")

    contacts = read("contacts", "contact_id", "created_at", "gender", "city", "relationship")
    contacts = contacts[contacts.contact_id.notna() & (contacts.created_at < END)]
    contacts["relationship"] = contacts.relationship.fillna("contact")
    known = contacts.groupby("contact_id").max()
    orders = read("orders", "contact_id", "ordered_at", "status", "total_amount")
    orders = orders[(orders.status == "completed") & (orders.ordered_at < END)]
    orders = orders.assign(
        recent=orders.ordered_at >= pd.Timestamp(2025, 7, 1),
        day=orders.ordered_at.dt.floor("D"),
        total_amount=orders.total_amount.astype(float),
    )
    ordered = orders.groupby("contact_id").agg(
        order_count=("day", "size"),
        order_count_12m=("recent", "sum"),
        total_amount=("total_amount", "sum"),
        first_order_on=("day", "min"),
        last_order_on=("day", "max"),
    )
    names = ("contact_id", "campaign_id", "event_type", "occurred_at", "is_machine_open")
    events = read("email_events", *names)
    events = events[events.occurred_at < END]
    kind = events.event_type
    events = events.assign(
        sent_at=events.occurred_at.where(kind == "sent"),
        delivered=kind == "delivered",
        opened=(kind == "opened") & ~events.is_machine_open.fillna(value=False),
        clicked=kind == "clicked",
    )
    emails = events.groupby(["contact_id", "campaign_id"]).agg(
        sent_at=("sent_at", "min"),
        delivered=("delivered", "any"),
        opened=("opened", "any"),
        clicked=("clicked", "any"),
    )
    emails = emails.assign(
        read=emails.delivered & emails.opened,
        followed=emails.delivered & emails.clicked,
        responded=emails.opened | emails.clicked,
    )
    emailed = emails.groupby("contact_id").agg(
        delivered_count=("delivered", "sum"),
        opened_count=("read", "sum"),
        clicked_count=("followed", "sum"),
        has_responded=("responded", "any"),
        first_emailed_on=("sent_at", "min"),
    )
    found = known.join(ordered).join(emailed)
    counts = ["order_count", "order_count_12m", "delivered_count", "opened_count", "clicked_count"]
    found[[*counts, "total_amount"]] = found[[*counts, "total_amount"]].fillna(0)
    found["has_responded"] = found.has_responded.fillna(value=False).astype(bool)
    for day in ("first_order_on", "last_order_on", "first_emailed_on"):
        found[day] = found[day].astype("datetime64[us]").dt.floor("D")
    return found


def segments(contacts: pd.DataFrame) -> pd.DataFrame:
    """Return the stage and the scores of each contact."""
    last, first = contacts.last_order_on, contacts.first_order_on
    silent = (contacts.first_emailed_on <= "2025-12-30") & ~contacts.has_responded
    stages = {
        "outside": contacts.relationship != "contact",
        "inactive_12m": last <= "2025-06-30",
        "inactive_6m": last <= "2025-12-30",
        "inactive_2m": last <= "2026-04-30",
        "new_customer": first > "2026-05-30",
        "active_customer": first.notna(),
        "unresponsive": silent,
    }
    conditions = [np.asarray(condition, dtype=bool) for condition in stages.values()]
    result = pd.DataFrame(
        {"lifecycle_stage": np.select(conditions, list(stages), "prospect")}, index=contacts.index
    )
    customers = contacts[(contacts.order_count > 0) & (contacts.relationship == "contact")]
    measures = {"recency": "last_order_on", "frequency": "order_count", "monetary": "total_amount"}
    for score, measure in measures.items():
        worse = customers[measure].rank(method="min") - 1
        result[f"{score}_score"] = (1 + np.floor(5.0 * worse / len(customers))).astype("Int32")
    return result.reset_index()


def members(contacts: pd.DataFrame) -> pd.DataFrame:
    """Return the members of the ten rules."""
    silent = (contacts.first_emailed_on <= "2026-05-31") & ~contacts.has_responded
    opened, delivered = contacts.opened_count, contacts.delivered_count
    rules = {
        "more_than_5_orders": contacts.order_count > 5,
        "spent_over_1000": contacts.total_amount.round(2) > 1000,
        "vip": (contacts.order_count_12m >= 4) & (contacts.total_amount.round(2) >= 1000),
        "customer_for_a_year": contacts.first_order_on <= "2025-06-30",
        "no_order_for_6_months": contacts.last_order_on <= "2025-12-30",
        "ordered_within_a_month": contacts.last_order_on > "2026-05-30",
        "never_opened": silent,
        "open_rate_over_75": (delivered >= 5) & (opened > 0.75 * delivered),
        "opened_but_never_clicked": (opened >= 5) & (contacts.clicked_count == 0),
        "women_in_zurich": (contacts.gender == "female") & (contacts.city == "Zurich"),
    }
    chosen = [
        pd.DataFrame({"contact_id": contacts.index[rule.fillna(value=False)], "segment": segment})
        for segment, rule in rules.items()
    ]
    return pd.concat(chosen)


if __name__ == "__main__":
    out = Path(sys.argv[2])
    found = features(Path(sys.argv[1]))
    segments(found).to_parquet(out / "contact_segments.parquet")
    members(found).to_parquet(out / "rule_members.parquet")
