"""Finds the files of each table: one file, a folder of files, or those that a pattern names."""

import codecs
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from customer_segments.errors import UserError
from customer_segments.inputs.layout import Table

ENDINGS = (".csv", ".csv.gz", ".parquet", ".ndjson", ".ndjson.gz", ".jsonl", ".jsonl.gz")
_DATA_ENDINGS = {*ENDINGS, ".tsv", ".txt", ".xls", ".xlsx", ".zip", ".json"}
_OPTIONS = ("files", "delimiter", "encoding")


@dataclass(frozen=True)
class Options:
    """How a table's files are written, where they do not say it themselves."""

    files: str | None = None
    delimiter: str | None = None
    encoding: str | None = None


@dataclass(frozen=True)
class SourceFile:
    """A file of a table; `label` is its path in the folder, by which messages name it."""

    table: Table
    path: Path
    label: str
    options: Options

    @property
    def ending(self) -> str:
        """Which of the known endings the file has, without that of its compression."""
        return Path(self.path.name.lower().removesuffix(".gz")).suffix

    @property
    def is_compressed(self) -> bool:
        """Whether gzip compressed it."""
        return self.path.name.lower().endswith(".gz")

    @property
    def partition(self) -> dict[str, str]:
        """Columns whose value the names of the folders say, as in month=2026-05."""
        parts = (part.partition("=") for part in Path(self.label).parent.parts)
        return {key.lower(): value for key, mark, value in parts if mark}


@dataclass(frozen=True)
class Found:
    """The files of each table, the data files in the folder that belong to none, and a sentence for
    everything that is missing or double.
    """

    files: tuple[SourceFile, ...]
    unused: tuple[str, ...]
    problems: tuple[str, ...]


def find_files(
    source: Path | None,
    tables: Sequence[Table],
    inputs: Mapping[str, Any],
    filled: Collection[str] = (),
) -> Found:
    """Find all tables' files in a folder, if there is one; `inputs` is the var of that name, and
    `filled` are tables that something else fills.

    Raises UserError when the folder can't be looked into.
    """
    entries = _entries(source) if source else []
    files: list[SourceFile] = []
    problems: list[str] = []
    for table in tables:
        try:
            is_needed = table.required and table.name not in filled
            way = inputs.get(table.name) or {}
            files += _files_of(source, entries, replace(table, required=is_needed), way)
        except UserError as error:
            problems.append(str(error))
    unknown = sorted(set(inputs) - {table.name for table in tables})
    if unknown:
        problems.append(
            f"the var inputs names {' and '.join(unknown)}, which is no input table; the tables are"
            f" {', '.join(table.name for table in tables)}"
        )
    used = {file.path for file in files}
    unused = (
        path.name
        for path in entries
        if path not in used and path.is_file() and path.suffix.lower() in {*_DATA_ENDINGS, ".gz"}
    )
    return Found(tuple(files), tuple(unused), tuple(problems))


def _entries(source: Path) -> list[Path]:
    """Return what is in the folder. Raises UserError when it cannot be listed."""
    if not source.exists():
        raise UserError(f"there is no folder {source}; name the folder that holds your files")
    if not source.is_dir():
        raise UserError(f"{source} is a file; name the folder that holds it")
    try:
        return sorted(source.iterdir())
    except OSError as error:
        raise UserError(
            f"{source} cannot be read ({error.strerror}); check its permissions"
        ) from error


def _files_of(
    source: Path | None, entries: Sequence[Path], table: Table, way: Mapping[str, Any]
) -> Iterator[SourceFile]:
    if "ref" in way or "source" in way:
        return
    if source is None:
        if table.required:
            raise UserError(
                f"nothing fills {table.name}: name a folder of files (RAW=exports), or a table in"
                " the var inputs"
            )
        return
    options = _options(table, way)
    if table.vendor:
        found = _of_vendor(source, table)
    elif options.files:
        found = sorted(path for path in source.glob(options.files) if path.is_file())
        if not found:
            raise UserError(
                f"{source} has no file {options.files}, which the var inputs names for {table.name}"
            )
    else:
        found = _by_name(source, entries, table)
    for path in found:
        yield SourceFile(table, path, path.relative_to(source).as_posix(), options)


def _of_vendor(source: Path, table: Table) -> list[Path]:
    """Return the files in a vendor's names, in the folder or in one with the vendor's name."""
    return sorted(
        {
            path
            for folder in (source, source / table.vendor)
            for pattern in table.patterns
            for path in folder.glob(pattern)
            if path.is_file()
        }
    )


def _options(table: Table, way: Mapping[str, Any]) -> Options:
    unknown = sorted(set(way) - set(_OPTIONS))
    if unknown:
        raise UserError(
            f"the var inputs says {' and '.join(unknown)} of {table.name}; say ref, source or"
            f" {', '.join(_OPTIONS)}"
        )
    options = Options(**way)
    if options.encoding:
        try:
            codecs.lookup(options.encoding)
        except LookupError as error:
            raise UserError(
                f"the var inputs says that {table.name} is in {options.encoding}, which is no"
                " encoding; say for example windows-1252"
            ) from error
    if options.delimiter and len(options.delimiter) != 1:
        raise UserError(f"the delimiter of {table.name} in the var inputs is not one character")
    return options


def _by_name(source: Path, entries: Sequence[Path], table: Table) -> list[Path]:
    """Return the file, or those in the folder, that have the table's name."""
    names = {table.name + ending for ending in ENDINGS}
    found = [path for path in entries if path.name.lower() in {table.name, *names}]
    if len(found) > 1:
        both = " and ".join(path.name for path in found)
        raise UserError(f"{source} has both {both}; keep one of them")
    if not found and table.required:
        raise UserError(
            f"there is no {table.name}.csv or {table.name}.parquet in {source}; export it into that"
            " folder"
        )
    if not found:
        return []
    (place,) = found
    if place.name.lower() != table.name:
        if not place.is_file():
            raise UserError(f"{place.name} is no plain file; put one file of that name there")
        return found
    if not place.is_dir():
        raise UserError(
            f"{place.name} has no ending that says what it is; name it {table.name}.csv"
        )
    files = sorted(
        path
        for path in place.rglob("*")
        if path.is_file() and path.name.lower().endswith(ENDINGS) and not _is_hidden(path, place)
    )
    if not files and table.required:
        raise UserError(f"{place} has no file of {table.name}; export them into that folder")
    return files


def _is_hidden(path: Path, folder: Path) -> bool:
    # What other programs write beside their files: _SUCCESS, .part-0.crc, _temporary/0.
    return any(part.startswith((".", "_")) for part in path.relative_to(folder).parts)
