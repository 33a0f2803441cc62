"""Batches that looked odd: which one stopped a build, and which ones a person let pass, and why.

What is odd about a batch the models in models/staging/batches find. A batch is what one delivery
has, and its id follows from that, so letting one pass says nothing about any other. The file stands
beside the warehouse, for its owner alone.
"""

import getpass
import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from customer_segments.engines.database import Database
from customer_segments.errors import UserError
from customer_segments.files import PRIVATE, write_whole
from customer_segments.places import is_day

DEFAULT_WAREHOUSE = Path("target/warehouse.duckdb")
MODELS = "+batch_findings"
"""What is built first, and tested, before anything else is."""

TEST = "no_batch_breaks_its_contract_or_looks_odd"
_TABLE = "staging.batch_findings"
_PLACE = 'BECAUSE="why it is right"'


@dataclass(frozen=True)
class Findings:
    """What was found in a batch: what stops its build, what looks odd and is only said, and what
    was accepted.
    """

    batch_id: str = ""
    stopping: Sequence[Mapping[str, str]] = ()
    can_be_accepted: bool = True
    said: Sequence[str] = ()
    passed: Sequence[str] = ()
    passed_keys: Sequence[tuple[str, str, str]] = ()

    @property
    def warnings(self) -> list[str]:
        """What looks odd and did not stop the build, a sentence each."""
        return [*self.said, *self.passed]

    @property
    def notes(self) -> str:
        """What looks odd and did not stop the build, for its summary."""
        lines = []
        if self.said:
            lines += ["What looks odd in the files (a later delivery may stop):"]
            lines += [f"  {sentence}" for sentence in self.said]
        if self.passed:
            lines += ["What looks odd in the files and was accepted:"]
            lines += [f"  {sentence}" for sentence in self.passed]
        return "".join(f"\n{line}" for line in lines)


def read_findings(warehouse: Database) -> Findings:
    """Return what was found in the batch that a warehouse was built with last; nothing where no
    build came so far. Raises UserError and duckdb.Error.
    """
    if not warehouse.exists():
        return Findings()
    with warehouse.opened() as connection:
        found = connection.execute(
            "select 1 from duckdb_columns() where database_name = current_database()"
            " and schema_name || '.' || table_name = ?",
            [_TABLE],
        ).fetchall()
        if not found:
            return Findings()
        rows = connection.execute(
            "select batch_id, source, rule, subject, is_acceptable, stops, accepted_by, because,"
            " sentence"
            f" from {_TABLE} order by sentence"
        ).fetchall()
    return Findings(
        next((row[0] for row in rows), ""),
        [dict(zip(("source", "rule", "subject"), row[1:4], strict=True)) for row in rows if row[5]],
        all(row[4] for row in rows if row[5]),
        [row[8] for row in rows if not row[5] and row[6] is None],
        [f"{row[8]}\n    by {row[6]}: {row[7]}" for row in rows if row[6] is not None],
        [row[1:4] for row in rows if row[6] is not None],
    )


class Batches:
    """What is known of the batches of one warehouse."""

    def __init__(self, warehouse: Path) -> None:
        self._warehouse = warehouse
        self._file = warehouse.with_suffix(".batches.json")

    def accepted(self) -> list[dict[str, str]]:
        """Return what persons let pass, for the var accepted_findings: findings in one batch, or in
        all until a day. Raises UserError when the file can't be read.
        """
        return self._read()[1]

    def passed(self, findings: Findings) -> list[dict[str, str]]:
        """Return who let pass what was odd in a batch, for its release's manifest."""
        keys = set(findings.passed_keys)
        return [a for a in self.accepted() if (a["source"], a["rule"], a["subject"]) in keys]

    def stopped(self, findings: Findings, said: str) -> str:
        """Keep why a build stopped, if a person can let all of it pass; return what is to be said.

        Raises UserError, OSError.
        """
        if not (findings.stopping and findings.can_be_accepted):
            return said
        # Only the last one waits for an answer.
        self._write({findings.batch_id: findings.stopping}, self._read()[1])
        if self._warehouse.resolve() == DEFAULT_WAREHOUSE.resolve():
            return said
        return said.replace(_PLACE, f"{_PLACE} WAREHOUSE={shlex.quote(str(self._warehouse))}")

    def accept(self, batch: str, because: str, until: str = "") -> str:
        """Let the batch pass that stopped the last build, for what stopped it, or until a day every
        batch; return what to say. Raises UserError when it did not, or without a reason.
        """
        stopped, accepted = self._read()
        if not because.strip():
            raise UserError('say why the batch is right: BECAUSE="we closed the shop in May"')
        if until and not is_day(until):
            raise UserError(f"UNTIL is {until}; give a date such as 2026-03-31, or nothing")
        if batch not in stopped:
            waiting = ", ".join(stopped)
            raise UserError(
                f"no batch {batch} stopped the last build into {self._warehouse};"
                + (f" the one that did is {waiting}" if waiting else " there is nothing to accept")
            )
        by, now = getpass.getuser(), datetime.now(UTC).strftime("%Y-%m-%d %H:%M")
        findings = stopped.pop(batch)
        answer = {
            "accepted_by": by,
            "accepted_at": now,
            "because": " ".join(because.split()),
            "accepted_until": until,
        }
        accepted += [{"batch_id": batch, **finding, **answer} for finding in findings]
        self._write(stopped, accepted)
        listed = "\n".join(
            f"  {finding['source']}: {finding['rule']} {finding['subject']}".rstrip()
            for finding in findings
        )
        whose = f"Until {until} every batch" if until else f"Batch {batch}"
        return f"{whose} may pass, for what stopped it:\n{listed}\nNow build again."

    def _read(self) -> tuple[dict[str, Sequence[Mapping[str, str]]], list[dict[str, str]]]:
        """Return what stopped the batch that was stopped, and who let what pass."""
        if not self._file.exists():
            return {}, []
        try:
            content = json.loads(self._file.read_text(encoding="utf-8"))
            if content["version"] != 2:
                # What an earlier version accepted was of checks that are no more.
                return {}, []
            return dict(content["stopped"]), [dict(entry) for entry in content["accepted"]]
        except (ValueError, KeyError, TypeError) as error:
            raise UserError(
                f"{self._file} can't be read, so nobody knows which batches were accepted; restore"
                " it, or remove it and accept again what is right"
            ) from error

    def _write(
        self,
        stopped: Mapping[str, Sequence[Mapping[str, str]]],
        accepted: Sequence[Mapping[str, str]],
    ) -> None:
        content = {"version": 2, "stopped": stopped, "accepted": accepted}
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        write_whole(self._file, text.encode(), PRIVATE)
