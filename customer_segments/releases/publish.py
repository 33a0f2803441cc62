"""Publishes the tables that a green build made, as a new release."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from dbt.contracts.graph.manifest import Manifest
from dbt.version import __version__ as dbt_version

from customer_segments.dbt import git, project_file
from customer_segments.files import checksum
from customer_segments.releases.releases import Release, Releases
from customer_segments.sql import literal

_RELEASE = Path(__file__).with_name("release.sql")


def published_rows(parsed: Manifest) -> dict[str, str]:
    """Return which rows are published of the public models that also have others: a condition."""
    return {
        node.name: node.config.meta["published_where"]
        for node in parsed.nodes.values()
        if "published_where" in node.config.meta
    }


def publish(
    warehouse: Path,
    published: Path,
    keys: Mapping[str, Sequence[str]],
    kept: int,
    rows: Mapping[str, str],
    accept: Callable[[], None],
    accepted: Sequence[Mapping[str, str]] = (),
) -> Release:
    """Copy tables, with constraints and comments, into a new file and put it in place, after
    `accept` has put the warehouse itself in place.

    The tables are those that `keys` has, and the table `release`, which says where they come
    from. Of a table in `rows`, those are published for which its condition holds. The file is
    replaced as a whole: who has the old one open goes on reading it. The last `kept` releases
    are kept; `accepted` is what people let pass in the batch. A process killed between the two
    leaves a warehouse that is ahead of what is published. Raises UserError, as `accept` does; the
    file in place is then as it was.
    """
    releases = Releases(published)
    with releases.changing():
        number, current = releases.next_number(), releases.current()
        releases.draft.parent.mkdir()
        project = project_file()
        built_at, version = datetime.now(UTC), str(project["version"])
        # With -dirty if the project was changed since.
        described = git("describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")
        revision = described or None
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute(f"attach {literal(releases.draft)} as draft")
            row_counts = {
                table: _copy(connection, table, rows.get(table, "true")) for table in keys
            }
            as_of = connection.execute("select max(as_of) from draft.segments").fetchall()[0][0]
            connection.execute(_RELEASE.read_text(encoding="utf-8"))
            connection.execute(
                "insert into draft.release values (?, ?, ?, ?, ?)",
                [number, as_of, built_at.replace(tzinfo=None), revision, version],
            )
            connection.execute("checkpoint draft")
            connection.execute("detach draft")
        release = Release(
            release=number,
            previous=current.release if current else None,
            as_of=str(as_of),
            built_at=built_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            git_revision=revision,
            project_version=version,
            dbt_version=dbt_version,
            byte_count=releases.draft.stat().st_size,
            sha256=checksum(releases.draft),
            row_counts=row_counts,
            keys=keys,
            warehouse_sha256=checksum(warehouse),
            accepted=accepted,
        )
        releases.add(release, accept)
        releases.prune(kept)
    return release


def _copy(connection: duckdb.DuckDBPyConnection, table: str, condition: str) -> int:
    """Copy the rows of a table, or view, for which a condition holds; return how many there are."""
    here = "database_name = current_database() and schema_name = 'main'"
    definition, comment = connection.execute(
        f"select sql, comment from duckdb_tables() where {here} and table_name = $table"
        f" union all select null, comment from duckdb_views() where {here} and view_name = $table",
        {"table": table},
    ).fetchall()[0]
    if definition is None:
        copy = f'create table draft."{table}" as from main."{table}" where {condition}'
    else:
        connection.execute(definition.replace("CREATE TABLE ", "CREATE TABLE draft.", 1))
        copy = f'insert into draft."{table}" from main."{table}" where {condition}'
    inserted = connection.execute(copy).fetchall()
    _comment(connection, f'table draft."{table}"', comment)
    columns = connection.execute(
        f"select column_name, comment from duckdb_columns() where {here} and table_name = ?",
        [table],
    ).fetchall()
    for column, column_comment in columns:
        _comment(connection, f'column draft."{table}"."{column}"', column_comment)
    return int(inserted[0][0])


def _comment(connection: duckdb.DuckDBPyConnection, subject: str, comment: str | None) -> None:
    if comment:
        connection.execute(f"comment on {subject} is {literal(comment)}")
