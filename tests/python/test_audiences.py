"""Audience files: who is in them, what a spreadsheet and an importer read, when there are none."""

import csv
import hashlib
import io
import json
import os
import shutil
import stat
import sys
import unicodedata
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_segments.audiences import export as exporting
from customer_segments.audiences.allowed_day import AllowedDay
from customer_segments.audiences.content import (
    FORMULA_CHARACTERS,
    LAYOUTS,
    Contact,
    audience_file,
)
from customer_segments.audiences.export import export
from customer_segments.audiences.folder import remove_audiences
from customer_segments.dbt import run_dbt
from customer_segments.errors import UserError
from customer_segments.files import checksum, log_of
from customer_segments.places import Places
from customer_segments.releases.file_store import FileStore
from customer_segments.releases.releases import Releases
from customer_segments.releases.store import Release
from tests.python.deliveries import parsed
from tests.python.shared import PROJECT

WAREHOUSE = PROJECT / os.environ.get("WAREHOUSE", "target/test/warehouse.duckdb")
PUBLISHED = PROJECT / os.environ.get("PUBLISHED", "target/test/segments.duckdb")
BREVO = LAYOUTS["brevo"]
# The demo's day is long past; whether that is refused is tried in test_scenarios_outgoing.py.
NOT_OF_ONE_BUILD = "was not published from .* run make build, then export"
ALLOWED = AllowedDay(date(2026, 7, 1), 2)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# What people type, with the characters that matter oftener than chance would have them.
TEXT = st.none() | st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("=+-@\t\r\n;,'\"\0")
)
EMAIL = st.from_regex(r"[a-z+=\-'.]{1,8}@[a-z]{1,5}\.[a-z]{2,3}", fullmatch=True)
CONTACTS = st.lists(
    st.builds(
        Contact,
        is_allowed=st.booleans(),
        reason=st.none() | st.sampled_from(["unsubscribed", "refused_later"]),
        is_held_out=st.booleans(),
        email=st.none() | EMAIL,
        first_name=TEXT,
        last_name=TEXT,
        mobile_number=st.none() | st.from_regex(r"[1-9][0-9]{5,12}", fullmatch=True),
        contact_id=st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
        offer_code=TEXT,
        message_first_name=TEXT,
        product_name=TEXT,
        days_since_trigger=st.none() | st.integers(-5, 400).map(str),
    )
)


def cells(content: bytes, separator: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""), delimiter=separator))


@given(contacts=CONTACTS, layout=st.sampled_from(sorted(LAYOUTS)), is_message=st.booleans())
def test_no_cell_is_a_formula_and_the_addresses_come_back(
    contacts: list[Contact], layout: str, is_message: bool
) -> None:
    content, left_out = audience_file(contacts, LAYOUTS[layout], is_message=is_message)
    header, *rows = cells(content, LAYOUTS[layout].separator)
    columns, message_columns = LAYOUTS[layout].columns, LAYOUTS[layout].message_columns
    assert header == [*columns.values(), *(message_columns.values() if is_message else ())]
    assert {len(row) for row in rows} <= {len(header)}
    expected = [
        contact.email
        for contact in contacts
        if contact.is_allowed
        and not contact.is_held_out
        and contact.email
        and not contact.email.startswith(FORMULA)
    ]
    assert [row[0] for row in rows] == list(dict.fromkeys(expected))
    assert len(rows) + left_out.total() == len(contacts)
    # Also for who opens it with another separator than it was written with.
    for separator in ",;\t":
        for row in cells(content, separator):
            assert not any(cell.startswith(FORMULA) for cell in row)


def test_an_address_that_contacts_share_is_in_the_file_once() -> None:
    contacts = [
        Contact(
            is_allowed=is_allowed,
            reason=None if is_allowed else "bounced",
            is_held_out=False,
            email=email,
            first_name=None,
            last_name=None,
            mobile_number=None,
            contact_id=contact_id,
            offer_code=None,
        )
        for contact_id, email, is_allowed in (
            ("K1", "info@example.ch", False),
            ("K2", "info@example.ch", True),
            ("K3", "info@example.ch", True),
            ("K4", "ben@example.ch", True),
        )
    ]
    content, left_out = audience_file(contacts, BREVO, is_message=False)
    assert [row[4] for row in cells(content, ";")[1:]] == ["K2", "K4"]
    assert left_out == {"bounced": 1, "address_is_in_the_file": 1}


def test_what_is_compatible_with_a_formulas_beginning_counts_as_one() -> None:
    """Full-width, small, raised and lowered forms: what NFKC makes one of them, nothing else."""
    beginnings = set("=+-@")
    compatible = {
        chr(code)
        for code in range(sys.maxunicode + 1)
        if unicodedata.normalize("NFKC", chr(code))[0] in beginnings
    }
    assert set(FORMULA_CHARACTERS) == compatible
    assert beginnings < compatible


@pytest.mark.parametrize("character", "=+-@＝＋－＠﹦⁺")
def test_full_width_formulas_become_text_as_others_do(character: str) -> None:
    typed = f"{character}1+1"
    contact = Contact(True, None, False, "a@b.ch", typed, f"x;\u3000{typed}", None, "1", None)
    content, _ = audience_file([contact], BREVO, is_message=False)
    assert cells(content, ";")[1][1:3] == [f"'{typed}", f"x; '{typed}"]
    address = replace(contact, email=f"{character}a@b.ch")
    content, left_out = audience_file([address], BREVO, is_message=False)
    assert len(cells(content, ";")) == 1
    assert left_out == {"address_is_a_formula": 1}


def test_names_stay_as_they_are_and_formulas_become_text() -> None:
    contact = Contact(
        True,
        None,
        False,
        "a@b.ch",
        "Jean-Luc\n",
        "O'Neil; =1+1",
        "41791234567",
        "=C1",
        None,
    )
    content, _ = audience_file([contact], BREVO, is_message=False)
    assert cells(content, ";")[1] == [
        "a@b.ch",
        "Jean-Luc",
        "O'Neil; '=1+1",
        "41791234567",
        "'=C1",
        "",
    ]


def store(warehouse: Path, published: Path) -> FileStore:
    return FileStore(Places(None, warehouse, published))


class Files:
    """A warehouse and what was published of it, small."""

    def __init__(self, folder: Path) -> None:
        self.warehouse = folder / "warehouse.duckdb"
        self.published = folder / "segments.duckdb"
        self.folder = folder / "audiences"
        self.allowed = ALLOWED
        with duckdb.connect(str(self.published)) as connection:
            connection.execute("""
                create table segments (segment text, as_of date);
                insert into segments
                    select unnest(['vip', 'friends', 'nobody', 'birthday_today']),
                        date '2026-06-30';
                create table segment_members (contact_id text, segment text);
                insert into segment_members values
                    ('anna', 'vip'), ('ben', 'vip'), ('carl', 'vip'), ('dora', 'vip'),
                    ('emil', 'vip'), ('gina', 'vip'), ('hanna', 'vip'),
                    ('anna', 'friends'), ('fritz', 'friends');
                create table sequence_messages (contact_id text);
                create table contact_offers (contact_id text, channel text, offer_code text);
                insert into contact_offers values
                    ('anna', 'email', 'VIP'), ('ben', 'website', 'SHOP'), ('fritz', null, null);
            """)
        with duckdb.connect(str(self.warehouse)) as connection:
            connection.execute("""
                create table dim_contacts (
                    contact_id text, email text, first_name text, last_name text
                );
                insert into dim_contacts values
                    ('anna', 'anna@example.com', 'Anna', 'Frei'),
                    ('ben', 'ben@example.com', 'Ben', null),
                    ('carl', 'carl@example.com', 'Carl', 'Unsubscribed'),
                    ('dora', '+dora@example.com', 'Dora', 'Plus'),
                    ('emil', 'emil@example.com', 'Emil', 'Held out'),
                    ('gina', 'gina@example.com', 'Gina', 'Left after as_of'),
                    ('hanna', 'hanna@example.com', 'Hanna', 'No answer for email'),
                    ('fritz', 'fritz@example.com', 'Fritz', 'Land line');
                create table contact_permissions_now
                    (contact_id text, channel text, is_allowed boolean, reason text);
                insert into contact_permissions_now values
                    ('anna', 'email', true, null), ('anna', 'phone', false, 'no_address'),
                    ('ben', 'email', true, null), ('carl', 'email', false, 'unsubscribed'),
                    ('carl', 'website', true, null), ('dora', 'email', true, null),
                    ('emil', 'email', true, null), ('gina', 'email', false, 'refused_later'),
                    ('hanna', 'website', true, null), ('fritz', 'email', true, null);
                create table outgoing_names as
                    select contact_id, first_name, last_name,
                        false as is_first_name_replaced, false as is_last_name_replaced
                    from dim_contacts;
                create table withheld_segment_members as
                    select 'anna' as contact_id, 'birthday_today' as segment;
                create schema intermediate;
                create table intermediate.int_contact_phones
                    (contact_id text, international_number text, has_mobile_number boolean);
                insert into intermediate.int_contact_phones values
                    ('anna', '41790000001', true), ('ben', '41790000002', true),
                    ('nobody in a segment', '41790000002', true), ('fritz', '41440000003', false);
                create table fct_contact_traits as
                    select 'emil' as contact_id, 'hold_out' as trait, 'NL20' as value;
                create schema staging;
                create table staging.stg_campaigns
                    (campaign_id text, sequence text, sequence_step integer);
                insert into staging.stg_campaigns values
                    ('NL19', null, null), ('THANKS-1', 'thanks', 1), ('THANKS-2', 'thanks', 2),
                    ('THANKS-3', 'thanks', 3), ('THANKS', 'thanks', null),
                    ('ELSE-1', 'not ours', 1);
                create schema reference;
                create table reference.sequence_steps (sequence text, step integer);
                insert into reference.sequence_steps values
                    ('thanks', 1), ('thanks', 2), ('welcome', 1), ('welcome', 3);
                create table message_personalisation (
                    contact_id text, sequence text, step integer, first_name text,
                    product_name text, days_since_trigger text, offer_code text,
                    is_product_name_replaced boolean default false
                );
                insert into message_personalisation (
                    contact_id, sequence, step, first_name,
                    product_name, days_since_trigger, offer_code
                ) values
                    ('anna', 'thanks', 1, 'dear customer', 'Boots; size 40', '2', 'MERCI-25'),
                    ('fritz', 'thanks', 1, null, null, null, null),
                    ('emil', 'thanks', 1, 'Emil', 'Scarf', '3', 'MERCI-25'),
                    ('ben', 'thanks', 2, 'Ben', null, null, null),
                    ('ben', 'welcome', 1, 'Ben', null, null, null);
                insert into fct_contact_traits values ('emil', 'hold_out', 'THANKS-1');
            """)
        self.stamp()

    def stamp(self) -> None:
        """Say that the file was published from the warehouse as it is."""
        release = Release(
            release=1,
            previous=None,
            as_of="2026-06-30",
            built_at="2026-07-01T00:00:00Z",
            git_revision=None,
            project_version="1",
            dbt_version="1",
            byte_count=self.published.stat().st_size,
            sha256=checksum(self.published),
            row_counts={},
            keys={},
            warehouse_sha256=checksum(self.warehouse),
        )
        folder = Releases(self.published).file(1).parent
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "manifest.json").write_text(json.dumps(asdict(release)))

    def change(self, sql: str) -> None:
        """Change the warehouse before it is published."""
        with duckdb.connect(str(self.warehouse)) as connection:
            connection.execute(sql)
        self.stamp()

    def export(self, *segments: str, campaign: str | None = None) -> str:
        return export(
            segments,
            campaign,
            BREVO,
            self.folder,
            store(self.warehouse, self.published),
            self.allowed,
        )

    def rows(self, file: str) -> list[list[str]]:
        return cells((self.folder / file).read_bytes(), ";")


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def test_a_file_a_segment_has_who_may_be_emailed(files: Files) -> None:
    told = files.export("vip", "friends", "nobody")
    assert files.rows("vip.brevo.csv") == [
        ["EMAIL", "FIRSTNAME", "LASTNAME", "SMS", "EXT_ID", "OFFER_CODE"],
        ["anna@example.com", "Anna", "Frei", "41790000001", "anna", "VIP"],
        # A number that another contact has too is nobody's; an offer on the website is not emailed.
        ["ben@example.com", "Ben", "", "", "ben", ""],
        ["emil@example.com", "Emil", "Held out", "", "emil", ""],
    ]
    assert [row[0] for row in files.rows("friends.brevo.csv")[1:]] == [
        "anna@example.com",
        "fritz@example.com",
    ]
    assert len(files.rows("nobody.brevo.csv")) == 1
    assert (
        "vip.brevo.csv: 3 contacts, without 1 address is a formula, 1 not allowed,"
        " 1 refused later, 1 unsubscribed" in told
    )


def test_a_campaigns_file_has_each_contact_once_and_nobody_held_out(files: Files) -> None:
    files.export("vip", "friends", campaign="NL20")
    assert [row[4] for row in files.rows("NL20.brevo.csv")[1:]] == ["anna", "ben", "fritz"]


def test_a_steps_file_has_the_due_messages_and_what_their_text_needs(files: Files) -> None:
    told = files.export(campaign="THANKS-1")
    assert files.rows("THANKS-1.brevo.csv") == [
        [
            *("EMAIL", "FIRSTNAME", "LASTNAME", "SMS", "EXT_ID", "OFFER_CODE"),
            *("MESSAGE_FIRSTNAME", "PRODUCT_NAME", "DAYS_SINCE_TRIGGER"),
        ],
        # The code is the message's, not that of the contact's own offer; her name stays hers.
        [
            *("anna@example.com", "Anna", "Frei", "41790000001", "anna", "MERCI-25"),
            *("dear customer", "Boots; size 40", "2"),
        ],
        ["fritz@example.com", "Fritz", "Land line", "", "fritz", "", "", "", ""],
    ]
    assert "THANKS-1.brevo.csv: 2 contacts, without 1 held out" in told
    files.export(campaign="THANKS-2")
    assert [row[4] for row in files.rows("THANKS-2.brevo.csv")[1:]] == ["ben"]


def test_a_campaign_of_no_declared_step_goes_to_the_segments(files: Files) -> None:
    for campaign in ("NL19", "ELSE-1", "THANKS", "THANKS-3"):
        files.export("friends", campaign=campaign)
        header, *rows = files.rows(f"{campaign}.brevo.csv")
        assert header == [*BREVO.columns.values()]
        assert [row[4:] for row in rows] == [["anna", "VIP"], ["fritz", ""]]


@pytest.mark.parametrize("erased", ["anna", "anna@example.com"])
def test_a_steps_file_with_somebody_erased_is_found(files: Files, erased: str) -> None:
    files.export(campaign="THANKS-1")
    files.export(campaign="THANKS-2")
    assert remove_audiences(files.folder, lambda cells: erased in cells) == ["THANKS-1.brevo.csv"]
    manifest = json.loads((files.folder / "manifest.json").read_text())
    assert list(manifest) == ["THANKS-2.brevo.csv"]


def test_texts_that_must_not_go_out_are_counted_where_they_would_have(files: Files) -> None:
    files.change("""
        update outgoing_names set first_name = 'dear customer', is_first_name_replaced = true
        where contact_id in ('anna', 'carl');
        update outgoing_names set is_last_name_replaced = true
        where contact_id in ('anna', 'ben');
        update message_personalisation
        set product_name = 'your purchase', is_product_name_replaced = true
        where contact_id in ('anna', 'emil')
    """)
    told = files.export("vip")
    # Carl's is not in the file: he may not be emailed.
    assert told.endswith("; replaced: 1 first name, 2 last name")
    assert files.rows("vip.brevo.csv")[1][1] == "dear customer"
    told = files.export(campaign="THANKS-1")
    assert told.endswith("1 held out; replaced: 1 first name, 1 last name, 1 product name")
    manifest = json.loads((files.folder / "manifest.json").read_text())
    assert manifest["vip.brevo.csv"]["replaced"] == {"first_name": 1, "last_name": 2}
    assert manifest["THANKS-1.brevo.csv"]["replaced"] == {
        "first_name": 1,
        "last_name": 1,
        "product_name": 1,
    }


def test_a_segment_whose_members_are_not_published_is_exported(files: Files) -> None:
    files.export("birthday_today")
    assert [row[4] for row in files.rows("birthday_today.brevo.csv")[1:]] == ["anna"]


def test_the_manifest_describes_the_files_that_are_there(files: Files) -> None:
    files.export("vip")
    files.export("friends")
    (files.folder / "vip.brevo.csv").unlink()
    files.export("nobody")
    manifest = json.loads((files.folder / "manifest.json").read_text())
    assert sorted(manifest) == ["friends.brevo.csv", "nobody.brevo.csv"]
    content = (files.folder / "friends.brevo.csv").read_bytes()
    assert manifest["friends.brevo.csv"] == {
        "layout": "brevo",
        "segments": ["friends"],
        "campaign": None,
        "as_of": "2026-06-30",
        "row_count": 2,
        "left_out": {},
        "replaced": {},
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def test_only_the_owner_may_read_the_files(files: Files) -> None:
    files.folder.mkdir(mode=0o755)
    files.export("vip")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in files.folder.iterdir()}
    assert modes == {"vip.brevo.csv": 0o600, "manifest.json": 0o600}
    assert stat.S_IMODE(files.folder.stat().st_mode) == 0o700


def test_a_file_that_can_not_be_written_whole_stays_as_it_was(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.export("vip")
    before = (files.folder / "vip.brevo.csv").read_bytes()
    files.change("update outgoing_names set first_name = 'Other'")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(UserError, match="audiences can not be written: No space left on device"):
        files.export("vip")
    assert (files.folder / "vip.brevo.csv").read_bytes() == before
    assert sorted(path.name for path in files.folder.iterdir()) == [
        "manifest.json",
        "vip.brevo.csv",
    ]


@pytest.mark.parametrize(
    ("segments", "campaign", "sentence"),
    [
        (["vpi"], None, "there is no published segment vpi; did you mean vip?"),
        (["zzz"], None, "there is no published segment zzz; the table segments lists them"),
        (["vip"], "NL21", "there is no campaign NL21; add it to the campaigns and run make build"),
        (
            [],
            "THANKS-4",
            "there is no campaign THANKS-4; add it to the campaigns and run make build",
        ),
        ([], "NL19", "NL19 is no step of a sequence; name the segments that it goes to"),
        ([], "THANKS-3", "THANKS-3 is no step of a sequence; name the segments that it goes to"),
        ([], None, "name segments, or a campaign that is a step of a sequence"),
        (
            ["vip"],
            "THANKS-1",
            "THANKS-1 is step 1 of the sequence thanks and goes to those whose"
            " message is due; leave the segments out",
        ),
        (["vip"], "../NL20", "the campaign '../NL20' can not name a file; use letters, digits"),
    ],
)
def test_what_is_not_known_is_refused(
    files: Files, segments: list[str], campaign: str | None, sentence: str
) -> None:
    with pytest.raises(UserError) as error:
        files.export(*segments, campaign=campaign)
    assert str(error.value).startswith(sentence)
    assert not files.folder.exists()


def test_another_published_file_is_refused(files: Files) -> None:
    with duckdb.connect(str(files.published)) as connection:
        connection.execute("update segments set as_of = date '2026-05-31'")
    with pytest.raises(UserError, match=NOT_OF_ONE_BUILD):
        files.export("vip")
    files.published.unlink()
    with pytest.raises(UserError, match="run make build first"):
        files.export("vip")


@pytest.mark.parametrize("kind", ["warehouse", "published"])
def test_what_stands_in_a_log_alone_is_not_exported(files: Files, kind: str) -> None:
    file: Path = getattr(files, kind)
    with duckdb.connect(str(file)) as stranger:
        stranger.execute("set checkpoint_threshold = '1 GB'; pragma disable_checkpoint_on_shutdown")
        stranger.execute("create table note as select 1 as n")
    assert log_of(file).exists()
    with pytest.raises(UserError, match=NOT_OF_ONE_BUILD):
        files.export("vip")


def test_a_build_that_ends_while_the_files_are_opened_is_noticed(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    attach = exporting._attach

    def late(connection: duckdb.DuckDBPyConnection, of_files: FileStore) -> date:
        files.published.with_suffix(".new").write_bytes(files.published.read_bytes())
        files.published.with_suffix(".new").replace(files.published)
        return attach(connection, of_files)

    monkeypatch.setattr(exporting, "_attach", late)
    with pytest.raises(UserError, match="ended just now; export again"):
        files.export("vip")
    monkeypatch.undo()
    assert "3 contacts" in files.export("vip")


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_the_demos_steps_go_to_those_whose_message_is_due(
    tmp_path: Path, warehouse: duckdb.DuckDBPyConnection, name: str
) -> None:
    layout = LAYOUTS[name]
    steps = {
        (sequence, step): campaign
        for campaign, sequence, step in warehouse.execute(
            "select campaign_id, sequence, sequence_step from dim_campaigns"
            " where sequence is not null"
        ).fetchall()
    }
    exported = []
    for step, campaign in steps.items():
        export([], campaign, layout, tmp_path, store(WAREHOUSE, PUBLISHED), ALLOWED)
        content = (tmp_path / f"{campaign}.{name}.csv").read_bytes()
        # After address, names and number: the key and the fields of the text.
        exported += [(*row[4:5], *step, *row[5:]) for row in cells(content, layout.separator)[1:]]
    due = warehouse.execute(
        "select contact_id, sequence, step, coalesce(offer_code, ''), coalesce(first_name, ''),"
        " coalesce(product_name, ''), coalesce(days_since_trigger, '')"
        " from int_sequence_messages"
        " left join message_personalisation using (contact_id, sequence, step, triggered_at)"
        " where status = 'due'"
        " and contact_id in (select contact_id from contact_permissions_now"
        " where channel = 'email' and is_allowed)"
    ).fetchall()
    assert sorted(exported) == sorted(row for row in due if row[1:3] in steps)
    assert {row[1:3] for row in exported} > {("after_purchase", 4), ("birthday", 1)}
    # There were some to be left out: emailed already, capped, suppressed.
    others = warehouse.execute(
        "select distinct coalesce(reason, status), sequence, step from int_sequence_messages"
    ).fetchall()
    assert {why for why, *step in others if tuple(step) in steps} > {
        *("sent", "own_limit", "limit_7d", "suppressed", "unsubscribed", "no_consent", "refused"),
    }


def test_a_warehouse_in_which_dbt_has_built_since_is_refused(tmp_path: Path) -> None:
    """The demo's warehouse may be exported until dbt writes into it, whatever comes of that."""
    copy = Path(shutil.copy(WAREHOUSE, tmp_path / WAREHOUSE.name))
    folder = tmp_path / "audiences"
    export(["vip"], None, BREVO, folder, store(copy, PUBLISHED), ALLOWED)
    with duckdb.connect(str(copy), read_only=True) as connection:
        contactable = connection.execute(
            "select email from dim_contacts inner join segment_members using (contact_id)"
            " inner join contact_permissions using (contact_id)"
            " where segment = 'vip' and channel = 'email' and is_allowed order by contact_id"
        ).fetchall()
    content = (folder / "vip.brevo.csv").read_bytes()
    assert contactable
    assert [row[0] for row in cells(content, ";")[1:]] == [email for (email,) in contactable]

    run_dbt(["seed", "--select", "offers"], {}, copy, parsed())
    with pytest.raises(UserError, match=NOT_OF_ONE_BUILD):
        export(["vip"], None, BREVO, folder, store(copy, PUBLISHED), ALLOWED)
    assert (folder / "vip.brevo.csv").read_bytes() == content
