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
from customer_segments.dbt import LOGS, PROJECT, TARGET, parse, setting
from customer_segments.errors import UserError
from customer_segments.files import clear_work, make_private
from customer_segments.inputs.batches import Batches, Findings
from customer_segments.inputs.delivery import is_demo, load_files
from customer_segments.inputs.load import LoadReport
from customer_segments.inputs.loaded import keep_blanked
from customer_segments.locks import held
from customer_segments.people.erasure import Erasure
from customer_segments.people.keys import erased_since
from customer_segments.places import Places, clock
from customer_segments.progress import Progress
from customer_segments.releases.draft import Draft, attached, bring_in_log
from customer_segments.releases.primary_keys import published_keys
from customer_segments.releases.publish import publish, published_rows
from customer_segments.releases.releases import Release, Releases
from customer_segments.report.summary import summary
from customer_segments.runs import build_models, check_batch, keeps_rows
from customer_segments.seed_files import seed_problems
from customer_segments.segments.files import file_problems


@dataclass(frozen=True)
class Built:
    """What a build made, and what it took in, erased and found odd."""

    places: Places
    release: Release
    report: LoadReport
    erasure: Erasure
    findings: Findings
    seconds: float

    @property
    def text(self) -> str:
        """What to tell a person."""
        return (
            "".join(f"\nWARNING: {line}" for line in self.erasure.warnings())
            + summary(self.places.warehouse, self.places.published, self.release, self.seconds)
            + self.erasure.sentence(self.places.erasure_report)
            + "".join(f"\n{line}" for line in self.report.notes)
            + self.findings.notes
        )

    def as_json(self) -> dict[str, Any]:
        """Return what to tell a program; tables are those published, with their rows."""
        return {
            "release": self.release.release,
            "as_of": self.release.as_of,
            "published": str(self.places.published),
            "warehouse": str(self.places.warehouse),
            "tables": dict(self.release.row_counts),
            "seconds": round(self.seconds, 1),
            "warnings": self.erasure.warnings() + self.findings.warnings,
            "notes": self.report.notes,
        }


def build(
    places: Places,
    as_of: str | None,
    variables: Mapping[str, Any],
    past: Sequence[date] = (),
    is_quiet: bool = True,
) -> Built:
    """Load the files, run dbt and publish; before, the segments of past days, one after the
    other, for the history. Unless it is quiet, it says on stderr what it is at.

    The past days are not tested one by one: the tests of the last build see the whole history.
    Raises UserError before anything is published when files, contracts, models or tests are at
    fault.
    """
    variables = {**clock(as_of, is_demo(places, variables)), **variables}
    draft = Draft(places.warehouse)
    if places.warehouse.resolve() == places.published.resolve():
        raise UserError(f"WAREHOUSE and PUBLISHED are both {places.published}; name two files")
    with held(places.lock, str(places.warehouse)), Progress(sys.stderr, is_quiet) as progress:
        progress.step("loading the files")
        _clear(places, draft)
        report, erasure = load_files(places, variables)
        batches = Batches(places.warehouse)
        variables = {
            **variables,
            "loaded_dir": str(places.loaded),
            "accepted_findings": batches.accepted(),
        }
        try:
            progress.step("reading the project")
            parsed = _parse(variables, places.warehouse)
            progress.step("checking the batch")
            findings = check_batch(parsed, variables, draft, batches, progress)
            _erase(places, erasure, parsed, draft)
            build_models(parsed, variables, draft.file, past, progress)
            progress.step("publishing")
            with attached(draft.file) as connection:
                # A full disk shows when the log is brought into the file, and dbt does not say so.
                connection.execute("checkpoint")
            release = publish(
                draft.file,
                places.published,
                published_keys(parsed),
                int(setting("releases_kept", variables)),
                published_rows(parsed),
                draft.put_in_place,
                batches.passed(findings),
            )
        except UserError as error:
            state = _state(places.published, erasure, draft)
            raise UserError(f"{error}\nNothing was published; {state}.") from error
        return Built(places, release, report, erasure, findings, progress.seconds)


def _clear(places: Places, draft: Draft) -> None:
    """Remove what an earlier build left, and see that this one will be able to write.

    Raises UserError when it won't.
    """
    make_private(places.warehouse)
    # What earlier versions kept of a delivery.
    places.warehouse.with_suffix(".profile.json").unlink(missing_ok=True)
    bring_in_log(places.warehouse)
    draft.remove()
    for target in (places.loaded, places.warehouse):
        clear_work(target)
    with Releases(places.published).changing():
        pass


def _erase(places: Places, erasure: Erasure, parsed: Manifest, draft: Draft) -> None:
    """Remove erased people for good, from the draft, too: after what came in was checked, since
    nothing brings them back, and before anything is built, so that a red build does not keep them.

    Raises UserError when a file that may hold them is locked or can't be read.
    """
    erasure.keys.save()
    if not erasure.forgotten:
        keep_blanked(places.loaded, erased_since(places.warehouse))
    own_rows = _own_rows(parsed)
    is_of_warehouse = draft.is_of_warehouse
    erasure.from_database(places.warehouse, "warehouse", is_whole=True, kept=own_rows)
    if is_of_warehouse and not draft.is_of_warehouse:
        erasure.from_draft(draft.file, [*own_rows, *_staged(parsed)])
        draft.follow()
    erasure.from_releases(Releases(places.published))
    erasure.from_audiences(AUDIENCES)
    erasure.from_logs([*LOGS.glob("dbt.log*"), *TARGET.glob("run_results.json")])
    erasure.write_report(places.erasure_report)


def _own_rows(parsed: Manifest) -> list[str]:
    """Return the tables that are made from their own earlier rows; and the contacts, by whom the
    next build knows who asks to be erased when its own files no longer have them.
    """
    return [
        "staging.base_contacts",
        *(
            f"{node.schema}.{node.alias}"
            for node in parsed.nodes.values()
            if isinstance(node, ModelNode) and keeps_rows(node)
        ),
    ]


def _staged(parsed: Manifest) -> list[str]:
    """Return the tables that the check of the batch made."""
    return [
        f"{node.schema}.{node.alias}"
        for node in parsed.nodes.values()
        if isinstance(node, ModelNode) and node.path.startswith(("vendors/", "staging/"))
    ]


def _parse(variables: Mapping[str, Any], warehouse: Path) -> Manifest:
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


def _state(published: Path, erasure: Erasure, draft: Draft) -> str:
    """Return what a build that failed leaves."""
    said = f"there is no {published} yet"
    if published.exists():
        erased = ", but for the erased" if erasure.removed else ""
        said = f"{published} is as it was, and so is the warehouse{erased}"
    if draft.file.exists():
        said += f"; what this build made is in {draft.file} until the next one"
    return said
