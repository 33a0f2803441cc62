"""Keeps two processes from working on the same files at the same time."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from customer_segments.errors import UserError

PAUSE = 0.1


@contextmanager
def held(lock: Path, subject: str, patience: float = 0) -> Iterator[None]:
    """Hold a lock file, which says who holds it since when; wait `patience` seconds for it.

    The kernel lets go of it when the process ends, however it ends; the file itself stays. Raises
    UserError when another process holds it or when it can't be written.
    """
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise UserError(
            f"{lock} cannot be written ({error.strerror}); check the permissions there"
        ) from error
    try:
        if not _taken(descriptor, patience):
            holder = os.pread(descriptor, 100, 0).decode(errors="replace").strip()
            raise UserError(
                f"{subject} is in use by {holder or 'another process'}; wait until it has ended"
            )
        os.ftruncate(descriptor, 0)
        since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
        os.pwrite(descriptor, f"process {os.getpid()}, since {since} UTC\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _taken(descriptor: int, patience: float) -> bool:
    end = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                return False
            time.sleep(PAUSE)
        else:
            return True
