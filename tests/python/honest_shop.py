"""A sound shop as tables of a database, day by day, and its deliveries."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

TABLES = ("contacts", "orders", "order_items", "email_events", "campaigns")
_DAYS = {
    "contacts": "created_at",
    "orders": "ordered_at",
    "email_events": "occurred_at",
    "campaigns": "sent_at",
}


_NORMAL = "sqrt(-2 * ln(random() + 1e-12)) * cos(6.2831853 * random())"


@dataclass(frozen=True)
class Shop:
    """What the shop is like. Its noise is Poisson's, its Sundays are quiet; `day_noise` is the
    spread of the logarithm of what a day is like, `campaign_noise` that of what a campaign is like.
    """

    begins_on: date
    ends_on: date
    orders_a_day: float = 30
    emails_a_day: float = 100
    contacts: int = 2_000
    growth_a_month: float = 0.0
    # Factors on the orders and emails of single days: sales, holidays.
    busy: tuple[tuple[date, float], ...] = ()
    genders: tuple[str, str] = ("female", "male")
    newsletter_every: int = 7
    day_noise: float = 0.0
    campaign_noise: float = 0.0
    seed: int = 7

    def make(self) -> duckdb.DuckDBPyConnection:
        """Return a database with the shop's tables up to its last day."""
        connection = duckdb.connect(config={"threads": 1})
        connection.execute("create table busy (day date, factor double)")
        if self.busy:
            connection.executemany("insert into busy values (?, ?)", self.busy)
        count = (self.ends_on - self.begins_on).days + 1
        connection.execute(f"select setseed({self.seed / 1000})")
        connection.execute(
            f"""
            create table days as
            select day, number,
                pow(1 + {self.growth_a_month}, number / 30.0) * coalesce(factor, 1)
                * exp({self.day_noise} * {_NORMAL})
                * (case dayofweek(day) when 0 then 0.4 when 6 then 0.7 else 1 end) as weight
            from (
                select cast(date '{self.begins_on}' + cast(i as int) as date) as day, i as number
                from range({count}) as n(i)
            ) left join busy using (day)
            order by number
            """
        )
        connection.execute(
            f"""
            create table contacts as
            select 'C' || lpad(cast(i + 1 as varchar), 6, '0') as contact_id,
                'person' || i || '@mail.example' as email,
                date '{self.begins_on}' + to_hours(cast(greatest(0, i - {self.contacts} * 0.7)
                    / ({self.contacts} * 0.3) * {count} * 24 as bigint)) as created_at,
                if(i % 2 = 0, '{self.genders[0]}', '{self.genders[1]}') as gender,
                ['Genève', 'Zürich', 'Lyon', 'Bern'][1 + i % 4] as city,
                if(i % 3 = 0, 'CH', 'FR') as country,
                i % 5 > 0 as email_consent,
                'Anna' as first_name, 'Martin-' || i % 7 as last_name
            from range({self.contacts}) as n(i)
            """
        )
        # Poisson numbers by their normal limit, rounded: good enough above a handful.
        noisy = f"cast(greatest(0, round({{0}} + sqrt({{0}}) * {_NORMAL})) as int)"
        a_day = noisy.format(f"({self.orders_a_day} * weight)")
        hour = "cast(8 + 12 * (random() + random()) / 2 as int)"
        number = f"1 + cast(floor(pow(random(), 1.5) * {self.contacts} * 0.7) as int)"
        whom = f"'C' || lpad(cast({number} as varchar), 6, '0')"
        connection.execute(
            f"""
            create table orders as
            select 'O' || row_number() over () as order_id, {whom} as contact_id,
                day + to_hours({hour}) + to_seconds(cast(random() * 3599 as int)) as ordered_at,
                round(exp(3.9 + 0.7 * {_NORMAL}), 2) as total_amount,
                if(random() < 0.9, 'completed', 'cancelled') as status,
                if(random() < 0.8, 'CHF', 'EUR') as currency
            from (select day, unnest(range({a_day})) as n from days)
            """
        )
        connection.execute(
            "create table order_items as select order_id, '1' as line_number,"
            " 'P' || cast(random() * 9 as int) as product_id, 1 as quantity,"
            " total_amount as unit_price from orders"
        )
        mails = noisy.format(
            f"({self.emails_a_day} * weight * if(number % {self.newsletter_every} = 1, 5, 0.4))"
        )
        newsletter = f"cast(number // {self.newsletter_every} as varchar)"
        connection.execute(
            f"""
            create table emails as
            select row_number() over () as n, {whom} as contact_id,
                'NL' || {newsletter} as campaign_id,
                day + to_hours({hour}) + to_seconds(cast(random() * 3599 as int)) as mailed_at,
                random() as luck, random() as machine
            from (select day, number, unnest(range({mails})) as n from days)
            """
        )
        connection.execute(
            f"create table likings as select campaign_id, exp({self.campaign_noise} * {_NORMAL})"
            " as liking from (select distinct campaign_id from emails order by 1)"
        )
        connection.execute(
            """
            create table email_events as
            select 'E' || n || kind as event_id, contact_id, kind as event_type,
                mailed_at + to_minutes(step * 20) as occurred_at, campaign_id,
                if(kind = 'opened', machine < 0.3, null) as is_machine_open
            from emails join likings using (campaign_id),
                (values ('sent', 0, 1.0), ('delivered', 0, 0.97), ('opened', 1, 0.4),
                ('clicked', 2, 0.06), ('unsubscribed', 2, 0.003)) as k (kind, step, share)
            where luck < if(step > 0, share * liking, share)
            """
        )
        connection.execute(
            "create table campaigns as select campaign_id, 'Newsletter ' || campaign_id as name,"
            " min(mailed_at) as sent_at from emails group by 1"
        )
        return connection


def write(connection: duckdb.DuckDBPyConnection, folder: Path, until: date) -> None:
    """Write the files of a delivery: what had happened at the end of a day."""
    folder.mkdir(exist_ok=True)
    end = until + timedelta(days=1)
    for table in TABLES:
        day = _DAYS.get(table)
        past = f" where {day} < timestamp '{end}'"
        if not day:
            past = f" semi join (from orders where ordered_at < timestamp '{end}') using (order_id)"
        connection.execute(f"copy (from {table}{past}) to '{folder}/{table}.parquet'")
