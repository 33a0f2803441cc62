"""Every question in analyses/ runs on the demo and has an answer."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from conftest import PROJECT

ANALYSES = sorted(path.stem for path in (PROJECT / "analyses").glob("*.sql"))


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the queries as dbt compiles them."""
    target = tmp_path_factory.mktemp("target")
    dbt = Path(sys.executable).with_name("dbt")
    options = ["--select", "path:analyses", "--target-path", str(target), "--no-version-check"]
    subprocess.run([dbt, "--quiet", "compile", *options], cwd=PROJECT, check=True)
    return target / "compiled" / "customer_segments" / "analyses"


@pytest.mark.parametrize("name", ANALYSES)
def test_analysis_answers(name: str, compiled: Path, warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute((compiled / f"{name}.sql").read_text()).fetchall()
    assert rows


def test_a_cohort_is_complete_in_its_first_month(
    compiled: Path, warehouse: duckdb.DuckDBPyConnection
) -> None:
    sql = (compiled / "cohort_retention.sql").read_text()
    first_months = [row for row in warehouse.execute(sql).fetchall() if row[2] == 0]
    assert first_months
    assert all(customers == ordering for _, customers, _, ordering, _ in first_months)


def test_the_least_separation_of_the_pairs_is_that_of_the_segment(
    compiled: Path, warehouse: duckdb.DuckDBPyConnection
) -> None:
    sql = (compiled / "segments_hardest_to_tell_apart.sql").read_text()
    least: dict[str, float] = {}
    for _, segment, other, separation in warehouse.execute(sql).fetchall():
        for name in (segment, other):
            if separation is not None:
                least[name] = min(separation, least.get(name, separation))
    expected = warehouse.execute(
        "select subject, separation from main.segment_quality where level = 'segment'"
        " and separation is not null and family in (select subject from main.segment_quality"
        " where level = 'family' and separation is not null)"
    ).fetchall()
    assert len(expected) > 20
    assert least == pytest.approx(dict(expected))
