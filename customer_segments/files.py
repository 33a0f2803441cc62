"""Writes files whole or not at all, and for their owner alone where they hold personal data."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from customer_segments.errors import UserError

PRIVATE = 0o600
"""The mode of a file that its owner alone may read and write."""


@contextmanager
def private() -> Iterator[None]:
    """Let the owner alone read whatever files and folders are made meanwhile, from the first byte.

    It holds for the whole process, also for what libraries write.
    """
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def make_private(path: Path) -> None:
    """Let nobody but its owner read a file, if it is there. Raises UserError when it can't be."""
    try:
        if path.exists() and path.stat().st_mode & 0o077:
            path.chmod(PRIVATE)
    except OSError as error:
        raise UserError(
            f"{path} can't be kept from other people ({error.strerror}); build as its owner"
        ) from error


def write_whole(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Put a file in place in one step, on disk before it is; less the umask, it has this mode.

    Raises OSError; the file is then as it was.
    """
    # Always the same name: what a killed process left is removed by the next.
    draft = path.with_name(f".{path.name}.draft")
    draft.unlink(missing_ok=True)
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(descriptor)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def work_folder(target: Path) -> Iterator[Path]:
    """Give a hidden folder beside a file or folder, for work on it; it is gone afterwards.

    Only the owner may read it. What a killed process leaves, clear_work removes. Raises OSError.
    """
    work = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def clear_work(target: Path) -> None:
    """Remove the work folders of killed processes; nobody else may be at work on the target."""
    for left in target.parent.glob(f".{target.name}.*"):
        shutil.rmtree(left, ignore_errors=True)


def flush(path: Path) -> None:
    """Make the operating system write a file or a folder to disk now. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def log_of(database: Path) -> Path:
    """Return the file in which DuckDB keeps what is not in the database's own file yet."""
    return database.with_name(database.name + ".wal")


def state(database: Path) -> list[tuple[int, int, int]]:
    """Return what is another once a database was written in or replaced."""
    found = [file.stat() for file in (database, log_of(database)) if file.exists()]
    return [(file.st_ino, file.st_size, file.st_mtime_ns) for file in found]


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
