"""Every question in analyses/ runs on the demo and has an answer."""

import duckdb
import pytest

from customer_segments.dbt import compile_models
from tests.python.deliveries import parsed
from tests.python.shared import DEMO_WAREHOUSE, PROJECT

ANALYSES = sorted(path.stem for path in (PROJECT / "analyses").glob("*.sql"))


@pytest.fixture(scope="module")
def compiled() -> dict[str, str]:
    """The queries as dbt compiles them."""
    return compile_models(["path:analyses"], {}, DEMO_WAREHOUSE, parsed(), "analysis")


@pytest.mark.parametrize("name", ANALYSES)
def test_analysis_answers(
    name: str, compiled: dict[str, str], warehouse: duckdb.DuckDBPyConnection
) -> None:
    rows = warehouse.execute(compiled[name]).fetchall()
    assert rows


def test_a_cohort_is_complete_in_its_first_month(
    compiled: dict[str, str], warehouse: duckdb.DuckDBPyConnection
) -> None:
    sql = compiled["cohort_retention"]
    first_months = [row for row in warehouse.execute(sql).fetchall() if row[2] == 0]
    assert first_months
    assert all(customers == ordering for _, customers, _, ordering, _ in first_months)


def test_the_least_separation_of_the_pairs_is_that_of_the_segment(
    compiled: dict[str, str], warehouse: duckdb.DuckDBPyConnection
) -> None:
    sql = compiled["segments_hardest_to_tell_apart"]
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
