"""Recognises erased people when a source sends them again, without keeping who they are.

What is kept of an id or an address is a hash under the warehouse's salt. Who has
both files can try out addresses, so they are still personal data (Article 29 Working Party, opinion
05/2014 on anonymisation techniques, section 4): they are readable by their owner alone.
"""

from collections.abc import Iterable
from pathlib import Path

from customer_segments.errors import UserError
from customer_segments.files import PRIVATE, write_whole
from customer_segments.salt import keyed, made_salt, read_salt, salt_file

_CHECK = "salt"


class ErasedKeys:
    """The hashes of one warehouse's erased people: `warehouse.erased` and `warehouse.salt` beside
    it, which the first build writes.
    """

    def __init__(self, warehouse: Path) -> None:
        """Read the files. Raises UserError when there are hashes but not their salt."""
        self._file = warehouse.with_suffix(".erased")
        self._warehouse = warehouse
        self._salt = read_salt(warehouse)
        self._hashes = set(self._file.read_text().split("\n")) if self._file.exists() else set()
        if self._hashes and (not self._salt or self._hash(_CHECK, "") not in self._hashes):
            raise UserError(
                f"{salt_file(warehouse)} is not the salt that {self._file.name} was made with, so"
                f" erased people can't be recognised; restore it, or delete {self._file.name} and"
                " list all erasures ever requested in the file erasures once more"
            )

    def count(self, kind: str) -> int:
        """Return how many ids (contact_id) or addresses (email) are remembered."""
        return sum(line.startswith(f"{kind} ") for line in self._hashes)

    def known(self, kind: str, values: Iterable[str]) -> set[str]:
        """Return those of the values that were erased."""
        if not self._hashes:
            return set()
        return {value for value in values if self._hash(kind, value) in self._hashes}

    def remember(self, kind: str, values: Iterable[str]) -> None:
        """Keep the hashes of ids or addresses. Raises OSError."""
        self._salt = made_salt(self._warehouse)
        hashes = {self._hash(kind, value) for value in values} | {self._hash(_CHECK, "")}
        if not hashes <= self._hashes:
            self._hashes |= hashes
            write_whole(self._file, "\n".join(sorted(self._hashes)).encode(), PRIVATE)

    def _hash(self, kind: str, value: str) -> str:
        return f"{kind} {keyed(self._salt, kind, value)}"
