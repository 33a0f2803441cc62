"""No false day: what dbt does with a day that it can't know, or did not build to the end.

And no future: a past day is the same whatever happened since.
"""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from customer_segments.dbt import run_dbt
from customer_segments.errors import UserError
from customer_segments.forget import forget_day
from customer_segments.places import Places
from customer_segments.releases.primary_keys import published_keys
from customer_segments.report.summary import _currency
from customer_segments.report.wording import wording
from tests.python.deliveries import OFF, parsed, parsed_without_groups
from tests.python.shared import PROJECT

BUILT, BEFORE, LATER = "2026-06-30", "2026-06-29", "2026-07-01"
PAST = "2026-03-31"
DEMO = PROJECT / "target" / "test" / "warehouse.duckdb"
LOADED = PROJECT / "target" / "test" / "warehouse.inputs"
HISTORY = ("segment_history", "segment_days", "split_segment_days")
# The column that says when a row came into being.
DATES = {
    "contacts": "created_at",
    "contact_traits": "observed_at",
    "orders": "ordered_at",
    "email_events": "occurred_at",
    "campaigns": "sent_at",
    "web_events": "occurred_at",
    "support_cases": "opened_at",
    "segment_members_manual": "changed_at",
    "suppressions": "suppressed_at",
}
# All that depends on the day.
DATED = ("run", "--select", "path:models/intermediate", "path:models/marts", "stg_contacts+",
         "base_reporting_currency+", "remembered_refusals+", "remembered_first_days+")  # fmt: skip
Rows = list[tuple[Any, ...]]


class Warehouse:
    """A warehouse file that dbt alone works in."""

    def __init__(self, folder: Path, loaded: Path, has_all_groups: bool = True) -> None:
        self.file = folder / "warehouse.duckdb"
        self.variables = {"loaded_dir": str(loaded), **({} if has_all_groups else OFF)}
        self.parsed = parsed if has_all_groups else parsed_without_groups

    def dbt(self, *command: str, as_of: str, **variables: str) -> None:
        """Run dbt for a day. Raises UserError with what it says."""
        seen = {**self.variables, "as_of": as_of, **variables}
        run_dbt([*command], seen, self.file, self.parsed())

    def rows(self, sql: str) -> Rows:
        """Return what the warehouse answers."""
        with duckdb.connect(str(self.file), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def change(self, sql: str) -> None:
        """Change the warehouse manually."""
        with duckdb.connect(str(self.file)) as connection:
            connection.execute(sql)

    def history(self) -> list[Rows]:
        """Return all that is kept of the days built, in order."""
        return [self.rows(f"from main.{table} order by all") for table in HISTORY]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The demo's warehouse as it was built."""
    folder = tmp_path_factory.mktemp("built")
    shutil.copy(DEMO, folder)
    return Warehouse(folder, LOADED)


@pytest.mark.parametrize(
    "command",
    [
        ("run", "--select", "dim_contacts+"),
        ("build", "--select", "dim_contacts+", "--full-refresh"),
        ("run", "--select", "segment_history"),
        ("run", "--select", "cluster_fits"),
    ],
)
def test_history_is_not_written_from_inputs_of_another_day(
    built: Warehouse, command: tuple[str, ...]
) -> None:
    newest = "select max(as_of) from main.behaviour_segments"
    before = built.history(), built.rows(newest)
    with pytest.raises(UserError) as refused:
        built.dbt(*command, as_of=BEFORE)
    said = str(refused.value)
    assert said.startswith(f"this run is for {BEFORE} and would write the history")
    assert f"is of {BUILT}" in said
    assert said.endswith(
        f"; nothing was written. Build that day as a whole: dbt build --vars '{{as_of: {BEFORE}}}'"
    )
    assert (built.history(), built.rows(newest)) == before


def test_a_build_without_rows_does_not_empty_the_history(built: Warehouse) -> None:
    before = built.history()
    with pytest.raises(UserError, match="everybody left; nothing was written"):
        built.dbt("run", "--empty", as_of=BUILT)
    assert built.history() == before


def test_history_is_not_written_from_inputs_that_were_moved_to_another_day(
    built: Warehouse, tmp_path: Path
) -> None:
    """One model of the day before, far up: all that is made from it is not of the day any more."""
    shutil.copy(built.file, tmp_path)
    moved = Warehouse(tmp_path, LOADED)
    moved.dbt("run", "--select", "int_contact_birthdays", as_of=BEFORE)
    with pytest.raises(UserError, match=f"day: int_contact_birthdays is of {BEFORE}; nothing"):
        moved.dbt("run", "--select", "segment_history", as_of=BUILT)
    moved.dbt("run", "--select", "int_contact_birthdays", as_of=BUILT)
    with pytest.raises(UserError, match=r"day: int_contact_\w+ has no finished build of it"):
        moved.dbt("run", "--select", "segment_history", as_of=BUILT)


@pytest.fixture(scope="module")
def red(built: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The demo's warehouse after a build of the next day that did not end well."""
    folder = tmp_path_factory.mktemp("red")
    shutil.copy(built.file, folder)
    warehouse = Warehouse(folder, LOADED)
    # The history is written before the personas fail.
    with pytest.raises(UserError, match="personas"):
        warehouse.dbt(*DATED, "--full-refresh", as_of=LATER, persona_minimum_size="many")
    assert warehouse.rows(f"select 1 from main.segment_days where day = '{LATER}' limit 1")
    assert warehouse.rows("select day from main.unfinished_days") == [(date.fromisoformat(LATER),)]
    return warehouse


def test_a_day_is_taken_out_by_a_command(built: Warehouse, red: Warehouse, tmp_path: Path) -> None:
    """As if it had never been built."""
    shutil.copy(red.file, tmp_path)
    warehouse = Warehouse(tmp_path, LOADED)
    said = forget_day(Places(None, warehouse.file, warehouse.file), date.fromisoformat(LATER))
    assert said.startswith(f"{LATER} is out of the history in {warehouse.file}.\n")
    assert warehouse.history() == built.history()
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []
    with pytest.raises(UserError, match=f"has no day {LATER}; the nearest are {BUILT}"):
        forget_day(Places(None, warehouse.file, warehouse.file), date.fromisoformat(LATER))


def test_a_day_that_did_not_end_well_leaves_with_the_next_run(
    built: Warehouse, red: Warehouse
) -> None:
    """Another day, and one that was good before: built again and red, then again and green."""
    with pytest.raises(UserError, match="personas"):
        red.dbt(*DATED, as_of=BUILT, persona_minimum_size="many")
    assert red.rows(f"from main.segment_days where day = '{LATER}'") == []
    assert red.rows("select day from main.unfinished_days") == [(date.fromisoformat(BUILT),)]
    red.dbt(*DATED, as_of=BUILT)
    assert red.rows("from main.unfinished_days") == []
    assert red.history() == built.history()
    for kept in ("staging.base_reporting_currency", "main.cluster_fits"):
        rows = f"from {kept} order by all"
        assert red.rows(rows) == built.rows(rows)

    # A test that fails makes its model one that is not of the day, also for runs without tests.
    red.change(f"""
        insert into main.split_segment_days
        select * exclude (range) replace (date '{BEFORE}' as day)
        from (from main.split_segment_days limit 1), range(2)
    """)
    with pytest.raises(UserError, match="test of split_segment_days failed"):
        red.dbt("build", "--select", "split_segment_days", as_of=BUILT)
    assert red.rows("select day from main.unfinished_days") == [(date.fromisoformat(BUILT),)]
    with pytest.raises(UserError, match="day: split_segment_days has no finished build of it"):
        red.dbt("run", "--select", "segment_days", "segment_history", as_of=BUILT)


def copied(folder: Path, until: str | None) -> None:
    """Write the demo's loaded files: orders since PAST in euros; nothing after a day, if given.

    Of a contact with rows of several changes those changed since are left out as well. The steps of
    sequences have the day on which they were sent last, which is no day of their own.
    """
    with duckdb.connect(str(DEMO), read_only=True) as db:
        db.execute("set TimeZone = 'UTC'")

        same = "rows.source_row_number = base.source_row_number"

        def later(moment: str) -> str:
            local = f"timezone('Europe/Zurich', timezone('UTC', {moment}))"
            return f"cast({local} as date) > '{until or PAST}'"

        shutil.copytree(LOADED, folder, dirs_exist_ok=True)
        for table, source in ((path.parent.name, path) for path in folder.glob("*/*.parquet")):
            db.execute(f"create or replace temporary table rows as from read_parquet('{source}')")
            if table == "orders":
                db.execute(
                    "update rows set currency = 'EUR' from staging.base_orders as base"
                    f" where {same}"
                    f" and cast(base.ordered_at as date) > '{PAST}'"
                )
            if until and table in DATES:
                db.execute(
                    f"delete from rows using staging.base_{table} as base"
                    f" where {same}"
                    f" and {later(f'base.{DATES[table]}')}"
                    + (" and base.sequence_step is null" if table == "campaigns" else "")
                )
            if until and table == "contacts":
                db.execute(
                    "delete from rows using staging.base_contacts as base"
                    f" where {same} and {later('base.updated_at')}"
                    " and rows.contact_id in (select contact_id from rows"
                    " group by contact_id having count(*) > 1)"
                )
                db.execute(
                    "update rows set email_consent = null, consent_at = null"
                    " from staging.base_contacts as base"
                    f" where {same} and {later('base.consent_at')}"
                )
            if until and table == "support_cases":
                db.execute(
                    "update rows set closed_at = null from staging.base_support_cases as base"
                    f" where {same} and {later('base.closed_at')}"
                )
            db.execute(f"copy (from rows) to '{source}'")


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> tuple[Warehouse, Warehouse]:
    """Warehouses of a past day, from files up to then and from those of today."""
    warehouses = []
    for until in (PAST, None):
        folder = tmp_path_factory.mktemp("past")
        (folder / "raw").mkdir()
        copied(folder / "raw", until)
        warehouse = Warehouse(folder, folder / "raw")
        warehouse.dbt("seed", as_of=PAST)
        warehouse.dbt("run", as_of=PAST)
        warehouses.append(warehouse)
    return warehouses[0], warehouses[1]


def test_a_past_day_sees_no_future(past: tuple[Warehouse, Warehouse]) -> None:
    """Every published table has the same rows, whatever happened since."""
    then, now = past
    assert then.rows("select count(*) from input.input_orders") < now.rows(
        "select count(*) from input.input_orders"
    )
    different = {}
    for table in published_keys(parsed()):
        rows = f"from main.{table} order by all"
        if then.rows(rows) != now.rows(rows):
            seen, known = set(then.rows(rows)), set(now.rows(rows))
            different[table] = sorted(map(str, seen ^ known))[:4]
    assert different == {}


def test_the_currency_of_the_first_day_stays(past: tuple[Warehouse, Warehouse]) -> None:
    """Also when there are more orders in another one by now; a var changes it, and that is said."""
    _, now = past
    currencies = "select currency, count(*) from staging.stg_orders group by 1 order by 2 desc"
    assert now.rows(currencies)[0][0] == "EUR"
    currency = "select currency, previous_currency from main.dim_reporting_currency"
    assert now.rows(currency) == [("CHF", None)]
    chosen = ("run", "--select", "base_reporting_currency", "dim_reporting_currency")
    now.dbt(*chosen, as_of=BUILT)
    assert now.rows(currency) == [("CHF", None)]
    now.dbt(*chosen, as_of=BUILT, reporting_currency="EUR")
    now.dbt(*chosen, as_of=LATER)
    assert now.rows(currency) == [("EUR", "CHF")]


def test_published_amounts_say_their_currency() -> None:
    """Each public table with an amount has the column."""
    public = published_keys(parsed())
    without = [
        node.name
        for node in parsed().nodes.values()
        if node.name in public
        and any(
            ("revenue" in column or "amount" in column) and not column.endswith("_share")
            for column in node.columns
        )
        and "currency" not in node.columns
    ]
    assert without == []


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (("CHF", "orders", BUILT, None),
         f"Amounts are in CHF, the commonest currency of the orders up to {BUILT}"),
        (("CHF", "var", BUILT, None), "Amounts are in CHF, by the var reporting_currency"),
        (("EUR", "var", BUILT, "CHF"),
         f"Amounts are in EUR since the build of {BUILT}, by the var reporting_currency;"
         " they were in CHF before"),
        ((None, None, None, None),
         "Amounts are in a currency that no order names; the var reporting_currency can"),
    ],
)  # fmt: skip
def test_the_summary_says_the_currency(row: tuple[Any, ...], sentence: str) -> None:
    assert _currency(wording("en", "summary_words"), *row) == sentence
