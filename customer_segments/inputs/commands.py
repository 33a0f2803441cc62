"""The command that loads files: options and words, nothing else."""

from typing import TYPE_CHECKING, Any

import click

from customer_segments.options import places_option, raw_option, variables_option, vendors_option

if TYPE_CHECKING:
    from customer_segments.places import Places


@click.command("load")
@vendors_option
@variables_option
@raw_option
@places_option
def load_command(places: "Places", variables: dict[str, Any], vendors: str) -> None:
    """Load files for dbt, without a build."""
    from customer_segments.inputs.delivery import load_files
    from customer_segments.releases.targets import store_of

    store = store_of(places)
    with store.held():
        report, _ = load_files(places, {"from": vendors.split(), **variables})
        store.bring_in(places.loaded)
    click.echo(f"Loaded {len(report.files)} files, {report.read_count} of them read, into")
    click.echo("\n".join([f"  {places.loaded}", *report.notes]))
