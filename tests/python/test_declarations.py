"""What is declared badly stops a build before its first model; a file's own faults before dbt."""

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest

from customer_segments.seed_files import file_problems, seed_problems
from tests.python.deliveries import parsed
from tests.python.project_copy import Copy

TYPES = {"name": "varchar", "days": "integer", "share": "double", "since": "date"}
HEADER = "name,days,share,since\n"


def test_the_projects_own_seeds_are_sound() -> None:
    assert seed_problems(parsed()) == []


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        (HEADER + "a,3,0.5,2026-06-01\n,,,\n", []),
        ("\ufeff" + HEADER + '"a, b",-3,1e3,2026-06-01\n', []),
        (HEADER + "a,3.5,,\n", ["a.csv, row 2: days is '3.5'; write a whole number"]),
        (HEADER + "a,,half,\n", ["a.csv, row 2: share is 'half'; write a number"]),
        (
            HEADER + "a,,,\nb,,,6.1.2025\nc,,,20250106\n",
            [
                "a.csv, row 3: since is '6.1.2025'; write a date such as 2026-06-01",
                "a.csv, row 4: since is '20250106'; write a date such as 2026-06-01",
            ],
        ),
        (
            HEADER + "a, b,3,,\n",
            [
                "a.csv, row 2: not as many values as columns; put a text with a comma in double"
                " quotes"
            ],
        ),
        (
            "days,name,share,since\n",
            ["a.csv has the columns days, name, share, since; it needs name, days, share, since"],
        ),
        ("", ["a.csv has the columns ; it needs name, days, share, since"]),
    ],
)
def test_what_a_file_alone_can_tell(tmp_path: Path, content: str, problems: list[str]) -> None:
    (tmp_path / "a.csv").write_text(content, encoding="utf-8")
    assert file_problems(tmp_path / "a.csv", TYPES) == problems


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("name,é".encode("latin-1"))
    assert file_problems(tmp_path / "a.csv", TYPES) == ["a.csv is not UTF-8; save it as UTF-8"]


DEMO_FAULTS: Mapping[str, tuple[str, str]] = {
    "sequences.csv": ("entered_segment,vip", "entered_segment,vips"),
    "sequence_steps.csv": ("commencer,3,days", "commencer,-3,days"),
    "segment_offers.csv": ("vip,10,vip_preview", "birthday_today,10,vip_preview"),
    "channels.csv": ("post,Post,Courrier,postal_code", "post,Post,,zip"),
}
BUILD = """
import sys
from pathlib import Path
from customer_segments.dbt import parse, run_dbt
from customer_segments.errors import UserError

warehouse = Path(sys.argv[1])
try:
    run_dbt(["build", "--exclude-resource-type", "unit_test"], {}, warehouse, parse({}, warehouse))
except UserError as error:
    print(error)
"""


def test_dbt_build_alone_names_all_faults_and_builds_no_model(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    for file, (old, new) in DEMO_FAULTS.items():
        path = copy.root / "seeds" / "reference" / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")
    place = "models/marts/segments/rules/reach/lifecycle_prospect.sql"
    sql = "select contact_id from {{ ref('dim_contacts') }} where birth_date is null"
    (copy.root / place).write_text(sql)
    copy.warehouse.unlink()
    result = copy.run("-c", BUILD, str(copy.warehouse))
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == [
        "channel post has no label_fr; write the French beside the English, in channels.csv",
        "channel post needs the unknown address zip; use email, phone, mobile_number, postal_code,"
        " or none",
        "segment birthday_today gets an offer in segment_offers.csv, but its members are not"
        " published, and contact_offers would show them; offer it by a sequence, or remove the"
        " line",
        "segment lifecycle_prospect has no label_fr and no description_fr; write the French beside"
        f" the English, in the YAML of {place}",
        "segment lifecycle_prospect is in no list; run make fix, or name it in own_segments in a"
        " project of your own",
        f"segment lifecycle_prospect is there twice: {place} and the value prospect of the family"
        " lifecycle; rename one",
        "segment lifecycle_prospect looks at birth_date, so that the days on which members enter"
        " and leave it would show their birthdays; use age or is_birthday_this_month, or add"
        " members_are_published: false to config.meta",
        "sequence new_vip begins with the segment vips, which does not exist; name one that the"
        " project declares",
        "sequence welcome, step 2 has the delay -3; give a whole number from 0, for a message can't"
        " go out before its trigger",
    ]
    with duckdb.connect(str(copy.warehouse), read_only=True) as connection:
        made = connection.execute(
            "select schema_name, table_name from duckdb_tables()"
            " where schema_name in ('raw', 'staging', 'reference')"
        ).fetchall()
    assert ("reference", "sequences") in made
    # It reads no file.
    # What is known of files and days, and says nothing of anybody.
    of_no_contact = ["given_columns", "loaded_files", "unreadable_lines", "utc_days"]
    assert sorted(table for schema, table in made if schema != "reference") == of_no_contact


def test_every_public_model_is_tested_for_identifiers() -> None:
    nodes = parsed().nodes.values()
    tested = {
        node.attached_node
        for node in nodes
        if node.resource_type == "test" and node.name.startswith("no_identifiers_")
    }
    public = {
        node.unique_id
        for node in nodes
        if node.resource_type == "model" and node.access == "public"
    }
    assert public == tested
