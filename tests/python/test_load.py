"""Feeds the loader good and bad files and looks at what it keeps, sets aside and says."""

import csv
import io
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customer_segments.database import parquet_rows
from customer_segments.errors import UserError
from customer_segments.inputs.layout import SOURCE_COLUMNS, Column, Table, read_layout
from customer_segments.inputs.load import load
from tests.python.loading import CONTACTS, GOOD, LAYOUT, READER, TRAITS, Cell, Shop

MODELS = Path(__file__).parents[2] / "models" / "input"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


# The layout


def test_the_layout_is_what_the_input_models_say() -> None:
    tables = {table.name: table for table in read_layout(MODELS)}
    assert {name for name, table in tables.items() if table.required} == {"contacts"}
    required = [column.name for column in tables["contacts"].columns if column.required]
    assert required == ["contact_id"]
    types = {column.name: column.data_type for column in tables["orders"].columns}
    assert (types["ordered_at"], types["total_amount"]) == ("timestamp", "decimal(14, 2)")
    own = {column.name for table in tables.values() for column in table.columns}
    assert not own & set(SOURCE_COLUMNS)


def test_the_real_layout_is_written_in_full(shop: Shop) -> None:
    shop.put("contacts.csv", b"email,created_at,contact_id\na@x.ch,2025-01-01,7\n")
    shop.put("orders.csv", b"order_id,contact_id,ordered_at,total_amount\n")
    shop.put("email_events.csv", b"event_id,contact_id,event_type,occurred_at\n")
    layout = read_layout(MODELS)
    report = shop.load(layout)
    assert sum(file.row_count for file in report.files) == 1
    for table in layout:
        found = READER.execute(f"describe from {parquet_rows(shop.target / table.name)}").fetchall()
        types = {column.name: column.data_type for column in table.columns} | SOURCE_COLUMNS
        assert {row[0]: row[1].lower().replace(", ", ",") for row in found} == {
            column: data_type.replace(", ", ",") for column, data_type in types.items()
        }
    new_year = datetime(2024, 12, 31, 23)
    assert shop.rows("contacts")[0][:4] == ("7", "a@x.ch", new_year, None)
    # What was given, also without rows, is told apart from what was not.
    given = READER.execute(
        "select table_name, list_sort(columns) from read_parquet(?)",
        [str(shop.target / "files.parquet")],
    ).fetchall()
    assert dict(given) == {
        "contacts": ["contact_id", "created_at", "email"],
        "orders": ["contact_id", "order_id", "ordered_at", "total_amount"],
        "email_events": ["contact_id", "event_id", "event_type", "occurred_at"],
    }


# CSV as it comes


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        b"\xef\xbb\xbf" + GOOD,
        GOOD.replace(b"\n", b"\r\n"),
        GOOD.replace(b"\n", b"\r"),
        GOOD.rstrip(b"\n"),
        GOOD.replace(b",", b";"),
        GOOD.replace(b",", b"\t"),
        b"\n\n" + GOOD + b"\n\r\n",
        b"\xef\xbb\xbf\r\n" + GOOD,
        b"City , EMAIL,Contact_ID\nLyon,a@x.ch,1\n",
        b'"contact_id","email","city"\n"1","a@x.ch","Lyon"\n',
        b"contact_id,email,city\r\n1,a@x.ch,Lyon\n",
        b"contact_id,email,city,,\n1,a@x.ch,Lyon,,\n",
        b'"contact\n_id",contact_id,email,city\n0,1,a@x.ch,Lyon\n',
    ],
    ids=[
        "plain",
        "BOM",
        "CRLF",
        "CR",
        "no last line end",
        "semicolons",
        "tabs",
        "blank lines",
        "BOM and blank line",
        "other order, case and spaces",
        "all quoted",
        "two kinds of line end",
        "columns without a name",
        "line break in the header",
    ],
)
def test_one_row_in_any_dress(shop: Shop, content: bytes) -> None:
    assert shop.loaded(content) == [("1", "a@x.ch", "Lyon")]
    assert shop.aside() == []


@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"])
def test_quoted_line_breaks_quotes_and_separators_stay(shop: Shop, newline: bytes) -> None:
    content = b'contact_id,email,city\n1,"a\r\nb\nc\rd","x, ""y""; z"\n2,b@x.ch,Lyon\n'
    header, rest = content.split(b"\n", 1)
    body = rest.replace(b'z"\n', b'z"' + newline).replace(b"Lyon\n", b"Lyon" + newline)
    assert shop.loaded(header + newline + body) == [
        ("1", "a\r\nb\nc\rd", 'x, "y"; z'),
        ("2", "b@x.ch", "Lyon"),
    ]


def test_text_loses_its_outer_blanks_and_empty_is_unknown(shop: Shop) -> None:
    odd = "1'; DROP TABLE contacts; --"
    content = f'contact_id,email,city\n{odd}, a ,NULL\n"",,\n"""5""",\\N,#27" LCD\n'.encode()
    assert shop.loaded(content) == [
        (odd, "a", "NULL"),
        (None, None, None),
        ('"5"', "\\N", '#27" LCD'),
    ]
    assert shop.aside() == []


def test_values_are_not_judged_here(shop: Shop) -> None:
    row = b"1,a@x.ch,Lyon\n"
    content = b"contact_id,email,city\n" + row + row + b"-5,no date,1.5e400\n"
    assert len(shop.loaded(content)) == 3


def test_folder_and_file_names_may_hold_anything(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "o'neil [x]* a=b")
    assert shop.loaded(GOOD, "Contacts.CSV") == [("1", "a@x.ch", "Lyon")]


def test_rows_keep_their_order(shop: Shop) -> None:
    rows = [(str(i), f"é{i}", f'"{i}' if i % 1000 == 0 else "x") for i in range(60_000)]
    assert shop.loaded(written([("contact_id", "email", "city"), *rows])) == rows


def test_the_report_says_what_was_not_used(shop: Shop) -> None:
    shop.put("contacts.csv", b"contact_id,email,Shoe size\n1,a,42\n2,b\n")
    shop.put("order_item.csv", b"x\n")
    shop.put("notes.md", b"x\n")
    report = shop.load()
    (contacts,) = report.files
    assert contacts.source_file == "contacts.csv"
    assert contacts.extra_columns == ("Shoe size",)
    assert contacts.columns == ("contact_id", "email")
    assert (contacts.row_count, contacts.unreadable_count) == (1, 1)
    assert report.absent_tables == ["traits"]
    assert report.unused_files == ("order_item.csv",)
    assert shop.rows("traits") == []


# Lines that cannot be read


FIRST, LAST = ("1", "é@x.ch", "Lyon"), ("9", "z@x.ch", "Genève")


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"2,b@x.ch", "2 fields where the header has 3"),
        (b"2", "1 field where the header has 3"),
        (b"2,b,c,d", "4 fields where the header has 3"),
        (b"2,b,c,", "4 fields where the header has 3"),
        (b'2,b,"c\nd",e', "4 fields where the header has 3"),
        (b'2,"b"x,c', "a quote is not closed, or a quote inside a quoted field is not doubled"),
        (b'2,"b" ,c', "a quote is not closed, or a quote inside a quoted field is not doubled"),
        (b'2,"b,c', "a quote is opened and never closed"),
        (b'"', "a quote is opened and never closed"),
        (b"2,Z\xfcrich,c", "bytes that are not UTF-8 in column email"),
        (b'2,b,"c\xff"', "bytes that are not UTF-8 in column city"),
        (b"2,b,c,\xe9", "bytes that are not UTF-8 in column beyond the last"),
        (b"2,\xed\xa0\x80,c", "bytes that are not UTF-8 in column email"),
        (b"2,b\0,c", "a NUL byte stands in the line"),
        (b"2,b\rx,c", "a stray carriage return stands in the line"),
        (b"2,b," + b"c" * 1_100_000, "the row is longer than 1 MB"),
        (b"2,b," + b"c" * 10_000_000, "the row is longer than 1 MB"),
        (b'2,b,"' + (b"c" * 40 + b"\n") * 30_000 + b'"', "the row is longer than 1 MB"),
        (b'2,b,"' + b"c" * 2_000_000 + b'\n"', "the row is longer than 1 MB"),
    ],
    ids=lambda value: value[:16].decode("latin-1") if isinstance(value, bytes) else "",
)
@pytest.mark.parametrize("place", ["first", "middle", "last without line end"])
def test_a_bad_line_is_set_aside_and_all_others_are_read(
    shop: Shop, bad: bytes, reason: str, place: str
) -> None:
    first, last = (",".join(row).encode() for row in (FIRST, LAST))
    lines = [first, last]
    at = ("first", "middle", "last without line end").index(place)
    lines.insert(at, bad)
    end = b"" if at == len(lines) - 1 else b"\n"
    content = b"contact_id,email,city\n" + b"\n".join(lines) + end
    assert shop.loaded(content) == [FIRST, LAST]
    line = 2 + content.split(bad)[0].count(b"\n") - 1
    assert shop.aside() == [(line, reason)]
    ((source, file, _, _, text),) = shop.lines()
    assert (source, file) == ("contacts", "contacts.csv")
    shown = bad.decode("utf-8", "backslashreplace").replace("\0", "\\x00")
    assert text == shown[:100_000].rstrip("\r\n")


def test_a_row_of_nearly_1_mb_is_read(shop: Shop) -> None:
    big = "c" * 1_048_000
    rows = [("1", big, "x"), ("2", "b", big)]
    assert shop.loaded(written([("contact_id", "email", "city"), *rows, ("3",)])) == rows
    assert shop.loaded(written([("contact_id", "email", "city"), *rows])) == rows


@pytest.mark.parametrize("quoted", [False, True])
def test_an_open_quote_in_the_middle_of_a_large_file_costs_one_line(
    shop: Shop, quoted: bool
) -> None:
    names = ("contact_id", "email", "city")
    rows = [(str(i), f"user{i}@example.ch", "Zürich" * 5) for i in range(80_000)]
    lines = written([names, *rows], quoted=quoted).split(b"\n")
    for at in (40_000, 60_000):
        lines[at] = b'x,"open,' + lines[at]
    taken = shop.loaded(b"\n".join(lines))
    assert taken == [row for i, row in enumerate(rows, 1) if i not in (40_000, 60_000)]
    assert [line for line, _ in shop.aside()] == [40_001, 60_001]


def test_the_rest_of_a_broken_field_is_not_taken_for_a_row(shop: Shop) -> None:
    broken = b'2,"He said "hi" and\nleft",x,y\n'
    shop.put("contacts.csv", b"contact_id,email,city\n1,a,b\n" + broken + b"3,c,d\n")
    shop.load()
    assert [row[0] for row in shop.rows("contacts")] == ["1", "3"]
    assert [line for line, _ in shop.aside()] == [3, 4]


def test_unreadable_lines_of_all_files_are_kept_together(shop: Shop) -> None:
    shop.put("contacts.csv", GOOD + b"2\n")
    shop.put("traits.csv", b"contact_id,trait\n1,x\n1\n")
    shop.load()
    assert [line[0] for line in shop.lines()] == ["contacts", "traits"]
    assert [line for line, _ in shop.aside()] == [3, 3]
    assert shop.rows("traits") == [("1", "x")]


# Files that stop the intake


def test_everything_that_is_missing_is_said_at_once(shop: Shop) -> None:
    shop.put("traits.csv", b"")
    layout = (CONTACTS, Table("orders", (Column("order_id", required=True),), True), TRAITS)
    shop.put("orders.csv", b"id\n1\n")
    with pytest.raises(UserError) as caught:
        shop.load(layout)
    no_contacts, no_column, empty = str(caught.value).splitlines()
    assert no_contacts.startswith("there is no contacts.csv or contacts.parquet in ")
    assert no_column.startswith("orders.csv has no column order_id; add")
    assert no_column.endswith("(its first line names id)")
    assert empty.startswith("traits.csv is empty; export it again with a header line")
    assert not shop.target.exists()


def test_header_only_is_no_rows(shop: Shop) -> None:
    assert shop.loaded(b"contact_id,email,city\n") == []
    assert shop.loaded(b"contact_id,email,city") == []
    assert shop.aside() == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "contacts.csv is empty; export it again with a header line"),
        (b"\xef\xbb\xbf", "contacts.csv is empty; "),
        (b"\r\n\r\n", "contacts.csv is empty; "),
        (b"contact_id,city\n1,x\n", "contacts.csv has no column email; "),
        (b"city\n1\n", "contacts.csv has no column contact_id and no column email; "),
        (b"contact_id|email\n1|x\n", "(its first line names contact_id|email)"),
        (b"C1,a@b.ch,Anna\n", "(its first line looks like data, not like names of columns)"),
        (b"C1,Anna,2026-01-05\n", "(its first line looks like data, not like names of columns)"),
        (b"contact_id,email,Email \n1,x,y\n", "contacts.csv has the column email twice; "),
        (b'contact_id,"email\n1,x\n', "contacts.csv has a header in line 1 that cannot be read"),
        (b"contact_id,email,pr\xe9nom\n1,x,y\n", "not UTF-8 in line 1, column number 3"),
        (GOOD.decode().encode("utf-16"), "contacts.csv is UTF-16 text, not CSV; "),
        (GOOD.decode().encode("utf-16-le"), "contacts.csv is UTF-16 text, not CSV; "),
        (b"PK\x03\x04xyz", "contacts.csv is a spreadsheet or a zip archive, not CSV; "),
        (b"contact_id;email\n1,x\n2,y\n", "contacts.csv has no row that can be read, beginning"),
    ],
)
def test_one_sentence_names_the_file_and_the_remedy(shop: Shop, content: bytes, said: str) -> None:
    sentence = shop.refusal(content)
    assert said in sentence
    assert "contacts.csv" in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize("more", [0, 2000])
def test_windows_1252_stops_with_line_column_and_remedy(shop: Shop, more: int) -> None:
    rows = "contact_id,email,city\n1,a@x.ch,Lyon\n2,b@x.ch,Zürich\n" + "3,c@x.ch,Genève\n" * more
    assert shop.refusal(rows.encode("cp1252")) == (
        "contacts.csv is not UTF-8 in line 3, column city, and reads like Windows-1252 (Latin-1); "
        "name the encoding in the var inputs (encoding: windows-1252), or export it as UTF-8"
    )


def test_damaged_bytes_are_not_taken_for_windows_1252(shop: Shop) -> None:
    assert shop.loaded(GOOD + b"2,b\x81,x\n3,\xff,x\n") == [("1", "a@x.ch", "Lyon")]
    assert [line for line, _ in shop.aside()] == [3, 4]


def test_both_kinds_of_one_table_are_refused(shop: Shop) -> None:
    shop.put("contacts.parquet", b"")
    assert "has both contacts.csv and contacts.parquet; keep one" in shop.refusal(GOOD)


def test_an_optional_file_with_none_of_its_columns_is_refused(shop: Shop) -> None:
    shop.put("contacts.csv", GOOD)
    said = shop.refusal(b"a|b\n1|2\n", "traits.csv")
    assert said.startswith("traits.csv has none of the columns contact_id, trait; ")


def test_a_folder_with_a_files_name_is_refused(shop: Shop) -> None:
    (shop.source / "contacts.parquet").mkdir()
    assert shop.refusal().startswith("contacts.parquet is no plain file; ")


def test_the_source_must_be_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"there is no folder .*; name the folder"):
        load(tmp_path / "nowhere", tmp_path / "out", LAYOUT, {})
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UserError, match="file is a file; name the folder that holds it"):
        load(tmp_path / "file", tmp_path / "out", LAYOUT, {})


def test_a_file_that_cannot_be_opened_is_named(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = shop.put("contacts.csv", GOOD)
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UserError, match=r"contacts.csv cannot be opened \(Permission denied\)"):
        load(path.parent, shop.target, LAYOUT, {"inputs": {}})


# Parquet


def parquet(shop: Shop, select: str, name: str = "contacts.parquet") -> Path:
    path = shop.source / name
    READER.execute(f"copy ({select}) to '{path}' (format parquet)")
    return path


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("'  Zoé '", "Zoé"),
        ("''", None),
        ("null", None),
        ("12", "12"),
        ("12.0::double", "12"),
        ("12.5::double", "12.5"),
        ("0.1::float", "0.1"),
        ("1e20::double", "100000000000000000000"),
        ("1.5e-5::double", "0.000015"),
        ("-1.5e-5::double", "-0.000015"),
        ("'nan'::double", None),
        ("1234567.10::decimal(18, 2)", "1234567.10"),
        ("true", "true"),
        ("date '2024-02-29'", "2024-02-29"),
        ("timestamp '2024-01-01 10:00:00'", "2024-01-01T10:00:00"),
        ("timestamp '2024-01-01 10:00:00.25'", "2024-01-01T10:00:00.25"),
        ("timestamp_ns '2024-01-01 10:00:00.123456789'", "2024-01-01T10:00:00.123456789"),
        ("timestamptz '2024-01-01 10:00:00+02'", "2024-01-01T08:00:00+00:00"),
        ("['tea', null, 'coffee']", "tea|coffee"),
        ("[1.0::double, 2.5]", "1|2.5"),
        ("[]::varchar[]", None),
        ("[[1], [2]]", "[1]|[2]"),
        ("{'a': 1}", '{"a":1}'),
        ("'abc'::blob", "abc"),
    ],
)
def test_parquet_values_become_text(shop: Shop, value: str, text: Cell) -> None:
    parquet(shop, f"select 1 as contact_id, {value} as email")
    shop.load()
    assert shop.rows("contacts") == [("1", text, None, None)]


def test_parquet_rows_keep_their_order_and_columns_are_matched(shop: Shop) -> None:
    nested = "select {'x': 1, 'email': 2} as more, range as \"Contact_ID \", 'e' as EMAIL"
    parquet(shop, f"{nested} from range(200000)")
    report = shop.load()
    assert [row[0] for row in shop.rows("contacts")] == [str(i) for i in range(200_000)]
    assert report.files[0].extra_columns == ("more",)


def test_parquet_columns_that_differ_in_case_only_are_refused(shop: Shop) -> None:
    parquet(shop, 'select 1 as contact_id, 2 as email, 3 as "Email "')
    assert shop.refusal().startswith("contacts.parquet has the column email twice; ")


def test_parquet_without_a_required_column_is_refused(shop: Shop) -> None:
    parquet(shop, "select 1 as contact_id")
    assert shop.refusal().startswith("contacts.parquet has no column email; ")


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda data: data[:-20],
        lambda data: data[:100] + bytes(2000) + data[2100:],
        lambda _: b"contact_id,email\n1,x\n",
        lambda _: b"",
    ],
    ids=["half", "no footer", "zeros inside", "CSV", "empty"],
)
def test_damaged_parquet_is_refused(shop: Shop, damage: Callable[[bytes], bytes]) -> None:
    path = parquet(
        shop, "select range as contact_id, md5(range::varchar) as email from range(9999)"
    )
    path.write_bytes(damage(path.read_bytes()))
    sentence = shop.refusal()
    assert sentence.startswith("contacts.parquet ")
    assert sentence.endswith("export it again")
    assert "\n" not in sentence


def test_parquet_text_that_is_not_utf8_is_refused(shop: Shop) -> None:
    parquet(shop, r"select 1 as contact_id, '\xFF'::blob as email")
    assert shop.refusal().startswith("contacts.parquet cannot be read as Parquet: ")


# The target


def test_a_failure_leaves_the_earlier_result(shop: Shop) -> None:
    shop.loaded(GOOD)
    shop.put("contacts.csv", "contact_id,email,city\n1,a,Zürich\n".encode("cp1252"))
    with pytest.raises(UserError):
        shop.load()
    assert [row[0] for row in shop.rows("contacts")] == ["1"]
    assert [path.name for path in shop.target.parent.iterdir()] == ["inputs"]


def test_a_failed_swap_puts_the_earlier_result_back(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.loaded(GOOD)
    rename = Path.rename

    def fail_for_new(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_for_new)
    with pytest.raises(UserError, match=r"cannot be written \(No space left on device\)"):
        shop.load()
    assert [row[0] for row in shop.rows("contacts")] == ["1"]


def test_the_next_result_replaces_the_earlier_one_as_a_whole(shop: Shop) -> None:
    shop.loaded(GOOD)
    (shop.target / "gone.parquet").write_bytes(b"")
    assert shop.loaded(b"contact_id,email\n2,b\n") == [("2", "b", None)]
    assert sorted(path.name for path in shop.target.iterdir()) == [
        "contacts",
        "files.parquet",
        "traits",
        "unreadable_lines",
    ]


def test_nothing_of_the_user_is_replaced(shop: Shop) -> None:
    path = shop.put("contacts.csv", GOOD)
    for target in (shop.source, shop.source.parent):
        with pytest.raises(UserError, match="holds the files to read"):
            load(shop.source, target, LAYOUT, {})
    other = shop.source.parent / "letters"
    other.mkdir()
    (other / "dear.txt").write_text("x", encoding="utf-8")
    with pytest.raises(UserError, match=r"holds dear.txt, which is not the loader's"):
        load(shop.source, other, LAYOUT, {})
    with pytest.raises(UserError, match="is a file; write the result"):
        load(shop.source, path, LAYOUT, {})
    assert path.read_bytes() == GOOD


# Anything at all


def written(
    rows: list[tuple[str, ...]], *, quoted: bool = False, delimiter: str = ",", newline: str = "\n"
) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(
        text,
        delimiter=delimiter,
        lineterminator=newline,
        quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL,
    )
    writer.writerows(rows)
    return text.getvalue().encode()


TEXT = st.text(
    st.one_of(st.sampled_from(",;\t\"'\r\n |\\#é"), st.characters(exclude_categories=["Cs"])),
    max_size=8,
).map(lambda text: text.replace("\0", ""))
THREE = st.tuples(TEXT, TEXT, TEXT)
QUICK = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@QUICK
@given(
    rows=st.lists(THREE, max_size=12),
    quoted=st.booleans(),
    delimiter=st.sampled_from([",", ";", "\t"]),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    mark=st.sampled_from([b"", b"\xef\xbb\xbf"]),
)
def test_what_a_csv_writer_wrote_comes_back(
    rows: list[tuple[str, str, str]], quoted: bool, delimiter: str, newline: str, mark: bytes
) -> None:
    names = ("contact_id", "email", "city")
    if not quoted:  # the writer leaves a line break without quotes when it is not the file's own
        other = "\n" if newline == "\r" else "\r"
        rows = [
            (a.replace(other, ""), b.replace(other, ""), c.replace(other, "")) for a, b, c in rows
        ]
    content = written([names, *rows], quoted=quoted, delimiter=delimiter, newline=newline)
    with tempfile.TemporaryDirectory() as root:
        shop = Shop(Path(root))
        taken = shop.loaded(mark + content)
        assert taken == [tuple(cell.strip(" \t\r\n\xa0") or None for cell in row) for row in rows]
        assert shop.aside() == []


PLACES = st.lists(st.tuples(st.integers(min_value=0), st.integers(0, 255)), min_size=1, max_size=6)
ROWS = [(str(i), f"é{i}@x.ch", f"città {i}") for i in range(30)]


@QUICK
@given(damage=PLACES, quoted=st.booleans())
def test_damage_raises_nothing_but_the_sentence(
    damage: list[tuple[int, int]], quoted: bool
) -> None:
    data = bytearray(written([("contact_id", "email", "city"), *ROWS], quoted=quoted))
    for place, byte in damage:
        data[place % len(data)] = byte
    with tempfile.TemporaryDirectory() as root:
        shop = Shop(Path(root))
        shop.put("contacts.csv", bytes(data))
        try:
            report = shop.load()
        except UserError as error:
            assert all("contacts.csv" in problem for problem in str(error).splitlines())
            return
        (contacts,) = report.files
        assert contacts.row_count == len(shop.rows("contacts"))
        assert contacts.unreadable_count == len(shop.aside())
        assert contacts.row_count + contacts.unreadable_count >= 1


@QUICK
@given(damage=PLACES, quoted=st.booleans())
def test_damage_inside_lines_costs_the_damaged_lines_alone(
    damage: list[tuple[int, int]], quoted: bool
) -> None:
    marks = b'\n\r"'
    header, *lines = written([("contact_id", "email", "city"), *ROWS], quoted=quoted).splitlines()
    hurt = set()
    for place, byte in damage:
        line = bytearray(lines[place % 30])
        at = place % len(line)
        if byte not in marks and line[at] not in marks and line[at] != byte:
            line[at] = byte
            lines[place % 30] = bytes(line)
            hurt.add(place % 30)
    with tempfile.TemporaryDirectory() as root:
        shop = Shop(Path(root))
        taken = shop.loaded(b"\n".join([header, *lines]))
        assert len(taken) + len(shop.aside()) == len(ROWS)
        assert {row for i, row in enumerate(ROWS) if i not in hurt} <= set(taken)


@QUICK
@given(line=st.integers(0, 29), field=st.integers(0, 2))
def test_one_stray_quote_costs_one_line_at_most(line: int, field: int) -> None:
    rows = [list(row) for row in ROWS]
    rows[line][field] = '"' + rows[line][field]
    content = "contact_id,email,city\n" + "\n".join(",".join(row) for row in rows)
    with tempfile.TemporaryDirectory() as root:
        shop = Shop(Path(root))
        assert shop.loaded(content.encode()) == [row for i, row in enumerate(ROWS) if i != line]
        assert [number for number, _ in shop.aside()] == [line + 2]
