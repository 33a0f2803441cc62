"""The random key of one warehouse, with which what must not be kept in the clear is hashed.

HMAC-SHA-256 (RFC 2104) under it recognises a value that comes again, and nobody without the file
can find out by trial what was hashed. It is made once and stands beside the warehouse, for its
owner alone.
"""

import hmac
import secrets
from pathlib import Path

from customer_segments.files import PRIVATE, write_whole


def salt_file(warehouse: Path) -> Path:
    """Return the file with a warehouse's salt, whether it is there or not."""
    return warehouse.with_suffix(".salt")


def read_salt(warehouse: Path) -> bytes:
    """Return a warehouse's salt, nothing while it has none. Raises OSError."""
    file = salt_file(warehouse)
    return file.read_bytes() if file.exists() else b""


def made_salt(warehouse: Path) -> bytes:
    """Return a warehouse's salt, made now if it has none. Raises OSError."""
    salt = read_salt(warehouse)
    if not salt:
        salt = secrets.token_bytes(32)
        write_whole(salt_file(warehouse), salt, PRIVATE)
    return salt


def keyed(salt: bytes, kind: str, value: str) -> str:
    """Return what is kept of a value, in hexadecimal; the same text of another kind has another."""
    return hmac.digest(salt, f"{kind}:{value}".encode(), "sha256").hex()
