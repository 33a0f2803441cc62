"""The command that loads files: options and words, nothing else."""

from pathlib import Path
from typing import Any

import click

from customer_segments.options import raw_option, variables_option, vendors_option, warehouse_option


@click.command("load")
@vendors_option
@variables_option
@warehouse_option
@raw_option
def load_command(
    raw: Path | None, warehouse: Path, variables: dict[str, Any], vendors: str
) -> None:
    """Load files for dbt, without a build."""
    from customer_segments.inputs.delivery import load_files
    from customer_segments.locks import held
    from customer_segments.places import Places

    places = Places(raw.absolute() if raw else None, warehouse.absolute(), warehouse.absolute())
    with held(places.lock, str(places.warehouse)):
        report, _ = load_files(places, {"from": vendors.split(), **variables})
    click.echo(f"Loaded {len(report.files)} files, {report.read_count} of them read, into")
    click.echo("\n".join([f"  {places.loaded}", *report.notes]))
