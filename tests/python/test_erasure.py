"""Who asks to be erased is nowhere after the next build, and stays away."""

import hmac
import json
import stat
from pathlib import Path

import duckdb
import pytest
from test_pipeline import CONTACTS, EVENTS, ORDERS, Shop

from customer_segments.database import parquet_rows
from customer_segments.dbt import LOGS, TARGET
from customer_segments.engines.duckdb_file import DuckDBFile
from customer_segments.errors import UserError
from customer_segments.inputs.layout import read_layout
from customer_segments.inputs.load import load
from customer_segments.people.blank import erase_from_loaded
from customer_segments.people.database import erase_from
from customer_segments.people.keys import ErasedKeys
from customer_segments.people.people import ERASED
from tests.python.shared import NOTES

ADDRESS = "zenobia.quastenflosser@example.ch"
# What would give the person away: addresses, names, phones, ids and orders.
TRACES = (
    *("quastenflosser", "79 481 26 53", "k-zenobia-1", "k-zenobia-2", "k-zenobia-3", "o-zenobia"),
)
OTHER = ["K-OTHER", "ben@example.ch", "2026-01-06T10:00:00Z", "Ben", "Muster", "", "true"]
HEADER = [*CONTACTS[0], "first_name", "last_name", "phone", "email_consent"]
NAME = ["Zenobia", "Quastenflosser", "+41 79 481 26 53", "true"]


def person(contact_id: str, email: str = ADDRESS) -> list[str]:
    return [contact_id, email, "2026-01-05T10:00:00Z", *NAME]


def traces(folder: Path) -> set[tuple[str, str]]:
    """Return which traces are in which files: in their bytes, or in the tables of a database,
    whose texts are compressed.
    """
    found = set()
    for file in [path for path in sorted(folder.rglob("*")) if path.is_file()]:
        # As bytes: files of a database are large, and decoding them takes seconds.
        contents = [file.read_bytes()]
        with duckdb.connect() as connection:
            if file.suffix == ".parquet":
                rows = connection.execute(f"from read_parquet('{file}')").fetchall()
                contents.append(str(rows).encode())
            if file.suffix == ".duckdb":
                connection.execute(f"attach '{file}' as {file.stem} (read_only)")
                for schema, table in connection.execute(
                    "select schema_name, table_name from duckdb_tables()"
                ).fetchall():
                    rows = connection.execute(f'from {file.stem}.{schema}."{table}"').fetchall()
                    contents.append(str(rows).encode())
        place = file.parent.name if file.suffix == ".parquet" else file.name
        lower = [content.lower() for content in contents]
        found |= {
            (place, trace) for trace in TRACES if any(trace.encode() in text for text in lower)
        }
    return found


def artefacts() -> str:
    """Return what dbt wrote down about its last runs."""
    files = [*LOGS.glob("dbt.log*"), TARGET / "run_results.json"]
    files += [*(TARGET / "compiled").rglob("*.sql"), *(TARGET / "run").rglob("*.sql")]
    return "".join(file.read_text(errors="replace") for file in files if file.is_file()).lower()


def test_an_erased_person_is_nowhere_and_stays_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in NOTES.items():
        monkeypatch.setenv(name, value)
    # Nowhere is in no table of any group.
    shop = Shop(tmp_path, has_all_groups=True)
    kept = tmp_path / "kept"
    shop.warehouse = kept / "warehouse.duckdb"
    shop.published = kept / "published" / "segments.duckdb"
    everywhere(shop)
    first = shop.build()
    assert first.returncode == 0, first.stderr
    seen = traces(kept)
    assert {file for file, _ in seen} > {
        *("warehouse.duckdb", "segments.duckdb", "contacts", "unreadable_lines")
    }
    assert {trace for _, trace in seen} == set(TRACES) - {"k-zenobia-3"}
    assert not (kept / "warehouse.erased").exists()

    # The source drops one id of hers at once, and goes on sending the other.
    shop.write("erasures", [["contact_id", "requested_at"], ["K-ZENOBIA-1", "2026-03-30"]])
    shop.write("contacts", [HEADER, person("K-ZENOBIA-2"), OTHER])
    # Kept by another name, so that no new file gets its number.
    old = tmp_path / "old"
    old.hardlink_to(shop.warehouse)
    # She is gone although the build is red: from the warehouse, what is published and the draft.
    red = shop.build(persona_minimum_size="many")
    assert red.returncode == 1
    assert "and so is the warehouse, but for the erased; what this build made is in" in red.stderr
    assert traces(kept) == set()
    for table in ("staging.base_contacts", "main.segment_history"):
        assert set(shop.rows(f"select contact_id from {table}")) == {("K-OTHER",)}
    removed = json.loads((kept / "erasure_report.json").read_text())["removed_from_earlier_builds"]
    assert removed["warehouse"]["segment_history"] > 0
    assert removed["release 1"]["segment_members"] > 0

    second = shop.build()
    assert second.returncode == 0, second.stderr
    assert traces(kept) == set()
    assert not [trace for trace in TRACES if trace in artefacts()]
    assert not shop.warehouse.samefile(old)
    assert stat.S_IMODE((kept / "warehouse.salt").stat().st_mode) == 0o600
    assert shop.published_rows("select contact_id from lifecycle_segments") == [("K-OTHER",)]
    report = json.loads((kept / "erasure_report.json").read_text())
    assert report["remembered_contact_ids"] == 2
    assert report["remembered_addresses"] == 1
    assert report["left_out_of_the_raw_files"] == {
        "contacts": 1,
        "contact_traits": 1,
        "email_events": 1,
        "erasures": 1,
        "order_items": 1,
        "orders": 2,
        "segment_members_manual": 1,
        "suppressions": 1,
        "unreadable_lines": 2,
        "web_events": 1,
    }
    assert "Erased people (2 ids)" in second.stdout
    assert f"\n  {(kept / 'erasure_report.json').absolute()}\n" in second.stdout

    # The request is no longer listed, and she comes under a new id with the same address.
    (shop.raw / "erasures.csv").unlink()
    shop.write("contacts", [HEADER, person("K-ZENOBIA-3", f" {ADDRESS.upper()}"), OTHER])
    shop.write("email_events", [EVENTS[0], ["E9", "K-ZENOBIA-3", "opened", "2026-02-01"]])
    third = shop.build()
    assert third.returncode == 0, third.stderr
    assert traces(kept) == set()
    assert not [trace for trace in TRACES if trace in artefacts()]
    assert shop.rows(
        "select source, row_key, reason, row_json from staging.rejected_rows"
        " where source in ('contacts', 'email_events', 'suppressions') order by source"
    ) == [
        (source, None, "erased at the person's request", None)
        for source in ("contacts", "email_events", "suppressions")
    ]


def everywhere(shop: Shop) -> None:
    """Put a person into every raw table, a duplicate and lines that can't be read included."""
    shop.write("contacts", [HEADER, person("K-ZENOBIA-1"), person("K-ZENOBIA-2"), OTHER])
    order = ["K-ZENOBIA-1", "2026-02-01T10:00:00Z"]
    rows = [["O-ZENOBIA", *order, "9"], ["O-ZENOBIA-2", *order, "cheap"]]
    others = [[f"O-OTHER-{number}", "K-OTHER", order[1], "9"] for number in range(8)]
    shop.write("orders", [ORDERS[0], *rows, ["O-OTHER", "K-OTHER", order[1], "9"], *others])
    shop.write("order_items", [["order_id", "line_number"], ["O-ZENOBIA", "1"], ["O-OTHER", "1"]])
    shop.write("email_events", [EVENTS[0], ["E1", "K-ZENOBIA-2", "opened", "2026-02-01"]])
    url = f"/unsubscribe?email={ADDRESS}"
    header = ["contact_id", "occurred_at", "event_type", "page_url"]
    shop.write("web_events", [header, ["K-ZENOBIA-1", "2026-02-01", "page_view", url]])
    shop.write(
        "contact_traits", [["contact_id", "trait", "value"], ["K-ZENOBIA-1", "twitter", NAME[1]]]
    )
    header = ["segment", "contact_id", "action", "changed_at", "changed_by", "reason"]
    reason = "friend of Mrs Quastenflosser"
    shop.write(
        "segment_members_manual",
        [header, ["vip", "K-ZENOBIA-2", "add", "2026-02-01", "m.keller", reason]],
    )
    shop.write("suppressions", [["email", "reason"], [ADDRESS, "complaint"]])
    with (shop.raw / "orders.csv").open("a", encoding="utf-8") as file:
        file.write("O-1,K-ZENOBIA-2,2026-02-01,9,too,many\r\n")
        file.write("O-2,zenobia,QUASTENFLOSSER,9,too,many\r\n")
        file.write("O-3,K-OTHER,2026-02-01,9,too,many\r\n")


def loaded(folder: Path, **tables: list[list[str]]) -> Path:
    """Load files; those that are not given have only their header."""
    shop = Shop(folder)
    for table, rows in {"orders": [ORDERS[0]], "email_events": [EVENTS[0]], **tables}.items():
        shop.write(table, rows)
    target = folder / "warehouse.inputs"
    load(shop.raw, target, read_layout(), {})
    return target


def test_hashes_are_keyed_and_say_nothing_without_the_salt(tmp_path: Path) -> None:
    keys = ErasedKeys(tmp_path / "w.duckdb")
    keys.remember("email", [ADDRESS], keys.request("K1"))
    keys.save()
    salt = (tmp_path / "w.salt").read_bytes()
    digest = hmac.new(salt, f"email:{ADDRESS}".encode(), "sha256").hexdigest()
    request = hmac.new(salt, b"request:k1", "sha256").hexdigest()
    assert f"email {digest} {request}" in (tmp_path / "w.erased").read_text().split("\n")
    again = ErasedKeys(tmp_path / "w.duckdb")
    assert again.known("email", [ADDRESS, "ben@example.ch"]) == {ADDRESS}
    assert again.known("contact_id", [ADDRESS]) == set()


@pytest.mark.parametrize("salt", [None, b"another salt, of a backup of another folder"])
def test_without_the_right_salt_nothing_is_built(tmp_path: Path, salt: bytes | None) -> None:
    keys = ErasedKeys(tmp_path / "w.duckdb")
    keys.remember("email", [ADDRESS], keys.request("K1"))
    keys.save()
    (tmp_path / "w.salt").unlink()
    if salt:
        (tmp_path / "w.salt").write_bytes(salt)
    with pytest.raises(UserError, match=r"w\.salt is not the salt .* restore it"):
        ErasedKeys(tmp_path / "w.duckdb")


def test_people_without_an_address_have_nothing_in_common(tmp_path: Path) -> None:
    rows = [HEADER, person("K1", ""), person("K2", ""), person("K3", "none"), person("K4", "none")]
    raw = loaded(
        tmp_path, contacts=rows, erasures=[["contact_id"], ["K1"], ["K3"], [" "], [ERASED]]
    )
    erasure = erase_from_loaded(raw, tmp_path / "warehouse.duckdb", {})
    assert erasure.contact_ids == {"K1", "K3"}
    assert duckdb.sql(f"select contact_id from {parquet_rows(raw / 'contacts')}").fetchall() == [
        (ERASED,),
        ("K2",),
        (ERASED,),
        ("K4",),
    ]


@pytest.mark.parametrize("email", ["", "gone@example.ch"])
def test_an_address_that_the_source_took_out_is_known_from_the_build_before(
    tmp_path: Path, email: str
) -> None:
    before = loaded(tmp_path, contacts=[HEADER, person("K1"), OTHER])
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("create schema staging")
        rows = parquet_rows(before / "contacts")
        connection.execute(f"create table staging.base_contacts as from {rows}")
    (tmp_path / "next").mkdir()
    blanked = [HEADER, person("K1", email), OTHER, person("K2")]
    raw = loaded(
        tmp_path / "next", contacts=blanked, erasures=[["contact_id"], ["K1"], ["K-NOBODY"]]
    )
    erasure = erase_from_loaded(raw, tmp_path / "warehouse.duckdb", {})
    assert erasure.contact_ids == {"K1", "K2"}
    assert erasure.emails == {ADDRESS, *filter(None, [email])}
    assert erasure.unmatched == {"K-NOBODY"}
    assert "1 requests in erasures name nobody" in "".join(erasure.warnings())


def test_an_order_under_two_contacts_keeps_its_items(tmp_path: Path) -> None:
    raw = loaded(
        tmp_path,
        contacts=[HEADER, person("K1"), OTHER],
        orders=[ORDERS[0], ["O1", "K1", "2026-02-01", "9"], ["O1", "K-OTHER", "2026-02-01", "9"]],
        order_items=[["order_id", "line_number"], ["O1", "1"]],
        erasures=[["contact_id"], ["K1"]],
    )
    assert "order_items" not in erase_from_loaded(raw, tmp_path / "warehouse.duckdb", {}).left_out
    orders = duckdb.sql(
        f"select order_id, contact_id from {parquet_rows(raw / 'orders')}"
    ).fetchall()
    assert orders == [(ERASED, ERASED), ("O1", "K-OTHER")]


def test_audience_files_lose_the_erased(tmp_path: Path) -> None:
    raw = loaded(
        tmp_path, contacts=[HEADER, person("K1"), OTHER], erasures=[["contact_id"], ["K1"]]
    )
    erasure = erase_from_loaded(raw, tmp_path / "warehouse.duckdb", {})
    folder = tmp_path / "audiences"
    folder.mkdir()
    files = {
        "by_id.csv": "EMAIL;EXT_ID\nx@example.ch;K1\n",
        "by_address.csv": f'Email Address,Contact ID\n"{ADDRESS.upper()}",K7\n',
        "others.csv": "EMAIL;EXT_ID\nben@example.ch;K-OTHER\n",
    }
    for file, content in files.items():
        (folder / file).write_text(content)
    (folder / "manifest.json").write_text(json.dumps({file: {} for file in files}))
    erasure.from_audiences(folder)
    assert {file.name for file in folder.iterdir()} == {"others.csv", "manifest.json"}
    assert json.loads((folder / "manifest.json").read_text()) == {"others.csv": {}}
    assert erasure.removed == {"audiences": {"by_id.csv": 1, "by_address.csv": 1}}


def test_a_database_is_written_anew_with_its_views_and_constraints(tmp_path: Path) -> None:
    path = tmp_path / "segments.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table m (contact_id varchar primary key, n int check (n > 0))")
        connection.execute("comment on table m is 'members'")
        connection.execute("create view v as select * from segments.main.m")
        connection.execute("insert into m values ('K1', 1), ('K2', 2)")
    assert erase_from(DuckDBFile(path), ["K1"]) == {"m": 1}
    assert b"K1" not in path.read_bytes()
    with duckdb.connect(str(path)) as connection:
        assert connection.execute("from v").fetchall() == [("K2", 2)]
        assert connection.execute(
            "select comment from duckdb_tables() where table_name = 'm'"
        ).fetchall() == [("members",)]
        with pytest.raises(duckdb.ConstraintException):
            connection.execute("insert into m values ('K2', 1)")
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_what_a_table_was_made_of_before_is_carried_over_without_the_erased(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema staging")
        for table in ("chosen_before", "made_anew"):
            connection.execute(f"create table staging.{table} (contact_id varchar)")
            connection.execute(f"insert into staging.{table} values ('K1'), ('K2')")
    assert erase_from(DuckDBFile(path), ["K1"], kept=["staging.chosen_before"]) == {
        "chosen_before": 1
    }
    with duckdb.connect(str(path)) as connection:
        assert connection.execute("from staging.chosen_before").fetchall() == [("K2",)]
        assert connection.execute("from staging.made_anew").fetchall() == []
