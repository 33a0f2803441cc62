"""Checks the contracts at the two doors of a build: before the models, and before publishing."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
from dbt.contracts.graph.manifest import Manifest

from customer_segments.contracts.comparisons import (
    against_last_time,
    freshness,
    new_against_old,
)
from customer_segments.contracts.contract import Contract, Promise, rows_expectation
from customer_segments.contracts.outcome import Outcome, breaches
from customer_segments.contracts.profile import (
    Profile,
    closed_days,
    last_profile,
    prepare,
    take_profile,
)
from customer_segments.contracts.published import published_contracts, relations_in
from customer_segments.contracts.raw import (
    FEW,
    RawTable,
    filled_rows,
    make_tables,
    raw_contract,
    raw_tables,
    readings,
)
from customer_segments.dbt import manifest
from customer_segments.errors import UserError
from customer_segments.files import work_folder
from customer_segments.sentences import database_sentence

RAW, PUBLISHED = "raw", "published"


@dataclass(frozen=True)
class RawDoor:
    """What stands at the raw door: which folder was taken in, and where the figures are kept."""

    source: Path
    taken_in: Path
    profile: Path
    variables: Mapping[str, str]

    def readings(self, parsed: Manifest) -> Mapping[str, str]:
        """Return how staging reads the raw columns, as SQL. Raises UserError as dbt does."""
        with work_folder(self.taken_in) as work:
            return readings(self.variables, work / "raw.duckdb", parsed)

    def check(
        self,
        read: Mapping[str, str],
        pages: Path | None = None,
        only: Collection[str] | None = None,
    ) -> tuple[list[Outcome], Profile]:
        """Check what was taken in, all tables or only some; return the outcomes and this
        delivery's figures.

        Raises UserError when a contract promises what nothing checks, or when the files can't be
        read with these vars.
        """
        from customer_segments.contracts.validation import validate

        with work_folder(self.taken_in) as work:
            database = work / "raw.duckdb"
            try:
                contracts, profile = self.contracts(database, read, only)
            except duckdb.Error as error:
                sentence = database_sentence(str(error))
                raise UserError(f"the raw files can't be checked: {sentence}") from error
            return validate(RAW, contracts, database, pages), profile

    def contracts(
        self, database: Path, read: Mapping[str, str], only: Collection[str] | None = None
    ) -> tuple[list[Contract], Profile]:
        """Make a database with the tables to check, and return their contracts and this delivery's
        figures. Raises UserError as check does.
        """
        known = raw_tables(manifest())
        tables = [table for table in known if only is None or table.name in only]
        last = last_profile(self.profile, self.source)
        with duckdb.connect(str(database)) as connection:
            make_tables(connection, known, tables, self.taken_in, read)
            ((as_of,),) = connection.execute(f"select cast({read['as_of']} as date)").fetchall()
            until = closed_days(connection, tables, as_of)
            prepare(connection, tables, until, last)
            contracts = [
                _with_shares(connection, table, self._contract(table, as_of, until, last))
                for table in tables
            ]
            return contracts, take_profile(connection, tables, self.source, until)

    def _contract(
        self, table: RawTable, as_of: date, until: Mapping[str, str], last: Profile | None
    ) -> Contract:
        contract = raw_contract(table)
        further = [*freshness(table, as_of, until), *_nothing_from_tomorrow(table, as_of)]
        if table.name in until:
            further += new_against_old(table)
        if last:
            further += against_last_time(table, last)
        return replace(contract, promises=(*contract.promises, *further))


def check_raw(door: RawDoor, parsed: Manifest) -> Profile:
    """Check the raw tables before they are built with; return their figures, for the next time.

    Raises UserError with a sentence for each promise that suppliers broke.
    """
    outcomes, profile = door.check(door.readings(parsed))
    broken = breaches(outcomes)
    if broken:
        if any("of last time" in sentence for sentence in broken) and door.profile.exists():
            broken.append(f"If the change to the past is meant, remove {door.profile}.")
        broken.append(
            f"Mend the files in {door.source}; or, where they are right, change what is promised of"
            " them in models/raw (docs/contracts.md)."
        )
        raise UserError("\n".join(broken))
    return profile


def check_published(warehouse: Path, profile: Profile, remembered: Path) -> None:
    """Check the public tables of a warehouse before they are published; when all is well, keep the
    raw tables' figures for the next time.

    Raises UserError with a sentence for each promise that the project broke.
    """
    broken = breaches(published_outcomes(warehouse))
    if broken:
        raise UserError("\n".join(broken))
    profile.write(remembered)


def published_outcomes(database: Path, pages: Path | None = None) -> list[Outcome]:
    """Check the public tables in a warehouse or a published file.

    Raises UserError when a model has a constraint that no contract can express, or when a public
    table is not there.
    """
    from customer_segments.contracts.validation import validate

    with duckdb.connect(str(database), read_only=True) as connection:
        relations = relations_in(connection)
    contracts = published_contracts(manifest(), relations)
    missing = [contract.table for contract in contracts if contract.table not in relations]
    if missing:
        raise UserError(f"{database} has no {' and no '.join(missing)}; run make build first")
    return validate(PUBLISHED, contracts, database, pages)


def _with_shares(
    connection: duckdb.DuckDBPyConnection, table: RawTable, contract: Contract
) -> Contract:
    """Turn shares of the filled rows into shares of all rows, and let a few rows always pass."""
    ((rows,),) = connection.execute(f"select count(*) from {table.name}").fetchall()
    filled = filled_rows(connection, table)
    promises = [
        replace(promise, at_most=_share(promise.at_most, filled[promise.sentence], rows))
        if promise.sentence in filled
        else promise
        for promise in contract.promises
    ]
    return replace(contract, promises=tuple(promises))


def _share(at_most: float, filled: int, rows: int) -> float:
    return min(1.0, max(at_most * filled, FEW) / rows) if rows else 0.0


def _nothing_from_tomorrow(table: RawTable, as_of: date) -> Iterator[Promise]:
    """Yield that rows are not dated later than today, or than the day wanted if that is later."""
    if table.day:
        last = max(as_of, datetime.now(UTC).date())
        yield rows_expectation(
            f"{table.name} is not dated later than today",
            f"select count(*) || ' rows' as shown from {table.name}"
            f" where {table.day} > date '{last}' + 1"
            f" having count(*) > greatest({FEW}, 0.01 * (select count(*) from {table.name}))",
        )
