"""One connection to PostgreSQL for a build or a rollback: its lock, and transactions."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from customer_segments.engines.postgres import connected
from customer_segments.errors import UserError

_LOCK = "hashtext('customer-segments')"
_HOLDER = f"""
    select application_name, pg_stat_activity.pid,
        to_char(backend_start at time zone 'utc', 'YYYY-MM-DD HH24:MI:SS')
    from pg_locks inner join pg_stat_activity on pg_stat_activity.pid = pg_locks.pid
    where locktype = 'advisory' and granted and objsubid = 1
        and pg_locks.database = (select oid from pg_database where datname = current_database())
        and (classid::bigint << 32 | objid::bigint) = {_LOCK}::bigint & x'ffffffffffffffff'::bigint
"""


class Session:
    """A connection that is there while the lock is held. Whoever loses it, loses the lock, and
    can't publish any more.
    """

    def __init__(self) -> None:
        self._connection: Any = None
        self._cursor: Any = None
        self._is_holder = False

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Connect, if it is not yet connected. Raises UserError for what the database can't do."""
        if self._connection is not None:
            yield
            return
        try:
            with connected(is_transaction=False) as self._connection:
                yield
        finally:
            self._connection, self._is_holder = None, False

    @contextmanager
    def held(self, subject: str) -> Iterator[None]:
        """Connect, and hold the lock. Raises UserError when another session holds it, too."""
        with self.opened():
            if not self._is_holder:
                self._take(subject)
            yield

    def _take(self, subject: str) -> None:
        program = f"segments, process {os.getpid()} on {socket.gethostname()}"[:63]
        self.execute("select set_config('application_name', %s, false)", program)
        ((self._is_holder,),) = self.execute(f"select pg_try_advisory_lock({_LOCK})")
        if not self._is_holder:
            holder = " and ".join(
                f"{program} (PostgreSQL's process {pid}), since {since} UTC"
                for program, pid, since in self.execute(_HOLDER)
            )
            raise UserError(
                f"{subject} is in use by {holder or 'another process'}; wait until it has ended"
            )

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """Give a cursor for one transaction, or the one that is at work already."""
        if self._cursor is not None:
            yield self._cursor
            return
        with self._connection.cursor() as self._cursor:
            try:
                self._cursor.execute("begin")
                yield self._cursor
                self._cursor.execute("commit")
            except BaseException:
                if not self._connection.closed:
                    self._cursor.execute("rollback")
                raise
            finally:
                self._cursor = None

    def execute(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Run one statement, in the transaction if there is one."""
        with self._connection.cursor() as cursor:
            cursor.execute(sql, values or None)
            return cursor.fetchall() if cursor.description else []

    def wait_for(self, statement: str, seconds: float) -> bool:
        """Run a statement that needs others to be away; give up after a while, and say whether it
        was run. What was done before in the transaction stays; others wait for moments only.
        """
        from psycopg2.errors import DeadlockDetected, LockNotAvailable

        end = time.monotonic() + seconds
        with self.transaction() as cursor:
            while True:
                cursor.execute("savepoint tried; set local lock_timeout = '300ms'")
                try:
                    cursor.execute(statement)
                except (DeadlockDetected, LockNotAvailable):
                    cursor.execute("rollback to savepoint tried")
                    if time.monotonic() > end:
                        return False
                    time.sleep(0.5)
                else:
                    cursor.execute("set local lock_timeout = 0")
                    return True
