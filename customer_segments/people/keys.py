"""Recognises erased people when a source sends them again, without keeping who they are.

What is kept of an id or an address is a hash of it under the warehouse's salt, and that of the
request on account of which it was erased. Who has both files can try out addresses, so they are
still personal data (Article 29 Working Party, opinion 05/2014 on anonymisation techniques, section
4): they are readable by their owner alone.
"""

import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from customer_segments.errors import UserError
from customer_segments.files import PRIVATE, write_whole
from customer_segments.salt import keyed, made_salt, read_salt, salt_file

_CHECK = "salt"
_SINCE = "since"
# What was remembered before requests were.
_UNKNOWN = ""


def erased_since(warehouse: Path) -> str:
    """Return what is another once anybody who was erased is forgotten, and empty while nobody is
    erased. Who is erased meanwhile does not change it. Raises OSError.
    """
    file = _file_of(warehouse)
    lines = file.read_text().split("\n") if file.exists() else []
    return next((line.split(" ")[1] for line in lines if line.startswith(f"{_SINCE} ")), "")


class ErasedKeys:
    """The hashes of one warehouse's erased people: `warehouse.erased` and `warehouse.salt` beside
    it. What is remembered or forgotten is in them once it is saved.

    Each line has the kind, the hash, and that of the request: contact_id and email of who is
    erased; shared, an address that somebody erased had in common with too many others. Two more
    lines are for the salt, and for the last time that anybody was forgotten.
    """

    def __init__(self, warehouse: Path) -> None:
        """Read the files. Raises UserError when there are hashes but not their salt."""
        self._file = _file_of(warehouse)
        self._salt = read_salt(warehouse)
        self._saved = self._file.read_text().split("\n") if self._file.exists() else []
        self._requests: dict[tuple[str, str], set[str]] = {}
        self._set_aside: set[str] = set()
        lines = [line.split(" ") for line in self._saved]
        if lines and [_CHECK, self._hash(_CHECK, "")] not in lines:
            raise UserError(
                f"{salt_file(warehouse)} is not the salt that {self._file.name} was made with, so"
                f" erased people can't be recognised; restore it, or delete {self._file.name} and"
                " list all erasures ever requested in the file erasures once more"
            )
        self._salt = self._salt or made_salt(warehouse)
        self._since = erased_since(warehouse) or secrets.token_hex(8)
        for kind, digest, *request in lines:
            if kind not in (_CHECK, _SINCE):
                self._requests.setdefault((kind, digest), set()).add("".join(request))

    @property
    def is_empty(self) -> bool:
        """Whether nobody is erased."""
        return not self._requests

    def count(self, kind: str) -> int:
        """Return how many values of a kind are remembered."""
        return sum(known == kind for known, _ in self._requests)

    def known(self, kind: str, values: Iterable[str]) -> set[str]:
        """Return those of the values that were erased, but for the addresses set aside."""
        if self.is_empty:
            return set()
        found = {value for value in values if (kind, self._hash(kind, value)) in self._requests}
        return found - self._set_aside if kind == "email" else found

    def set_aside(self, emails: Iterable[str]) -> None:
        """Take addresses as nobody's own, although they may be remembered."""
        self._set_aside |= set(emails)

    def request(self, text: str) -> str:
        """Return the hash of a request, whatever the case in which it is written."""
        return self._hash("request", text.lower())

    def done(self) -> set[str]:
        """Return the requests on account of which anything is remembered."""
        return {request for requests in self._requests.values() for request in requests}

    def requests(self, kind: str, value: str) -> set[str]:
        """Return the requests on account of which a value was erased.

        Of a value remembered before requests were, its own hash stands for them.
        """
        digest = self._hash(kind, value)
        return {request or digest for request in self._requests.get((kind, digest), ())}

    def remember(self, kind: str, values: Iterable[str], request: str) -> None:
        """Remember ids or addresses on account of a request."""
        for value in values:
            self._requests.setdefault((kind, self._hash(kind, value)), set()).add(request)

    def forget(self, request: str, person: Mapping[str, Iterable[str]]) -> dict[str, int]:
        """Forget what was remembered on account of a request; of the person's ids and addresses
        also what was remembered before requests were.

        What another request named as well stays. Returns how many of each kind are forgotten.
        """
        own = {(kind, self._hash(kind, value)) for kind in person for value in person[kind]}
        gone = {request, *(digest for _, digest in own)}
        forgotten: dict[str, int] = {}
        for key, requests in list(self._requests.items()):
            requests -= gone | ({_UNKNOWN} if key in own else set())
            if not requests:
                del self._requests[key]
                forgotten[key[0]] = forgotten.get(key[0], 0) + 1
        if forgotten:
            self._since = secrets.token_hex(8)
        return forgotten

    def save(self) -> None:
        """Write the files when anything changed. Raises OSError."""
        lines = [
            " ".join(filter(None, (*key, request)))
            for key, requests in self._requests.items()
            for request in requests
        ]
        if lines or self._saved:
            lines += [f"{_CHECK} {self._hash(_CHECK, '')}", f"{_SINCE} {self._since}"]
        if sorted(lines) != sorted(self._saved):
            self._saved = sorted(lines)
            write_whole(self._file, "\n".join(self._saved).encode(), PRIVATE)

    def _hash(self, kind: str, value: str) -> str:
        return keyed(self._salt, kind, value)


def _file_of(warehouse: Path) -> Path:
    return warehouse.with_suffix(".erased")
