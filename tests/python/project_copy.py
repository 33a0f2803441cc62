"""A copy of the project, for tests that break it."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb

from customer_segments.segments.list import write_list
from tests.python.shared import DEMO_WAREHOUSE, PROJECT

UNION = Path("models/marts/segments/members/segment_rule_members.sql")


class Copy:
    """A copy of the project with a copy of the demo's warehouse, to break."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "project"
        for name in ("models", "macros", "seeds", "customer_segments", "tests/data", "analyses"):
            shutil.copytree(PROJECT / name, self.root / name)
        for name in ("dbt_project.yml", "profiles.yml", "selectors.yml"):
            shutil.copy(PROJECT / name, self.root)
        (self.root / "target").mkdir()
        # dbt parses only what is changed since the build of `make test`.
        shutil.copy(PROJECT / "target" / "partial_parse.msgpack", self.root / "target")
        # Views name the database, which is named after its file.
        self.warehouse = folder / DEMO_WAREHOUSE.name
        shutil.copy(DEMO_WAREHOUSE, self.warehouse)
        loaded = DEMO_WAREHOUSE.with_suffix(".inputs")
        shutil.copytree(loaded, self.root / "target" / "warehouse.inputs")
        self.published = folder / "segments.duckdb"
        duckdb.connect(str(self.published)).close()

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        places = {
            "WAREHOUSE": str(self.warehouse),
            "PUBLISHED": str(self.published),
            "DBT_TARGET_PATH": "target",
        }
        return subprocess.run(
            [sys.executable, *command],
            cwd=self.root,
            env={**os.environ, **places, "PYTHONPATH": str(self.root)},
            capture_output=True,
            text=True,
            check=False,
        )

    def list_in_union(self) -> None:
        write_list(self.root / "models")

    def fingerprint(self) -> str:
        return hashlib.sha256(self.published.read_bytes()).hexdigest()
