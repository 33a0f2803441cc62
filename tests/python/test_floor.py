"""The hand-written SQL that builds are measured against computes whatever rules there are."""

from pathlib import Path

import duckdb

from benchmarks.floor.run import COMPILED, FITTED, run
from demo import settings
from demo.scaled import Scale


def test_the_floor_knows_every_rule(tmp_path: Path) -> None:
    """Rules come from what the last build compiled, so a new one may need a new table."""
    Scale(tmp_path / "raw", 1500).write()
    run(tmp_path / "raw", tmp_path / "floor.duckdb", str(settings.AS_OF))
    rules = {path.stem for path in (COMPILED / "rules").glob("*/*.sql")} - FITTED
    with duckdb.connect(str(tmp_path / "floor.duckdb"), read_only=True) as connection:
        known = {row[0] for row in connection.execute("select segment from segments").fetchall()}
        assert rules <= known
        populated = connection.execute("select distinct segment from segment_members").fetchall()
        # Few rules find nobody among so many contacts.
        assert len(rules & {row[0] for row in populated}) > 0.8 * len(rules)
        contacts, stages = connection.execute("""
            select count(distinct contact_id), (select count(*) from lifecycle_segments)
            from contact_permissions""").fetchall()[0]
    assert contacts == stages > 1300
