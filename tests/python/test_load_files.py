"""Files as people have them: folders, patterns, compressed, in other encodings, typed, as JSON; and
what a next load reads of them.
"""

import gzip
import json
import os
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from customer_segments.errors import UserError
from customer_segments.inputs import load as loading
from customer_segments.inputs import loader
from customer_segments.inputs.layout import Column, Table
from customer_segments.inputs.loaded import (
    keep_blanked,
    note_blanked,
    read_files,
)
from tests.python.loading import GOOD, READER, Shop

ORDERS = Table(
    "orders",
    (
        Column("order_id", required=True),
        Column("ordered_at", "timestamp"),
        Column("total_amount", "decimal(14, 2)"),
        Column("is_paid", "boolean"),
        Column("born_on", "date"),
        Column("tags", "varchar[]"),
        Column("shop"),
    ),
)
ONLY = (ORDERS,)
HEADER = b"order_id,total_amount\n"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def ids(shop: Shop) -> list[str | None]:
    """Return the keys of the orders, in the order of their files."""
    return [row[0] for row in shop.rows("orders")]


def sources(shop: Shop) -> list[tuple[str, int, str | None]]:
    """Return file, row number and unread values of each order."""
    return READER.execute(
        "select source_file, source_row_number, unread_values"
        f" from read_parquet('{shop.target}/orders/*.parquet')"
        " order by source_file, source_row_number"
    ).fetchall()


# Where files are


def test_a_folder_of_files_is_one_table(shop: Shop) -> None:
    shop.put("orders/2026-05.csv", HEADER + b"1,1\n2,2\n")
    shop.put("orders/2026/06.csv", b"total_amount;order_id\n3,5;3\n")
    shop.put("orders/_SUCCESS.csv", b"x")
    shop.put("orders/.part.csv", b"x")
    READER.execute(
        "copy (select 4 as order_id, 4.5::double as total_amount)"
        f" to '{shop.source}/orders/new.parquet' (format parquet)"
    )
    report = shop.load(ONLY)
    assert ids(shop) == ["1", "2", "3", "4"]
    assert [row[2] for row in shop.rows("orders")] == [*map(Decimal, ("1", "2", "3.5", "4.5"))]
    assert sources(shop) == [
        ("orders/2026-05.csv", 1, None),
        ("orders/2026-05.csv", 2, None),
        ("orders/2026/06.csv", 1, None),
        ("orders/new.parquet", 1, None),
    ]
    assert (len(report.files), report.read_count) == (3, 3)


def test_folders_say_the_values_of_columns(shop: Shop) -> None:
    shop.put("orders/shop=basel/total_amount=7/a.csv", b"order_id\n1\n")
    shop.put("orders/shop=bern/a.csv", b"order_id,shop\n2,own\n")
    shop.load(ONLY)
    assert [(row[0], row[2], row[6]) for row in shop.rows("orders")] == [
        ("1", Decimal(7), "basel"),
        # What the file itself says counts.
        ("2", None, "own"),
    ]


def test_files_named_by_a_pattern(shop: Shop) -> None:
    shop.put("exports/o_1.csv", HEADER + b"1,1\n")
    shop.put("exports/o_2.csv", HEADER + b"2,1\n")
    shop.put("exports/p_3.csv", HEADER + b"3,1\n")
    shop.load(ONLY, {"orders": {"files": "exports/o_*.csv"}})
    assert ids(shop) == ["1", "2"]
    with pytest.raises(UserError, match=r"has no file exports/x\*, which the var inputs names for"):
        shop.load(ONLY, {"orders": {"files": "exports/x*"}})


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"order": {"files": "a"}}, "the var inputs names order, which is no input table; "),
        ({"orders": {"file": "a"}}, "the var inputs says file of orders; say ref, source or files"),
        ({"orders": {"encoding": "latin"}}, "is in latin, which is no encoding; say for example"),
        ({"orders": {"delimiter": "||"}}, "the delimiter of orders in the var inputs is not one"),
    ],
)
def test_what_the_var_inputs_can_not_say(
    shop: Shop, inputs: dict[str, dict[str, str]], said: str
) -> None:
    shop.put("orders.csv", HEADER)
    if "encoding" in inputs.get("orders", {}):
        inputs = {"orders": {"encoding": "klingon"}}
        said = said.replace("latin", "klingon")
    with pytest.raises(UserError) as caught:
        shop.load(ONLY, inputs)
    assert said in str(caught.value)


def test_a_table_filled_by_another_needs_no_file(shop: Shop) -> None:
    report = shop.load(ONLY, {"orders": {"ref": "my_orders"}})
    assert (ids(shop), report.absent_tables) == ([], [])


# How they are written


def test_compressed_files(shop: Shop) -> None:
    shop.put("orders/a.csv.gz", gzip.compress(HEADER + b"1,1\nbad\n"))
    shop.put("orders/b.ndjson.gz", gzip.compress(b'{"order_id": 2}\n'))
    shop.load(ONLY)
    assert ids(shop) == ["1", "2"]
    assert [line[:3] for line in shop.lines()] == [("orders", "orders/a.csv.gz", 3)]


@pytest.mark.parametrize(
    "damage", [b"no gzip", gzip.compress(HEADER * 99)[:-30]], ids=["no gzip", "cut short"]
)
def test_damaged_compressed_files_are_refused(shop: Shop, damage: bytes) -> None:
    shop.put("orders.csv.gz", damage)
    with pytest.raises(UserError, match=r"^orders.csv.gz is damaged, cut short or no gzip file; "):
        shop.load(ONLY)


def test_a_named_encoding_and_delimiter(shop: Shop) -> None:
    shop.put("orders.csv", "order_id|shop\n1|Zürich\n".encode("cp1252"))
    shop.load(ONLY, {"orders": {"encoding": "windows-1252", "delimiter": "|"}})
    assert [(row[0], row[6]) for row in shop.rows("orders")] == [("1", "Zürich")]
    shop.put("orders.csv", b"order_id\n\xe9\n")
    with pytest.raises(UserError, match=r"^orders.csv is not in ascii, which the var inputs names"):
        shop.load(ONLY, {"orders": {"encoding": "ascii"}})


def test_json_with_one_object_a_line(shop: Shop) -> None:
    rows = [
        {"ORDER_ID": "007", "total_amount": 12.5, "is_paid": True, "tags": ["b", "a"], "more": {}},
        {"order_id": 8, "total_amount": "free", "ordered_at": "2026-06-30T10:00:00+02:00"},
        {"order_id": "", "shop": None, "tags": []},
    ]
    rows[0]["order_id"] = rows[0].pop("ORDER_ID")
    lines = [json.dumps(row) for row in rows]
    shop.put("orders.ndjson", "\n".join([*lines, "", '{"order_id": "cut', "[1]"]).encode())
    report = shop.load(ONLY)
    assert shop.rows("orders") == [
        ("007", None, Decimal("12.5"), True, None, ["a", "b"], None),
        ("8", datetime(2026, 6, 30, 8), None, None, None, None, None),
        (None, None, None, None, None, None, None),
    ]
    assert [unread for *_, unread in sources(shop)] == [None, '{"total_amount":"free"}', None]
    assert [(number, text) for _, _, number, _, text in shop.lines()] == [
        (5, '{"order_id": "cut'),
        (6, "[1]"),
    ]
    assert report.files[0].extra_columns == ("more",)


def test_native_types_stay_what_they_are(shop: Shop) -> None:
    READER.execute(
        f"""
        copy (
            select
                'a' as order_id, timestamp '2026-06-30 10:00:00.5' as ordered_at,
                cast(12.345 as decimal(9, 3)) as total_amount, true as is_paid,
                date '2000-02-29' as born_on, ['b', ' A ', 'b', null] as tags
            union all
            select 'b', timestamp '1899-12-31 23:59:59', 1e6, false, date '1899-12-31', []
            union all
            select 'c', null, null, null, null, null
        ) to '{shop.source}/orders.parquet' (format parquet)
        """
    )
    shop.load(ONLY)
    assert shop.rows("orders") == [
        (
            "a",
            datetime(2026, 6, 30, 10, 0, 0, 500_000),
            Decimal("12.35"),
            True,
            date(2000, 2, 29),
            ["a", "b"],
            None,
        ),
        ("b", None, Decimal("1000000"), False, None, None, None),
        ("c", None, None, None, None, None, None),
    ]
    unread = {"ordered_at": "1899-12-31T23:59:59", "born_on": "1899-12-31"}
    assert [json.loads(values or "{}") for *_, values in sources(shop)] == [{}, unread, {}]


def test_a_moment_with_a_time_zone_is_utc(shop: Shop) -> None:
    READER.execute(
        "copy (select 1 as order_id, timestamptz '2026-06-30 10:00:00+02' as ordered_at,"
        f" 'nan'::double as total_amount) to '{shop.source}/orders.parquet' (format parquet)"
    )
    shop.load(ONLY)
    assert shop.rows("orders")[0][1:3] == (datetime(2026, 6, 30, 8), None)
    assert sources(shop) == [("orders.parquet", 1, None)]


def test_what_can_not_be_read_is_kept_by_column(shop: Shop) -> None:
    content = "order_id,ordered_at,total_amount,is_paid,born_on\n"
    content += '1,soon,"1 ""or"" 2",maybe,31.02.2000\n2,,,,\n3,2026-06-30,1,yes,2000-01-31\n'
    shop.put("orders.csv", content.encode())
    shop.load(ONLY)
    unread = [json.loads(values or "{}") for *_, values in sources(shop)]
    assert unread == [
        {
            "ordered_at": "soon",
            "total_amount": '1 "or" 2',
            "is_paid": "maybe",
            "born_on": "31.02.2000",
        },
        {},
        {},
    ]


# What a next load reads


def test_a_file_that_did_not_change_is_not_read_again(shop: Shop) -> None:
    may = shop.put("orders/05.csv", HEADER + b"1,1\nbad,2,3\n")
    june = shop.put("orders/06.csv", HEADER + b"2,1\n")
    first = shop.load(ONLY)
    assert (first.read_count, shop.load(ONLY).read_count) == (2, 0)
    # Somebody copied it: another time, the same rows.
    os.utime(may, (1, 1))
    assert shop.load(ONLY).read_count == 0
    june.write_bytes(HEADER + b"3,1\n")
    second = shop.load(ONLY)
    assert (second.read_count, ids(shop)) == (1, ["1", "3"])
    assert [file.unreadable_count for file in second.files] == [1, 0]
    assert [line[1] for line in shop.lines()] == ["orders/05.csv"]
    assert second.files[0].loaded_at == first.files[0].loaded_at
    assert second.files[1].loaded_at > first.files[1].loaded_at


def test_a_change_of_the_same_size_and_time_is_seen(shop: Shop) -> None:
    path = shop.put("orders.csv", HEADER + b"1,1\n")
    shop.load(ONLY)
    found = path.stat()
    path.write_bytes(HEADER + b"2,1\n")
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert (shop.load(ONLY).read_count, ids(shop)) == (1, ["2"])


def test_a_file_that_is_gone_takes_its_rows_along(shop: Shop) -> None:
    gone = shop.put("orders/shop=bern/05.csv", HEADER + b"1,1\nbad\n")
    shop.put("orders/shop=basel/06.csv", HEADER + b"2,1\n")
    shop.load(ONLY)
    gone.unlink()
    report = shop.load(ONLY)
    assert (report.read_count, ids(shop), shop.lines()) == (0, ["2"], [])
    assert len(list((shop.target / "orders").glob("*.parquet"))) == 2


def test_a_renamed_file_has_its_rows_once(shop: Shop) -> None:
    path = shop.put("orders/05.csv", HEADER + b"1,1\n")
    shop.load(ONLY)
    path.rename(path.with_name("may.csv"))
    shop.load(ONLY)
    assert sources(shop) == [("orders/may.csv", 1, None)]


def test_files_with_the_same_content_are_named(shop: Shop) -> None:
    for name in ("a", "b"):
        shop.put(f"orders/{name}.csv", HEADER + b"1,1\n")
    report = shop.load(ONLY)
    assert (
        "Files with the same content, of which one is enough: orders/a.csv, orders/b.csv"
        in report.notes
    )


def test_reading_in_another_way_reads_again(shop: Shop) -> None:
    shop.put("orders.csv", b"order_id,ordered_at\n1,2026-06-30\n")
    shop.load(ONLY)
    changed = loading.load(shop.source, shop.target, ONLY, {"timezone": "America/New_York"})
    assert changed.read_count == 1
    assert shop.rows("orders")[0][1] == datetime(2026, 6, 30, 4)


def test_a_folder_of_another_version_is_read_again(shop: Shop) -> None:
    shop.put("orders.csv", HEADER + b"1,1\n")
    shop.load(ONLY)
    (shop.target / "files.parquet").write_bytes(b"something else")
    assert (shop.load(ONLY).read_count, ids(shop)) == (1, ["1"])


def test_blank_rows_stay_only_while_it_is_remembered_for_whom(shop: Shop) -> None:
    shop.put("orders.csv", HEADER + b"1,1\n")
    (file,) = shop.load(ONLY).files
    note_blanked(shop.target, {file.loaded_file: 1})

    def read_again(erased: str) -> int:
        return loading.load(shop.source, shop.target, ONLY, {}, erased).read_count

    # A build that stopped before it remembered them: they are looked for again.
    assert read_again("") == 1
    note_blanked(shop.target, {file.loaded_file: 1})
    keep_blanked(shop.target, "monday")
    assert (read_again("monday"), read_again("tuesday")) == (0, 1)
    assert [known.erased_rows for known in read_files(shop.target).values()] == [0]


def test_blank_rows_are_read_again_once_other_requests_are_withdrawn(shop: Shop) -> None:
    erasures = Table("erasures", (Column("contact_id"), Column("withdrawn", "boolean")))
    tables = (ORDERS, erasures)
    shop.put("orders.csv", HEADER + b"1,1\n")

    def read_again(requests: bytes) -> bool:
        shop.put("erasures.csv", b"contact_id,withdrawn\n" + requests)
        report = loading.load(shop.source, shop.target, tables, {}, "monday")
        (orders,) = (file for file in report.files if file.table_name == "orders")
        note_blanked(shop.target, {orders.loaded_file: 1})
        keep_blanked(shop.target, "monday")
        # Requests are read each time.
        return report.read_count == len(tables)

    requests = (b"anna,\n", b"anna,\nben,\n", b"anna,yes\nben,\n", b"anna,yes\n", b"ben,yes\n")
    assert [read_again(rows) for rows in requests] == [True, False, True, False, True]


# Files that stop a load


def test_a_file_that_grows_while_it_is_read_is_refused(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = shop.put("orders.csv", HEADER + b"1,1\n")
    shop.load(ONLY)
    path.write_bytes(HEADER + b"1,1\n2,")

    def grow(given: Path) -> str:
        with path.open("ab") as stream:
            stream.write(b"2\n")
        return "checksum"

    monkeypatch.setattr(loader, "checksum", grow)
    with pytest.raises(UserError, match=r"^orders.csv changed while it was read; wait until"):
        shop.load(ONLY)
    assert ids(shop) == ["1"]
    monkeypatch.undo()
    assert (shop.load(ONLY).read_count, ids(shop)) == (1, ["1", "2"])


def test_other_columns_in_one_of_the_files_are_refused_with_its_name(shop: Shop) -> None:
    shop.put("orders/05.csv", HEADER + b"1,1\n")
    shop.put("orders/06.csv", b"id,total_amount\n2,1\n")
    with pytest.raises(UserError, match=r"^orders/06.csv has no column order_id; ") as caught:
        shop.load(ONLY)
    assert "\n" not in str(caught.value)
    assert not shop.target.exists()


def test_a_folder_without_files_and_a_name_without_an_ending(shop: Shop) -> None:
    required = Table("contacts", ORDERS.columns, required=True)
    (shop.source / "contacts").mkdir()
    with pytest.raises(UserError, match="has no file of contacts; export them into that folder"):
        shop.load((required,))
    (shop.source / "contacts").rmdir()
    shop.put("contacts", GOOD)
    with pytest.raises(UserError, match=r"contacts has no ending that says what it is; name it"):
        shop.load((required,))


@pytest.mark.parametrize("content", [b"", b"[]\n", b"not json\n"])
def test_json_without_an_object_is_refused(shop: Shop, content: bytes) -> None:
    shop.put("orders.jsonl", content)
    with pytest.raises(UserError, match=r"^orders.jsonl "):
        shop.load(ONLY)
