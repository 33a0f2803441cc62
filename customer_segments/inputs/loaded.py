"""The files that were loaded: what is known of each, so that it is read again only when it changed.

They stand beside the warehouse, in one folder a table, as Parquet of typed rows.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from customer_segments.engines.loaded import FILES
from customer_segments.errors import UserError
from customer_segments.files import checksum, private
from customer_segments.inputs.find import SourceFile
from customer_segments.sql import literal

REQUESTS = "erasures"
_COLUMNS = """
    table_name varchar, source_file varchar, size bigint, modified_ns bigint, changed_ns bigint,
    inode ubigint, checksum varchar, reading varchar, loaded_file varchar, row_count bigint,
    unreadable_count bigint, columns varchar[], extra_columns varchar[], loaded_at timestamp,
    version varchar, erased_rows bigint, erased_since varchar, withdrawn varchar
"""


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
    `version` is another one once the file was read again, so that copies of rows are known as old.
    The blank rows are of people who are remembered since `erased_since`, empty while they are not,
    and of whom the requests in `withdrawn` do not speak.
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
    version: str = field(default_factory=lambda: secrets.token_hex(8))
    erased_rows: int = 0
    erased_since: str = ""
    withdrawn: str = ""

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
            found = connection.execute(f"from read_parquet({literal(path)})")
            names = [column[0] for column in found.description]
            files = [LoadedFile(**dict(zip(names, row, strict=True))) for row in found.fetchall()]
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


def note_blanked(folder: Path, blanked: Mapping[str, int]) -> None:
    """Write down how many rows of which loaded files were made blank. They are read again as long
    as nobody remembers for whom. Raises UserError.
    """
    if blanked:
        files = read_files(folder).values()
        for file in files:
            if file.loaded_file in blanked:
                file.erased_rows, file.erased_since = blanked[file.loaded_file], ""
        write_files(folder, files)


def keep_blanked(folder: Path, erased_since: str) -> None:
    """Write down since when the erased are remembered, so that their blank rows stay. Raises
    UserError.
    """
    files = read_files(folder).values()
    unsure = [file for file in files if file.erased_rows and not file.erased_since]
    for file in unsure:
        file.erased_since = erased_since
    if unsure:
        write_files(folder, files)
