"""A shop that delivers a file a month, of whose contacts some were deleted since."""

import io
from datetime import date
from pathlib import Path

import duckdb
import pytest

from customer_segments.errors import UserError
from customer_segments.inputs import batches as kept
from customer_segments.inputs.load import load
from customer_segments.progress import Progress
from customer_segments.releases.draft import Draft
from customer_segments.runs import check_batch
from tests.python.batches import Batches, Finding
from tests.python.deliveries import parsed
from tests.python.honest_shop import Shop, write
from tests.python.staging import LAYOUT

BEGIN, LAST, NOW = date(2026, 1, 1), date(2026, 5, 31), date(2026, 6, 29)
NOBODY = "update orders set contact_id = 'gone' where hash(order_id) % {} = 0 and {}"


@pytest.fixture(scope="module")
def batches(tmp_path_factory: pytest.TempPathFactory) -> Batches:
    return Batches(tmp_path_factory.mktemp("batches"))


def write_months(shop: duckdb.DuckDBPyConnection, raw: Path, until: date) -> None:
    """Write a delivery with a file for each month of orders, their items and events."""
    write(shop, raw, until)
    for table, day in (
        ("orders", "ordered_at"),
        ("order_items", "(select ordered_at from orders where order_id = order_items.order_id)"),
        ("email_events", "occurred_at"),
    ):
        (raw / f"{table}.parquet").unlink()
        (raw / table).mkdir(exist_ok=True)
        for month in range(1, until.month + 1):
            rows = f"from {table} where month({day}) = {month} and {day} < date '{until}' + 1"
            shop.execute(f"copy ({rows}) to '{raw}/{table}/2026-0{month}.parquet'")


def stopping(found: list[Finding]) -> list[str]:
    """Return what stops."""
    return [finding.sentence for finding in found if finding.stops]


def test_an_old_month_of_deleted_contacts_stops_nothing(batches: Batches, tmp_path: Path) -> None:
    """Not the first delivery, not the next, and not the one after a refused one."""
    shop, raw = Shop(BEGIN, NOW).make(), tmp_path / "raw"
    shop.execute(NOBODY.format(20, "month(ordered_at) = 1"))
    batches.forget()
    write_months(shop, raw, LAST)
    assert stopping(batches.deliver(raw, LAST)) == []
    batches.keep()
    # Less than 2 % of all rows, but of those that are new.
    shop.execute("begin")
    shop.execute(NOBODY.format(20, "month(ordered_at) = 6"))
    write_months(shop, raw, NOW)
    of_items, of_orders = stopping(batches.deliver(raw, NOW))
    assert of_orders.startswith("orders: ")
    assert of_orders.endswith(
        "rows that are new are rejected because contact_id is not among the contacts,"
        f" {of_orders.split()[1]} of them in orders/2026-06.parquet"
    )
    # They are as new to the next delivery.
    batches.back()
    assert stopping(batches.judge(NOW)) == [of_items, of_orders]
    shop.execute("rollback")
    batches.back()
    write_months(shop, raw, NOW)
    assert stopping(batches.deliver(raw, NOW)) == []


def test_who_deleted_a_tenth_of_the_contacts_says_so_once(batches: Batches, tmp_path: Path) -> None:
    """Until a file changes that has them, or until a day."""
    shop, raw = Shop(BEGIN, NOW).make(), tmp_path / "raw"
    shop.execute("delete from contacts where hash(contact_id) % 10 = 0")
    batches.forget()
    accepted = kept.Batches(batches.warehouse)

    def built(until: date) -> list[str]:
        """Check a delivery as a build does, and return what a person let pass."""
        load(raw, batches.loaded, LAYOUT, batches.variables)
        variables = {
            **batches.variables,
            "as_of": str(until),
            "unknown_refusals": 1_000,
            "accepted_findings": accepted.accepted(),
        }
        draft = Draft(batches.warehouse)
        findings = check_batch(parsed(), variables, draft, accepted, Progress(io.StringIO()))
        draft.put_in_place()
        return sorted({f"{source}: {rule}" for source, rule, _ in findings.passed_keys})

    def accept(until: date, last_day: str = "") -> None:
        """Let pass what stops a delivery."""
        with pytest.raises(UserError, match="The files break their contract: orders: ") as stopped:
            built(until)
        assert "contact_id is not among the contacts" in str(stopped.value)
        batch = str(stopped.value).split("make accept BATCH=")[1].split()[0]
        accepted.accept(batch, "deleted when they asked", last_day)

    write_months(shop, raw, LAST)
    accept(LAST)
    referring = [f"{table}: rows rejected" for table in ("email_events", "order_items", "orders")]
    assert built(LAST) == referring
    # Who is gone orders nothing any more.
    for table, day in (("orders", "ordered_at"), ("email_events", "occurred_at")):
        shop.execute(
            f"delete from {table} where {day} >= '2026-06-01'"
            " and contact_id not in (select contact_id from contacts)"
        )
    write_months(shop, raw, NOW)
    assert built(NOW) == []
    correct = "delete from orders where order_id = (select min(order_id) from orders)"
    shop.execute(correct)
    write_months(shop, raw, NOW)
    accept(NOW, "2026-12-31")
    assert built(NOW) == ["order_items: rows rejected", "orders: rows rejected"]
    shop.execute(correct)
    write_months(shop, raw, NOW)
    assert built(NOW) == ["order_items: rows rejected", "orders: rows rejected"]
