"""The commands that show a segment before it is built, and the one that begins a new one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from customer_segments.options import markdown_option, places_option, variables_option

if TYPE_CHECKING:
    import duckdb

    from customer_segments.places import Places
    from customer_segments.segments.working_copy import WorkingCopy


@click.command("new-segment")
@click.argument("name", envvar="NAME")
@click.argument("category", envvar="CATEGORY")
@click.option(
    "--new-category", envvar="NEW_CATEGORY", is_flag=True, help="Make a folder for the category."
)
def new_segment_command(name: str, category: str, new_category: bool) -> None:
    """Write the SQL and the YAML of a new segment, to be filled in."""
    from customer_segments.dbt import PROJECT
    from customer_segments.segments.new import new_segment

    click.echo(new_segment(name, category, PROJECT / "models", new_category))


@click.command("preview")
@click.argument("segment", envvar="SEGMENT")
@places_option
@variables_option
def preview_command(places: "Places", segment: str, variables: dict[str, str]) -> None:
    """Show the size of a segment, and what each condition leaves, without saving anything."""
    from customer_segments.segments.preview import preview

    with _working_copy(places, variables) as (copy, connection):
        click.echo(preview(segment, copy, connection))


@click.command("explain")
@click.argument("segment", envvar="SEGMENT")
@click.argument("contact", envvar="CONTACT")
@places_option
@variables_option
def explain_command(
    places: "Places", segment: str, contact: str, variables: dict[str, str]
) -> None:
    """Show why a contact is, or is not, in a segment."""
    from customer_segments.segments.explain import explain

    with _working_copy(places, variables) as (copy, connection):
        click.echo(explain(segment, contact, copy, connection))


@click.command("diff")
@click.argument("segments", nargs=-1, envvar="SEGMENTS")
@markdown_option
@places_option
@variables_option
def diff_command(
    places: "Places", segments: tuple[str, ...], markdown: bool, variables: dict[str, str]
) -> None:
    """Show who would enter and leave, against the published tables; all segments by default."""
    from customer_segments.engines.targets import published_of
    from customer_segments.segments.compare import compare

    published = published_of(places)
    with _working_copy(places, variables) as (copy, connection):
        click.echo(compare(segments, copy, connection, published).as_text(markdown))


@contextmanager
def _working_copy(
    places: "Places", variables: dict[str, str]
) -> Iterator[tuple["WorkingCopy", "duckdb.DuckDBPyConnection"]]:
    """Give the segments as the files have them, for the day that the warehouse was built for.

    Afterwards, say which files are broken.
    """
    from customer_segments.engines.targets import warehouse_of
    from customer_segments.segments.working_copy import compiled_working_copy

    warehouse = warehouse_of(places)
    with warehouse.opened() as connection:
        copy = compiled_working_copy(warehouse, connection, variables)
    with warehouse.opened() as connection:
        yield copy, connection
    if copy.notes:
        click.echo("\n".join(["", *copy.notes]))


COMMANDS = (new_segment_command, preview_command, explain_command, diff_command)
