"""The files that were loaded: what is known of each, so that it is read again only when it changed.

They stand beside the warehouse, in one folder a table, as Parquet of typed rows.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from customer_segments.errors import UserError
from customer_segments.files import checksum, private
from customer_segments.inputs.find import SourceFile
from customer_segments.sql import literal

FILES = "files.parquet"
REQUESTS = "erasures"
_COLUMNS = """
    table_name varchar, source_file varchar, size bigint, modified_ns bigint, changed_ns bigint,
    inode ubigint, checksum varchar, reading varchar, loaded_file varchar, row_count bigint,
    unreadable_count bigint, columns varchar[], extra_columns varchar[], loaded_at timestamp,
    erased_rows bigint, erased_for varchar, version varchar
"""


def _new_version() -> str:
    return secrets.token_hex(8)


@dataclass(frozen=True)
class State:
    """What is another once a file was written in or replaced."""

    size: int
    modified_ns: int
    changed_ns: int
    inode: int


@dataclass
class LoadedFile:
    """One file of a table, and where its rows are; `erased_rows` of them are blank.

    Two files with the same checksum have the same rows. `reading` says how they were read.
    `version` is another one whenever rows were written, so that copies of them are known as old.
    """

    table_name: str
    source_file: str
    size: int
    modified_ns: int
    changed_ns: int
    inode: int
    checksum: str
    reading: str
    loaded_file: str
    row_count: int
    unreadable_count: int
    columns: tuple[str, ...]
    extra_columns: tuple[str, ...]
    loaded_at: datetime = field(default_factory=lambda: datetime.now(UTC).replace(tzinfo=None))
    erased_rows: int = 0
    erased_for: str = ""
    version: str = field(default_factory=_new_version)

    @property
    def state(self) -> State:
        """The state of the file when it was read."""
        return State(self.size, self.modified_ns, self.changed_ns, self.inode)

    def is_still(self, file: SourceFile, state: State, reading: str) -> bool:
        """Say whether a file is what was loaded, read in the same way. Raises OSError."""
        if self.reading != reading or self.size != state.size:
            return False
        return self.state == state or self.checksum == checksum(file.path)


def state_of(path: Path) -> State:
    """Return the state of a file. Raises OSError."""
    found = path.stat()
    return State(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def read_files(folder: Path) -> dict[tuple[str, str], LoadedFile]:
    """Return what is loaded in a folder, by table and source file; nothing when nobody knows."""
    path = folder / FILES
    if not path.exists():
        return {}
    with duckdb.connect() as connection:
        try:
            rows = connection.execute(f"from read_parquet({literal(path)})").fetchall()
            files = [LoadedFile(*row) for row in rows]
        except (duckdb.Error, TypeError):
            # Written by another version: everything is read again.
            return {}
    for file in files:
        file.columns, file.extra_columns = tuple(file.columns), tuple(file.extra_columns)
    return {(file.table_name, file.source_file): file for file in files}


def write_files(folder: Path, files: Iterable[LoadedFile]) -> None:
    """Write down what is loaded in a folder. Raises UserError when it can't be."""
    draft = folder / f".{FILES}"
    try:
        with private(), duckdb.connect() as connection:
            connection.execute(f"create table files ({_COLUMNS})")
            places = ", ".join("?" * len(fields(LoadedFile)))
            for file in files:
                row = [list(v) if isinstance(v, tuple) else v for v in astuple(file)]
                connection.execute(f"insert into files values ({places})", row)
            connection.execute(
                f"copy (from files order by table_name, source_file) to {literal(draft)}"
                " (format parquet)"
            )
        draft.replace(folder / FILES)
    except (duckdb.Error, OSError) as error:
        raise UserError(f"{folder / FILES} cannot be written ({error})") from error


def erased_for(erased: str, requests: Iterable[str]) -> str:
    """Return for whom rows are blank: another text once other people are remembered as erased, or
    files of requests have other checksums.
    """
    return hashlib.sha256(" ".join([erased, *sorted(requests)]).encode()).hexdigest()[:16]


def note_blanked(folder: Path, blanked: Mapping[str, int]) -> None:
    """Write down how many rows of which loaded files were made blank. They are read again as long
    as nobody remembers for whom. Raises UserError.
    """
    if blanked:
        files = read_files(folder).values()
        for file in files:
            if file.loaded_file in blanked:
                file.erased_rows, file.erased_for = blanked[file.loaded_file], ""
                file.version = _new_version()
        write_files(folder, files)


def keep_blanked(folder: Path, erased: str) -> None:
    """Write down that who is erased is remembered, so that blank rows stay. Raises UserError."""
    files = read_files(folder).values()
    requests = [file.checksum for file in files if file.table_name == REQUESTS]
    for file in files:
        if file.erased_rows:
            file.erased_for = erased_for(erased, requests)
    if any(file.erased_rows for file in files):
        write_files(folder, files)
