"""What a warehouse remembers of the last delivery: a file beside it, readable by its owner alone.

The warehouse is the data set: whatever folder the files come from, they are compared with what was
built into it last. So the memory may only be missing on a first delivery.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from customer_segments.files import PRIVATE, write_whole
from customer_segments.salt import keyed, made_salt, read_salt, salt_file

_VERSION = 2
_MARK = "compared_delivery"


@dataclass(frozen=True)
class Oddity:
    """A check that a delivery failed without stopping its build.

    `share` and `subjects` say how far, as in an outcome.
    """

    check: str
    share: float
    subjects: Sequence[str]
    is_accepted: bool


@dataclass(frozen=True)
class Profile:
    """The figures of one delivery; `until` is the day before which each table's rows count.

    `batch` tells the delivery from all others, `oddities` is what was odd about it and built all
    the same.
    """

    batch: str
    until: Mapping[str, str]
    figures: Sequence[Sequence[Any]]
    oddities: Sequence[Oddity] = field(default=())

    def figure(self, table: str, measure: str) -> float:
        """Return a figure of a whole table, 0 where there is none."""
        found = (row[4] for row in self.figures if row[0] == table and row[1] == measure)
        return float(next(found, 0))


@dataclass(frozen=True)
class LastTime:
    """The last delivery's figures, if there are any; `lost` says why not although one was built."""

    profile: Profile | None = None
    lost: str = ""

    @property
    def is_first(self) -> bool:
        """Whether nothing was built before, so that nothing says what is usual."""
        return self.profile is None and not self.lost


class Memory:
    """The memory of one warehouse."""

    def __init__(self, warehouse: Path) -> None:
        self._warehouse = warehouse
        self.file = warehouse.with_suffix(".profile.json")

    def keyed(self) -> Callable[[str], str]:
        """Return what hashes a value under the warehouse's salt. Raises OSError."""
        return partial(_short, made_salt(self._warehouse))

    def last_time(self) -> LastTime:
        """Return what is remembered. Raises OSError and duckdb.Error."""
        if not self.file.exists():
            if self._was_built():
                return LastTime(lost=f"{self.file} is missing, though the warehouse was built")
            return LastTime()
        try:
            content = json.loads(self.file.read_text(encoding="utf-8"))
            salt = read_salt(self._warehouse)
            if "version" not in content:
                return LastTime(_unsalted(content, made_salt(self._warehouse)))
            if content["salt"] != _check(salt):
                return LastTime(
                    lost=f"{salt_file(self._warehouse)} is not the salt that {self.file} was made"
                    " with"
                )
            oddities = tuple(Oddity(**oddity) for oddity in content["oddities"])
            figures = _figures(content["figures"])
            return LastTime(Profile(content["batch"], content["until"], figures, oddities))
        except (ValueError, KeyError, TypeError):
            return LastTime(lost=f"{self.file} can't be read")

    def keep(self, profile: Profile, folder: Path | None = None) -> Path:
        """Write the figures of a delivery down, and return the file; they are remembered once it
        stands beside the warehouse, where it is written unless another folder is given. Raises
        OSError.
        """
        file = (folder or self.file.parent) / self.file.name
        content = {
            "version": _VERSION,
            "salt": _check(made_salt(self._warehouse)),
            "batch": profile.batch,
            "until": profile.until,
            "oddities": [asdict(oddity) for oddity in profile.oddities],
            "figures": profile.figures,
        }
        write_whole(file, json.dumps(content).encode(), PRIVATE)
        return file

    def _was_built(self) -> bool:
        """Return whether a build has ended well in the warehouse; its own word, as files beside it
        may be lost with the memory.
        """
        if not self._warehouse.exists():
            return False
        with duckdb.connect(str(self._warehouse), read_only=True) as connection:
            found = connection.execute(
                "select 1 from duckdb_tables() where schema_name = 'main' and table_name = ?",
                [_MARK],
            ).fetchall()
        return bool(found)


def mark(connection: duckdb.DuckDBPyConnection, profile: Profile) -> None:
    """Note in a warehouse which delivery was built in it. Raises duckdb.Error."""
    connection.execute(
        f"create or replace table main.{_MARK} as select cast(? as varchar) as batch",
        [profile.batch],
    )


def _short(salt: bytes, value: str) -> str:
    return keyed(salt, "value", value)[:16]


def _check(salt: bytes) -> str:
    return keyed(salt, "salt", "")


def _unsalted(content: dict[str, Any], salt: bytes) -> Profile:
    """Return the figures of a file from before there was a salt: its plain hashes are what is
    hashed under the salt today, so they are still compared.
    """
    figures = [
        [*row[:3], _short(salt, row[3]) if row[1] == "common" else row[3], row[4]]
        for row in _figures(content["figures"])
    ]
    return Profile("", dict(content["until"]), figures)


def _figures(given: Any) -> list[list[Any]]:
    """Return the figures as they were written. Raises ValueError when they are none."""
    if not isinstance(given, list) or not all(
        isinstance(row, list) and len(row) == 5 and isinstance(row[4], int | float) for row in given
    ):
        raise ValueError("these are no figures")
    return given
