"""Tables of text, and how they are written."""

import csv
from collections.abc import Iterable
from pathlib import Path

Row = dict[str, str]
Tables = dict[str, list[Row]]

# The layout of the raw tables: every column, in order.
COLUMNS: dict[str, tuple[str, ...]] = {
    "contacts": (
        "contact_id",
        "email",
        "created_at",
        "first_name",
        "last_name",
        "gender",
        "birth_date",
        "phone",
        "city",
        "region",
        "postal_code",
        "country",
        "language",
        "occupation_group",
        "job_title",
        "company",
        "company_sector",
        "company_size",
        "relationship",
        "lead_status",
        "interests",
        "preferred_topics",
        "max_emails_per_month",
        "acquisition_channel",
        "landing_page",
        "email_consent",
        "consent_at",
        "updated_at",
    ),
    "contact_traits": ("contact_id", "trait", "value", "observed_at"),
    "orders": (
        "order_id",
        "contact_id",
        "ordered_at",
        "total_amount",
        "status",
        "currency",
        "discount_amount",
    ),
    "order_items": (
        "order_id",
        "line_number",
        "product_id",
        "product_name",
        "category",
        "quantity",
        "unit_price",
    ),
    "email_events": (
        "event_id",
        "contact_id",
        "event_type",
        "occurred_at",
        "campaign_id",
        "link_url",
        "is_machine_open",
    ),
    "campaigns": (
        "campaign_id",
        "name",
        "topic",
        "channel",
        "offer",
        "sequence",
        "sequence_step",
        "sent_at",
    ),
    "web_events": (
        "event_id",
        "contact_id",
        "occurred_at",
        "event_type",
        "page_type",
        "page_url",
        "session_id",
        "seconds_on_page",
    ),
    "support_cases": ("case_id", "contact_id", "opened_at", "closed_at", "topic"),
    "segment_members_manual": (
        "segment",
        "contact_id",
        "action",
        "changed_at",
        "changed_by",
        "reason",
    ),
    "suppressions": ("email", "reason", "suppressed_at"),
    "erasures": ("contact_id", "requested_at"),
}


def write(path: Path, columns: Iterable[str], rows: Iterable[Row]) -> None:
    """One CSV file: UTF-8, LF, quotes only where they are needed."""
    names = list(columns)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
