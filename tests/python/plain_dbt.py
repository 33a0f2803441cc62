"""dbt as somebody calls it in a folder, but in this process: another takes seconds to start."""

import contextlib
import io
import subprocess
from pathlib import Path

import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner


def dbt(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run dbt in a folder, and return its exit code and what it says."""
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(said):
        patch.chdir(folder)
        for name, value in environment.items():
            patch.setenv(name, value)
        outcome = dbtRunner().invoke([*words])
        # dbt keeps the file open, which would shut out the test.
        DuckDBConnectionManager.close_all_connections()
    status = 0 if outcome.success else 2 if outcome.exception else 1
    return subprocess.CompletedProcess([], status, said.getvalue(), "")
