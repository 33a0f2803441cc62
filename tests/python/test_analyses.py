"""Every question in analyses/ runs on the demo and has an answer."""

import duckdb
import pytest
from conftest import PROJECT

ANALYSES = sorted(path.stem for path in (PROJECT / "analyses").glob("*.sql"))
COMPILED = PROJECT / "target" / "compiled" / "customer_segments" / "analyses"


@pytest.mark.parametrize("name", ANALYSES)
def test_analysis_answers(name: str, warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute((COMPILED / f"{name}.sql").read_text()).fetchall()
    assert rows


def test_a_cohort_is_complete_in_its_first_month(warehouse: duckdb.DuckDBPyConnection) -> None:
    sql = (COMPILED / "cohort_retention.sql").read_text()
    first_months = [row for row in warehouse.execute(sql).fetchall() if row[2] == 0]
    assert first_months
    assert all(customers == ordering for _, customers, _, ordering, _ in first_months)


def test_the_funnel_narrows(warehouse: duckdb.DuckDBPyConnection) -> None:
    sql = (COMPILED / "campaign_funnel.sql").read_text()
    for _, _, sent, delivered, opened, clicked, _ in warehouse.execute(sql).fetchall():
        assert sent >= delivered >= max(opened, clicked)
