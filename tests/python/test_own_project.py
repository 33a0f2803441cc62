"""The package in somebody's own dbt project, as examples/own_project has it."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest

from tests.python.plain_dbt import dbt
from tests.python.shared import PROJECT

EXAMPLE = PROJECT / "examples" / "own_project"
MADE = shutil.ignore_patterns("dbt_packages", "target", "logs", "*.duckdb*", ".user.yml")
SEGMENT = "cyclists_who_came_back"
NEXT_DAY = '{"as_of": "2026-07-01"}'


class OwnProject:
    """A copy of the example, with this project for its package."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "own_project"
        shutil.copytree(EXAMPLE, self.root, ignore=MADE)
        (self.root / "packages.yml").write_text(f"packages:\n  - local: {PROJECT}\n")
        (self.root / "package-lock.yml").unlink(missing_ok=True)

    def install(self) -> None:
        assert self.dbt("deps").returncode == 0

    def install_as(self, other: "OwnProject") -> None:
        """Have what dbt made of the same packages.yml, which takes it some seconds."""
        shutil.copytree(other.root / "dbt_packages", self.root / "dbt_packages", symlinks=True)
        shutil.copy(other.root / "package-lock.yml", self.root)

    def dbt(self, *words: str) -> subprocess.CompletedProcess[str]:
        return dbt(
            self.root,
            *words,
            DBT_PROFILES_DIR=str(self.root),
            DBT_TARGET_PATH=str(self.root / "target"),
            DBT_WRITE_JSON="true",
        )

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with duckdb.connect(str(self.root / "bike_shop.duckdb"), read_only=True) as connection:
            return connection.sql(query).fetchall()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> OwnProject:
    """The shop after its own models were built alone, and then everything."""
    project = OwnProject(tmp_path_factory.mktemp("shop"))
    project.install()
    for words in (("--select", "+bike_shop.shop"), ()):
        built = project.dbt("build", *words)
        assert built.returncode == 0, built.stdout[-3000:]
    return project


def test_english_stands_in_for_french_that_they_do_not_give(shop: OwnProject) -> None:
    said = "label_fr = label and description_fr = description"
    assert shop.rows(f"select {said} from segments.segments where segment = '{SEGMENT}'") == [
        (True,)
    ]
    assert shop.rows("select label_fr from segments.segments where segment = 'vip'") == [
        ("Clients VIP",)
    ]


def test_a_segment_of_theirs_has_the_members_that_their_own_tables_say(shop: OwnProject) -> None:
    members = shop.rows(
        f"select contact_id from segments.segment_members where segment = '{SEGMENT}'"
    )
    assert sorted(members) == shop.rows(
        "select contact_id from main.fct_orders"
        " where coalesce(status, 'completed') = 'completed'"
        " group by contact_id"
        " having count(*) > 1 and max(ordered_at) >= timestamp '2026-04-01 22:00:00'"
        " order by contact_id"
    )
    assert members
    assert shop.rows(
        "select family, category, owner from segments.segment_definitions"
        f" where segment = '{SEGMENT}'"
    ) == [("rule", "behaviour", "shop")]


def test_their_own_tables_stay_as_they_made_them(shop: OwnProject) -> None:
    assert {
        name
        for (name,) in shop.rows(
            "select table_name from duckdb_tables() where schema_name = 'main'"
        )
    } == {
        "crm_people",
        "crm_people_export",
        "dim_contacts",
        "fct_orders",
        "webshop_orders",
    }
    assert [name for name, *_ in shop.rows("describe main.dim_contacts")] == [
        "contact_id",
        "city",
        "created_at",
    ]


def test_nothing_of_it_needs_python(shop: OwnProject) -> None:
    nodes = json.loads((shop.root / "target" / "manifest.json").read_text())["nodes"].values()
    assert {node.get("language", "sql") for node in nodes} == {"sql"}


def test_the_next_day_continues_the_history(shop: OwnProject) -> None:
    built = shop.dbt("build", "--vars", NEXT_DAY)
    assert built.returncode == 0, built.stdout[-3000:]
    days = shop.rows(
        "select cast(day as varchar), member_count from segments.segment_daily"
        f" where segment = '{SEGMENT}' order by day"
    )
    assert [day for day, _ in days] == ["2026-06-30", "2026-07-01"]
    assert days[-1][1] == len(
        shop.rows(f"select contact_id from segments.segment_members where segment = '{SEGMENT}'")
    )


def test_a_segment_that_no_list_names_stops_the_build(shop: OwnProject, tmp_path: Path) -> None:
    project = OwnProject(tmp_path)
    project.install_as(shop)
    settings = project.root / "dbt_project.yml"
    settings.write_text(settings.read_text().replace(f"[{SEGMENT}]", "[]"))
    built = project.dbt("build", "--select", "+declaration_problems")
    assert built.returncode == 1
    assert f"segment {SEGMENT} is in no list" in built.stdout


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "flags:\n(?:  .*\n)+",
            "say require_ref_searches_node_package_before_root: true under flags",
        ),
        (
            r"      \+pre-hook: .*int_segment_manual_changes.*\n",
            f"segment {SEGMENT} lacks the pre-hook by which it waits",
        ),
        ("  timezone: .*\n", "have no timezone that bike_shop sees"),
    ],
)
def test_a_setting_that_was_forgotten_is_named(
    shop: OwnProject, tmp_path: Path, line: str, said: str
) -> None:
    project = OwnProject(tmp_path)
    project.install_as(shop)
    settings = project.root / "dbt_project.yml"
    text, removed = re.subn(line, "", settings.read_text())
    assert removed == 1
    settings.write_text(text)
    built = project.dbt("run", "--select", SEGMENT)
    assert built.returncode != 0
    assert said in built.stdout


def test_each_macro_names_the_package_of_the_macros_that_it_calls() -> None:
    """Without it they are not found where a model of another project calls the first."""
    files = {file: file.read_text() for file in (PROJECT / "macros").rglob("*.sql")}
    names = {
        name
        for text in files.values()
        for name in re.findall(r"{%-?\s*macro\s+(\w+)", text)
        if "__" not in name
    } - {"generate_schema_name"}
    call = re.compile(rf"(?<![\w.'\"])(?<!macro )({'|'.join(names)})\(")
    found = {
        f"{file.name}: {name}"
        for file, text in files.items()
        for block in re.findall(r"{[{%].*?[%}]}", text, re.DOTALL)
        for name in call.findall(re.sub(r"'[^']*'", "''", block))
    }
    assert not found
