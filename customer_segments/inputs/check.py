"""Checks what came in against the input contract, before the models are built with it."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from customer_segments.contracts.contract import INPUT, Check, Contract, Weight, no_rows
from customer_segments.contracts.evaluation import evaluate
from customer_segments.contracts.outcome import Outcome, Result
from customer_segments.errors import UserError
from customer_segments.files import work_folder
from customer_segments.inputs.batches import Batches, batch_of
from customer_segments.inputs.comparisons import against_last_time, new_against_old
from customer_segments.inputs.contract import (
    FEW,
    erased_rows,
    make_tables,
    readings,
    row_checks,
)
from customer_segments.inputs.freshness import freshness
from customer_segments.inputs.layout import Table, read_layout
from customer_segments.inputs.memory import LastTime, Memory, Profile
from customer_segments.inputs.profile import closed_days, make_figures
from customer_segments.inputs.verdict import Verdict, judge, notes
from customer_segments.sentences import database_sentence

Evaluate = Callable[[str, Sequence[Contract], Path], list[Outcome]]


@dataclass(frozen=True)
class InputCheck:
    """What came of the input contract: the outcomes, the delivery that they were compared with,
    what follows, and the figures to remember if the build ends well.
    """

    outcomes: Sequence[Outcome]
    last: LastTime
    verdict: Verdict
    profile: Profile

    @property
    def notes(self) -> str:
        """What looks odd and did not stop the build, for its summary."""
        return notes(self.verdict, self.last)

    @property
    def warnings(self) -> list[str]:
        """What looks odd and did not stop the build, a sentence each."""
        return [*(finding.shown for finding in self.verdict.said), *self.verdict.passed]


@dataclass(frozen=True)
class InputContract:
    """The input contract of one warehouse, which remembers what came before: the folder of the
    files, and where they were loaded.
    """

    source: Path
    loaded: Path
    warehouse: Path
    variables: Mapping[str, Any]

    @property
    def memory(self) -> Memory:
        """What the warehouse remembers of the last delivery."""
        return Memory(self.warehouse)

    def check(self, outcomes_of: Evaluate = evaluate) -> InputCheck:
        """Check what was loaded; `outcomes_of` makes the checks of contracts on a database.

        Raises UserError when a contract has a check that nothing knows, or when the files can't be
        read with these vars.
        """
        with work_folder(self.loaded) as work:
            database = work / "inputs.duckdb"
            last = self.memory.last_time()
            try:
                contracts, profile = self.contracts(database, last.profile)
                outcomes = [*outcomes_of(INPUT, contracts, database), *_memory_outcome(last)]
            except duckdb.Error as error:
                sentence = database_sentence(str(error))
                raise UserError(f"the files can't be checked: {sentence}") from error
        accepted = Batches(self.warehouse).accepted(profile.batch)
        verdict = judge(outcomes, last, profile.batch, accepted)
        return InputCheck(outcomes, last, verdict, replace(profile, oddities=verdict.oddities))

    def contracts(
        self,
        database: Path,
        last: Profile | None,
        only: Collection[str] | None = None,
    ) -> tuple[list[Contract], Profile]:
        """Make a database with the tables to check, all or only some, and return their contracts
        and this delivery's figures. Raises UserError as check does.
        """
        known, read = read_layout(), readings(self.variables)
        tables = [table for table in known if only is None or table.name in only]
        with duckdb.connect(str(database)) as connection:
            make_tables(connection, known, tables, self.loaded, read)
            ((as_of,),) = connection.execute(f"select cast({read['as_of']} as date)").fetchall()
            until = closed_days(connection, tables, as_of)
            figures = make_figures(connection, tables, until, last, self.memory.keyed())
            erased = {table.name: erased_rows(connection, table, self.loaded) for table in tables}
            figures += [(table, "erased", "", "", count) for table, count in sorted(erased.items())]
            contracts = []
            for table in tables:
                checks = [*row_checks(connection, table), *freshness(table, as_of)]
                checks += _nothing_from_tomorrow(table, as_of)
                if table.name in until:
                    checks += new_against_old(table)
                if last:
                    ((rows,),) = connection.execute(f"select count(*) from {table.name}").fetchall()
                    checks += against_last_time(table, last, erased[table.name], rows)
                contracts.append(Contract(table.name, "main", tuple(checks)))
            return contracts, Profile(batch_of(connection, self.loaded), until, figures)


def check_input(contract: InputContract) -> InputCheck:
    """Check the files before anything is built with them; return what came of it.

    Raises UserError with a sentence for each failed check that stops the build, and with the way
    on.
    """
    found = contract.check()
    hard, odd = found.verdict.hard, found.verdict.odd
    if odd and not hard:
        # Only what is nothing but odd waits for somebody to accept it.
        batches = Batches(contract.warehouse)
        batches.stopped(found.profile.batch, [finding.check for finding in odd])
    if hard or odd:
        raise UserError("\n".join(_refusal(contract, found)))
    return found


def _refusal(contract: InputContract, found: InputCheck) -> Iterator[str]:
    hard, odd, batch = found.verdict.hard, found.verdict.odd, found.profile.batch
    for finding in hard:
        yield f"The files break their contract: {finding.shown}"
    for finding in odd:
        yield f"The files look odd: {finding.shown}"
    if hard:
        yield (
            f"Mend the files in {contract.source}; or, where they are right, change the checks in"
            " models/input (docs/contracts.md)."
        )
        return
    yield (
        f"This is batch {batch}. Mend the files in {contract.source}; or, if somebody has looked"
        " and they are right, let this batch pass and build again:"
    )
    yield f"  {Batches(contract.warehouse).command(batch)}"
    yield "If they are another data set than the one built before, give it a WAREHOUSE of its own."


def _memory_outcome(last: LastTime) -> list[Outcome]:
    """Return a failed check when there should be something to compare with and is not."""
    if not last.lost:
        return []
    why = (
        f"{last.lost}; restore it, or accept this batch as the one that the next is compared with",
    )
    sentence = "the figures of the last delivery are there to compare with"
    return [Outcome(INPUT, "all files", (Result(sentence, False, 1, why, Weight.ODD),))]


def _nothing_from_tomorrow(table: Table, as_of: date) -> Iterator[Check]:
    """Yield that rows are not dated later than today, or than the day wanted if that is later."""
    if table.day:
        last = max(as_of, datetime.now(UTC).date())
        yield no_rows(
            f"{table.name} is not dated later than today",
            f"select 'dated later: ' || count(*) || ' rows' as shown from {table.name}"
            f" where {table.day} > date '{last}' + 1"
            f" having count(*) > greatest({FEW}, 0.01 * (select count(*) from {table.name}))",
            weight=Weight.ODD,
        )
