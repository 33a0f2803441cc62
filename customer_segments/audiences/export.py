"""Writes files with the addresses of contacts who may be emailed, for a sender of email to import.

The files hold personal data: only their owner may read them. Segments are those published;
addresses and the texts' fields are the warehouse's, which must be the one that was published.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import duckdb

from customer_segments.audiences.allowed_day import AllowedDay
from customer_segments.audiences.content import Contact, Layout, audience_file
from customer_segments.audiences.folder import write_audiences
from customer_segments.errors import UserError
from customer_segments.releases.store import Store

_SQL = {file.stem: file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("*.sql")}
_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


@dataclass(frozen=True)
class Step:
    """A step of a sequence."""

    sequence: str
    number: int


def export(
    segments: Sequence[str],
    campaign: str | None,
    layout: Layout,
    folder: Path,
    store: Store,
    allowed: AllowedDay,
) -> str:
    """Write a file a segment, or one for a campaign to all of them, and say what is in them.

    A campaign that is a step of a sequence goes to those whose message is due, and takes no
    segments. Contacts who may not be emailed are left out, and those held out of the campaign. A
    file is written whole or not at all; the manifest in the folder describes it. Raises UserError
    when the warehouse is not the one that was published, when its day is not allowed, for an
    unknown segment or campaign, and when the folder can't be written.
    """
    seen = _checked(store)
    with store.warehouse.opened() as connection:
        as_of = _attach(connection, store)
        _check_is_same(store, seen)
        allowed.check(as_of)
        _check_segments(segments, connection)
        step = _step(campaign, connection) if campaign is not None else None
        if step and segments:
            raise UserError(
                f"{campaign} is step {step.number} of the sequence {step.sequence} and goes to"
                " those whose message is due; leave the segments out"
            )
        if not step and not segments:
            raise UserError(
                f"{campaign} is no step of a sequence; name the segments that it goes to"
                if campaign
                else "name segments, or a campaign that is a step of a sequence"
            )
        audiences = {campaign: segments} if campaign else {name: [name] for name in segments}
        described: dict[str, dict[str, Any]] = {}
        files: dict[str, bytes] = {}
        for name, parts in audiences.items():
            contacts = _contacts(parts, campaign, step, connection)
            content, left_out = audience_file(contacts, layout, is_message=step is not None)
            replaced = Counter(
                field
                for contact in contacts
                if not contact.reason_against
                for field in contact.replaced
            )
            file = f"{name}.{layout.name}.csv"
            files[file] = content
            described[file] = {
                "layout": layout.name,
                "segments": list(parts),
                "campaign": campaign,
                "as_of": as_of.isoformat(),
                "row_count": len(contacts) - left_out.total(),
                "left_out": dict(sorted(left_out.items())),
                "replaced": dict(sorted(replaced.items())),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
        _check_is_same(store, seen)
    try:
        write_audiences(files, described, folder)
    except OSError as error:
        raise UserError(f"{folder} can not be written: {error.strerror}") from error
    return "\n".join(
        f"{folder / file}: {entry['row_count']:,} contacts"
        f"{_counts(', without ', entry['left_out'])}{_counts('; replaced: ', entry['replaced'])}"
        for file, entry in described.items()
    )


def _checked(store: Store) -> object:
    """Return the state of warehouse and published tables, as they are. Raises UserError when these
    were not made of the warehouse as it is: its rows may be unchecked, or of another day.
    """
    for database in (store.warehouse, store.published.database):
        with database.opened():
            pass
    seen = store.state()
    # Not while it is open: that would free DuckDB's lock on it.
    if not store.is_of_one_build():
        raise UserError(
            f"{store.published} was not published from {store.warehouse} as it is: they are of two"
            " builds, or one of them was changed since; run make build, then export"
        )
    return seen


def _check_is_same(store: Store, seen: object) -> None:
    if seen != store.state():
        raise UserError(f"a build into {store.warehouse} ended just now; export again")


def _attach(connection: duckdb.DuckDBPyConnection, store: Store) -> date:
    """Attach the published file and return its day."""
    store.published.database.attach(connection, "published")
    rows = connection.execute("select max(as_of) from published.main.segments").fetchall()
    as_of: date = rows[0][0]
    # Without campaigns nobody has an offer.
    offers = "from published.main.contact_offers"
    if not _is_published("contact_offers", connection):
        offers = "select '' as contact_id, '' as channel, '' as offer_code where false"
    connection.execute(f"create temp view offers as {offers}")
    return as_of


def _is_published(table: str, connection: duckdb.DuckDBPyConnection) -> bool:
    found = "from duckdb_tables() where database_name = 'published' and table_name = $table"
    return bool(connection.execute(found, {"table": table}).fetchall())


def _check_segments(segments: Sequence[str], connection: duckdb.DuckDBPyConnection) -> None:
    known = [
        row[0]
        for row in connection.execute("select segment from published.main.segments").fetchall()
    ]
    for name in segments:
        if name not in known:
            close = get_close_matches(name, known, 1)
            hint = f"did you mean {close[0]}?" if close else "the table segments lists them"
            raise UserError(f"there is no published segment {name}; {hint}")


def _step(campaign: str, connection: duckdb.DuckDBPyConnection) -> Step | None:
    """Return the step of a sequence that a campaign is; None when it is none.

    Raises UserError for an unknown campaign: a misspelt one would have nobody held out of it.
    """
    if not _FILE_NAME.fullmatch(campaign):
        raise UserError(
            f"the campaign '{campaign}' can not name a file; use letters, digits, _, - and ."
        )
    known = connection.execute(
        "select campaign_id from staging.stg_campaigns where campaign_id = $campaign"
        " union select value from main.fct_contact_traits"
        " where trait = 'hold_out' and value = $campaign",
        {"campaign": campaign},
    ).fetchall()
    if not known:
        raise UserError(
            f"there is no campaign {campaign}; add it to the campaigns and run make build"
        )
    steps = connection.execute(
        "select campaigns.sequence, campaigns.sequence_step"
        " from staging.stg_campaigns as campaigns"
        " inner join reference.sequence_steps as steps"
        " on campaigns.sequence = steps.sequence and campaigns.sequence_step = steps.step"
        " where campaigns.campaign_id = $campaign",
        {"campaign": campaign},
    ).fetchall()
    if steps and not _is_published("sequence_messages", connection):
        raise UserError(
            f"{campaign} is a step of a sequence, and messages of sequences were not built; run"
            " make build, with using_campaigns: true"
        )
    return Step(*steps[0]) if steps else None


def _contacts(
    segments: Sequence[str],
    campaign: str | None,
    step: Step | None,
    connection: duckdb.DuckDBPyConnection,
) -> list[Contact]:
    audience = _SQL["due_messages" if step else "members"]
    asked = (
        {"sequence": step.sequence, "step": step.number} if step else {"segments": list(segments)}
    )
    rows = connection.execute(
        _SQL["audience"].replace("{audience}", audience), {**asked, "campaign": campaign}
    ).fetchall()
    return [Contact(*row) for row in rows]


def _counts(beginning: str, counts: Mapping[str, int]) -> str:
    parts = [f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items()]
    return f"{beginning}{', '.join(parts)}" if parts else ""
