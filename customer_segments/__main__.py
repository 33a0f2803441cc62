"""The command line: python -m customer_segments COMMAND."""

import sys
from pathlib import Path

import click
import yaml

from customer_segments.demo_data import write_demo_data
from customer_segments.errors import UserError
from customer_segments.pipeline import DEMO, Places, build


@click.group()
def main() -> None:
    """Turn raw contacts, orders and e-mail events into customer segments."""


@main.command("build")
@click.option(
    "--raw",
    envvar="RAW",
    type=click.Path(path_type=Path),
    help="Folder of your own files; the demo's if left out.",
)
@click.option(
    "--as-of", envvar="AS_OF", help="The day whose segments are built, such as 2026-03-31."
)
@click.option(
    "--warehouse",
    envvar="WAREHOUSE",
    type=click.Path(path_type=Path),
    default="target/warehouse.duckdb",
    show_default=True,
)
@click.option(
    "--published",
    envvar="PUBLISHED",
    type=click.Path(path_type=Path),
    default="published/segments.duckdb",
    show_default=True,
)
@click.option("--vars", "variables", default="{}", help="Vars of dbt_project.yml to set, as YAML.")
def build_command(
    raw: Path | None, as_of: str | None, warehouse: Path, published: Path, variables: str
) -> None:
    """Take raw files in, build and test the segments, publish them."""
    places = Places(raw.absolute() if raw else None, warehouse.absolute(), published.absolute())
    click.echo(build(places, as_of or None, yaml.safe_load(variables)))


@main.command("demo-data")
def demo_data_command() -> None:
    """Write the demo's raw files anew; the same files every time."""
    write_demo_data(DEMO)


if __name__ == "__main__":
    try:
        main.main(standalone_mode=False)
    except UserError as error:
        sys.exit(f"Error: {error}")
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
