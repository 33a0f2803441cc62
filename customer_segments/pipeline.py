"""From files to the published file."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import ModelNode

from customer_segments.audiences.folder import FOLDER as AUDIENCES
from customer_segments.database import named_rows
from customer_segments.dbt import LOGS, PROJECT, TARGET, parse, setting
from customer_segments.engines.database import Database
from customer_segments.errors import UserError
from customer_segments.files import clear_work
from customer_segments.inputs.batches import Batches, Findings
from customer_segments.inputs.delivery import is_demo, load_files
from customer_segments.inputs.load import LoadReport
from customer_segments.inputs.loaded import keep_blanked
from customer_segments.people.erasure import Erasure
from customer_segments.people.keys import erased_since
from customer_segments.places import Places, clock
from customer_segments.progress import Progress
from customer_segments.releases.entries_and_exits import say_conditions
from customer_segments.releases.primary_keys import published_keys
from customer_segments.releases.publish import publish, published_rows
from customer_segments.releases.store import Release, Store
from customer_segments.releases.targets import store_of
from customer_segments.report.report import page_of, write_report
from customer_segments.report.summary import summary
from customer_segments.runs import build_models, check_batch, own_rows, table_of
from customer_segments.seed_files import seed_problems
from customer_segments.segments.changed_conditions import built_rules
from customer_segments.segments.files import file_problems


@dataclass(frozen=True)
class Built:
    """What a build made, and what it took in, erased and found odd."""

    places: Places
    store: Store
    release: Release
    report: LoadReport
    erasure: Erasure
    findings: Findings
    page: Path
    seconds: float
    language: str

    @property
    def text(self) -> str:
        """What to tell a person."""
        return (
            "".join(f"\nWARNING: {line}" for line in self.erasure.warnings())
            + summary(self.store, self.release, self.seconds, self.language)
            + self.erasure.sentence(self.places.erasure_report)
            + "".join(f"\n{line}" for line in self.report.notes)
            + self.findings.notes
            + f"\nReport:\n  {self.page}"
        )

    @property
    def _alerts(self) -> list[dict[str, Any]]:
        """The segments whose size is unusual, with the sizes that were likely."""
        with self.store.warehouse.opened() as connection:
            return named_rows(
                connection,
                "select segment, member_count, count_before, least_count, most_count"
                " from main.segment_alerts order by segment",
            )

    def as_json(self) -> dict[str, Any]:
        """Return what to tell a program; tables are those published, with their rows."""
        return {
            "release": self.release.release,
            "as_of": self.release.as_of,
            "published": str(self.store.published),
            "warehouse": str(self.store.warehouse),
            "report": str(self.page),
            "tables": dict(self.release.row_counts),
            "seconds": round(self.seconds, 1),
            "warnings": self.erasure.warnings() + self.findings.warnings,
            "alerts": self._alerts,
            "notes": self.report.notes,
        }


def build(
    places: Places,
    as_of: str | None,
    variables: Mapping[str, Any],
    past: Sequence[date] = (),
    is_quiet: bool = True,
    language: str = "en",
) -> Built:
    """Load the files, run dbt, publish and write the report; before, the segments of past days, one
    after the other, for the history. Unless it is quiet, it says on stderr what it is at.

    The past days are not tested one by one: the tests of the last build see the whole history.
    Raises UserError before anything is published when files, contracts, models or tests are at
    fault, and after it when the report can't be written.
    """
    variables = {**clock(as_of, is_demo(places, variables)), **variables}
    store = store_of(places)
    draft = store.draft
    with store.held(), Progress(sys.stderr, is_quiet) as progress:
        progress.step("loading the files")
        store.clear()
        clear_work(places.loaded)
        report, erasure = load_files(places, variables)
        batches = Batches(places.warehouse)
        variables = {
            **variables,
            "loaded_dir": str(places.loaded),
            "accepted_findings": batches.accepted(),
        }
        try:
            progress.step("reading the project")
            parsed = _parse(variables, draft.database)
            progress.step("checking the batch")
            store.bring_in(places.loaded)
            findings = check_batch(parsed, variables, draft, batches, progress)
            _erase(places, erasure, parsed, store)
            build_models(parsed, variables, draft.database, past, progress)
            say_conditions(store, built_rules(parsed), variables)
            progress.step("publishing")
            draft.settle()
            release = publish(
                draft.database,
                store.published,
                published_keys(parsed),
                int(setting("releases_kept", variables)),
                published_rows(parsed),
                draft.put_in_place,
                batches.passed(findings),
            )
        except UserError as error:
            state = _state(store, erasure)
            raise UserError(f"{error}\nNothing was published; {state}.") from error
        progress.step("writing the report")
        page = page_of(places)
        write_report(store.published.database, page, language)
        return Built(
            places, store, release, report, erasure, findings, page, progress.seconds, language
        )


def _erase(places: Places, erasure: Erasure, parsed: Manifest, store: Store) -> None:
    """Remove erased people for good, from the draft, too: after what came in was checked, since
    nothing brings them back, and before anything is built, so that a red build does not keep them.

    Raises UserError when a file that may hold them is locked or can't be read.
    """
    erasure.keys.save()
    if not erasure.forgotten:
        keep_blanked(places.loaded, erased_since(places.warehouse))
    kept, draft = own_rows(parsed), store.draft
    is_of_warehouse = draft.is_of_warehouse
    erasure.from_database(store.warehouse, "warehouse", is_whole=True, kept=kept)
    if is_of_warehouse and not draft.is_of_warehouse:
        erasure.from_draft(draft.database, [*kept, *_staged(parsed)])
        draft.follow()
    erasure.from_releases(store.published)
    erasure.from_audiences(AUDIENCES)
    erasure.from_logs([*LOGS.glob("dbt.log*"), *TARGET.glob("run_results.json")])
    erasure.write_report(places.erasure_report)


def _staged(parsed: Manifest) -> list[str]:
    """Return the tables that the check of the batch made."""
    return [
        table_of(node)
        for node in parsed.nodes.values()
        if isinstance(node, ModelNode) and node.path.startswith(("vendors/", "staging/"))
    ]


def _parse(variables: Mapping[str, Any], warehouse: Database) -> Manifest:
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


def _state(store: Store, erasure: Erasure) -> str:
    """Return what a build that failed leaves."""
    said = f"there is no {store.published} yet"
    if store.published.database.exists():
        erased = ", but for the erased" if erasure.removed else ""
        said = f"{store.published} is as it was, and so is the warehouse{erased}"
    if store.draft.database.exists():
        said += f"; what this build made is in {store.draft.database} until the next one"
    return said
