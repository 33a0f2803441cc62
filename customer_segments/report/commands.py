"""The commands that write pages from what is published."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from customer_segments.options import DAY, PATH, language_option, places_option

if TYPE_CHECKING:
    from customer_segments.places import Places


@click.command("report")
@click.option(
    "--output", type=PATH, help="The page; by default it stands beside what is published."
)
@language_option
@places_option
def report_command(places: "Places", output: Path | None, language: str) -> None:
    """Write the page of all results, from what is published."""
    from customer_segments.engines.targets import published_of
    from customer_segments.report.report import page_of, write_report

    page = output or page_of(places)
    write_report(published_of(places), page, language)
    click.echo(f"Report: {page.absolute()}")


@click.command("personas")
@click.option("--output", type=PATH, default="published/personas.html", show_default=True)
@language_option
@places_option
def personas_command(places: "Places", output: Path, language: str) -> None:
    """Write the page with a card for each persona, from what is published."""
    from customer_segments.engines.targets import published_of
    from customer_segments.report.personas import write_personas

    published = published_of(places)
    click.echo(f"{write_personas(published, output, language)} personas: {output.absolute()}")


@click.command("journeys")
@click.argument("days", nargs=-1, type=DAY, envvar="DAYS")
@click.option("--output", type=PATH, default="published/journeys.html", show_default=True)
@language_option
@places_option
def journeys_command(
    places: "Places", days: tuple[datetime, ...], output: Path, language: str
) -> None:
    """Show who moved between lifecycle stages from one of the days to the next, and draw it."""
    from customer_segments.engines.targets import published_of
    from customer_segments.report.journeys import write_journeys

    published = published_of(places)
    click.echo(write_journeys(published, [day.date() for day in days], output, language))
    click.echo(f"\nDrawn: {output.absolute()}")


PAGES: list[click.Command] = [report_command, personas_command, journeys_command]
