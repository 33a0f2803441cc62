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
    markdown_option,
    published_option,
    saying,
    variables_option,
    vendors_option,
    warehouse_option,
)
from customer_segments.segments.commands import COMMANDS

if TYPE_CHECKING:
    from customer_segments.pipeline import Built
    from customer_segments.places import Places


@click.group(commands=[load_command, *COMMANDS])
def main() -> None:
    """Turn raw contacts, orders and email events into customer segments."""


@main.command("build")
@vendors_option
@build_options
@saying
def build_command(
    places: "Places", as_of: str | None, variables: dict[str, Any], vendors: str, is_quiet: bool
) -> "Built":
    """Load files, build and test the segments, publish them."""
    from customer_segments.pipeline import build

    read = {"from": vendors.split()} if vendors else {}
    return build(places, as_of, {**read, **variables}, is_quiet=is_quiet)


@main.command("backfill")
@click.option("--from", "first", envvar="FROM", type=DAY, required=True, help="The first day.")
@click.option("--to", "last", envvar="TO", type=DAY, required=True, help="The last day.")
@click.option("--step", envvar="STEP", type=click.IntRange(1), default=1, help="Days between two.")
@build_options
@saying
def backfill_command(
    places: "Places",
    first: datetime,
    last: datetime,
    step: int,
    as_of: str | None,
    variables: dict[str, Any],
    is_quiet: bool,
) -> "Built":
    """Build the segments of past days for the history, then build as usual."""
    from customer_segments.pipeline import build

    if first > last:
        raise UserError(f"FROM is {first:%Y-%m-%d}, after TO, {last:%Y-%m-%d}; swap them")
    later = range(0, (last - first).days + 1, step)
    days = [(first + timedelta(days=number)).date() for number in later]
    return build(places, as_of, variables, days, is_quiet)


@main.command("forget-day")
@click.argument("day", type=DAY, envvar="DAY")
@warehouse_option
def forget_day_command(day: datetime, warehouse: Path) -> None:
    """Take a day out of the history, as if it had never been built."""
    from customer_segments.forget import forget_day

    click.echo(forget_day(warehouse.absolute(), day.date()))


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
@warehouse_option
@published_option
@variables_option
def export_command(
    segments: tuple[str, ...],
    campaign: str | None,
    layout: str,
    folder: Path,
    as_of: str | None,
    warehouse: Path,
    published: Path,
    variables: dict[str, Any],
) -> None:
    """Write who may be emailed, of segments or of a step, for a sender of email to import.

    Segments of a day longer ago than the var export_maximum_age_days are refused.
    """
    from customer_segments.audiences.allowed_day import allowed_day
    from customer_segments.audiences.content import layout_of
    from customer_segments.audiences.export import export

    files = segments, campaign, layout_of(layout), folder
    click.echo(export(*files, warehouse, published, allowed_day(as_of, variables)))


@main.command("personas")
@click.option("--output", type=PATH, default="published/personas.html", show_default=True)
@published_option
def personas_command(output: Path, published: Path) -> None:
    """Write the page with a card for each persona, from the published file."""
    from customer_segments.report.personas import write_personas

    click.echo(f"{write_personas(published, output)} personas: {output.absolute()}")


@main.command("journeys")
@click.argument("days", nargs=-1, type=DAY, envvar="DAYS")
@click.option("--output", type=PATH, default="published/journeys.html", show_default=True)
@published_option
def journeys_command(days: tuple[datetime, ...], output: Path, published: Path) -> None:
    """Show who moved between lifecycle stages from one of the days to the next, and draw it."""
    from customer_segments.report.journeys import write_journeys

    click.echo(write_journeys(published, [day.date() for day in days], output))
    click.echo(f"\nDrawn: {output.absolute()}")


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
@warehouse_option
def accept_command(batch: str, because: str, until: str, warehouse: Path) -> None:
    """Let a batch pass that looks odd and is right; who, why and until when are kept."""
    from customer_segments.inputs.batches import Batches
    from customer_segments.locks import held
    from customer_segments.places import Places

    places = Places(None, warehouse.absolute(), warehouse.absolute())
    with held(places.lock, str(warehouse)):
        click.echo(Batches(places.warehouse).accept(batch, because, until))


@main.command("changes")
@click.option(
    "--against", envvar="AGAINST", type=PATH, help="A published file, or a dbt manifest (.json)."
)
@markdown_option
@warehouse_option
@published_option
@variables_option
def changes_command(
    against: Path | None,
    markdown: bool,
    warehouse: Path,
    published: Path,
    variables: dict[str, Any],
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
@published_option
def rollback_command(number: int | None, published: Path) -> None:
    """Publish an earlier release again."""
    from customer_segments.releases.rollback import roll_back

    click.echo(roll_back(published, number))


@main.command("releases")
@published_option
def releases_command(published: Path) -> None:
    """List the releases that can be published again."""
    from customer_segments.releases.rollback import releases_table

    click.echo(releases_table(published))


def run() -> None:
    """Run a command; end with a sentence and not with a traceback when its user can mend it."""
    try:
        main.main(standalone_mode=False)
    except UserError as error:
        sys.exit(f"Error: {error}")
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
