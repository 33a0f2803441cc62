"""What is published in a DuckLake: a snapshot for each release.

Its commit message has the manifest. The latest snapshot is what is published: an earlier release
that is published again is copied into a new one.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import duckdb

from customer_segments.database import columns_by_table, in_memory
from customer_segments.engines.database import Database, Table
from customer_segments.engines.ducklake import SCHEMA, Lake
from customer_segments.engines.postgres import connected
from customer_segments.errors import UserError
from customer_segments.files import checksum
from customer_segments.locks import held
from customer_segments.releases.file import write_file
from customer_segments.releases.store import Published, Release
from customer_segments.sql import literal, name

# Seconds to wait for another process that publishes or rolls back.
PATIENCE = 60
# How long readers of a snapshot that is no release any more can go on.
READERS = "now() - interval '1 hour'"


class Snapshots(Published):
    """The releases in one lake."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._draft = lake.folder / "draft.duckdb"

    @property
    def database(self) -> Database:
        return _Rewritten(self, self._lake, None)

    def release(self, number: int) -> Lake:
        snapshots = {known.release: snapshot for snapshot, known in self._snapshots() if known}
        return Lake(self._lake.folder, snapshots[number])

    @contextmanager
    def changing(self) -> Iterator[None]:
        with held(self._lake.folder / ".lock", str(self._lake), PATIENCE):
            try:
                self._draft.unlink(missing_ok=True)
                yield
            except duckdb.Error as error:
                raise UserError(
                    f"{self._lake} cannot be replaced: {str(error).splitlines()[0]}"
                ) from error
            finally:
                self._draft.unlink(missing_ok=True)

    def kept(self) -> list[Release]:
        return sorted(self._by_number().values(), key=lambda known: -known.release)

    def current(self) -> Release | None:
        """None when somebody else wrote in the lake since."""
        snapshots = self._snapshots()
        return snapshots[-1][1] if snapshots else None

    def next_number(self) -> int:
        return max(self._by_number(), default=0) + 1

    def write(
        self,
        warehouse: Database,
        tables: Collection[str],
        rows: Mapping[str, str],
        words: Mapping[str, Any],
    ) -> tuple[dict[str, int], Any]:
        """Into a file first: the warehouse's draft takes its place before the lake is written."""
        return write_file(self._draft, str(warehouse), tables, rows, words)

    def sums(self, warehouse: Database) -> dict[str, Any]:
        """The lake has no file of its own, so no checksum of one."""
        return {
            "byte_count": self._draft.stat().st_size,
            "sha256": "",
            "warehouse_sha256": checksum(Path(str(warehouse))),
        }

    def add(self, release: Release, accept: Callable[[], None]) -> None:
        with in_memory() as connection:
            connection.execute(f"attach {literal(self._draft)} as source (read_only)")
            self.write_snapshot(connection, release, accept=accept)

    def put_in_place(self, release: Release) -> None:
        if release != self.current():
            with in_memory() as connection:
                self.release(release.release).attach(connection, "source")
                self.write_snapshot(connection, release)

    @contextmanager
    def rewritten(self, release: Release) -> Iterator[Database]:
        """What is published is published anew without the rows. An earlier release is not kept any
        more, since a snapshot never changes.
        """
        yield _Rewritten(self, self.release(release.release), release)

    def prune(self, count: int) -> None:
        latest = {known.release for known in self.kept()[:count]}
        self.expire(lambda known: known.release in latest, READERS)

    def write_snapshot(
        self,
        connection: duckdb.DuckDBPyConnection,
        release: Release | None,
        conditions: Mapping[Table, str] | None = None,
        accept: Callable[[], None] = lambda: None,
    ) -> None:
        """Publish the tables of the catalog `source`, those rows for which a condition holds, in
        one snapshot; without a manifest where they are no release.
        """
        self._lake.attach_to_write(connection, "lake")
        connection.execute("begin")
        for schema, table in columns_by_table(connection, "lake"):
            connection.execute(f"drop table lake.{name(schema)}.{name(table)}")
        for schema, table in columns_by_table(connection, "source"):
            _copy(connection, table, (conditions or {}).get((schema, table), ""))
        accept()
        if release is not None:
            connection.execute(
                "call lake.set_commit_message('segments', $message, extra_info => $manifest)",
                {"message": f"release {release.release}", "manifest": json.dumps(asdict(release))},
            )
        connection.execute("commit")

    def expire(self, is_kept: Callable[[Release], bool], until: str) -> None:
        """Forget all snapshots but the latest one of each release that is kept, and remove the
        files that were given up before a time.
        """
        snapshots = self._snapshots()
        latest = {known.release: snapshot for snapshot, known in snapshots if known}
        kept = {latest[known.release] for _, known in snapshots if known and is_kept(known)}
        kept.add(snapshots[-1][0])
        expired = [snapshot for snapshot, _ in snapshots if snapshot not in kept]
        with in_memory() as connection:
            self._lake.attach_to_write(connection, "lake")
            if expired:
                connection.execute(f"call ducklake_expire_snapshots('lake', versions => {expired})")
            connection.execute(f"call ducklake_cleanup_old_files('lake', older_than => {until})")

    def latest(self) -> int:
        """Return the snapshot that is published."""
        return self._snapshots()[-1][0]

    def _by_number(self) -> dict[int, Release]:
        return {known.release: known for _, known in self._snapshots() if known}

    def _snapshots(self) -> list[tuple[int, Release | None]]:
        """Return all snapshots in order, with the release that each is."""
        if not self._lake.exists():
            return []
        # Asked of PostgreSQL itself: to load DuckDB's extensions takes half a second.
        with connected() as connection, connection.cursor() as cursor:
            cursor.execute(
                "select snapshot_id, commit_extra_info"
                f" from {SCHEMA}.ducklake_snapshot_changes order by snapshot_id"
            )
            rows = cursor.fetchall()
        return [
            (snapshot, Release(**json.loads(manifest)) if manifest else None)
            for snapshot, manifest in rows
        ]


class _Rewritten(Lake):
    """A release, or what is published whether it is one or not, from which rows are removed."""

    def __init__(self, snapshots: Snapshots, lake: Lake, release: Release | None) -> None:
        super().__init__(lake.folder, lake.snapshot)
        self._snapshots, self._release = snapshots, release

    def keep(
        self, connection: duckdb.DuckDBPyConnection, conditions: Mapping[Table, str]
    ) -> dict[str, int]:
        release, snapshots = self._release, self._snapshots
        is_latest = release is None or release == snapshots.current()
        Lake(self.folder, self.snapshot or snapshots.latest()).attach(connection, "source")
        counts = {
            table: connection.execute(
                f"select count(*), count(*) filter ({condition or 'true'})"
                f" from source.{name(table)}"
            ).fetchall()[0]
            for (_, table), condition in conditions.items()
        }
        if is_latest:
            if release is not None:
                row_counts = {table: counts[table][1] for table in release.row_counts}
                release = replace(release, row_counts=row_counts)
            snapshots.write_snapshot(connection, release, conditions)
        snapshots.expire(lambda known: is_latest or known != release, "now()")
        return {table: all - left for table, (all, left) in counts.items() if all > left}


def _copy(connection: duckdb.DuckDBPyConnection, table: str, condition: str) -> None:
    """Copy a table of the catalog `source`, with what a lake keeps of its constraints."""
    columns = connection.execute(
        "select column_name, data_type, is_nullable, comment from duckdb_columns()"
        " where database_name = 'source' and table_name = $table order by column_index",
        {"table": table},
    ).fetchall()
    declared = ", ".join(
        f"{name(column)} {data_type}{'' if is_nullable else ' not null'}"
        for column, data_type, is_nullable, _ in columns
    )
    there = f"lake.{name(table)}"
    connection.execute(f"create table {there} ({declared})")
    connection.execute(f"insert into {there} from source.{name(table)} where {condition or 'true'}")
    comments = connection.execute(
        "select comment from duckdb_tables()"
        " where database_name = 'source' and table_name = $table",
        {"table": table},
    ).fetchall()
    for subject, comment in [
        *((f"table {there}", comment) for (comment,) in comments),
        *((f"column {there}.{name(column)}", comment) for column, _, _, comment in columns),
    ]:
        if comment:
            connection.execute(f"comment on {subject} is {literal(comment)}")
