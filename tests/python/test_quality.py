"""The guard of segment quality stops a build whose segments say nothing about contacts."""

import shutil
from pathlib import Path

import duckdb
import pytest

from customer_segments.dbt import run_dbt
from customer_segments.errors import UserError
from tests.python.deliveries import parsed

# The members of a family keep their sizes and are dealt out anew, in an order without meaning.
DEAL_OUT = """
    create table dealt_out as
    with dealt as (
        select
            *,
            row_number() over (order by md5(contact_id)) as place,
            row_number() over (order by md5(lifecycle_stage || contact_id)) as other_place
        from lifecycle_segments
    )
    select here.* exclude (place, other_place) replace (there.lifecycle_stage as lifecycle_stage)
    from dealt as here
    inner join dealt as there on here.place = there.other_place;
    drop table lifecycle_segments;
    alter table dealt_out rename to lifecycle_segments
"""


def test_a_family_dealt_out_at_random_stops_the_build(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    built = warehouse.execute("select path from duckdb_databases() where path is not null")
    copy = Path(shutil.copy(built.fetchall()[0][0], tmp_path / "warehouse.duckdb"))
    with duckdb.connect(str(copy)) as connection:
        connection.execute(DEAL_OUT)
    models = ["build", "--select", "quality_bounds", "segment_rule_members", "marts.quality"]
    with pytest.raises(UserError) as caught:
        run_dbt([*models, "--exclude-resource-type", "unit_test"], {}, copy, parsed())
    assert "lifecycle: homogeneity" in str(caught.value)
    assert "rfm: homogeneity" not in str(caught.value)


def test_equal_rows_have_equal_quality_to_the_last_bit(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """In whatever order they come, which is another in each build with several threads."""
    built = warehouse.execute("select path from duckdb_databases() where path is not null")
    copy = Path(shutil.copy(built.fetchall()[0][0], tmp_path / "warehouse.duckdb"))
    with duckdb.connect(str(copy)) as connection:
        for table, key in (("dim_contacts", "contact_id"), ("segment_history", "all")):
            order = "all desc" if key == "all" else f"md5({key})"
            connection.execute(f"""
                create table shuffled as from {table} order by {order};
                drop table {table};
                alter table shuffled rename to {table}
            """)
    run_dbt(["run", "--select", "int_contact_quality_features+"], {}, copy, parsed())
    for table in ("segment_measures", "segment_quality"):
        rows = f"select * from {table} order by level, subject"
        with duckdb.connect(str(copy), read_only=True) as connection:
            assert connection.execute(rows).fetchall() == warehouse.execute(rows).fetchall()


@pytest.mark.filterwarnings("ignore:Mean of empty slice")  # prospects have no order features
def test_the_silhouette_is_that_of_the_distances_to_the_centres(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """Worked out once more with NumPy, for a family that covers everybody."""
    import numpy as np

    rows = warehouse.execute("""
        select members.segment, features.* exclude (contact_id)
        from segment_members as members
        inner join intermediate.int_contact_quality_features as features using (contact_id)
        where family = 'lifecycle'
    """).fetchall()
    segments = np.array([row[0] for row in rows])
    values = np.array([row[1:] for row in rows], dtype=float)
    names = sorted(set(segments))
    centres = np.array([np.nanmean(values[segments == name], axis=0) for name in names])
    distances = np.sqrt(np.nanmean((values[:, None, :] - centres) ** 2, axis=2))
    own = np.array([names.index(segment) for segment in segments])
    inside = distances[np.arange(len(own)), own]
    distances[np.arange(len(own)), own] = np.inf
    nearest = distances.min(axis=1)
    expected = ((nearest - inside) / np.maximum(nearest, inside)).mean()
    (found,) = warehouse.execute(
        "select silhouette from segment_quality where subject = 'lifecycle' and level = 'family'"
    ).fetchall()[0]
    assert found == pytest.approx(expected)


def test_homogeneity_is_one_less_within_over_total_variance(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """Epsilon squared from an analysis of variance by statsmodels, feature by feature."""
    ols = pytest.importorskip("statsmodels.formula.api").ols
    frame = warehouse.execute("""
        select members.segment, features.*
        from segment_members as members
        inner join intermediate.int_contact_quality_features as features using (contact_id)
        where family = 'rfm'
    """).fetchdf()
    within = total = 0.0
    for feature in frame.columns.drop(["segment", "contact_id"]):
        fitted = ols(f"{feature} ~ C(segment)", frame).fit()
        within += fitted.mse_resid
        total += fitted.mse_total
    (found,) = warehouse.execute(
        "select homogeneity from segment_quality where subject = 'rfm' and level = 'family'"
    ).fetchall()[0]
    assert found == pytest.approx(1 - within / total)
