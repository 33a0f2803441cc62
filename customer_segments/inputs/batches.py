"""Batches that looked odd: which one stopped a build, and which ones a person let pass, and why.

A batch is what one delivery has in its files. Its id follows from their rows, so that letting one
pass says nothing about any other. The file stands beside the warehouse, for its owner alone.
"""

import getpass
import hashlib
import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from customer_segments.database import parquet_rows
from customer_segments.errors import UserError
from customer_segments.files import PRIVATE, write_whole

DEFAULT_WAREHOUSE = Path("target/warehouse.duckdb")


@dataclass(frozen=True)
class Accepted:
    """That a person let a batch pass: the checks, who, when (UTC) and why."""

    batch: str
    checks: Sequence[str]
    accepted_by: str
    accepted_at: str
    because: str

    @property
    def shown(self) -> str:
        """Who let it pass, when and why."""
        return f"{self.accepted_by} on {self.accepted_at}: {self.because}"


class Batches:
    """What is known of the batches of one warehouse."""

    def __init__(self, warehouse: Path) -> None:
        self._warehouse = warehouse
        self._file = warehouse.with_suffix(".batches.json")

    def accepted(self, batch: str) -> dict[str, Accepted]:
        """Return who let a batch pass, by check. Raises UserError when the file can't be read."""
        return {
            check: accepted
            for accepted in self._read()[1]
            if accepted.batch == batch
            for check in accepted.checks
        }

    def stopped(self, batch: str, checks: Sequence[str]) -> None:
        """Keep which checks stop the build of a batch. Raises UserError, OSError."""
        # Only the last one waits for an answer.
        self._write({batch: checks}, self._read()[1])

    def accept(self, batch: str, because: str) -> str:
        """Let the batch pass that stopped the last build, for the checks that stopped it; return
        what to say. Raises UserError when it did not, or when no reason is given.
        """
        stopped, accepted = self._read()
        if not because.strip():
            raise UserError('say why the batch is right: BECAUSE="we closed the shop in May"')
        if batch not in stopped:
            waiting = ", ".join(stopped)
            raise UserError(
                f"no batch {batch} stopped the last build into {self._warehouse};"
                + (f" the one that did is {waiting}" if waiting else " there is nothing to accept")
            )
        checks = stopped.pop(batch)
        by, now = getpass.getuser(), datetime.now(UTC).strftime("%Y-%m-%d %H:%M")
        accepted.append(Accepted(batch, checks, by, now, " ".join(because.split())))
        self._write(stopped, accepted)
        listed = "\n".join(f"  {check}" for check in checks)
        return f"Batch {batch} may pass, for what stopped it:\n{listed}\nNow build again."

    def command(self, batch: str) -> str:
        """Return the command that lets a batch pass."""
        is_default = self._warehouse.resolve() == DEFAULT_WAREHOUSE.resolve()
        place = "" if is_default else f" WAREHOUSE={shlex.quote(str(self._warehouse))}"
        return f'make accept BATCH={batch} BECAUSE="why it is right"{place}'

    def _read(self) -> tuple[dict[str, Sequence[str]], list[Accepted]]:
        """Return the checks of the batch that was stopped, and who let which batch pass."""
        if not self._file.exists():
            return {}, []
        try:
            content = json.loads(self._file.read_text(encoding="utf-8"))
            stopped: dict[str, Sequence[str]] = {
                str(batch): [*map(str, checks)] for batch, checks in content["stopped"].items()
            }
            return stopped, [Accepted(**entry) for entry in content["accepted"]]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UserError(
                f"{self._file} can't be read, so nobody knows which batches were accepted; restore"
                " it, or remove it and accept again what is right"
            ) from error

    def _write(self, stopped: Mapping[str, Sequence[str]], accepted: Sequence[Accepted]) -> None:
        content = {"stopped": stopped, "accepted": [asdict(entry) for entry in accepted]}
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        write_whole(self._file, text.encode(), PRIVATE)


def batch_of(connection: duckdb.DuckDBPyConnection, loaded: Path) -> str:
    """Return the id of the batch in a folder of loaded files: the same rows, whatever their
    order, have the same.
    """
    digest = hashlib.sha256()
    for table in sorted(path for path in loaded.iterdir() if path.is_dir()):
        (row,) = connection.execute(
            "select count(*), sum(hash(line)) from"
            f" (select * exclude (source_file) from {parquet_rows(table)}) as line"
        ).fetchall()
        digest.update(f"{table.name} {row}\n".encode())
    return digest.hexdigest()[:12]
