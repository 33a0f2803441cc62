"""Delivers batches to the project's own staging models, and says what they find."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from customer_segments.dbt import PROJECT
from customer_segments.inputs.load import load
from tests.python.staging import LAYOUT, Staging

_MODELS = [path.stem for path in (PROJECT / "models" / "staging" / "batches").glob("*.sql")]
_AS_OF = "cast('2026-06-30' as date)"


@dataclass(frozen=True)
class Finding:
    """One row of batch_findings."""

    rule: str
    sentence: str
    is_hard: bool
    stops: bool


class Batches(Staging):
    """A warehouse of which each delivery is compared with the one before."""

    def forget(self) -> None:
        """Make the next delivery a first one."""
        self._ask("delete from staging.daily_figures")

    def keep(self) -> None:
        """Remember what is known now, to come back to it."""
        self._ask("create or replace table main.kept as from staging.daily_figures")

    def back(self) -> None:
        """Know again what was kept."""
        self._ask("create or replace table staging.daily_figures as from main.kept")

    def deliver(self, raw: Path, day: date) -> list[Finding]:
        """Load a folder and stage it as of a day; return what is found.

        Raises UserError as a build does.
        """
        load(raw, self.loaded, LAYOUT, self.variables)
        return self._run(self._models, day)

    def judge(self, day: date) -> list[Finding]:
        """Return what is found in what was delivered last, beside what is known now."""
        return self._run(self.models(*_MODELS), day)

    def models(self, *names: str) -> list[tuple[str, str, str]]:
        """Return relation, kind and SQL of some models, in their order."""
        return [model for model in self._models if model[0].split('"')[-2] in names]

    def _run(self, models: Sequence[tuple[str, str, str]], day: date) -> list[Finding]:
        with duckdb.connect(str(self.warehouse)) as connection:
            connection.execute("set TimeZone = 'UTC'")
            for relation, kind, sql in models:
                of_the_day = sql.replace(_AS_OF, f"cast('{day}' as date)")
                connection.execute(f"create or replace {kind} {relation} as {of_the_day}")
            rows = connection.execute(
                "select rule, sentence, is_hard, stops from staging.batch_findings"
                " order by is_hard desc, sentence"
            ).fetchall()
        return [Finding(*row) for row in rows]

    def figure(self, source: str, measure: str, column: str, value: str, by: str = "sum") -> float:
        """Return a figure over all days."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            ((found,),) = connection.execute(
                f"select {by}(figure) from staging.daily_figures"
                " where source = ? and measure = ? and column_name = ? and value = ?",
                [source, measure, column, value],
            ).fetchall()
        return float(found)

    def _ask(self, sql: str) -> None:
        with duckdb.connect(str(self.warehouse)) as connection:
            connection.execute(sql)
