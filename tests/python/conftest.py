"""How the tests are dealt to workers, and what these are given."""

import gc
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest
from xdist import remote
from xdist.scheduler import LoadScopeScheduling

from tests.python.shared import PROJECT, TIMES

if TYPE_CHECKING:
    from tests.python.scenarios import Played

LONGEST = (
    *("honest_shops", *TIMES, "scenarios_clock", "erasure", "vendors"),
    *(f"cut and renamed, {time}" for time in TIMES[1:]),
    *("postgres", "pipeline", "kept_events", "definitions", "inputs", "scenarios_emails"),
)

# Files whose tests share what one worker makes once.
SHARED = {
    "columns": "vendors",
    "monthly_files": "honest_shops",
    "postgres_build": "postgres",
    "postgres_releases": "postgres",
    "staging_keeps_every_row": "honest_shops",
}

# dbt's folders are a worker's own, and begin with the project as it was parsed last.
if WORKER := os.environ.get("PYTEST_XDIST_WORKER"):
    TARGET = PROJECT / "target" / "test" / WORKER
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    for parsed in ("manifest.json", "partial_parse.msgpack"):
        shutil.copy(PROJECT / "target" / parsed, TARGET)
    os.environ |= {"DBT_TARGET_PATH": str(TARGET), "DBT_LOG_PATH": str(TARGET / "logs")}

# A tenth of a small build, and nobody reads it but tests that ask for NOTES.
os.environ |= {"DBT_WRITE_JSON": "false", "DBT_LOG_LEVEL_FILE": "none"}


class ByBuild(LoadScopeScheduling):
    """Gives each file, and each time at which scenarios are played, to one worker as a whole.

    xdist's own loadgroup does not: pytest 9.2 does not let it write the group into a test's id.
    """

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)


def group(nodeid: str) -> str:
    """Return the time at which a test's scenarios are played, else its file or what it shares."""
    file, _, test = nodeid.partition("::")
    played = re.search(rf"(cut and renamed, )?({'|'.join(TIMES)})", test)
    name = Path(file).stem.removeprefix("test_")
    return played.group() if played else SHARED.get(name, name)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: remote.Producer) -> LoadScopeScheduling:
    return ByBuild(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no worker waits for it at the end."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(group(item.nodeid), len(places)))


@pytest.fixture(scope="session", params=TIMES)
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> "Played":
    """A warehouse to which the changes of all scenarios were delivered at one of TIMES."""
    from tests.python.scenarios import play

    return play(request.param, tmp_path_factory.getbasetemp())


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
    # The traceback of a build that failed in this process may still hold its database.
    gc.collect()
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture(scope="session")
def server() -> Iterator[Path]:
    """A PostgreSQL of the tests' own, where the environment says, and the folder with its files."""
    if not (Path("/usr/lib/postgresql").exists() or shutil.which("initdb")):
        pytest.skip("PostgreSQL is not installed: nothing of it is tested")
    # Not in pytest's own folder, where another user can't go.
    folder = PROJECT / "target" / "test" / f"postgres-{os.getpid()}"
    address = {"POSTGRES_PORT": str(20000 + os.getpid() % 10000), "POSTGRES_HOST": "127.0.0.1"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in address.items():
            patch.setenv(name, value)
        try:
            subprocess.run([PROJECT / "scripts/postgres.sh", "start", folder], check=True)
            yield folder
        finally:
            subprocess.run([PROJECT / "scripts/postgres.sh", "stop", folder], check=False)
            shutil.rmtree(folder, ignore_errors=True)
