"""What `make contracts` does: the input and the output contract, without a build, and everything
that it writes.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from customer_segments.contracts.contract import INPUT, OUTPUT
from customer_segments.contracts.odcs import write_contracts
from customer_segments.contracts.outcome import Outcome, as_text, write_json, write_junit
from customer_segments.contracts.output import (
    IDENTIFIER,
    public_relations,
    published_contracts,
    relations_in,
)
from customer_segments.contracts.validation import validate
from customer_segments.dbt import TARGET, manifest, parse, render
from customer_segments.errors import UserError
from customer_segments.files import work_folder
from customer_segments.inputs.contract import input_contracts
from customer_segments.inputs.delivery import is_demo, load_files
from customer_segments.inputs.layout import read_layout
from customer_segments.locks import held
from customer_segments.places import Places, clock

FOLDER = TARGET / "contracts"


def check_contracts(
    places: Places, as_of: str | None, variables: Mapping[str, Any], side: str | None
) -> tuple[str, bool]:
    """Check the files, the published file or both; without a side named it is both, or only the
    files while nothing is published. Returns what to show, and whether a build would go on.

    Raises UserError when a side can't be looked at.
    """
    if places.target != "duckdb":
        raise UserError("Great Expectations checks files, loaded and published, of DuckDB only")
    is_published = places.published.exists()
    if side == OUTPUT and not is_published:
        raise UserError(f"there is no {places.published} yet; run make build first")
    sides = [side] if side else [INPUT, *([OUTPUT] if is_published else [])]
    outcomes: list[Outcome] = []
    # The files are personal data, so the copy goes away again.
    with held(places.lock, str(places.warehouse)), work_folder(places.loaded) as work:
        loaded = work / "inputs"
        if INPUT in sides:
            load_files(places, variables, loaded)
        # As a build does, so that what dbt parsed for it serves again.
        parsed = parse(variables, places.warehouse)
        given = {**clock(as_of, is_demo(places, variables)), **variables}
        apart = work / places.warehouse.name
        identifier = render(IDENTIFIER, given, apart, parsed)
        if INPUT in sides:
            database = work / "inputs.duckdb"
            contracts = input_contracts(database, read_layout(), loaded)
            outcomes += validate(INPUT, contracts, database, FOLDER / "pages" / INPUT)
    if OUTPUT in sides:
        outcomes += _published_outcomes(places.published, identifier)
    is_broken = any(result.is_hard for outcome in outcomes for result in outcome.failed)
    return _report(outcomes, identifier), not is_broken


def _published_outcomes(published: Path, identifier: str) -> list[Outcome]:
    """Check the tables of a published file.

    Raises UserError when a model has a constraint that no contract can express, or when a public
    table is not there.
    """
    with duckdb.connect(str(published), read_only=True) as connection:
        relations = relations_in(connection)
    contracts = published_contracts(manifest(), relations, identifier)
    missing = [contract.table for contract in contracts if contract.table not in relations]
    if missing:
        raise UserError(f"{published} has no {' and no '.join(missing)}; run make build first")
    return validate(OUTPUT, contracts, published, FOLDER / "pages" / OUTPUT)


def _report(outcomes: Sequence[Outcome], identifier: str) -> str:
    FOLDER.mkdir(parents=True, exist_ok=True)
    known = manifest()
    contracts = published_contracts(known, public_relations(known), identifier)
    write_contracts(contracts, known, FOLDER / "odcs")
    write_json(outcomes, FOLDER / "contracts.json")
    write_junit(outcomes, FOLDER / "contracts.xml")
    sides = dict.fromkeys(outcome.side for outcome in outcomes)
    pages = "\n".join(f"  {FOLDER / 'pages' / side / 'index.html'}" for side in sides)
    return f"{as_text(outcomes)}\n\nWritten to {FOLDER}; pages to read:\n{pages}"
