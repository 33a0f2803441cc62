"""Reads the small tables that people edit manually, before dbt does."""

import csv
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

Row = Mapping[str, str]


def read_seed(file: Path, columns: Sequence[str]) -> tuple[list[Row], list[str]]:
    """Return the trimmed rows of a seed, or what is wrong with it as a file."""
    rows: list[Row] = []
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, strict=True)
            missing = [name for name in columns if name not in (reader.fieldnames or ())]
            if missing:
                return [], [f"{file.name} has no column {name}; add it" for name in missing]
            for row in reader:
                if None in row or None in row.values():
                    return [], [
                        f"{file.name}, line {reader.line_num}: not as many values as columns;"
                        " put a text with a comma in double quotes"
                    ]
                rows.append({name: value.strip() for name, value in row.items()})
    except FileNotFoundError:
        return [], [f"there is no {file.name} in {file.parent}; restore it"]
    except UnicodeDecodeError:
        return [], [f"{file.name} is not UTF-8; save it as UTF-8"]
    except csv.Error as error:
        return [], [f"{file.name}, line {reader.line_num}, is not valid CSV: {error}"]
    return rows, []


def is_declared(segment: str, segments: Collection[str]) -> bool:
    """Return whether a segment is among those declared, see definitions.declared_segments."""
    return any(
        segment.startswith(known) and segment != known if known.endswith("_") else segment == known
        for known in segments
    )
