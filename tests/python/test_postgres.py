"""What was loaded comes into PostgreSQL as it is, and only what changed is written again."""

import shutil
from pathlib import Path

import duckdb
import pytest

from customer_segments.engines.loaded import bring_in
from customer_segments.engines.postgres import connected, fetch_rows
from customer_segments.errors import UserError
from customer_segments.sql import literal

pytest.importorskip("psycopg2", reason="the driver for PostgreSQL is not installed")

TRICKY = [
    ("a", "", ["x", 'quoted "x"', "back\\slash", "com,ma", "{}", "null"], 1.1),
    ("b", None, [], None),
    ("c", "line\nbreak, 'quote' \"double\" \\N \\. é e\u0301 😀", None, 1e-300),
    ("d", "NULL", [""], float("inf")),
]


def write(file: Path, rows: list[tuple[object, ...]], columns: str = "") -> None:
    file.parent.mkdir(exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(
            "create table rows (contact_id varchar, note varchar, interests varchar[], rate double"
            f"{columns})"
        )
        for row in rows:
            connection.execute(f"insert into rows values ({', '.join('?' * len(row))})", row)
        connection.execute(f"copy rows to {literal(file)} (format parquet)")


@pytest.fixture
def loaded(server: None, tmp_path: Path) -> Path:
    with connected() as connection, connection.cursor() as cursor:
        cursor.execute("drop schema if exists loaded cascade")
    write(tmp_path / "contacts" / "one.parquet", TRICKY[:2])
    write(tmp_path / "contacts" / "two.parquet", TRICKY[2:])
    shutil.copy(tmp_path / "contacts" / "one.parquet", tmp_path / "files.parquet")
    return tmp_path


def contacts() -> list[tuple[object, ...]]:
    with connected() as connection, connection.cursor() as cursor:
        cursor.execute("select * from loaded.contacts order by contact_id")
        return list(cursor.fetchall())


def test_values_stay_what_they_are(loaded: Path) -> None:
    bring_in(loaded)
    assert contacts() == TRICKY


def test_they_come_back_as_they_are(loaded: Path) -> None:
    bring_in(loaded)
    with duckdb.connect() as duck, connected() as connection, connection.cursor() as cursor:
        fetch_rows(cursor, "loaded.contacts", duck, "fetched")
        assert duck.execute("from fetched order by contact_id").fetchall() == TRICKY
        types = [kind for _, kind, *_ in duck.execute("describe fetched").fetchall()]
        assert types == ["VARCHAR", "VARCHAR", "VARCHAR[]", "DOUBLE"]


def test_only_what_changed_is_written(loaded: Path) -> None:
    assert bring_in(loaded) == ["contacts/one", "contacts/two", "files/files"]
    assert bring_in(loaded) == []
    write(loaded / "contacts" / "two.parquet", [("e", None, None, 2.0)])
    assert bring_in(loaded) == ["contacts/two"]
    assert [row[0] for row in contacts()] == ["a", "b", "e"]
    (loaded / "contacts" / "one.parquet").unlink()
    assert bring_in(loaded) == []
    assert [row[0] for row in contacts()] == ["e"]


def test_a_new_column_is_taken_in(loaded: Path) -> None:
    bring_in(loaded)
    write(loaded / "contacts" / "two.parquet", [("e", None, None, 2.0, 7)], ", age integer")
    assert bring_in(loaded) == ["contacts/one", "contacts/two"]
    assert [row[4:] for row in contacts()] == [(None,), (None,), (7,)]


def test_nothing_is_changed_when_a_file_can_not_be_read(loaded: Path) -> None:
    bring_in(loaded)
    (loaded / "contacts" / "one.parquet").unlink()
    (loaded / "events").mkdir()
    (loaded / "events" / "broken.parquet").write_bytes(b"PAR1")
    with pytest.raises((UserError, duckdb.Error)):
        bring_in(loaded)
    assert contacts() == TRICKY


def test_a_server_that_is_down_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGRES_PORT", "1")
    with pytest.raises(UserError) as problem, connected():
        pass
    assert "port 1" in str(problem.value) and "POSTGRES_PORT" in str(problem.value)
    assert "\n" not in str(problem.value)


def test_a_wrong_password_is_one_sentence(server: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGRES_PASSWORD", "wrong")
    with pytest.raises(UserError, match="password authentication failed") as problem, connected():
        pass
    assert "wrong" not in str(problem.value) and "\n" not in str(problem.value)
