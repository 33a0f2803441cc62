"""Turns what DuckDB and dbt say about a mistake into one sentence."""

import re
from pathlib import Path

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_HEADINGS = re.compile(
    r"(?:Runtime|Compilation|Database|Parsing|Dependency|Validation) Error"
    r"(?: in (?P<subject>\w+ [^\n(]+) \((?P<path>[^)]*)\))?\s*"
)
_COLUMN = re.compile(r'Referenced column "(?P<column>[^"]+)" not found')
_CANDIDATES = re.compile(r"Candidate bindings: (?P<names>[^\n]*)")
_TABLE_COLUMN = re.compile(r'does not have a column named "(?P<column>[^"]+)"')
_NAMES = re.compile(r'"([^"]+)"')
_MISSING_NODE = re.compile(
    r"'\w+\.\w+\.(?P<name>[^']+)' \((?P<path>[^)]+)\) depends on a \w+ named '(?P<target>[^']+)'"
)
_CYCLE = re.compile(r"Found a cycle: (?P<nodes>.*)")
_DUPLICATE = re.compile(r'dbt found two (?P<kind>\w+) with the name "(?P<name>[^"]+)"')
_UNREADABLE = re.compile(r"Error reading \S+: (?P<path>\S+)")
_MACRO = re.compile(r"'(?P<name>\w+)' is undefined\. This can happen[^\n]*")
_USER_ERROR = re.compile(r"(?<=\n)\s*customer_segments\.errors\.UserError: (?P<sentence>[^\n]*)")
_HOLDER = re.compile(r"Conflicting lock is held in (?P<program>[^\n]*?\(PID (?P<process>\d+)\))")
_DAMAGED = re.compile(r"not a valid DuckDB database|[Cc]orrupt|read enough bytes|checksum")
_NO_SPACE = re.compile(r'file "(?P<path>[^"]+)": No space left on device')
_ADVICE = re.compile(r'\s*Use "SET [^\n]*')
_LINE = re.compile(r"near line (?P<line>\d+)")


def database_sentence(message: str) -> str:
    """Return DuckDB's words without its headings and its excerpt of the SQL."""
    plain = _ADVICE.sub("", re.split(r"\n\s*\n?LINE \d+:|\n\s*DETAIL:", message)[0])
    plain = _MACRO.sub(r"there is no macro \g<name>", plain)
    if "replaying WAL file" in plain:
        return "a build was killed and left its log there; run make build, which reads it"
    full = _NO_SPACE.search(plain)
    if full:
        return f"no space is left to write {full['path']}; make room there and build again"
    column = _COLUMN.search(plain) or _TABLE_COLUMN.search(plain)
    if column:
        return f"there is no column {column['column']}{_candidates(plain)}"
    plain = re.sub(
        r"^(?:Binder|Catalog|Parser|Conversion|Invalid Input) Error: ", "", plain.strip()
    )
    return _one_line(plain)


def warehouse_sentence(warehouse: Path, message: str) -> str:
    """Return DuckDB's words for why the warehouse can't be used, with what to do about it."""
    holder = _HOLDER.search(message)
    if holder:
        return (
            f"{warehouse} is open in {holder['program']}; close it there,"
            " a build needs the file for itself"
        )
    if _NO_SPACE.search(message):
        return database_sentence(message)
    if _DAMAGED.search(message):
        return (
            f"{warehouse} is damaged; put a copy of it back, or move it away and build without the"
            " history that it holds"
        )
    return (
        f"{warehouse} cannot be written ({database_sentence(message)});"
        " check the free space and the permissions there"
    )


def dbt_sentence(message: str) -> str:
    """Return dbt's words as one line that says which file they are about."""
    message = _COLOURS.sub("", message)
    for pattern, worded in (
        (_MISSING_NODE, _missing_node),
        (_CYCLE, _cycle),
        (_DUPLICATE, _duplicate),
        (_UNREADABLE, _unreadable),
    ):
        found = pattern.search(message)
        if found:
            return worded(found, message)
    raised = _USER_ERROR.search(message)
    heading = _HEADINGS.match(message.strip())
    if heading is None:
        return database_sentence(message)
    said = raised["sentence"] if raised else message.strip()[heading.end() :]
    if heading["subject"] is None and _HEADINGS.match(said):
        return dbt_sentence(said)
    rest = database_sentence(said)
    rest = re.sub(r"\s*(?:compiled code at|> in macro|> called by).*", "", rest)
    # What a macro raises before the first model is of the run, not of the file that calls it.
    is_of_a_file = heading["subject"] and not heading["subject"].startswith("operation ")
    return f"{heading['subject']} ({heading['path']}): {rest}" if is_of_a_file else rest


def unit_test_lines(message: str) -> list[str]:
    """Return the rows in which a unit test's outcome differs: --- is missing, +++ too much."""
    lines = [line.rstrip() for line in _COLOURS.sub("", message).splitlines() if line.strip()]
    return [line for line in lines if "actual differs from expected" not in line]


def _candidates(message: str) -> str:
    found = _CANDIDATES.search(message)
    names = _NAMES.findall(found["names"])[:3] if found else []
    return f"; did you mean {either(names)}?" if names else ""


def either(names: list[str]) -> str:
    """Return names as people list them: a, b or c."""
    return " or ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


def _missing_node(found: re.Match[str], _message: str) -> str:
    return f"{found['path']} refers to {found['target']}, which does not exist"


def _cycle(found: re.Match[str], _message: str) -> str:
    names = [node.strip().split(".")[-1] for node in found["nodes"].split("-->")]
    return f"models refer to each other in a circle: {' -> '.join([*names, names[0]])}"


def _duplicate(found: re.Match[str], message: str) -> str:
    paths = sorted(re.findall(r"\(([^()]+\.\w+)\)", message))
    return f"there are two {found['kind']} named {found['name']}: {' and '.join(paths)}"


def _unreadable(found: re.Match[str], message: str) -> str:
    line = _LINE.search(message)
    return f"models/{found['path']} is not valid YAML" + (f", line {line['line']}" if line else "")


def _one_line(text: str) -> str:
    return " ".join(text.split())
