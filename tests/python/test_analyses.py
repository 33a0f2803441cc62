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
