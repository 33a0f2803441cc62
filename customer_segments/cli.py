"""The commands: options and words, nothing else.

A command imports what it needs when it is called, so that none waits for the others' libraries.
"""

import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from customer_segments.errors import UserError
from customer_segments.inputs.commands import load_command
from customer_segments.options import (
    DAY,
    PATH,
    build_options,
    language_option,
    markdown_option,
    places_option,
    saying,
    variables_option,
    vendors_option,
)
from customer_segments.report.commands import PAGES
from customer_segments.segments.commands import COMMANDS

if TYPE_CHECKING:
    from customer_segments.pipeline import Built
    from customer_segments.places import Places


@click.group(commands=[load_command, *COMMANDS, *PAGES])
def main() -> None:
    """Turn raw contacts, orders and email events into customer segments."""


@main.command("build")
@vendors_option
@language_option
@build_options
@saying
def build_command(
    places: "Places",
    as_of: str | None,
    variables: dict[str, Any],
    vendors: str,
    language: str,
    is_quiet: bool,
) -> "Built":
    """Load files, build and test the segments, publish them."""
    from customer_segments.pipeline import build

    read = {"from": vendors.split()} if vendors else {}
    return build(places, as_of, {**read, **variables}, is_quiet=is_quiet, language=language)


@main.command("backfill")
@click.option("--from", "first", envvar="FROM", type=DAY, required=True, help="The first day.")
@click.option("--to", "last", envvar="TO", type=DAY, required=True, help="The last day.")
@click.option("--step", envvar="STEP", type=click.IntRange(1), default=1, help="Days between two.")
@language_option
@build_options
@saying
def backfill_command(
    places: "Places",
    first: datetime,
    last: datetime,
    step: int,
    as_of: str | None,
    variables: dict[str, Any],
    language: str,
    is_quiet: bool,
) -> "Built":
    """Build the segments of past days for the history, then build as usual."""
    from customer_segments.pipeline import build

    if first > last:
        raise UserError(f"FROM is {first:%Y-%m-%d}, after TO, {last:%Y-%m-%d}; swap them")
    later = range(0, (last - first).days + 1, step)
    days = [(first + timedelta(days=number)).date() for number in later]
    return build(places, as_of, variables, days, is_quiet, language)


@main.command("forget-day")
@click.argument("day", type=DAY, envvar="DAY")
@places_option
def forget_day_command(places: "Places", day: datetime) -> None:
    """Take a day out of the history, as if it had never been built."""
    from customer_segments.forget import forget_day

    click.echo(forget_day(places, day.date()))


@main.command("export")
@click.argument("segments", nargs=-1, envvar="SEGMENTS")
@click.option(
    "--campaign",
    envvar="CAMPAIGN",
    help="One file for this campaign, without who is held out of it; a step of a sequence goes to"
    " those whose message is due and takes no segments.",
)
@click.option(
    "--layout", envvar="LAYOUT", default="brevo", show_default=True, help="Whose import it is for."
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
@places_option
@variables_option
def export_command(
    places: "Places",
    segments: tuple[str, ...],
    campaign: str | None,
    layout: str,
    folder: Path,
    as_of: str | None,
    variables: dict[str, Any],
) -> None:
    """Write who may be emailed, of segments or of a step, for a sender of email to import.

    Segments of a day longer ago than the var export_maximum_age_days are refused.
    """
    from customer_segments.audiences.allowed_day import allowed_day
    from customer_segments.audiences.content import layout_of
    from customer_segments.audiences.export import export
    from customer_segments.releases.targets import store_of

    files = segments, campaign, layout_of(layout), folder
    click.echo(export(*files, store_of(places), allowed_day(as_of, variables)))


@main.command("contracts")
@click.option(
    "--side", envvar="SIDE", type=click.Choice(["input", "output"]), help="Check this side only."
)
@build_options
def contracts_command(
    places: "Places", side: str | None, as_of: str | None, variables: dict[str, Any]
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
@click.option("--until", envvar="UNTIL", default="", help="The last day on which it is right.")
@places_option
def accept_command(places: "Places", batch: str, because: str, until: str) -> None:
    """Let a batch pass that looks odd and is right; who, why and until when are kept."""
    from customer_segments.inputs.batches import Batches
    from customer_segments.locks import held

    with held(places.lock, str(places.warehouse)):
        click.echo(Batches(places.warehouse).accept(batch, because, until))


@main.command("changes")
@click.option(
    "--against", envvar="AGAINST", type=PATH, help="A published file, or a dbt manifest (.json)."
)
@markdown_option
@places_option
@variables_option
def changes_command(
    places: "Places", against: Path | None, markdown: bool, variables: dict[str, Any]
) -> None:
    """Show what readers would notice if the warehouse's tables were published.

    Ends with 0 when nothing is worth a look, 3 after a warning, 4 when something breaks.
    """
    from customer_segments.dbt import manifest, setting
    from customer_segments.releases.changes import find_changes
    from customer_segments.releases.targets import store_of

    share, minimum = (setting(f"size_change_{name}", variables) for name in ("bound", "minimum"))
    store = store_of(places)
    with store.warehouse.opened() as connection:
        changes = find_changes(connection, manifest(), against or store.published, share, minimum)
    click.echo(changes.as_text(markdown))
    sys.exit(changes.exit_code)


@main.command("rollback")
@click.option("--to", "number", envvar="TO", type=int, help="A release, not the one before.")
@language_option
@places_option
def rollback_command(places: "Places", number: int | None, language: str) -> None:
    """Publish an earlier release again, with its report."""
    from customer_segments.releases.rollback import roll_back
    from customer_segments.releases.targets import store_of
    from customer_segments.report.report import page_of, write_report

    published = store_of(places).published
    click.echo(roll_back(published, number))
    # Of tables of another version there may be none, and they are published nevertheless.
    try:
        write_report(published.database, page_of(places), language)
    except UserError as error:
        click.echo(f"Its report is not there: {error}")


@main.command("releases")
@places_option
def releases_command(places: "Places") -> None:
    """List the releases that can be published again."""
    from customer_segments.releases.rollback import releases_table
    from customer_segments.releases.targets import store_of

    click.echo(releases_table(store_of(places).published))


def run() -> None:
    """Run a command; end with a sentence and not with a traceback when its user can mend it."""
    try:
        main.main(standalone_mode=False)
    except UserError as error:
        sys.exit(f"Error: {error}")
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
