"""The conditions on events refuse arguments that make no sense, in a project of their own."""

import os
import shutil
from collections.abc import Mapping

import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.artifacts.schemas.run import RunExecutionResult
from dbt.cli.main import dbtRunner

from customer_segments.sentences import dbt_sentence
from tests.python.shared import PROJECT

PROJECT_FILE = """
name: customer_segments
profile: customer_segments
model-paths: [models]
macro-paths: [macros]
"""
# What a macro is called with where its arguments make sense, each at its bound.
SOUND: Mapping[str, Mapping[str, object]] = {
    "contacts_who_did": {"at_least": 2, "at_most": 2, "last_days": 1},
    "contacts_who_did_regularly": {
        "in_at_least": 1,
        "of_periods": 1,
        "period_days": 1,
        "times": 1,
    },
    "contacts_who_did_then": {"within_days": 1, "last_days": 1},
    "contacts_who_first_did": {"last_days": 1},
    "contacts_who_restarted": {"paused_from_days": 2, "paused_to_days": 1},
    "contacts_who_stopped": {"within_days": 2, "not_for_days": 1},
}
EVENTS = {"contacts_who_did_then": ("events", "moment", "events", "moment")}
EVENT = """
{{ config(materialized='table') }}
select 1 as contact_id, date '2026-06-01' as day, timestamp '2026-06-01 10:00' as moment
"""
REFUSED = [
    ("contacts_who_did", "at_least", 0, "1 or more"),
    ("contacts_who_did", "at_least", "'3'", "1 or more"),
    ("contacts_who_did", "at_most", 1, "2 or more, which is at_least"),
    ("contacts_who_did", "last_days", 0, "1 or more"),
    ("contacts_who_did", "last_days", 1.5, "1 or more"),
    ("contacts_who_did_regularly", "in_at_least", 0, "1 or more"),
    ("contacts_who_did_regularly", "of_periods", 0, "1 or more, which is in_at_least"),
    ("contacts_who_did_regularly", "period_days", 0, "1 or more"),
    ("contacts_who_did_regularly", "times", 0, "1 or more"),
    ("contacts_who_did_then", "within_days", -14, "1 or more"),
    ("contacts_who_did_then", "last_days", 0, "1 or more"),
    ("contacts_who_first_did", "last_days", 0, "1 or more"),
    ("contacts_who_restarted", "paused_to_days", 0, "1 or more"),
    ("contacts_who_restarted", "paused_from_days", 1, "2 or more, because the pause begins"),
    ("contacts_who_stopped", "not_for_days", 0, "1 or more"),
    ("contacts_who_stopped", "within_days", 1, "2 or more, because the days of not_for_days"),
]


def condition(macro: str, **changed: object) -> str:
    events = [repr(name) for name in EVENTS.get(macro, ("events", "day"))]
    arguments = [f"{name}={value}" for name, value in {**SOUND[macro], **changed}.items()]
    return f"{macro}({', '.join([*events, *arguments])})"


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """What dbt says of models with a condition each, by the model's name; nothing when it runs."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "models").mkdir()
    (folder / "dbt_project.yml").write_text(PROJECT_FILE)
    shutil.copy(PROJECT / "profiles.yml", folder)
    shutil.copytree(PROJECT / "macros" / "events", folder / "macros" / "events")
    for macro in ("as_of", "start_of_day"):
        shutil.copy(PROJECT / "macros" / f"{macro}.sql", folder / "macros")
    models = {f"sound_{macro}": condition(macro) for macro in SOUND}
    models["sound_at_all"] = condition("contacts_who_did", last_days="none", at_most="none")
    models["sound_any_day"] = condition("contacts_who_did_then", last_days="none")
    for number, (macro, argument, given, _) in enumerate(REFUSED):
        models[f"refused_{number}"] = condition(macro, **{argument: given})
    (folder / "models" / "events.sql").write_text(EVENT)
    for name, asked in models.items():
        # Not while dbt parses, where the first one would stop it.
        depends_on = "-- depends_on: {{ ref('events') }}"
        sql = f"{depends_on}\n{{% if execute %}}{{{{ {asked} }}}}{{% endif %}}"
        (folder / "models" / f"{name}.sql").write_text(sql)
    os.environ["DO_NOT_TRACK"] = "1"
    places = ["--project-dir", str(folder), "--profiles-dir", str(folder), "--target", "lint"]
    places += ["--target-path", str(folder / "target"), "--log-path", str(folder / "logs")]
    variables = ["--vars", "{as_of: '2026-06-30', timezone: Europe/Zurich}"]
    outcome = dbtRunner().invoke(["run", *places, *variables, "--log-level", "none"])
    DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
    assert isinstance(outcome.result, RunExecutionResult), outcome.exception
    return {
        result.node.name: "" if result.status == "success" else dbt_sentence(result.message or "")
        for result in outcome.result.results
    }


def test_arguments_at_their_bounds_are_taken(said: Mapping[str, str]) -> None:
    sound = {name: sentence for name, sentence in said.items() if name.startswith("sound_")}
    assert len(sound) == len(SOUND) + 2
    assert set(sound.values()) == {""}, sound


@pytest.mark.parametrize("number", range(len(REFUSED)))
def test_a_senseless_argument_is_refused(number: int, said: Mapping[str, str]) -> None:
    macro, argument, given, wanted = REFUSED[number]
    model = f"refused_{number}"
    shown = str(given).strip("'")
    assert said[model].startswith(
        f"model {model} (models/{model}.sql): {macro}: {argument} is {shown};"
        f" give a whole number, {wanted}"
    ), said[model]
