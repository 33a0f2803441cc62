"""The commands: options and words, nothing else.

A command imports what it needs when it is called, so that quick ones are not kept waiting for the
libraries of the others.
"""

import json
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import yaml

from customer_segments.errors import UserError

if TYPE_CHECKING:
    from customer_segments.pipeline import Built
    from customer_segments.places import Places
    from customer_segments.segments.working_copy import WorkingCopy

PATH = click.Path(path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])
Command = Callable[..., Any]


def _raw(command: Command) -> Command:
    return click.option(
        "--raw", envvar="RAW", type=PATH, help="Folder of your own files, not the demo's."
    )(command)


def _as_of(command: Command) -> Command:
    return click.option("--as-of", envvar="AS_OF", help="The day whose segments are built.")(
        command
    )


def _warehouse(command: Command) -> Command:
    return click.option(
        "--warehouse",
        envvar="WAREHOUSE",
        type=PATH,
        default="target/warehouse.duckdb",
        show_default=True,
        help="The file with all tables and their history.",
    )(command)


def _published(command: Command) -> Command:
    return click.option(
        "--published",
        envvar="PUBLISHED",
        type=PATH,
        default="published/segments.duckdb",
        show_default=True,
        help="The file that dashboards read.",
    )(command)


def _variables(command: Command) -> Command:
    return click.option(
        "--vars",
        "variables",
        default="{}",
        callback=lambda _context, _option, value: _parsed(value),
        help="Vars of dbt_project.yml to set, as YAML.",
    )(command)


def _build_options(command: Command) -> Command:
    """Where a build reads and writes, for which day and with which vars."""

    @wraps(command)
    def with_places(raw: Path | None, warehouse: Path, published: Path, **others: Any) -> Any:
        from customer_segments.places import Places

        folder = raw.absolute() if raw else None
        return command(Places(folder, warehouse.absolute(), published.absolute()), **others)

    return _raw(_as_of(_warehouse(_published(_variables(with_places)))))


def _saying(command: Callable[..., "Built"]) -> Command:
    """Say what a build is at and what it made, to a person or a program."""

    @wraps(command)
    def saying(places: "Places", is_quiet: bool, as_json: bool, **others: Any) -> None:
        try:
            built = command(places, is_quiet=is_quiet or as_json, **others)
        except UserError as error:
            if not as_json:
                raise
            click.echo(json.dumps({"error": str(error)}))
            sys.exit(1)
        click.echo(json.dumps(built.as_json()) if as_json else built.text)

    quiet = click.option("--quiet", "is_quiet", is_flag=True, help="Say only what was made.")
    program = click.option("--json", "as_json", is_flag=True, help="Say so as one JSON object.")
    return quiet(program(saying))


def _parsed(text: str) -> dict[str, str]:
    variables = yaml.safe_load(text)
    if not isinstance(variables, dict):
        raise UserError(f"--vars is '{text}'; give YAML such as '{{timezone: Europe/Paris}}'")
    return variables


@click.group()
def main() -> None:
    """Turn raw contacts, orders and email events into customer segments."""


@main.command("build")
@_build_options
@_saying
def build_command(
    places: "Places", as_of: str | None, variables: dict[str, str], is_quiet: bool
) -> "Built":
    """Take raw files in, build and test the segments, publish them."""
    from customer_segments.pipeline import build

    return build(places, as_of, variables, is_quiet=is_quiet)


@main.command("backfill")
@click.option("--from", "first", envvar="FROM", type=DAY, required=True, help="The first day.")
@click.option("--to", "last", envvar="TO", type=DAY, required=True, help="The last day.")
@click.option("--step", envvar="STEP", type=click.IntRange(1), default=1, help="Days between two.")
@_build_options
@_saying
def backfill_command(
    places: "Places",
    first: datetime,
    last: datetime,
    step: int,
    as_of: str | None,
    variables: dict[str, str],
    is_quiet: bool,
) -> "Built":
    """Build the segments of past days for the history, then build as usual."""
    from customer_segments.pipeline import build

    if first > last:
        raise UserError(f"FROM is {first:%Y-%m-%d}, after TO, {last:%Y-%m-%d}; swap them")
    count = (last - first).days // step + 1
    days = [(first + timedelta(days=step * number)).date() for number in range(count)]
    return build(places, as_of, variables, days, is_quiet)


@main.command("forget-day")
@click.argument("day", type=DAY, envvar="DAY")
@_warehouse
def forget_day_command(day: datetime, warehouse: Path) -> None:
    """Take a day out of the history, as if it had never been built."""
    from customer_segments.forget import forget_day

    click.echo(forget_day(warehouse.absolute(), day.date()))


@main.command("preview")
@click.argument("segment", envvar="SEGMENT")
@_warehouse
@_variables
def preview_command(segment: str, warehouse: Path, variables: dict[str, str]) -> None:
    """Show the size of a segment, and what each condition leaves, without saving anything."""
    from customer_segments.database import opened
    from customer_segments.segments.preview import preview

    copy = _working_copy(warehouse, variables)
    with opened(warehouse) as connection:
        click.echo(preview(segment, copy, connection))
    _echo_notes(copy)


@main.command("explain")
@click.argument("segment", envvar="SEGMENT")
@click.argument("contact", envvar="CONTACT")
@_warehouse
@_variables
def explain_command(segment: str, contact: str, warehouse: Path, variables: dict[str, str]) -> None:
    """Show why a contact is, or is not, in a segment."""
    from customer_segments.database import opened
    from customer_segments.segments.explain import explain

    copy = _working_copy(warehouse, variables)
    with opened(warehouse) as connection:
        click.echo(explain(segment, contact, copy, connection))
    _echo_notes(copy)


@main.command("diff")
@click.argument("segments", nargs=-1, envvar="SEGMENTS")
@click.option(
    "--markdown", envvar="MARKDOWN", is_flag=True, help="Write a table for a pull request."
)
@_warehouse
@_published
@_variables
def diff_command(
    segments: tuple[str, ...],
    markdown: bool,
    warehouse: Path,
    published: Path,
    variables: dict[str, str],
) -> None:
    """Show who would enter and leave, against the published tables; all segments by default."""
    from customer_segments.database import opened
    from customer_segments.segments.compare import compare

    if not published.exists():
        raise UserError(f"there is no {published} to compare with; run make build first")
    copy = _working_copy(warehouse, variables)
    with opened(warehouse) as connection:
        click.echo(compare(segments, copy, connection, published).as_text(markdown))
    _echo_notes(copy)


@main.command("export")
@click.argument("segments", nargs=-1, envvar="SEGMENTS")
@click.option(
    "--campaign",
    envvar="CAMPAIGN",
    help="One file for this campaign, without who is held out of it; a step of a sequence goes to"
    " those whose message is due and takes no segments.",
)
@click.option(
    "--layout",
    envvar="LAYOUT",
    default="brevo",
    show_default=True,
    help="Whose import the columns are for.",
)
@click.option(
    "--folder",
    envvar="AUDIENCES",
    type=PATH,
    default="audiences",
    show_default=True,
    help="Where the files go.",
)
@click.option(
    "--as-of",
    envvar="AS_OF",
    help="The day of the published segments, to say that they are meant although they are old.",
)
@_warehouse
@_published
@_variables
def export_command(
    segments: tuple[str, ...],
    campaign: str | None,
    layout: str,
    folder: Path,
    as_of: str | None,
    warehouse: Path,
    published: Path,
    variables: dict[str, str],
) -> None:
    """Write who may be emailed, of segments or of a step, for a sender of email to import.

    Segments of a day longer ago than the var export_maximum_age_days are refused.
    """
    from customer_segments.audiences.allowed_day import allowed_day
    from customer_segments.audiences.export import LAYOUTS, export

    allowed = allowed_day(as_of, variables)
    if layout not in LAYOUTS:
        raise UserError(f"there is no layout '{layout}'; it is one of {', '.join(sorted(LAYOUTS))}")
    click.echo(export(segments, campaign, LAYOUTS[layout], folder, warehouse, published, allowed))


@main.command("personas")
@click.option("--output", type=PATH, default="published/personas.html", show_default=True)
@_published
def personas_command(output: Path, published: Path) -> None:
    """Write the page with a card for each persona, from the published file."""
    from customer_segments.report.personas import write_personas

    click.echo(f"{write_personas(published, output)} personas: {output.absolute()}")


@main.command("journeys")
@click.argument("days", nargs=-1, type=DAY, envvar="DAYS")
@click.option("--output", type=PATH, default="published/journeys.html", show_default=True)
@_published
def journeys_command(days: tuple[datetime, ...], output: Path, published: Path) -> None:
    """Show who moved between lifecycle stages from one of the days to the next, and draw it."""
    from customer_segments.report.journeys import write_journeys

    click.echo(write_journeys(published, [day.date() for day in days], output))
    click.echo(f"\nDrawn: {output.absolute()}")


@main.command("contracts")
@click.option(
    "--side", envvar="SIDE", type=click.Choice(["input", "output"]), help="Check this side only."
)
@_build_options
def contracts_command(
    places: "Places", side: str | None, as_of: str | None, variables: dict[str, str]
) -> None:
    """Check the input and the output contract; nothing is built."""
    from customer_segments.validate import check_contracts

    shown, has_passed = check_contracts(places, as_of, variables, side)
    click.echo(shown)
    if not has_passed:
        raise UserError("a check of a contract failed")


@main.command("accept")
@click.option("--batch", envvar="BATCH", required=True, help="The batch that stopped the build.")
@click.option("--because", envvar="BECAUSE", default="", help="Why it is right.")
@_warehouse
def accept_command(batch: str, because: str, warehouse: Path) -> None:
    """Let a batch pass that looks odd and is right; who and why are kept."""
    from customer_segments.inputs.batches import Batches
    from customer_segments.locks import held
    from customer_segments.places import Places

    places = Places(None, warehouse.absolute(), warehouse.absolute())
    with held(places.lock, str(warehouse)):
        click.echo(Batches(places.warehouse).accept(batch, because))


@main.command("changes")
@click.option(
    "--against",
    envvar="AGAINST",
    type=PATH,
    help="Another published file, or a dbt manifest (.json).",
)
@click.option(
    "--markdown", envvar="MARKDOWN", is_flag=True, help="Write tables for a pull request."
)
@_warehouse
@_published
@_variables
def changes_command(
    against: Path | None,
    markdown: bool,
    warehouse: Path,
    published: Path,
    variables: dict[str, str],
) -> None:
    """Show what readers would notice if the warehouse's tables were published.

    Ends with 0 when nothing is worth a look, 3 after a warning, 4 when something breaks.
    """
    from customer_segments.database import opened
    from customer_segments.dbt import manifest, setting
    from customer_segments.releases.changes import find_changes

    share, minimum = (setting(f"size_change_{name}", variables) for name in ("bound", "minimum"))
    with opened(warehouse) as connection:
        changes = find_changes(connection, manifest(), against or published, share, minimum)
    click.echo(changes.as_text(markdown))
    sys.exit(changes.exit_code)


@main.command("rollback")
@click.option("--to", "number", envvar="TO", type=int, help="A release, not the one before.")
@_published
def rollback_command(number: int | None, published: Path) -> None:
    """Publish an earlier release again."""
    from customer_segments.releases.releases import roll_back

    click.echo(roll_back(published, number))


@main.command("releases")
@_published
def releases_command(published: Path) -> None:
    """List the releases that can be published again."""
    from customer_segments.releases.releases import releases_table

    click.echo(releases_table(published))


def _working_copy(warehouse: Path, variables: dict[str, str]) -> "WorkingCopy":
    """Compile the segments for the day that the warehouse was built for."""
    from customer_segments.database import opened
    from customer_segments.segments.working_copy import compiled_working_copy

    with opened(warehouse) as connection:
        return compiled_working_copy(warehouse, connection, variables)


def _echo_notes(copy: "WorkingCopy") -> None:
    if copy.notes:
        click.echo("\n".join(["", *copy.notes]))


def run() -> None:
    """Run a command; end with a sentence and not with a traceback when its user can mend it."""
    try:
        main.main(standalone_mode=False)
    except UserError as error:
        sys.exit(f"Error: {error}")
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
