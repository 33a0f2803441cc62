"""The report: one page that says what the published tables say, in words, charts and tables.

A section's query is a file in sql/, its form a template in templates/report/. A query that reads a
table which is not published, because its group of results is switched off, is left out, and so is
what the page would say of it.
"""

import base64
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment, TemplateError
from markupsafe import Markup

from customer_segments.database import named_rows
from customer_segments.dbt import PROJECT
from customer_segments.engines.database import Database
from customer_segments.engines.duckdb_file import as_database
from customer_segments.errors import UserError
from customer_segments.places import Places
from customer_segments.report.page import environment, write_template
from customer_segments.report.wording import wording
from customer_segments.segments.list import rule_files
from customer_segments.sentences import database_sentence
from customer_segments.sql import name

_HERE = Path(__file__).parent
_QUERIES = sorted((_HERE / "sql").glob("*.sql"))
_SCRIPT = _HERE / "templates" / "report" / "script.js"
Row = dict[str, Any]


def page_of(places: Places) -> Path:
    """Return where a build writes its report: beside the published file."""
    published = places.published
    stem = published.stem if places.target == "duckdb" else places.target
    return published.with_name("report.html" if stem == "segments" else f"{stem}.report.html")


def write_report(published: Path | Database, page: Path, language: str = "en") -> int:
    """Write the report from the published tables and return its size in bytes.

    Rules are shown as the project has them. Raises UserError when the tables or the file can't be
    read or written.
    """
    try:
        with as_database(published).opened() as connection:
            found = _results(connection, language)
    except duckdb.Error as error:
        # A page of another release than the one published would be believed.
        page.unlink(missing_ok=True)
        raise UserError(
            f"there is no report of {published}, which another version published"
            f" ({database_sentence(str(error))}); run make build"
        ) from error
    if not found.get("release"):
        raise UserError(f"{published} does not say which release it is; run make build first")
    segments = {row["segment"]: row for row in found["segments"]}
    script = _SCRIPT.read_text(encoding="utf-8")
    try:
        write_template(
            _environment(language),
            "report/report.html.jinja",
            page,
            found=found,
            release=found["release"][0],
            days=next(iter(found.get("days", [])), None),
            segments=segments,
            **_moved(found["segments"]),
            causes=_by(found.get("causes", []), "segment"),
            by=_by,
            currency=_currency(found.values()),
            rules={file.stem: file.read_text("utf-8") for file in rule_files(PROJECT / "models")},
            w=wording(language).words,
            language=language,
            script=Markup(script),
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        )
    except OSError as error:
        raise UserError(
            f"the segments are published, but {page} can't be written ({error.strerror}); run make"
            " report once it can"
        ) from error
    except TemplateError as error:
        page.unlink(missing_ok=True)
        raise UserError(f"the segments are published, but not their report: {error}") from error
    return page.stat().st_size


@cache
def _environment(language: str) -> Environment:
    return environment({**wording(language).filters, "points": points, "short": short})


def _results(connection: duckdb.DuckDBPyConnection, language: str) -> dict[str, list[Row]]:
    """Return the rows of each query whose tables are all there."""
    tables = _tables(connection)
    for table, columns in tables.items():
        _translate(connection, table, columns, language)
    found = {}
    for file in _QUERIES:
        sql = file.read_text(encoding="utf-8")
        if connection.get_table_names(sql) <= tables.keys():
            found[file.stem] = named_rows(connection, sql)
    return found


def _tables(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    rows = connection.execute(
        "select table_name, list(column_name) from duckdb_columns()"
        " where database_name = current_database() and schema_name = 'main' group by table_name"
    ).fetchall()
    return dict(rows)


def _translate(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], language: str
) -> None:
    """Let a query read the words of a language where the table has them: label_fr for label."""
    words = {
        column: f"{column}_{language}" for column in columns if f"{column}_{language}" in columns
    }
    if words:
        replaced = ", ".join(
            f"coalesce({name(other)}, {name(column)}) as {name(column)}"
            for column, other in words.items()
        )
        ((catalog,),) = connection.execute("select current_database()").fetchall()
        connection.execute(
            f"create temp view {name(table)} as"
            f" select * replace ({replaced}) from {name(catalog)}.main.{name(table)}"
        )


def _moved(segments: Sequence[Row]) -> dict[str, object]:
    """Return which segments changed since the day before, and since the first day, most first; a
    segment that is new or defined anew has no change of its members.
    """
    old = [row for row in segments if row["count_before"] is not None and not row["is_redefined"]]
    changes = [row for row in old if row["entered_count"] or row["left_count"]]
    grown = [row for row in old if row["member_count"] != row["first_count"]]
    return {
        "changes": sorted(changes, key=_weight),
        "unusual": sum(row["is_unusual"] for row in changes),
        "grown": sorted(
            grown, key=lambda row: (-abs(row["member_count"] - row["first_count"]), row["segment"])
        ),
        "new_segments": [row for row in segments if row["count_before"] is None],
        "redefined": [row for row in segments if row["is_redefined"]],
    }


def _weight(row: Row) -> tuple[object, ...]:
    entered, left = row["entered_count"], row["left_count"]
    return not row["is_unusual"], -abs(entered - left), -(entered + left), row["segment"]


def _currency(results: Iterable[Sequence[Row]]) -> str | None:
    return next((row["currency"] for rows in results for row in rows if row.get("currency")), None)


def _by(rows: Sequence[Row], column: str) -> Mapping[Any, list[Row]]:
    """Return rows by the value of a column."""
    groups = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return groups


def short(text: str, most: int = 70) -> str:
    """Return a name of the data so that it fits: cut, and long words with places to break at."""
    cut = text if len(text) <= most else text[: most - 1].rstrip() + "…"
    return re.sub(r"(\S{12})(?=\S)", "\\1\N{ZERO WIDTH SPACE}", cut)


def points(sizes: Sequence[int], days: Sequence[date]) -> str:
    """Return sizes over days as the points of a line in a box of 100 by 24, 0 at its foot or, of
    sizes that differ little, far below it.
    """
    most, least = max(sizes), min(sizes)
    foot = max(0, least - (most - least))
    height = 20 / ((most - foot) or 1)
    width = 100 / ((days[-1] - days[0]).days or 1)
    return " ".join(
        f"{(day - days[0]).days * width:.0f},{22 - (size - foot) * height:.0f}"
        for day, size in zip(days, sizes, strict=True)
    )
