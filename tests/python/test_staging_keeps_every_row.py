"""Generated files with nasty rows go through the intake and staging: no row is lost."""

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.python.staging import LAYOUT, Staging

# fmt: off
NASTY = (
    "", " ", "\xa0", "NULL", "0", "-0", "-1", "1e400", "NaN", "infinity", "12,50", "1.234,50",
    "2026-02-30", "2026-06-30", "29.02.2025", "0001-01-01", "9999-12-31T23:59:59+14:00",
    "2026-03-29T02:30:00", "epoch", "now", "Y", "oui", "TRUE", "|", "a||b", "'; drop table x",
    '"', 'a"b', "a\nb", "a\r\nb", "ﬀ", "İ", "\u200b", "99999999999999999999", "<b>",
    "C1", "C2", "c1", "C1 ", "O1", "E1", "a@x.ch", " A@X.ch", "opened", "sent", "completed",
)
# fmt: on
CELL = st.sampled_from(NASTY) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12
)


@pytest.fixture(scope="module")
def staging(tmp_path_factory: pytest.TempPathFactory) -> Staging:
    return Staging(tmp_path_factory.mktemp("staging"))


@st.composite
def deliveries(draw: st.DrawFn) -> dict[str, list[list[str]]]:
    """Draw rows for each table, some of them twice, some with a field too few or too many."""
    files = {}
    for table in LAYOUT:
        width = len(table.columns)
        rows = draw(st.lists(st.lists(CELL, min_size=width, max_size=width), max_size=25))
        again, odd = [], []
        if rows:  # the intake refuses a file of which it can read no row
            again = draw(st.lists(st.sampled_from(rows), max_size=5))
            odd = draw(st.lists(st.lists(CELL, min_size=1, max_size=width + 1), max_size=2))
        files[table.name] = rows + again + odd
    return files


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(deliveries())
def test_rows_in_are_staged_repeated_or_rejected(
    staging: Staging, tmp_path_factory: pytest.TempPathFactory, files: dict[str, list[list[str]]]
) -> None:
    raw: Path = tmp_path_factory.mktemp("raw")
    for table in LAYOUT:
        with (raw / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
            writer.writerow(column.name for column in table.columns)
            writer.writerows(files[table.name])
    counts = staging.stage(raw)
    for source, (rows, staged, repeated, rejected) in counts.items():
        assert rows == len(files[source]), source
        assert rows == staged + repeated + rejected, source
