"""What people typed goes out only when it is harmless in a message; honest names are left alone."""

import os
from collections.abc import Iterator

import duckdb
import pytest

from customer_segments.dbt import compile_models
from tests.python.deliveries import parsed
from tests.python.shared import PROJECT

WAREHOUSE = PROJECT / os.environ.get("WAREHOUSE", "target/test/warehouse.duckdb")
LENGTH = 50

HONEST = [
    "Jean-Luc", "O'Neill", "O’Neill", "Anne-Marie d'Ørsted", "李", "小明", "Ngô",
    "Nguyễn Thị Minh Khai", "Maria del Carmen", "J. R.", "J.R.R.", "J.R.", "J.Lo", "Dr. Müller",
    "Dr.Dr. Meier", "Ph.D. Meier", "Anne.Marie", "Jean.Luc", "von und zu Guttenberg",
    "St. John-Smythe", "M'Bala", "ʻAkahi", "N’Diaye", "Иван", "Ἀλέξανδρος", "محمد", "עִידוֹ",
    "می‌خواهم", "ไพศาล", "Zoë & Tom", "R&D", "H&M", "Tom + Anna", "Anna (Annie)",
    "Anna, geb. Frei", "Anna / Ben", "X Æ A-12", "8. Mai", "Jr.", "i", "100 % Anna", "Gr. 42",
    "No. 5", "v. 2.0", "1.5 kg", "A*", "#1", "C#", "<3", "3 < 4", "[Anna]", "Anna: die Erste",
    "Hotel:Ritz", "€ 20", "US$ 5", "~ Anna ~", "x" * LENGTH, "李" * LENGTH,
]  # fmt: skip
UNSAFE = [
    # Addresses.
    "http://evil.example", "HTTPS://EVIL.EXAMPLE/x", "see //evil.example", "evil.com",
    "Win: evil.com!", "www.evil.example", "evil.ch", "bit.ly/2x", "t.co/abc", "x.com", "a-b.shop",
    "evil.рф", "xn--80ak6aa92e.xn--p1ai", "evil.example/win", "192.168.0.1", "a@b.ch",
    "anna@localhost", "mailto:anna", "javascript:alert(1)", "tel:+4179", "evil。com",
    "ｅｖｉｌ．ｃｏｍ", "evil．com", "ｈｔｔｐ：／／x", "a＠b.ch", "evil\u200b.com",
    "evil\u00ad.com",
    # Markup.
    "<b>Anna</b>", "Anna<br", "<img src=x", "</a>", "<!-- x", "<?php", "< b >", "&lt;b&gt;",
    "&#60;", "&#x3c", "Tom &amp; Anna", "＜b＞", "﹤script﹥",
    # Merge tags.
    "*|FNAME|*", "*|IF:X|*", "*|", "{{ contact.EMAIL }}", "{{x}}", "{% if x %}", "{x}",
    "{!Contact.Email}", "{$name}", "${x}", "#{x}", "%%First Name%%", "%%=v(@x)=%%", "%FIRSTNAME%",
    "%recipient.name%", "[[name]]", "[[data:email:\"\"]]", "[firstname,fallback=x]", "[%name%]",
    "<%= x %>", "#firstname#", "$$NAME$$", "~~NAME~~", "｛｛x｝｝", "％％x％％", "﹛x﹜",
    # Control characters and those that turn the direction.
    "Anna\nMeier", "Anna\tMeier", "Anna\0", "Anna\x07", "Anna\x85Meier", "Anna\u2028Meier",
    "Anna\u202egnp", "\u2067Anna\u2069", "Anna\U000e0041",
    # Lengths.
    "x" * (LENGTH + 1), "李" * (LENGTH + 1), "Z\u0335\u0336\u0337" * 20,
]  # fmt: skip


@pytest.fixture(scope="module")
def names(warehouse: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The model's own SQL as a macro of the two names."""
    sql = compile_models(["outgoing_names"], {}, WAREHOUSE, parsed())["outgoing_names"]
    with duckdb.connect() as connection:
        file = warehouse.execute("select path from duckdb_databases() where path is not null")
        connection.execute(f"attach '{file.fetchall()[0][0]}' as warehouse (read_only)")
        connection.execute(
            "create table typed (contact_id varchar, first_name varchar, last_name varchar)"
        )
        connection.execute(
            "create view names as " + sql.replace('"warehouse"."main"."dim_contacts"', "typed")
        )
        yield connection


def typed(connection: duckdb.DuckDBPyConnection, text: str | None) -> tuple[str, ...]:
    """Return first and last name as they go out, and whether they were replaced."""
    connection.execute("delete from typed")
    connection.execute("insert into typed values ('1', $text, $text)", {"text": text})
    rows = connection.execute("select * exclude (contact_id) from names").fetchall()
    assert len(rows) == 1
    return tuple(rows[0])


@pytest.mark.parametrize("text", HONEST)
def test_an_honest_name_goes_out_as_it_is(names: duckdb.DuckDBPyConnection, text: str) -> None:
    assert typed(names, text) == (text, text, False, False)


@pytest.mark.parametrize("text", UNSAFE)
def test_an_unsafe_name_gives_way(names: duckdb.DuckDBPyConnection, text: str) -> None:
    assert typed(names, text) == ("dear customer", "customer", True, True)


def test_no_name_stays_none(names: duckdb.DuckDBPyConnection) -> None:
    assert typed(names, None) == (None, None, False, False)


def test_the_demos_names_and_products_all_go_out(warehouse: duckdb.DuckDBPyConnection) -> None:
    """The demo has no unsafe one: what is replaced there is a mistake."""
    replaced = warehouse.execute(
        "select count(*), count(*) filter (where is_first_name_replaced or is_last_name_replaced)"
        " from outgoing_names union all"
        " select count(*), count(*) filter (where is_product_name_replaced)"
        " from message_personalisation"
    ).fetchall()
    assert all(count > 20 and not unsafe for count, unsafe in replaced)
