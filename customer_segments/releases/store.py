"""Where a build works and what it publishes, whatever engine that is on."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from customer_segments.engines.database import Database


@dataclass(frozen=True)
class Release:
    """What a manifest says of what was published.

    Numbers only ever grow, whatever the clock says; `previous` is the release that was in place
    when this one was published, None for the first. Times are in UTC, keys are the columns that
    tell a table's rows apart. `sha256` is of the published file, empty on a server.
    `warehouse_sha256` is of the warehouse as it was published, empty for what was published before
    that was kept. `accepted` says who let pass what looked odd in its batch, why and until when.
    """

    release: int
    previous: int | None
    as_of: str
    built_at: str
    git_revision: str | None
    project_version: str
    dbt_version: str
    byte_count: int
    sha256: str
    row_counts: Mapping[str, int]
    keys: Mapping[str, Sequence[str]]
    warehouse_sha256: str = ""
    accepted: Sequence[Mapping[str, str]] = ()


class Draft(ABC):
    """What is to become the warehouse. One that did not stays to be looked at until the next."""

    @property
    @abstractmethod
    def database(self) -> Database:
        """What dbt builds in."""

    @abstractmethod
    def remove(self) -> None:
        """Remove what an earlier build left."""

    @abstractmethod
    def begin(self, carried: Collection[str] = (), dropped: Collection[str] = ()) -> None:
        """Begin with the warehouse as it is now, if there is one; with all of it but what is
        dropped, or with what is carried over: tables, as schema.table, that are made of their own
        earlier rows.

        Raises UserError when another process writes in it, or when the draft can't be written.
        """

    @property
    @abstractmethod
    def is_of_warehouse(self) -> bool:
        """Whether the warehouse is still what the draft began with."""

    @abstractmethod
    def follow(self) -> None:
        """Take the warehouse as it is now for what the draft began with: the same was done to
        both.
        """

    @abstractmethod
    def at_hand(
        self, before: bool = False
    ) -> AbstractContextManager[tuple[duckdb.DuckDBPyConnection, str] | None]:
        """Give DuckDB the draft to write in, or the warehouse to read, as it was before, with the
        draft beside it; and what the draft's schema main is called there. None where DuckDB can't
        write in it. Raises UserError for what goes wrong in the block.
        """

    @abstractmethod
    def settle(self) -> None:
        """Bring to its place what dbt wrote. Raises UserError when there is no space for it."""

    @abstractmethod
    def put_in_place(self) -> None:
        """Make the draft the warehouse, in one step; who reads the old one goes on reading it.

        Raises UserError when somebody else wrote in the warehouse meanwhile or has it open for
        that, OSError when it can't be; the warehouse is then as it was.
        """


class Published(ABC):
    """What dashboards read, with the releases to go back to."""

    @property
    @abstractmethod
    def database(self) -> Database:
        """What is published."""

    def __str__(self) -> str:
        """Where it is."""
        return str(self.database)

    @abstractmethod
    def release(self, number: int) -> Database:
        """Return the tables of a release."""

    @abstractmethod
    def changing(self) -> AbstractContextManager[None]:
        """Hold the lock for publishing, and clear away what a killed process left.

        Raises UserError when the lock can't be had, or for what can't be written in the block.
        """

    @abstractmethod
    def kept(self) -> list[Release]:
        """Return the releases that can be published again, the latest first."""

    @abstractmethod
    def current(self) -> Release | None:
        """Return the release that is published; None when it is none of those kept."""

    @abstractmethod
    def next_number(self) -> int:
        """Return the number of the next release."""

    @abstractmethod
    def write(
        self,
        warehouse: Database,
        tables: Collection[str],
        rows: Mapping[str, str],
        words: Mapping[str, Any],
    ) -> tuple[dict[str, int], Any]:
        """Write the tables of the next release, with constraints and comments, where nobody looks
        yet; of a table in `rows` those rows for which its condition holds. `words` are what the
        table `release` says, but for the day. Return the row counts, and the day.
        """

    @abstractmethod
    def sums(self, warehouse: Database) -> dict[str, Any]:
        """Return the size and the checksums of what was written, for its manifest."""

    @abstractmethod
    def add(self, release: Release, accept: Callable[[], None]) -> None:
        """Make what was written a release and publish it, in one step; `accept` puts the warehouse
        in place, in the same step or just before.

        Raises OSError, and UserError when the copy is not what was written, or what `accept`
        raises; what is published is then as it was.
        """

    @abstractmethod
    def put_in_place(self, release: Release) -> None:
        """Publish a release again, in one step.

        Raises OSError, and UserError when the release is damaged; what is published is then as it
        was.
        """

    @abstractmethod
    def rewritten(self, release: Release) -> AbstractContextManager[Database]:
        """Give a release's tables to remove rows of. Raises OSError and duckdb.Error."""

    @abstractmethod
    def prune(self, count: int) -> None:
        """Remove all releases but the last so many and the one published. Raises OSError."""


class Store(ABC):
    """A warehouse, its draft, and what is published of it."""

    warehouse: Database
    draft: Draft
    published: Published

    @abstractmethod
    def held(self) -> AbstractContextManager[None]:
        """Keep other builds away. Raises UserError when one is at work."""

    @abstractmethod
    def clear(self) -> None:
        """Remove what an earlier build left, and see that this one will be able to write.

        Raises UserError when it won't.
        """

    @abstractmethod
    def bring_in(self, loaded: Path) -> None:
        """Let the models read what was loaded into a folder. Raises UserError."""

    @abstractmethod
    def state(self) -> object:
        """Return what is another once the warehouse or what is published is another."""

    @abstractmethod
    def is_of_one_build(self) -> bool:
        """Return whether what is published was made of the warehouse as it is."""
