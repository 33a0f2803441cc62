"""Checks the channels by which contacts can be approached before dbt builds anything."""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path

from customer_segments.seed_files import Row, read_seed

CHANNELS = "channels.csv"
REASONS = "permission_reasons.csv"
# The kinds of address of int_contact_addresses.
ADDRESSES = ("email", "phone", "mobile_number", "postal_code")
# By which sequences and audience files go.
NEEDED = "email"
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def channel_names(folder: Path) -> list[str]:
    """Return the names of the channels; none when their file can't be read."""
    rows, _ = read_seed(folder / CHANNELS, ("channel",))
    return [row["channel"] for row in rows]


def channel_problems(folder: Path) -> list[str]:
    """Return a sentence for each fault of the channels and of the reasons against approaching.

    The folder is the one with channels.csv and permission_reasons.csv.
    """
    channels, problems = read_seed(
        folder / CHANNELS, ("channel", "label", "address", "consent", "unaffected_by")
    )
    reasons, more = read_seed(folder / REASONS, ("reason", "priority", "description"))
    if problems or more:
        return [*problems, *more]
    known = {row["reason"] for row in reasons}
    return [
        *(fault for row in channels for fault in _channel(row, known)),
        *_twice([row["channel"] for row in channels], "channel", CHANNELS),
        *_twice([row["reason"] for row in reasons], "reason", REASONS),
        *_twice([row["priority"] for row in reasons], "priority", REASONS),
        *_missing(channels),
    ]


def _channel(row: Row, reasons: Collection[str]) -> Iterator[str]:
    name = f"channel {row['channel']}"
    if not _NAME.fullmatch(row["channel"]):
        yield (
            f"{CHANNELS} has the channel '{row['channel']}'; use lower-case letters, digits and _"
        )
    if row["address"] and row["address"] not in ADDRESSES:
        yield (
            f"{name} needs the unknown address {row['address']};"
            f" use {', '.join(ADDRESSES)}, or none"
        )
    for reason in filter(None, row["unaffected_by"].split("|")):
        if reason not in reasons:
            yield (
                f"{name} is unaffected by {reason}, which is no reason of {REASONS};"
                " correct or remove it"
            )


def _twice(values: Collection[str], what: str, file: str) -> Iterator[str]:
    for value, count in Counter(values).items():
        if count > 1:
            yield f"{file} has the {what} {value} {count} times; keep one line"


def _missing(channels: Collection[Row]) -> Iterator[str]:
    if NEEDED not in {row["channel"] for row in channels}:
        yield (
            f"{CHANNELS} has no channel {NEEDED}, by which sequences and audience files go;"
            " restore its line"
        )
