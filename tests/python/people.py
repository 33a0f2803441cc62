"""Who of the demo has which part in the scenarios; nobody has two, so all are played at once."""

from functools import cache
from typing import Any

import duckdb

from tests.python.shared import PROJECT

# `make test` has built the demo here.
GOOD = PROJECT / "target" / "test"
# Contacts who get the address of a till or of a firm, and whom requests for erasure take.
TILL = {f"C{number:05}" for number in range(401, 551)}
FIRM = {f"C{number:05}" for number in range(601, 641)}
ERASED_BY_REQUEST = {"C00410", "C00036", "K0011", "C00088", "K0002"}
NO_LONGER_MERGED = {"C00078", "K0018", "C00701", "C00702"}
TOUCHED = TILL | FIRM | ERASED_BY_REQUEST | NO_LONGER_MERGED

SINGLE = """
    contact_id in (
        select contact_id from intermediate.int_contact_map group by contact_id having count(*) = 1
    )
"""
# Approached in every way in the demo; the message is not for a birthday, which may change.
APPROACHED = f"""
    select contact_id
    from contact_offers
    where
        channel = 'email'
        and contact_id in (
            select contact_id from int_sequence_messages
            where status = 'upcoming' and sequence <> 'birthday'
        )
        and contact_id in (
            select contact_id from segment_members where segment = 'promotion_audience'
        )
        and {SINGLE}
        and contact_id in (select contact_id from dim_contacts where max_emails_per_month > 1)
        and contact_id not in (select contact_id from staging.stg_segment_members_manual)
        and contact_id not in (select contact_id from fct_contact_traits where trait = 'hold_out')
"""
CONTACTABLE = f"select contact_id from dim_contacts where can_receive_email and {SINGLE}"
WAITING = "select contact_id from win_back_audience"
PARTS = {
    **dict.fromkeys(
        (
            *("wishes 0 emails", "is a supplier", "is a supplier manually", "wishes 1 email"),
            *("turned 16 since the first of the month", "was 16 on the first of the month"),
            *("must not be contacted", "must not be contacted, since an unreadable day"),
            *("must not be contacted after as_of", "refuses after as_of", "was a supplier"),
            *("was removed from promotions", "may be contacted again"),
        ),
        APPROACHED,
    ),
    "waits for us": WAITING,
    "waits for us after as_of": WAITING,
    "waited and was answered": WAITING,
    "taken out of promotions": WAITING,
    "sent the video back": """
        select contact_id from bought_hormone_yoga_video
        where contact_id in (select contact_id from hobby_yoga)
        and contact_id in (select contact_id from promotion_audience)
    """,
    "taken into promotions": """
        select contact_id from no_order_for_6_months
        where contact_id not in (select contact_id from promotion_audience)
        and contact_id not in (select contact_id from open_support_case)
    """,
    **dict.fromkeys(
        (
            *("opt-out", "spam report", "hard bounce", "typed bounce", "prefix", "capitals"),
            *("address", "soft bounce", "bounce of a soft type", "left out"),
            *("domain", "star domain", "bare domain", "md5", "sha256", "full width"),
            "two in a line",
        ),
        CONTACTABLE,
    ),
}


@cache
def known(sql: str) -> list[tuple[Any, ...]]:
    """Return what the demo's own warehouse answers."""
    with duckdb.connect(str(GOOD / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


@cache
def people() -> dict[str, str]:
    """Return the contact of each part."""
    chosen: dict[str, str] = {}
    for part, sql in PARTS.items():
        found = (contact for (contact,) in known(f"{sql} order by contact_id"))
        taken = TOUCHED | set(chosen.values())
        chosen[part] = next(contact for contact in found if contact not in taken)
    return chosen
