"""The demo's tables as typed templates, each row with the place of its contact and its moment."""

from pathlib import Path

import duckdb

from .tables import COLUMNS

# What a column is when it is not text.
TYPES = {
    "timestamp": (
        *("created_at", "consent_at", "updated_at", "observed_at", "ordered_at", "occurred_at"),
        *("sent_at", "opened_at", "closed_at", "changed_at", "suppressed_at", "requested_at"),
    ),
    "date": ("birth_date",),
    "decimal(14, 2)": ("total_amount", "discount_amount", "unit_price"),
    "integer": (
        *("max_emails_per_month", "line_number", "quantity", "sequence_step"),
        "seconds_on_page",
    ),
    "boolean": ("email_consent", "is_machine_open"),
    "varchar[]": ("interests", "preferred_topics"),
}
# The column that deals a row to a day; order items have their order's.
MOMENTS = {
    "contacts": "created_at",
    "contact_traits": "observed_at",
    "orders": "ordered_at",
    "order_items": "ordered_at",
    "email_events": "occurred_at",
    "campaigns": "sent_at",
    "web_events": "occurred_at",
    "support_cases": "opened_at",
    "segment_members_manual": "changed_at",
    "suppressions": "suppressed_at",
    "erasures": "requested_at",
}
# What has no moment of its own was there before everything else.
BEFORE_ALL = "timestamp '2023-01-01'"
_READ = {
    "timestamp": "try_cast({0} as timestamptz)::timestamp",
    "date": "coalesce(try_strptime({0}, ['%Y-%m-%d', '%d.%m.%Y', '%d/%m/%Y']),"
    " try_cast({0} as timestamp))::date",
    "boolean": "case lower({0}) when 'oui' then true when 'non' then false"
    " else try_cast({0} as boolean) end",
    "varchar[]": "list_transform(string_split({0}, '|'), lambda item: trim(item))",
}


def load(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Make a table of each of the demo's files; what is not of its type becomes unknown.

    `place` is the contact's number among the contacts, and `person` the least one of those with the
    same address; what nobody did stands with the first. A stranger's rows name a contact that is
    not there.
    """
    for table, columns in COLUMNS.items():
        typed = ", ".join(f"{_typed(name)} as {name}" for name in columns)
        connection.execute(
            f"create table typed_{table} as select {typed}, row_number() over () - 1 as row_number"
            f" from read_csv('{folder}/{table}.csv', all_varchar = true, header = true)"
        )
    connection.execute(_PLACES)
    for table in COLUMNS:
        connection.execute(f"create table {table} as {_QUERIES.get(table, _OF_CONTACT)}".format(
            table=table, moment=f"coalesce({MOMENTS[table]}, {BEFORE_ALL})"))  # fmt: skip


def _typed(name: str) -> str:
    for kind, columns in TYPES.items():
        if name in columns:
            return _READ.get(kind, f"try_cast({{0}} as {kind})").format(name)
    if name == "contact_id":
        # Blanks stand in front, so that a suffix can stand behind.
        return "repeat(' ', length(contact_id) - length(trim(contact_id))) || trim(contact_id)"
    return name


_PLACES = """
    create table places as
    select
        contact_id,
        min(email) as email,
        min(place) as place,
        min(person) as person,
        min(created_at) as known_since
    from (
        select
            contact_id,
            lower(trim(email)) as email,
            created_at,
            row_number::integer as place,
            (case when email like '%@%' then min(row_number) over (partition by lower(trim(email)))
                else row_number end)::integer as person
        from typed_contacts
    )
    group by contact_id"""
_OF_CONTACT = """
    select
        rows.*,
        coalesce(place, 0) as place,
        coalesce(person, 0) as person,
        {moment} as moment,
        rows.contact_id is not null and place is null as is_stranger
    from typed_{table} as rows
    left join places on trim(rows.contact_id) = places.contact_id
    order by rows.row_number"""
_QUERIES = {
    "campaigns": """
        select *, 0 as place, 0 as person, {moment} as moment
        from typed_campaigns order by row_number""",
    "order_items": """
        select
            rows.*,
            coalesce(place, 0) as place,
            coalesce(person, 0) as person,
            -- Lines whose order is missing stand among the others.
            coalesce(moment, (select median(moment) from orders)) as moment
        from typed_order_items as rows
        left join (
            select order_id, min(place) as place, min(person) as person, min(moment) as moment
            from orders group by order_id
        ) as orders on rows.order_id = orders.order_id
        order by rows.row_number""",
    "email_events": """
        select
            rows.*,
            coalesce(place, 0) as place,
            coalesce(person, 0) as person,
            {moment} as moment,
            known_since,
            (dense_rank() over (order by trim(campaign_id)))::integer as sending,
            lower(event_type) in ('sent', 'delivered', 'opened', 'clicked')
                and trim(campaign_id) like 'NL%' as is_repeatable
        from typed_email_events as rows
        left join places on trim(rows.contact_id) = places.contact_id
        order by rows.row_number""",
    "suppressions": """
        select
            rows.*,
            coalesce(place, 0) as place,
            coalesce(person, 0) as person,
            {moment} as moment
        from typed_suppressions as rows
        left join (
            select email, min(place) as place, min(person) as person from places group by email
        ) as places on lower(trim(rows.email)) = places.email
        order by rows.row_number""",
}
