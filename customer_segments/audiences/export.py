"""Writes files with the addresses of contacts who may be emailed, for a sender of email to import.

The files hold personal data: only their owner may read them. Segments are those published;
addresses and the texts' fields are the warehouse's, which must be the one that was published.
"""

import csv
import hashlib
import io
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import duckdb

from customer_segments.audiences.allowed_day import AllowedDay
from customer_segments.errors import UserError
from customer_segments.files import checksum, flush, log_of, state, write_whole
from customer_segments.database import opened
from customer_segments.releases.releases import Releases
from customer_segments.sql import literal

# Where the files go unless somebody says otherwise.
FOLDER = Path(os.environ.get("AUDIENCES", "audiences"))
MANIFEST = "manifest.json"
PRIVATE = 0o600
# What a formula begins with, and the characters that are compatible with one of these (NFKC), such
# as the full-width ones: a spreadsheet in a language that writes so takes them for the same.
_FORMULA_CHARACTERS = tuple("=+-@⁺⁼₊₌⩵⩶﬩﹢﹣﹦﹫＋－＝＠")
# Where a cell begins, for a spreadsheet that splits lines at another separator as well.
_FORMULA = re.compile(rf"""(^|[,;"'])(\s*)(?=[{re.escape("".join(_FORMULA_CHARACTERS))}])""")
_CONTROL = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)])
_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_MEMBERS = """
    select distinct
        members.contact_id,
        case when offers.channel = 'email' then offers.offer_code end as offer_code,
        null as message_first_name,
        null as product_name,
        null as days_since_trigger,
        false as is_product_name_replaced
    from (
        select contact_id, segment from published.main.segment_members
        union all
        select contact_id, segment from main.withheld_segment_members
    ) as members
    left join published.main.contact_offers as offers on members.contact_id = offers.contact_id
    where list_contains($segments, members.segment)
"""
# Whose message is due was decided in int_sequence_messages, and is not asked again here.
_DUE = """
    select
        contact_id,
        offer_code,
        first_name as message_first_name,
        product_name,
        days_since_trigger,
        is_product_name_replaced
    from main.message_personalisation
    where sequence = $sequence and step = $step
"""
_AUDIENCE = """
    with audience as ({audience}),

    -- A number that several contacts share would make the importer merge them.
    phones as (
        select
            contact_id,
            case when has_mobile_number then international_number end as mobile_number
        from intermediate.int_contact_phones
        qualify count(*) over (partition by international_number) = 1
    )

    select
        coalesce(permissions.is_allowed, false) as is_allowed,
        permissions.reason,
        contacts.contact_id in (
            select held_out.contact_id
            from main.fct_contact_traits as held_out
            where held_out.trait = 'hold_out' and held_out.value = $campaign
        ) as is_held_out,
        contacts.email,
        names.first_name,
        names.last_name,
        phones.mobile_number,
        contacts.contact_id,
        audience.offer_code,
        audience.message_first_name,
        audience.product_name,
        audience.days_since_trigger,
        names.is_first_name_replaced,
        names.is_last_name_replaced,
        audience.is_product_name_replaced
    from audience
    inner join main.dim_contacts as contacts on audience.contact_id = contacts.contact_id
    inner join main.outgoing_names as names on audience.contact_id = names.contact_id
    left join main.contact_permissions_now as permissions
        on audience.contact_id = permissions.contact_id and permissions.channel = 'email'
    left join phones on audience.contact_id = phones.contact_id
    order by contacts.contact_id
"""


@dataclass(frozen=True)
class Layout:
    """How a sender of email wants the file: its columns, in the order of the fields of Contact.

    The file for a step of a sequence has those of the message's text as well.
    """

    name: str
    columns: tuple[str, ...]
    message_columns: tuple[str, ...]
    separator: str


@dataclass(frozen=True)
class Step:
    """A step of a sequence."""

    sequence: str
    number: int


@dataclass(frozen=True)
class Contact:
    """A member of a segment, or whose message is due, with what the file says of it."""

    is_allowed: bool
    reason: str | None
    is_held_out: bool
    email: str | None
    first_name: str | None
    last_name: str | None
    mobile_number: str | None
    contact_id: str
    offer_code: str | None
    message_first_name: str | None = None
    product_name: str | None = None
    days_since_trigger: str | None = None
    is_first_name_replaced: bool = False
    is_last_name_replaced: bool = False
    is_product_name_replaced: bool = False

    @property
    def replaced(self) -> tuple[str, ...]:
        """The fields in which a fallback stands in for a text that must not go out."""
        fields = {
            "first_name": self.is_first_name_replaced,
            "last_name": self.is_last_name_replaced,
            "product_name": self.is_product_name_replaced,
        }
        return tuple(field for field, is_replaced in fields.items() if is_replaced)

    @property
    def reason_against(self) -> str | None:
        """Why it is left out of the file. None when it is in."""
        # The segments are of a day; the file goes out now, by all that is known.
        if not self.is_allowed or self.email is None:
            return self.reason or "not_allowed"
        if self.is_held_out:
            return "held_out"
        # It can't be made harmless: with another first character it is another's address.
        return "address_is_a_formula" if self.email.startswith(_FORMULA_CHARACTERS) else None


# https://help.brevo.com/hc/en-us/articles/208729849-Create-a-file-to-import-your-contacts
# https://mailchimp.com/help/format-guidelines-for-your-import-file/
LAYOUTS = {
    layout.name: layout
    for layout in (
        Layout(
            "brevo",
            ("EMAIL", "FIRSTNAME", "LASTNAME", "SMS", "EXT_ID", "OFFER_CODE"),
            ("MESSAGE_FIRSTNAME", "PRODUCT_NAME", "DAYS_SINCE_TRIGGER"),
            ";",
        ),
        Layout(
            "mailchimp",
            (
                "Email Address",
                "First Name",
                "Last Name",
                "Phone Number",
                "Contact ID",
                "Offer Code",
            ),
            ("Message First Name", "Product Name", "Days Since Trigger"),
            ",",
        ),
    )
}


def export(
    segments: Sequence[str],
    campaign: str | None,
    layout: Layout,
    folder: Path,
    warehouse: Path,
    published: Path,
    allowed: AllowedDay,
) -> str:
    """Write a file a segment, or one for a campaign to all of them, and say what is in them.

    A campaign that is a step of a sequence goes to those whose message is due, and takes no
    segments. Contacts who may not be emailed are left out, and those held out of the campaign. A
    file is written whole or not at all; the manifest in the folder describes it. Raises UserError
    when the warehouse is not the one that was published, when its day is not allowed, for an
    unknown segment or campaign, and when the folder can't be written.
    """
    seen = _checked(warehouse, published)
    with opened(warehouse) as connection:
        as_of = _attach(connection, published)
        if seen != (state(warehouse), state(published)):
            raise UserError(f"a build into {warehouse} ended just now; export again")
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
    try:
        _write(files, described, folder)
    except OSError as error:
        raise UserError(f"{folder} can not be written: {error.strerror}") from error
    return "\n".join(
        f"{folder / file}: {entry['row_count']:,} contacts"
        f"{_counts(', without ', entry['left_out'])}{_counts('; replaced: ', entry['replaced'])}"
        for file, entry in described.items()
    )


def audience_file(
    contacts: Iterable[Contact], layout: Layout, *, is_message: bool
) -> tuple[bytes, Counter[str]]:
    """Return a file's content, and how many contacts are left out by which reason.

    Of contacts who share an address the first is in the file, the others are left out: it
    gets one email.
    Every cell is quoted, and none begins with a character at which a spreadsheet would begin a
    formula, see https://owasp.org/www-community/attacks/CSV_Injection.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=layout.separator, quoting=csv.QUOTE_ALL)
    writer.writerow([*layout.columns, *(layout.message_columns if is_message else ())])
    left_out: Counter[str] = Counter()
    written: set[str | None] = set()
    for contact in contacts:
        reason_against = contact.reason_against
        if not reason_against and contact.email in written:
            reason_against = "address_is_in_the_file"
        if reason_against:
            left_out[reason_against] += 1
            continue
        written.add(contact.email)
        others = [
            contact.first_name,
            contact.last_name,
            contact.mobile_number,
            contact.contact_id,
            contact.offer_code,
        ]
        if is_message:
            others += [
                contact.message_first_name,
                contact.product_name,
                contact.days_since_trigger,
            ]
        writer.writerow([contact.email, *(_harmless(cell or "") for cell in others)])
    return text.getvalue().encode(), left_out


def remove_audiences(folder: Path, is_erased: Callable[[set[str]], bool]) -> list[str]:
    """Remove the files in which a cell is about somebody erased; return their names.

    They are written anew by the next export. Raises OSError, and UserError when the manifest can't
    be read.
    """
    removed = []
    for file in sorted(folder.glob("*.csv")):
        cells = re.split(r"[;,\r\n]", file.read_text(encoding="utf-8"))
        if is_erased({cell.strip(' "') for cell in cells}):
            file.unlink()
            removed.append(file.name)
    if removed:
        _write({}, {}, folder)
    return removed


def _harmless(text: str) -> str:
    """Return text on one line, with an apostrophe before what a spreadsheet would calculate."""
    line = " ".join(text.split()).translate(_CONTROL)
    return _FORMULA.sub(r"\1\2'", line)


def _checked(warehouse: Path, published: Path) -> tuple[object, object]:
    """Return the state of both files, as they are. Raises UserError when the published file was not
    made of the warehouse as it is: its rows may be unchecked, or of another day.
    """
    for file in (warehouse, published):
        with opened(file):
            pass
    seen = state(warehouse), state(published)
    release = Releases(published).current()
    is_changed = log_of(warehouse).exists() or log_of(published).exists()
    # Not while it is open: that would free DuckDB's lock on it.
    if is_changed or not release or release.warehouse_sha256 != checksum(warehouse):
        raise UserError(
            f"{published} was not published from {warehouse} as it is: they are files of two"
            " builds, or one of them was changed since; run make build, then export"
        )
    return seen


def _attach(connection: duckdb.DuckDBPyConnection, published: Path) -> date:
    """Attach the published file and return its day."""
    connection.execute(f"attach {literal(published)} as published (read_only)")
    rows = connection.execute("select max(as_of) from published.main.segments").fetchall()
    as_of: date = rows[0][0]
    return as_of


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
    return Step(*steps[0]) if steps else None


def _contacts(
    segments: Sequence[str],
    campaign: str | None,
    step: Step | None,
    connection: duckdb.DuckDBPyConnection,
) -> list[Contact]:
    source = _DUE if step else _MEMBERS
    asked = (
        {"sequence": step.sequence, "step": step.number} if step else {"segments": list(segments)}
    )
    rows = connection.execute(
        _AUDIENCE.format(audience=source), {**asked, "campaign": campaign}
    ).fetchall()
    return [Contact(*row) for row in rows]


def _write(
    files: Mapping[str, bytes], described: Mapping[str, Mapping[str, Any]], folder: Path
) -> None:
    """Write the files, then the manifest, which keeps what it says of files written before."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    for file, content in files.items():
        write_whole(folder / file, content, PRIVATE)
    earlier = _manifest(folder / MANIFEST)
    kept = {file: entry for file, entry in earlier.items() if (folder / file).exists()}
    entries = dict(sorted({**kept, **described}.items()))
    manifest = json.dumps(entries, indent=2, ensure_ascii=False) + "\n"
    write_whole(folder / MANIFEST, manifest.encode(), PRIVATE)
    flush(folder)


def _manifest(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise UserError(f"{file} is not a manifest; remove it and export again")
    return content


def _counts(beginning: str, counts: Mapping[str, int]) -> str:
    parts = [f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items()]
    return f"{beginning}{', '.join(parts)}" if parts else ""
