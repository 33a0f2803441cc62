"""Checks the contracts of what came in, before the models are built with it."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
from dbt.contracts.graph.manifest import Manifest

from customer_segments.contracts.contract import Contract, Promise, Weight, rows_expectation
from customer_segments.contracts.evaluation import evaluate
from customer_segments.contracts.outcome import Kept, Outcome
from customer_segments.dbt import manifest
from customer_segments.errors import UserError
from customer_segments.files import work_folder
from customer_segments.inputs.batches import Batches, batch_of
from customer_segments.inputs.comparisons import against_last_time, new_against_old, slack
from customer_segments.inputs.contract import (
    FEW,
    RawTable,
    erased_rows,
    filled_rows,
    make_tables,
    raw_contract,
    raw_tables,
    readings,
)
from customer_segments.inputs.freshness import freshness
from customer_segments.inputs.memory import LastTime, Memory
from customer_segments.inputs.profile import Profile, closed_days, prepare, take_profile
from customer_segments.inputs.verdict import Verdict, judge, notes
from customer_segments.sentences import database_sentence

RAW = "raw"

Evaluate = Callable[[str, Sequence[Contract], Path], list[Outcome]]


@dataclass(frozen=True)
class RawCheck:
    """What came of the raw files' contracts: the outcomes, the delivery that they were compared
    with, what follows, and the figures to remember if the build ends well.
    """

    outcomes: Sequence[Outcome]
    last: LastTime
    verdict: Verdict
    profile: Profile

    @property
    def notes(self) -> str:
        """What looks odd and did not stop the build, for its summary."""
        return notes(self.verdict, self.last)


@dataclass(frozen=True)
class RawDoor:
    """What stands at the raw door: the folder of the files, where they were taken in, and the
    warehouse that remembers what came before.
    """

    source: Path
    taken_in: Path
    warehouse: Path
    variables: Mapping[str, str]

    @property
    def memory(self) -> Memory:
        """What the warehouse remembers of the last delivery."""
        return Memory(self.warehouse)

    def readings(self, parsed: Manifest) -> Mapping[str, str]:
        """Return how staging reads the raw columns, as SQL. Raises UserError as dbt does."""
        with work_folder(self.taken_in) as work:
            return readings(self.variables, work / "raw.duckdb", parsed)

    def check(self, read: Mapping[str, str], outcomes_of: Evaluate = evaluate) -> RawCheck:
        """Check what was taken in; `outcomes_of` checks contracts on a database.

        Raises UserError when a contract promises what nothing checks, or when the files can't be
        read with these vars.
        """
        with work_folder(self.taken_in) as work:
            database = work / "raw.duckdb"
            last = self.memory.last_time()
            try:
                contracts, profile = self.contracts(database, read, last.profile)
                outcomes = [*outcomes_of(RAW, contracts, database), *_memory_outcome(last)]
            except duckdb.Error as error:
                sentence = database_sentence(str(error))
                raise UserError(f"the raw files can't be checked: {sentence}") from error
        accepted = Batches(self.warehouse).accepted(profile.batch)
        verdict = judge(outcomes, last, profile.batch, accepted)
        return RawCheck(outcomes, last, verdict, replace(profile, oddities=verdict.oddities))

    def contracts(
        self,
        database: Path,
        read: Mapping[str, str],
        last: Profile | None,
        only: Collection[str] | None = None,
    ) -> tuple[list[Contract], Profile]:
        """Make a database with the tables to check, all or only some, and return their contracts
        and this delivery's figures. Raises UserError as check does.
        """
        known = raw_tables(manifest())
        tables = [table for table in known if only is None or table.name in only]
        with duckdb.connect(str(database)) as connection:
            make_tables(connection, known, tables, self.taken_in, read)
            ((as_of,),) = connection.execute(f"select cast({read['as_of']} as date)").fetchall()
            until = closed_days(connection, tables, as_of)
            prepare(connection, tables, until, last, self.memory.keyed())
            erased = {table.name: erased_rows(connection, table, self.taken_in) for table in tables}
            contracts = []
            for table in tables:
                further = [*freshness(table, as_of), *_nothing_from_tomorrow(table, as_of)]
                if table.name in until:
                    further += new_against_old(table)
                if last:
                    rows = _count(connection, table)
                    given = slack(table, last, erased[table.name], rows)
                    further += against_last_time(table, last, given)
                contract = raw_contract(table)
                contract = replace(contract, promises=(*contract.promises, *further))
                contracts.append(_with_shares(connection, table, contract))
            batch = batch_of(connection, self.taken_in)
            return contracts, take_profile(connection, tables, batch, until, erased)


def check_raw(door: RawDoor, parsed: Manifest) -> RawCheck:
    """Check the raw tables before they are built with; return what came of it.

    Raises UserError with a sentence for each promise that suppliers broke and that stops the build,
    and with the way on.
    """
    found = door.check(door.readings(parsed))
    hard, odd = found.verdict.hard, found.verdict.odd
    if odd and not hard:
        # Only what is nothing but odd waits for somebody to accept it.
        Batches(door.warehouse).stopped(found.profile.batch, [finding.check for finding in odd])
    if hard or odd:
        raise UserError("\n".join(_refusal(door, found)))
    return found


def _refusal(door: RawDoor, found: RawCheck) -> Iterator[str]:
    hard, odd, batch = found.verdict.hard, found.verdict.odd, found.profile.batch
    for finding in hard:
        yield f"The raw files break their contract: {finding.shown}"
    for finding in odd:
        yield f"The raw files look odd: {finding.shown}"
    if hard:
        yield (
            f"Mend the files in {door.source}; or, where they are right, change what is promised of"
            " them in models/raw (docs/contracts.md)."
        )
        return
    yield (
        f"This is batch {batch}. Mend the files in {door.source}; or, if somebody has looked and"
        " they are right, let this batch pass and build again:"
    )
    yield f"  {Batches(door.warehouse).command(batch)}"
    yield "If they are another data set than the one built before, give it a WAREHOUSE of its own."


def _memory_outcome(last: LastTime) -> list[Outcome]:
    """Return a broken promise when there should be something to compare with and is not."""
    if not last.lost:
        return []
    why = (
        f"{last.lost}; restore it, or accept this batch as the one that the next is compared with",
    )
    sentence = "the figures of the last delivery are there to compare with"
    return [Outcome(RAW, "all files", (Kept(sentence, False, 1, why, Weight.ODD),))]


def _count(connection: duckdb.DuckDBPyConnection, table: RawTable) -> int:
    ((rows,),) = connection.execute(f"select count(*) from {table.name}").fetchall()
    return int(rows)


def _with_shares(
    connection: duckdb.DuckDBPyConnection, table: RawTable, contract: Contract
) -> Contract:
    """Turn shares of the filled rows into shares of all rows, and let a few rows always pass."""
    rows = _count(connection, table)
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
            f"select 'dated later: ' || count(*) || ' rows' as shown from {table.name}"
            f" where {table.day} > date '{last}' + 1"
            f" having count(*) > greatest({FEW}, 0.01 * (select count(*) from {table.name}))",
            weight=Weight.ODD,
        )
