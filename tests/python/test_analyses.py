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
