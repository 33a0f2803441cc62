"""The last published files, each with its manifest, and the way back to one of them.

Beside the published file stands a folder, for segments.duckdb it is segments.releases, with a
folder for each release: segments.duckdb and manifest.json. The published file is a copy of one
of them; which one, its checksum tells, so that file and manifest can't contradict each other.
"""

import json
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import duckdb

from customer_segments.engines.database import Database
from customer_segments.engines.duckdb_file import DuckDBFile
from customer_segments.errors import UserError
from customer_segments.files import checksum, flush, log_of, write_whole
from customer_segments.locks import held
from customer_segments.releases.file import write_file
from customer_segments.releases.store import Published, Release

# Seconds to wait for another process that publishes or rolls back.
PATIENCE = 60
# No release, but one that is being written or that a killed build left.
DRAFT = ".draft"


class Releases(Published):
    """The releases of one published file."""

    def __init__(self, published: Path) -> None:
        self.published = published
        self.folder = published.with_name(f"{published.stem}.releases")

    @property
    def database(self) -> Database:
        return DuckDBFile(self.published)

    def release(self, number: int) -> Database:
        return DuckDBFile(self.file(number))

    def file(self, number: int) -> Path:
        """Return where the file of a release is, or would be."""
        return self.folder / str(number) / self.published.name

    @contextmanager
    def changing(self) -> Iterator[None]:
        with held(self.folder / ".lock", str(self.published), PATIENCE):
            try:
                self._clear()
                yield
            except (OSError, duckdb.Error) as error:
                why = error.strerror if isinstance(error, OSError) else str(error).splitlines()[0]
                raise UserError(
                    f"{self.published} cannot be replaced ({why}); "
                    "check the free space and the permissions there"
                ) from error
            finally:
                self._clear()

    def kept(self) -> list[Release]:
        """They have a readable manifest."""
        found = []
        for number in sorted(self._numbers(), reverse=True):
            try:
                text = (self.folder / str(number) / "manifest.json").read_text(encoding="utf-8")
                found.append(Release(**json.loads(text)))
            except (OSError, ValueError, TypeError):
                continue
        return found

    def current(self) -> Release | None:
        """Its checksum tells which one the file is."""
        if not self.published.is_file():
            return None
        size = self.published.stat().st_size
        candidates = [known for known in self.kept() if known.byte_count == size]
        found = checksum(self.published) if candidates else ""
        return next((known for known in candidates if known.sha256 == found), None)

    def next_number(self) -> int:
        return max(self._numbers(), default=0) + 1

    @property
    def draft(self) -> Path:
        """Where the file of the next release is written."""
        return self.folder / DRAFT / self.published.name

    def write(
        self,
        warehouse: Database,
        tables: Collection[str],
        rows: Mapping[str, str],
        words: Mapping[str, Any],
    ) -> tuple[dict[str, int], Any]:
        self.draft.parent.mkdir()
        return write_file(self.draft, str(warehouse), tables, rows, words)

    def sums(self, warehouse: Database) -> dict[str, Any]:
        return {
            "byte_count": self.draft.stat().st_size,
            "sha256": checksum(self.draft),
            "warehouse_sha256": checksum(Path(str(warehouse))),
        }

    def add(self, release: Release, accept: Callable[[], None]) -> None:
        """Once there is nothing left to write, `accept` is called."""
        _write_manifest(self.draft.parent, release)
        for path in (self.draft, self.draft.parent):
            flush(path)
        self._copy_checked(self.draft, release)
        accept()
        self.draft.parent.rename(self.folder / str(release.release))
        flush(self.folder)
        self._replace()

    def put_in_place(self, release: Release) -> None:
        self._copy_checked(self.file(release.release), release)
        self._replace()

    @contextmanager
    def rewritten(self, release: Release) -> Iterator[Database]:
        """It is a copy of the release's file, which then takes its place; the
        published file is another copy and stays as it is.
        """
        number = str(release.release)
        draft = self.folder / f"{DRAFT}.{number}" / self.published.name
        shutil.copytree(self.folder / number, draft.parent)
        yield DuckDBFile(draft)
        changed = replace(
            release,
            byte_count=draft.stat().st_size,
            sha256=checksum(draft),
            row_counts=_row_counts(draft, release.row_counts),
        )
        _write_manifest(draft.parent, changed)
        # A process killed between the two leaves a release less, never one with what was erased.
        (self.folder / number).rename(self.folder / f"{DRAFT}.old.{number}")
        draft.parent.rename(self.folder / number)
        flush(self.folder)
        shutil.rmtree(self.folder / f"{DRAFT}.old.{number}")

    def prune(self, count: int) -> None:
        current = self.current()
        for number in sorted(self._numbers(), reverse=True)[count:]:
            if current is None or number != current.release:
                # Renamed first, so that no folder ever holds half a release.
                gone = self.folder / f"{DRAFT}.{number}"
                (self.folder / str(number)).rename(gone)
                shutil.rmtree(gone)

    def _numbers(self) -> list[int]:
        if not self.folder.is_dir():
            return []
        return [int(path.name) for path in self.folder.iterdir() if path.name.isdecimal()]

    def _copy_checked(self, file: Path, release: Release) -> None:
        shutil.copyfile(file, self._copy)
        flush(self._copy)
        if checksum(self._copy) != release.sha256:
            raise UserError(
                f"release {release.release} is damaged: its checksum is not that of its"
                f" manifest; {self.published} is as it was"
            )

    def _replace(self) -> None:
        # Of somebody who wrote into the published file; no reader could open the new one with it.
        log_of(self.published).unlink(missing_ok=True)
        self._copy.replace(self.published)
        flush(self.published.parent)

    @property
    def _copy(self) -> Path:
        return self.published.with_name(f".{self.published.name}{DRAFT}")

    def _clear(self) -> None:
        for path in self.folder.glob(f"{DRAFT}*"):
            shutil.rmtree(path, ignore_errors=True)
        self._copy.unlink(missing_ok=True)


def _write_manifest(folder: Path, release: Release) -> None:
    text = json.dumps(asdict(release), indent=2) + "\n"
    write_whole(folder / "manifest.json", text.encode())


def _row_counts(file: Path, tables: Iterable[str]) -> dict[str, int]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return {
            table: connection.execute(f'select count(*) from "{table}"').fetchall()[0][0]
            for table in tables
        }
