"""A small sound shop, day by day, and what may happen to a sound shop in its newest weeks."""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

BEGIN, LATELY = date(2024, 7, 1), date(2026, 6, 5)
# Keys count up to here until LATELY, so that they gain a digit then.
LAST_SHORT_KEY = 9_999


@dataclass(frozen=True)
class Shop:
    """What the shop is like; the defaults are dull."""

    keys_gain_a_digit: bool = False
    campaigns_are_named_anew: bool = False
    has_large_orders_lately: bool = False
    last_email_on: date = date(2100, 1, 1)
    without: tuple[str, ...] = ()
    genders: tuple[str, str] = ("female", "male")

    def write(self, folder: Path, until: date) -> None:
        """Write all files as they are at the end of a day."""
        rows: dict[str, list[dict[str, str]]] = {}
        for table, day, row in self._rows():
            if day <= until:
                rows.setdefault(table, []).append(row)
        folder.mkdir(exist_ok=True)
        for table, of_table in rows.items():
            with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as stream:
                writer = csv.DictWriter(stream, of_table[0])
                writer.writeheader()
                writer.writerows(of_table)

    def _rows(self) -> Iterator[tuple[str, date, dict[str, str]]]:
        chance = random.Random(7)
        days = [BEGIN + timedelta(days=number) for number in range(740)]
        # One number a day and table is enough to tell keys apart; ten places each.
        first = (
            LAST_SHORT_KEY + 1 - 10 * (LATELY - BEGIN).days if self.keys_gain_a_digit else 20_000
        )
        contacts: list[str] = []
        campaign, last_campaigns = "", 0
        for number, day in enumerate(days):
            key = first + 10 * number
            stamp = f"{day}T{8 + number % 9:02}:15:00Z"
            if number % 3 == 0 or number < 30:
                contacts.append(f"c_{key}")
                yield "contacts", day, self._contact(contacts[-1], len(contacts), stamp)
            is_lately = day >= LATELY
            for place in range(chance.choice([1, 2, 3, 3])):
                amount, discount = chance.randint(10, 90), ""
                if number % 50 == 0 and place == 0:
                    discount = "2"
                if is_lately and self.has_large_orders_lately and number % 9 == 0 and place == 0:
                    amount, discount = 4_000, "300"
                order = f"s1_{key + place}"
                yield (
                    "orders",
                    day,
                    {
                        "order_id": order,
                        "contact_id": chance.choice(contacts),
                        "ordered_at": f"{day}T{9 + place * 4:02}:{chance.randint(10, 59)}:00Z",
                        "total_amount": str(amount),
                        "discount_amount": discount,
                        "status": chance.choice(["completed"] * 9 + ["cancelled"]),
                    },
                )
                yield (
                    "order_items",
                    day,
                    {
                        "order_id": order,
                        "line_number": "1",
                        "product_id": f"P{chance.randint(1, 9)}",
                        "quantity": "1",
                        "unit_price": str(amount + int(discount or 0)),
                    },
                )
            if number % 7 == 0:
                last_campaigns += 1
                campaign = f"NL{last_campaigns:02}"
                if is_lately and self.campaigns_are_named_anew:
                    campaign = f"2026-Q2-summer-{last_campaigns}"
                sent = {"campaign_id": campaign, "name": f"Newsletter {campaign}", "sent_at": stamp}
                yield "campaigns", day, sent
            if day <= self.last_email_on:
                yield from self._emails(day, key, chance, contacts, campaign)

    def _contact(self, contact: str, count: int, stamp: str) -> dict[str, str]:
        return {
            "contact_id": contact,
            "email": f"person{count}@mail.example",
            "created_at": stamp,
            "gender": self.genders[count % 2],
            "email_consent": "true" if count % 5 else "false",
            "consent_at": stamp,
        }

    def _emails(
        self, day: date, key: int, chance: random.Random, contacts: list[str], campaign: str
    ) -> Iterator[tuple[str, date, dict[str, str]]]:
        for place, contact in enumerate(chance.sample(contacts, min(3, len(contacts)))):
            kinds = ["sent", "delivered", *(["opened", "clicked"] if place else [])]
            for step, kind in enumerate(kinds):
                if kind not in self.without:
                    yield (
                        "email_events",
                        day,
                        {
                            "event_id": f"s{place}{step}_{key + place}",
                            "contact_id": contact,
                            "event_type": kind,
                            "occurred_at": f"{day}T{10 + step:02}:{chance.randint(10, 59)}:00Z",
                            "campaign_id": campaign,
                        },
                    )
