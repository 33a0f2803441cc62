"""Checks the declarations of message sequences before dbt builds anything."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from customer_segments.seed_files import Row, is_declared, read_seed

TRIGGERS = ("signed_up", "ordered", "downloaded", "birthday", "entered_segment")
GOALS = ("ordered", "downloaded", "demo_requested")
CONDITIONS = ("sent", "opened", "clicked", "not_opened", "not_clicked")
# The hours of a unit; a month's are its fewest, which is enough to compare steps.
UNITS = {"hours": 1, "days": 24, "months": 28 * 24}
# The fields that message_personalisation fills; those that are never missing need no fallback.
FIELDS = ("first_name", "product_name", "days_since_trigger", "offer_code")
# A field of audience files that no text of a message has.
FILE_FIELDS = ("last_name",)
NEVER_MISSING = ("days_since_trigger",)
COLUMNS: Mapping[str, Sequence[str]] = {
    "sequences": (
        "sequence", "label", "trigger", "segment", "starts_on", "cooldown_days", "goal", "priority",
    ),
    "sequence_steps": (
        "sequence", "step", "label", "delay", "delay_unit", "valid_days", "offer", "condition",
        "condition_step", "fields",
    ),
    "offers": (
        "offer", "label", "offer_code", "discount_percent", "message", "channel", "valid_days",
    ),
    "message_fields": ("field", "fallback", "description"),
}  # fmt: skip
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_NUMBER = re.compile(r"-?\d{1,9}")


def sequence_problems(seeds: Path, segments: Collection[str]) -> list[str]:
    """Return a sentence for each fault of the sequences, steps, offers and fields declared.

    The folder is the one with the CSV files. Segments are aliases; one that ends with _ stands for
    all that begin so.
    """
    tables: dict[str, list[Row]] = {}
    problems = []
    for table, columns in COLUMNS.items():
        tables[table], faults = read_seed(seeds / f"{table}.csv", columns)
        problems += faults
    if problems:
        return problems
    circles = _circles(tables["sequence_steps"])
    return [
        *_sequence_problems(tables["sequences"], tables["sequence_steps"], segments),
        *_step_problems(tables, circles.keys()),
        *circles.values(),
        *_field_problems(tables["message_fields"]),
    ]


def _sequence_problems(
    sequences: Sequence[Row], steps: Sequence[Row], segments: Collection[str]
) -> Iterator[str]:
    yield from _taken(sequences, "sequence", "sequences.csv")
    with_steps = {step["sequence"] for step in steps}
    for row in sequences:
        name = f"sequence {row['sequence']}"
        if row["sequence"] not in with_steps:
            yield f"{name} has no steps; add some to sequence_steps.csv"
        if row["trigger"] not in TRIGGERS:
            trigger = _shown(row["trigger"])
            yield f"{name} has the unknown trigger {trigger}; use {_one_of(TRIGGERS)}"
        elif row["trigger"] == "entered_segment" and not is_declared(row["segment"], segments):
            yield (
                f"{name} begins with the segment {_shown(row['segment'])}, which does not exist;"
                " name one that the project declares"
            )
        elif row["trigger"] != "entered_segment" and row["segment"]:
            yield (
                f"{name} names the segment {row['segment']} but begins with {row['trigger']};"
                " use the trigger entered_segment or leave the segment empty"
            )
        if row["goal"] not in ("", *GOALS):
            yield f"{name} has the unknown goal {row['goal']}; use {_one_of(GOALS)}, or none"
        if not _is_day(row["starts_on"]):
            yield f"{name} starts on {_shown(row['starts_on'])}; give a date such as 2026-06-01"
        for column in ("cooldown_days", "priority"):
            if not _is_whole(row[column], 0):
                yield f"{name} has the {column} {_shown(row[column])}; give a whole number from 0"


def _step_problems(tables: Mapping[str, Sequence[Row]], circular: Collection[str]) -> Iterator[str]:
    sequences = {row["sequence"] for row in tables["sequences"]}
    offers = {row["offer"]: row for row in tables["offers"]}
    fields = {row["field"] for row in tables["message_fields"]}.difference(FILE_FIELDS)
    steps = tables["sequence_steps"]
    for key, count in Counter((row["sequence"], row["step"]) for row in steps).items():
        if count > 1:
            yield f"sequence {key[0]} has {count} steps with the number {key[1]}; renumber them"
    for row in steps:
        name = f"sequence {row['sequence']}, step {row['step']}"
        if row["sequence"] not in sequences:
            yield f"{name}: there is no such sequence; declare it in sequences.csv"
        if not _is_whole(row["step"], 1):
            yield f"{name}: the number of a step is a whole number from 1"
        if not _is_whole(row["delay"], 0):
            yield (
                f"{name} has the delay {_shown(row['delay'])}; give a whole number from 0, for a"
                " message can't go out before its trigger"
            )
        if row["delay_unit"] not in UNITS:
            yield f"{name} has the delay_unit {_shown(row['delay_unit'])}; use {_one_of(UNITS)}"
        if not _is_whole(row["valid_days"], 1):
            yield f"{name} is valid for {_shown(row['valid_days'])} days; give a number from 1"
        yield from _offer_problems(name, row, offers)
        for field in filter(None, row["fields"].split("|")):
            if field not in fields:
                yield f"{name} needs the unknown field {field}; use {_one_of(sorted(fields))}"
        yield from _condition_problems(name, row, steps, row["sequence"] in circular)


def _offer_problems(name: str, row: Row, offers: Mapping[str, Row]) -> Iterator[str]:
    if row["offer"] and row["offer"] not in offers:
        yield f"{name} makes the unknown offer {row['offer']}; declare it in offers.csv"
    if not row["offer"] and "offer_code" in row["fields"].split("|"):
        yield f"{name} needs an offer_code but makes no offer; name one of offers.csv"


def _condition_problems(
    name: str, row: Row, steps: Sequence[Row], is_circular: bool
) -> Iterator[str]:
    if not row["condition"]:
        if row["condition_step"]:
            yield f"{name} has a condition_step but no condition; use {_one_of(CONDITIONS)}"
        return
    if row["condition"] not in CONDITIONS:
        yield (
            f"{name} has the unknown condition {row['condition']};"
            f" use {_one_of(CONDITIONS)}, or none"
        )
    asked = [
        step
        for step in steps
        if (step["sequence"], step["step"]) == (row["sequence"], row["condition_step"])
    ]
    if not asked:
        yield (
            f"{name} depends on step {_shown(row['condition_step'])}, which the sequence does not"
            " have; name one of its steps"
        )
    elif _hours(asked[0]) > _hours(row) and not is_circular:
        yield (
            f"{name} depends on step {row['condition_step']}, which is due later;"
            " let it depend on an earlier one"
        )


def _circles(steps: Sequence[Row]) -> Mapping[str, str]:
    """Return a sentence for each sequence whose steps wait for each other."""
    circles = {}
    for sequence in {row["sequence"]: None for row in steps}:
        conditions = {
            row["step"]: [row["condition_step"]]
            for row in steps
            if row["sequence"] == sequence and row["condition"]
        }
        try:
            TopologicalSorter(conditions).prepare()
        except CycleError as error:
            circle = " -> ".join(reversed(error.args[1]))
            circles[sequence] = f"sequence {sequence} has steps that wait for each other: {circle}"
    return circles


def _field_problems(fields: Sequence[Row]) -> Iterator[str]:
    yield from _taken(fields, "field", "message_fields.csv")
    for row in fields:
        if row["field"] not in (*FIELDS, *FILE_FIELDS):
            yield (
                f"field {row['field']} of message_fields.csv is none that messages are filled with;"
                f" use {_one_of((*FIELDS, *FILE_FIELDS))}"
            )
        elif not row["fallback"] and row["field"] not in NEVER_MISSING:
            yield f"field {row['field']} has no fallback; give one in message_fields.csv"


def _taken(rows: Sequence[Row], column: str, file: str) -> Iterator[str]:
    for name, count in Counter(row[column] for row in rows).items():
        if count > 1:
            yield f"{column} {name} is there {count} times in {file}; keep one"
        if not _NAME.fullmatch(name):
            yield (
                f"{column} {_shown(name)} of {file} is not a good name: use lower-case letters a-z,"
                " digits and _, beginning with a letter"
            )


def _hours(step: Row) -> int:
    """The delay in hours, for comparing steps; 0 where it is not declared well."""
    if not _is_whole(step["delay"], 0):
        return 0
    return int(step["delay"]) * UNITS.get(step["delay_unit"], 0)


def _is_whole(text: str, lowest: int) -> bool:
    return bool(_NUMBER.fullmatch(text)) and int(text) >= lowest


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _shown(text: str) -> str:
    return text or "(empty)"


def _one_of(names: Collection[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last
