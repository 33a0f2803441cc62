"""The dbt runs of one build: the batch, then, unless something stops it, all that is made of it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import ModelNode

from customer_segments.dbt import run_dbt
from customer_segments.engines.database import DRAFT, Database
from customer_segments.errors import UserError
from customer_segments.inputs.batches import MODELS, TEST, Batches, Findings, read_findings
from customer_segments.progress import Progress
from customer_segments.releases.store import Draft

# Unit tests try rules, not data: once for each change of a rule is enough.
BUILD = ("build", "--exclude-resource-type", "unit_test")
# Recounts try the models, not the data: `make test` runs them.
RECOUNTS = "tag:recount"
# A refusal of nobody says that ids are wrong; who was known before tells it.
KNOWN = "remembered_contact_ids"
# A test of models of which only some are built waits for the others.
WHOLE = ("--indirect-selection", "cautious")


def check_batch(
    parsed: Manifest,
    variables: Mapping[str, Any],
    draft: Draft,
    batches: Batches,
    progress: Progress,
) -> Findings:
    """Stage the batch in a new draft, and return what looks odd in it.

    Raises UserError when it breaks its contract, or looks odd and nobody accepted that.
    """
    draft.begin(_carried(parsed), _switched_off(parsed))
    # What dbt writes of it, for a second, the next run would replace.
    command = [*BUILD, "--select", MODELS, KNOWN, *WHOLE, "--no-write-json"]
    try:
        run_dbt(command, variables, draft.database, parsed, progress.node)
    except UserError as error:
        said = batches.stopped(read_findings(draft.database), str(error))
        raise UserError(said) from error
    return read_findings(draft.database)


def build_models(
    parsed: Manifest,
    variables: Mapping[str, Any],
    warehouse: Database,
    past: Sequence[date],
    progress: Progress,
) -> None:
    """Run dbt for past days, then for the day wanted, without what the check of the batch built.

    Raises UserError with what failed.
    """
    dated = _dated(parsed)

    def run(command: Sequence[str], **as_of: str) -> None:
        run_dbt([*command], {**variables, **as_of}, warehouse, parsed, progress.node)

    for number, day in enumerate(past, 1):
        progress.step(f"building {day}, day {number} of {len(past)}")
        if number == 1:
            run([*BUILD, "--select", "resource_type:seed", *WHOLE], as_of=str(day))
            run(["run", "--exclude", *dated], as_of=str(day))
        run(["run", "--select", *dated], as_of=str(day))
    progress.step("building and testing")
    # After past days all is built anew; by now the batch is compared with itself.
    run([*BUILD, "--exclude", TEST if past else MODELS, RECOUNTS, *WHOLE])


def _dated(parsed: Manifest) -> list[str]:
    """Select the models that ask for the day, and all that are made from them."""
    return sorted(
        f"{node.name}+"
        for node in parsed.nodes.values()
        if isinstance(node, ModelNode)
        and any(macro.endswith(".as_of") for macro in node.depends_on.macros)
    )


def own_rows(parsed: Manifest) -> list[str]:
    """Return the tables that are made from their own earlier rows; and the contacts, by whom the
    next build knows who asks to be erased when its own files no longer have them.
    """
    return [
        "staging.base_contacts",
        *(
            table_of(node)
            for node in parsed.nodes.values()
            if isinstance(node, ModelNode) and _keeps_rows(node)
        ),
    ]


def _keeps_rows(node: ModelNode) -> bool:
    """Whether a model is made from its own earlier rows, in SQL by the macro rows_before, in Python
    through dbt.this.
    """
    return any(macro.endswith(".rows_before") for macro in node.depends_on.macros) or (
        node.language == "python" and "dbt.this" in node.raw_code
    )


def _carried(parsed: Manifest) -> list[str]:
    """Return the tables without whose rows a build does not come to the same result."""
    return [
        *own_rows(parsed),
        # What is kept file by file, what the last delivery was, and which days are built.
        *(
            table_of(node)
            for node in parsed.nodes.values()
            if isinstance(node, ModelNode)
            and (node.config.materialized == "incremental" or node.name == "batch_findings")
        ),
        "main.model_days",
        "main.unfinished_days",
    ]


def _switched_off(parsed: Manifest) -> list[str]:
    """Return what earlier builds made of models that are switched off: nobody is to read it as if
    it were of this day. What is made from its own earlier rows waits until it is wanted again.
    """
    return [
        table_of(node)
        for nodes in parsed.disabled.values()
        for node in nodes
        if isinstance(node, ModelNode) and not _keeps_rows(node)
    ]


def table_of(node: ModelNode) -> str:
    """Return a model's table, as it is called in the warehouse."""
    return f"{node.schema.removesuffix(DRAFT)}.{node.alias}"
