"""What the tests share: the project's place and the warehouse that `make test` built."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

PROJECT = Path(__file__).resolve().parents[2]

# dbt's folders are a worker's own, and begin with the project as it was parsed last.
if WORKER := os.environ.get("PYTEST_XDIST_WORKER"):
    TARGET = PROJECT / "target" / "test" / WORKER
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    for parsed in ("manifest.json", "partial_parse.msgpack"):
        shutil.copy(PROJECT / "target" / parsed, TARGET)
    os.environ |= {"DBT_TARGET_PATH": str(TARGET), "DBT_LOG_PATH": str(TARGET / "logs")}


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the demo's warehouse: dbt can open the file itself only while nobody else has it.

    The copy has the file's name, because views remember it.
    """
    path = PROJECT / os.environ.get("WAREHOUSE", "target/test/warehouse.duckdb")
    copy = shutil.copy(path, tmp_path_factory.mktemp("copy") / path.name)
    with duckdb.connect(str(copy), read_only=True) as connection:
        yield connection


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 6 MB, where the tests may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)]
    try:
        subprocess.run(["mount", *options], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)
