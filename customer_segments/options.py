"""The options that several commands have."""

import json
import sys
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import click
import yaml
from click.core import ParameterSource

from customer_segments.errors import UserError

if TYPE_CHECKING:
    from customer_segments.pipeline import Built
    from customer_segments.places import Places

PATH = click.Path(path_type=Path)
_WAREHOUSE = Path("target/warehouse.duckdb")
DAY = click.DateTime(["%Y-%m-%d"])
_WEBHOOK_SECONDS = 10
LANGUAGES = ("en", "fr")


def _parsed(_context: click.Context, _option: click.Parameter, text: str) -> dict[str, str]:
    variables = yaml.safe_load(text)
    if not isinstance(variables, dict):
        raise UserError(f"--vars is '{text}'; give YAML such as '{{timezone: Europe/Paris}}'")
    return variables


raw_option = click.option(
    "--raw", envvar="RAW", type=PATH, help="Folder of your own files, not the demo's."
)
as_of_option = click.option("--as-of", envvar="AS_OF", help="The day whose segments are built.")
warehouse_option = click.option(
    "--warehouse",
    envvar="WAREHOUSE",
    type=PATH,
    default=str(_WAREHOUSE),
    show_default=True,
    help="The file with all tables and their history; on PostgreSQL what stands beside it.",
)
published_option = click.option(
    "--published",
    envvar="PUBLISHED",
    type=PATH,
    default="published/segments.duckdb",
    show_default=True,
    help="The file that dashboards read.",
)
vendors_option = click.option(
    "--from", "vendors", envvar="FROM", default="", help="Vendors whose exports are there, too."
)
target_option = click.option(
    "--target",
    envvar="TARGET",
    type=click.Choice(["duckdb", "postgres", "ducklake"]),
    default="duckdb",
    show_default=True,
    help="The engine on which the tables are.",
)
variables_option = click.option(
    "--vars",
    "variables",
    default="{}",
    callback=_parsed,
    help="Vars of dbt_project.yml to set, as YAML.",
)


def _language(context: click.Context, option: click.Parameter, text: str) -> str:
    """Return the language of the report; systems list in LANGUAGE what a person likes: fr_CH:de."""
    wished = [word[:2] for word in text.split(":")]
    is_asked = context.get_parameter_source(str(option.name)) is ParameterSource.COMMANDLINE
    if is_asked and text not in LANGUAGES:
        raise UserError(f"--language is '{text}'; give one of {', '.join(LANGUAGES)}")
    return next((word for word in wished if word in LANGUAGES), LANGUAGES[0])


language_option = click.option(
    "--language",
    envvar="LANGUAGE",
    default="en",
    show_default=True,
    callback=_language,
    help="Of what people read: en or fr.",
)
markdown_option = click.option(
    "--markdown", envvar="MARKDOWN", is_flag=True, help="Write tables for a pull request."
)


def places_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Where the tables are and what is published of them."""

    @wraps(command)
    def with_places(
        target: str, warehouse: Path, published: Path, raw: Path | None = None, **others: Any
    ) -> Any:
        from customer_segments.places import Places

        if target == "postgres" and warehouse == _WAREHOUSE:
            warehouse = warehouse.with_name(f"{target}.warehouse")
        folder = raw.absolute() if raw else None
        return command(Places(folder, warehouse.absolute(), published.absolute(), target), **others)

    return target_option(warehouse_option(published_option(with_places)))


def build_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Where a build reads and writes, for which day and with which vars."""
    return raw_option(as_of_option(variables_option(places_option(command))))


def saying(command: Callable[..., "Built"]) -> Callable[..., None]:
    """Say what a build is at and what it made, to a person, a program or a webhook."""

    @wraps(command)
    def say(
        places: "Places", is_quiet: bool, as_json: bool, webhook: str | None, **others: Any
    ) -> None:
        try:
            built = command(places, is_quiet=is_quiet or as_json, **others)
        except UserError as error:
            _post(webhook, {"error": str(error)})
            if not as_json:
                raise
            click.echo(json.dumps({"error": str(error)}))
            sys.exit(1)
        if as_json or webhook:
            said = built.as_json()
            _post(webhook, said)
        click.echo(json.dumps(said) if as_json else built.text)

    quiet = click.option("--quiet", "is_quiet", is_flag=True, help="Say only what was made.")
    program = click.option("--json", "as_json", is_flag=True, help="Say so as one JSON object.")
    webhook = click.option(
        "--webhook", envvar="WEBHOOK", help="URL to which that object is posted, errors too."
    )
    return quiet(program(webhook(say)))


def _post(webhook: str | None, said: Mapping[str, Any]) -> None:
    """Post a JSON object, and warn when it is not taken: the build is over by then."""
    if webhook:
        try:
            request = Request(
                webhook, json.dumps(said).encode(), {"Content-Type": "application/json"}
            )
            with urlopen(request, timeout=_WEBHOOK_SECONDS):
                pass
        except (OSError, ValueError) as error:
            click.echo(
                f"WARNING: {webhook} did not take the result of the build: {error}", err=True
            )
