"""Checks raw contracts of only some tables, against a last delivery that need not be in a file."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from customer_segments.contracts.contract import INPUT
from customer_segments.contracts.evaluation import evaluate
from customer_segments.inputs.check import InputCheck, InputContract
from customer_segments.inputs.memory import LastTime
from customer_segments.inputs.verdict import judge


def quick_check(
    contract: InputContract,
    read: Mapping[str, str],
    database: Path,
    last: LastTime,
    only: Collection[str] | None = None,
) -> InputCheck:
    """Return what the contract finds in what was taken in; `database` is written anew."""
    database.unlink(missing_ok=True)
    contracts, profile = contract.contracts(database, read, last.profile, only)
    outcomes = evaluate(INPUT, contracts, database)
    verdict = judge(outcomes, last, profile.batch, {})
    return InputCheck(outcomes, last, verdict, replace(profile, oddities=verdict.oddities))
