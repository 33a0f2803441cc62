"""The folder with the audience files, which their owner alone may read, and its manifest."""

import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from customer_segments.errors import UserError
from customer_segments.files import PRIVATE, flush, write_whole

# Where the files go unless somebody says otherwise.
FOLDER = Path(os.environ.get("AUDIENCES", "audiences"))
MANIFEST = "manifest.json"


def write_audiences(
    files: Mapping[str, bytes], described: Mapping[str, Mapping[str, Any]], folder: Path
) -> None:
    """Write the files, then the manifest, which keeps what it says of files written before."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    for file, content in files.items():
        write_whole(folder / file, content, PRIVATE)
    earlier = _manifest(folder / MANIFEST)
    kept = {file: entry for file, entry in earlier.items() if (folder / file).exists()}
    entries = dict(sorted({**kept, **described}.items()))
    manifest = json.dumps(entries, indent=2, ensure_ascii=False) + "\n"
    write_whole(folder / MANIFEST, manifest.encode(), PRIVATE)
    flush(folder)


def remove_audiences(folder: Path, is_erased: Callable[[set[str]], bool]) -> list[str]:
    """Remove the files in which a cell is about somebody erased; return their names.

    They are written anew by the next export. Raises OSError, and UserError when the manifest can't
    be read.
    """
    removed = []
    for file in sorted(folder.glob("*.csv")):
        cells = re.split(r"[;,\r\n]", file.read_text(encoding="utf-8"))
        if is_erased({cell.strip(' "') for cell in cells}):
            file.unlink()
            removed.append(file.name)
    if removed:
        write_audiences({}, {}, folder)
    return removed


def _manifest(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise UserError(f"{file} is not a manifest; remove it and export again")
    return content
