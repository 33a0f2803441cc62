"""From raw files to the published file."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import ModelNode

from customer_segments.audiences.folder import FOLDER as AUDIENCES
from customer_segments.dbt import LOGS, PROJECT, TARGET, parse, run_dbt, setting
from customer_segments.errors import UserError
from customer_segments.files import clear_work, make_private
from customer_segments.inputs import IntakeReport, read_layout, take_in
from customer_segments.inputs.check import RawDoor, check_raw
from customer_segments.inputs.memory import mark
from customer_segments.locks import held
from customer_segments.people import Erasure, erase_from_raw
from customer_segments.releases.draft import Draft, attached, bring_in_log
from customer_segments.releases.primary_keys import published_keys
from customer_segments.releases.publish import publish, published_rows
from customer_segments.releases.releases import Releases
from customer_segments.report.summary import summary
from customer_segments.seed_files import seed_problems
from customer_segments.segments.files import file_problems

DEMO = PROJECT / "seeds" / "demo"
# What is read from the files.
STAGED = ("path:models/raw", "path:models/staging")
# Unit tests try rules, not data: once for each change of a rule is enough.
BUILD = ("build", "--exclude-resource-type", "unit_test")


@dataclass(frozen=True)
class Places:
    """Where a build reads and writes."""

    raw: Path | None
    warehouse: Path
    published: Path

    @property
    def taken_in(self) -> Path:
        """The folder, beside the warehouse, with the raw files as the models read them."""
        return self.warehouse.with_suffix(".raw")

    def raw_door(self, variables: Mapping[str, str]) -> RawDoor:
        """Return the door at which the raw files' contracts are checked."""
        return RawDoor(self.raw or DEMO, self.taken_in, self.warehouse, variables)

    @property
    def erasure_report(self) -> Path:
        """The file, beside the warehouse, with the counts of what was erased."""
        return self.warehouse.with_name("erasure_report.json")

    @property
    def lock(self) -> Path:
        """The file that a build holds, so that there is one at a time on the warehouse."""
        return self.warehouse.with_suffix(".lock")


def build(places: Places, as_of: str | None, variables: Mapping[str, str]) -> str:
    """Take the raw files in, run dbt, publish, and return a summary.

    Raises UserError before anything is published when files, contracts, models or tests are at
    fault.
    """
    return _build(places, {**clock(places, as_of), **variables}, [])


def backfill(
    places: Places, days: Sequence[date], as_of: str | None, variables: Mapping[str, str]
) -> str:
    """Build the segments of past days, one after the other, for the history; then build as usual.

    The past days are not tested one by one: the tests of the last build see the whole history.
    Raises UserError as build does.
    """
    return _build(places, {**clock(places, as_of), **variables}, days)


def _build(places: Places, variables: Mapping[str, str], past: Sequence[date]) -> str:
    start, draft = time.monotonic(), Draft(places.warehouse)
    if places.warehouse.resolve() == places.published.resolve():
        raise UserError(f"WAREHOUSE and PUBLISHED are both {places.published}; name two files")
    with held(places.lock, str(places.warehouse)):
        _clear(places, draft)
        layout = read_layout(PROJECT / "models" / "raw")
        report = take_in(places.raw or DEMO, places.taken_in, layout)
        erasure = erase_from_raw(places.taken_in, places.warehouse, variables)
        variables = {**variables, "raw_dir": str(places.taken_in)}
        try:
            parsed = _parse(variables, places.warehouse)
            checked = check_raw(places.raw_door(variables), parsed)
            _erase(places, erasure, parsed)
            draft.begin()
            _run(parsed, variables, draft.file, past)
            with attached(draft.file) as connection:
                mark(connection, checked.profile)
                # A full disk shows when the log is brought into the file, and dbt does not say so.
                connection.execute("checkpoint")
            kept = int(setting("releases_kept", variables))
            keys = published_keys(parsed)
            rows = published_rows(parsed)
            profile = places.raw_door(variables).memory.keep(checked.profile, draft.file.parent)
            accept = partial(draft.put_in_place, profile)
            release = publish(draft.file, places.published, keys, kept, rows, accept)
        except UserError as error:
            state = _state(places.published, erasure, draft)
            raise UserError(f"{error}\nNothing was published; {state}.") from error
        seconds = time.monotonic() - start
        counts = summary(places.warehouse, places.published, release, seconds)
        return (
            erasure.warnings()
            + counts
            + erasure.sentence(places.erasure_report)
            + _notes(report)
            + checked.notes
        )


def _clear(places: Places, draft: Draft) -> None:
    """Remove what an earlier build left, and see that this one will be able to write.

    Raises UserError when it won't.
    """
    make_private(places.warehouse)
    bring_in_log(places.warehouse)
    draft.remove()
    for target in (places.taken_in, places.warehouse):
        clear_work(target)
    with Releases(places.published).changing():
        pass


def _erase(places: Places, erasure: Erasure, parsed: Manifest) -> None:
    """Remove erased people for good: after what came in was checked, since nothing brings them
    back, and before the warehouse is copied, so that a red build does not keep them.

    Raises UserError when a file that may hold them is locked or can't be read.
    """
    erasure.keys.save()
    erasure.from_database(places.warehouse, "warehouse", is_whole=True, kept=_own_rows(parsed))
    erasure.from_releases(Releases(places.published))
    erasure.from_audiences(AUDIENCES)
    erasure.from_logs([*LOGS.glob("dbt.log*"), *TARGET.glob("run_results.json")])
    erasure.write_report(places.erasure_report)


def _own_rows(parsed: Manifest) -> list[str]:
    """Return the tables that are made from their own earlier rows, in SQL by the macro rows_before,
    in Python through dbt.this; and the contacts, by whom the next build knows who asks to be erased
    when its own files no longer have them.
    """
    return [
        "raw.raw_contacts",
        *(
            f"{node.schema}.{node.alias}"
            for node in parsed.nodes.values()
            if isinstance(node, ModelNode)
            and (
                any(macro.endswith(".rows_before") for macro in node.depends_on.macros)
                or (node.language == "python" and "dbt.this" in node.raw_code)
            )
        ),
    ]


def _parse(variables: Mapping[str, str], warehouse: Path) -> Manifest:
    """Parse the project. Raises UserError with all faults of its files; dbt sees the others."""
    problems = file_problems(PROJECT / "models")
    try:
        parsed = parse(variables, warehouse)
    except UserError as error:
        # What dbt stumbles over is, as a rule, one of them.
        raise UserError("\n".join(problems) or str(error)) from error
    problems += seed_problems(parsed)
    if problems:
        raise UserError("\n".join(problems))
    return parsed


def _run(
    parsed: Manifest, variables: Mapping[str, str], warehouse: Path, past: Sequence[date]
) -> None:
    """Run dbt for past days, then for the day wanted. Raises UserError with what failed."""
    dated = _dated(parsed)
    if past:
        seen = {**variables, "as_of": past[0].isoformat()}
        sound = ["resource_type:seed", "+declaration_problems", "--indirect-selection", "cautious"]
        run_dbt([*BUILD, "--select", *sound], seen, warehouse, parsed)
        run_dbt(["run", "--exclude", *dated], seen, warehouse, parsed)
    for day in past:
        seen = {**variables, "as_of": day.isoformat()}
        run_dbt(["run", "--select", *dated], seen, warehouse, parsed)
    run_dbt([*BUILD], variables, warehouse, parsed)


def _dated(parsed: Manifest) -> list[str]:
    """Select the models that ask for the day, and all that are made from them."""
    return sorted(
        f"{node.name}+"
        for node in parsed.nodes.values()
        if isinstance(node, ModelNode)
        and any(macro.endswith(".as_of") for macro in node.depends_on.macros)
    )


def clock(places: Places, as_of: str | None) -> dict[str, str]:
    """The demo has its own day; a user's data has today unless a day is given.

    Raises UserError when what is given is no day.
    """
    if as_of:
        if as_of != "today" and not _is_day(as_of):
            raise UserError(f"AS_OF is {as_of}; give a date such as 2026-03-31, or today")
        return {"as_of": as_of}
    return {"as_of": "today"} if places.raw else {}


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _state(published: Path, erasure: Erasure, draft: Draft) -> str:
    """Return what a build that failed leaves."""
    said = f"there is no {published} yet"
    if published.exists():
        erased = ", but for the erased" if erasure.removed else ""
        said = f"{published} is as it was, and so is the warehouse{erased}"
    if draft.file.exists():
        said += f"; what this build made is in {draft.file} until the next one"
    return said


def _notes(report: IntakeReport) -> str:
    """Return what was in the files but is not used."""
    lines = [
        f"Unreadable lines in {table.file.name}: {table.unreadable_lines:,}, see rejected_rows"
        for table in report.tables.values()
        if table.file and table.unreadable_lines
    ]
    lines += [
        f"Columns of {table.table} that are not used: {', '.join(table.extra_columns)}"
        for table in report.tables.values()
        if table.extra_columns
    ]
    absent = [table.table for table in report.tables.values() if table.file is None]
    if absent:
        lines.append(f"Not delivered, so unknown of everybody: {', '.join(absent)}")
    if "email_events" in absent:
        lines.append("Without email_events nobody is known to have unsubscribed by email")
    if report.unused_files:
        lines.append(f"Files that are not used: {', '.join(report.unused_files)}")
    return "".join(f"\n{line}" for line in lines)
