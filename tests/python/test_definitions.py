"""A segment that is not whole stops the build with a sentence, and nothing published changes."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from customer_segments.errors import UserError
from customer_segments.segments.files import file_problems
from customer_segments.segments.list import list_problems, write_list
from customer_segments.segments.new import new_segment
from customer_segments.sentences import database_sentence, dbt_sentence, unit_test_lines
from tests.python.project_copy import UNION, Copy
from tests.python.shared import PROJECT

RULES = Path("models/marts/segments/rules")
SQL = "select contact_id from {{ ref('dim_contacts') }}"
YAML = """
models:
  - name: {name}
    description: Who is in. One row per contact.
    config: {{meta: {{label: A label, owner: sales, label_fr: Nom, description_fr: Tous.}}}}
unit_tests:
  - {{name: u, model: {name}, given: [], expect: {{rows: []}}}}
"""


def write(
    models: Path,
    name: str,
    yaml: str | None = YAML,
    category: str = "behaviour",
    *,
    listed: bool = True,
) -> Path:
    """Write a segment's files into a folder of models, and list it with those before it."""
    folder = models / "marts" / "segments" / "rules" / category
    folder.mkdir(parents=True, exist_ok=True)
    union = models.parent / UNION
    if not union.exists():
        union.parent.mkdir(parents=True)
        union.write_text("{% set rule_segments = [\n] %}\n", encoding="utf-8")
    (folder / f"{name}.sql").write_text(SQL, encoding="utf-8")
    if yaml is not None:
        (folder / f"{name}.yml").write_text(yaml.format(name=name), encoding="utf-8")
    if listed:
        write_list(models)
    return folder


def test_the_projects_own_segments_are_whole() -> None:
    assert file_problems(PROJECT / "models") == []


def test_a_whole_segment_has_no_problems(tmp_path: Path) -> None:
    write(tmp_path / "models", "fine_1")
    assert file_problems(tmp_path / "models") == []


@pytest.mark.parametrize(
    ("yaml", "sentence"),
    [
        (None, "segment vip has no YAML; describe it in {place}"),
        (YAML.replace("label: A label, ", ""), "segment vip has no label; add to config.meta in"),
        (YAML.replace("label: A label", "label: ' '"), "segment vip has no label; add to config"),
        (
            YAML.replace("owner: sales", "owner: sales, category: reach"),
            f"segment vip lies in {RULES}/behaviour, and the folder is the category; take category:"
            f" reach out of its YAML, or move both files to {RULES}/reach",
        ),
        (
            YAML.replace(", label_fr: Nom, description_fr: Tous.", ""),
            "segment vip has no label_fr and no description_fr; add to config.meta in {place}",
        ),
        (YAML.replace(", owner: sales", ""), "segment vip has no owner; add to config.meta in"),
        (
            "models: [{{name: vip}}]",
            "segment vip has no label and no label_fr and no description_fr and no owner; add",
        ),
        (
            YAML.replace("description: Who", "docs_url: Who"),
            "segment vip has no description; write",
        ),
        (YAML.split("unit_tests")[0], "segment vip has no unit test; add one in {place}"),
        (YAML.replace("model: {name}", "model: other"), "segment vip has no unit test; add one in"),
        ("models:\n  - name: {name}\n   label: x", "{place} is not valid YAML, line 3"),
        ("- models", "segment vip has no YAML; describe it in {place}"),
        (YAML.replace("name: {name}\n", "name: vipp\n"), "segment vip has no YAML; describe it in"),
    ],
)
def test_a_missing_piece_is_named(tmp_path: Path, yaml: str | None, sentence: str) -> None:
    write(tmp_path / "models", "vip", yaml)
    problems = file_problems(tmp_path / "models")
    place = RULES / "behaviour" / "vip.yml"
    assert any(problem.startswith(sentence.format(place=place)) for problem in problems), problems


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("Women", "women.sql"),
        ("women-lyon", "women_lyon.sql"),
        ("women lyon", "women_lyon.sql"),
        ("près_de_lyon", "pres_de_lyon.sql"),
        ("_women", "women.sql"),
        ("50_plus", "beginning with a letter"),
        ("x'; drop table y; --", "x_drop_table_y.sql"),
        ("東京", "beginning with a letter"),
    ],
)
def test_a_bad_alias_is_named_with_a_better_one(tmp_path: Path, name: str, better: str) -> None:
    write(tmp_path / "models", name, YAML.replace("{name}", f'"{name}"'))
    (problem,) = file_problems(tmp_path / "models")
    assert problem.startswith(f"segment {name} is not a good alias: rename")
    assert problem.endswith(better)


def test_a_name_is_taken_whatever_the_folder_and_the_capitals(tmp_path: Path) -> None:
    models = tmp_path / "models"
    write(models, "vip")
    write(models, "vip", category="reach")
    write(models, "dim_contacts")
    (models / "marts" / "core").mkdir()
    (models / "marts" / "core" / "DIM_contacts.sql").write_text(SQL)
    twice = [problem for problem in file_problems(models) if "is there twice" in problem]
    assert twice == [
        "segment dim_contacts is there twice: models/marts/core/DIM_contacts.sql and"
        f" {RULES}/behaviour/dim_contacts.sql; rename one",
        f"segment vip is there twice: {RULES}/behaviour/vip.sql and {RULES}/reach/vip.sql;"
        " rename one",
    ]


def test_yaml_without_sql_is_named(tmp_path: Path) -> None:
    (write(tmp_path / "models", "vip") / "vip.sql").unlink()
    assert file_problems(tmp_path / "models") == [
        "segment vip has YAML but no SQL; add vip.sql or remove the YAML",
        "segment vip is in the list in segment_rule_members.sql but has no SQL; run make fix",
    ]


def test_a_segment_in_no_folder_has_no_category(tmp_path: Path) -> None:
    write(tmp_path / "models", "vip", category="")
    assert file_problems(tmp_path / "models") == [
        "segment vip is in no category; move vip.sql and its YAML into a folder below"
        f" {RULES}, such as {RULES}/behaviour"
    ]


def test_a_category_in_yaml_may_be_the_folders(tmp_path: Path) -> None:
    write(tmp_path / "models", "vip", YAML.replace("owner:", "category: behaviour, owner:"))
    assert file_problems(tmp_path / "models") == []


def test_the_list_follows_the_files_and_what_differs_is_named(tmp_path: Path) -> None:
    models = tmp_path / "models"
    write(models, "gone")
    (write(models, "listed") / "gone.sql").unlink()
    write(models, "Bad-Alias", listed=False)
    write(models, "forgotten", category="reach", listed=False)
    assert list_problems(models) == [
        "segment gone is in the list in segment_rule_members.sql but has no SQL; run make fix",
    ]
    assert (write_list(models), write_list(models)) == (True, False)
    assert list_problems(models) == []
    text = "{% set rule_segments = [\n    'listed',\n    'forgotten',\n] %}\n"
    assert (tmp_path / UNION).read_text(encoding="utf-8") == text


def test_a_rule_is_listed_with_what_it_is_enabled_by(tmp_path: Path) -> None:
    models = tmp_path / "models"
    enabled = YAML.replace("{{meta", "{{enabled: \"{{{{ var('using_x') }}}}\", meta")
    write(models, "asks", enabled)
    write(models, "off", YAML.replace("{{meta", "{{enabled: false, meta"))
    write(models, "plain")
    write(models, "spoilt", "models: [")
    text = (
        "{% set rule_segments = [\n    'asks' if var('using_x') else none,\n"
        "    'off' if False else none,\n    'plain',\n    'spoilt',\n] %}\n"
    )
    assert (tmp_path / UNION).read_text(encoding="utf-8") == text
    assert list_problems(models) == []
    (tmp_path / RULES / "behaviour" / "asks.sql").unlink()
    assert len(list_problems(models)) == 1


def test_a_union_without_its_list_is_not_written(tmp_path: Path) -> None:
    write(tmp_path / "models", "vip")
    (tmp_path / UNION).write_text("select 1\n", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"segment_rule_members\.sql has no list to write"):
        write_list(tmp_path / "models")
    assert (tmp_path / UNION).read_text(encoding="utf-8") == "select 1\n"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("Compilation Error\n  Model 'model.customer_segments.aa' (models/aa.sql) depends on a node"
         " named 'dim_contactz' which was not found",
         "models/aa.sql refers to dim_contactz, which does not exist"),
        ("Compilation Error\n  dbt found two models with the name \"vip\".\n  \n  Since these\n\n"
         "  - model.customer_segments.vip (models/reach/vip.sql)\n"
         "  - model.customer_segments.vip (models/behaviour/vip.sql)",
         "there are two models named vip: models/behaviour/vip.sql and models/reach/vip.sql"),
        ("Found a cycle: model.customer_segments.bb --> model.customer_segments.aa",
         "models refer to each other in a circle: bb -> aa -> bb"),
        ("Compilation Error in model aa (models/aa.sql)\n  unexpected end of template, expected"
         " 'end of print statement'.\n    line 1\n      select",
         "model aa (models/aa.sql): unexpected end of template, expected 'end of print statement'."
         " line 1 select"),
        ("Compilation Error in model aa (models/aa.sql)\n  'list_haz' is undefined. This can happen"
         " when calling a macro that does not exist. Check for typos.",
         "model aa (models/aa.sql): there is no macro list_haz"),
        ("Runtime Error\n  Compilation Error in model aa (models/aa.sql)\n    'list_haz' is"
         " undefined. This can happen when calling a macro that does not exist.",
         "model aa (models/aa.sql): there is no macro list_haz"),
        ("Parsing Error\n  Error reading customer_segments: marts/aa.yml - Runtime Error\n"
         "    Syntax error near line 3\n    ----",
         "models/marts/aa.yml is not valid YAML, line 3"),
        ("Runtime Error in model aa (models/aa.sql)\n  Binder Error: Referenced column \"agee\" not"
         " found in FROM clause!\n  Candidate bindings: \"age\", \"gender\"\n  \n  LINE 3: select",
         "model aa (models/aa.sql): there is no column agee; did you mean age or gender?"),
        ("Runtime Error in model aa (models/aa.sql)\n  Parser Error: syntax error at or near \"<\""
         "\n  \n  LINE 3: < <\n   ^\n  compiled code at target/run/aa.sql",
         'model aa (models/aa.sql): syntax error at or near "<"'),
    ],
)  # fmt: skip
def test_what_dbt_says_becomes_one_sentence(said: str, sentence: str) -> None:
    assert dbt_sentence(said) == sentence


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ('Binder Error: Table "fct" does not have a column named "x"\n\nCandidate bindings: : "y"',
         "there is no column x; did you mean y?"),
        ('INTERNAL Error: Failure while replaying WAL file "/a/w.duckdb.wal": Calling Database',
         "a build was killed and left its log there; run make build, which reads it"),
        ('TransactionContext Error: Could not write file "/a/w.wal": No space left on device',
         "no space is left to write /a/w.wal; make room there and build again"),
    ],
)  # fmt: skip
def test_what_duckdb_says_becomes_one_sentence(said: str, sentence: str) -> None:
    assert database_sentence(said) == sentence


def test_a_unit_tests_difference_is_kept() -> None:
    said = (
        "\n\n\x1b[32mactual\x1b[0m differs from \x1b[31mexpected\x1b[0m:\n\n@@ ,contact_id\n---,a\n"
    )
    assert unit_test_lines(said) == ["@@ ,contact_id", "---,a"]


def test_the_build_stops_before_dbt_builds_and_names_all_faults_of_files(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    models = copy.root / "models"
    write(models, "no_yaml", None)
    write(models, "no_test", YAML.split("unit_tests")[0])
    write(models, "No-Alias")
    before = copy.fingerprint()
    result = copy.run("-m", "customer_segments", "build", "--quiet")
    assert result.returncode == 1
    assert copy.fingerprint() == before
    assert [
        sentence.split(";")[0].split(":")[0]
        for sentence in result.stderr.removeprefix("Error: ").splitlines()
    ] == [
        "segment No-Alias is not a good alias",
        "segment no_test has no unit test",
        "segment no_yaml has no YAML",
        "Nothing was published",
    ]


def test_a_broken_file_does_not_stop_the_preview_of_another_segment(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    folder = write(copy.root / "models", "open_ended", "models:\n  - name: x\n   label: x", "reach")
    (folder / "open_ended.sql").write_text("select contact_id from {{ ref('dim_contacts')")
    before = sorted(path for path in copy.root.glob("models/**/*"))
    result = copy.run("-m", "customer_segments", "preview", "suppliers")
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("suppliers: "), result.stdout
    place = f"{RULES}/reach/open_ended"
    notes = result.stdout.splitlines()[-3:]
    assert notes[0] == (f"Left out, for it is broken: {place}.yml is not valid YAML, line 3")
    assert notes[1].startswith(f"Left out, for it is broken: model open_ended ({place}.sql): ")
    assert notes[2] == "Segments that build on it have its members of the last build."
    assert result.stderr == ""
    assert sorted(path for path in copy.root.glob("models/**/*")) == before


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select contact_id from {{ ref('dim_contact') }}", "it refers to dim_contact, which does"),
        ("select {{ list_hass('a', 'b') }}", "there is no macro list_hass"),
        # What only dbt knows is dbt's to compile.
        ("select contact_id from {{ ref('dim_contacts') }} where '{{ invocation_id }}' > ''", None),
    ],
)
def test_a_segment_with_wrong_jinja_is_named(tmp_path: Path, sql: str, said: str | None) -> None:
    copy = Copy(tmp_path)
    folder = write(copy.root / "models", "probed", category="reach")
    (folder / "probed.sql").write_text(sql)
    result = copy.run("-m", "customer_segments", "preview", "probed")
    if said is None:
        assert result.stdout.startswith("probed: 962 of 962 contacts"), result.stderr
    else:
        place = f"{RULES}/reach/probed.sql"
        assert result.stderr.startswith(f"Error: model probed ({place}): "), result.stderr
        assert said in result.stderr


BREAK = """
import json, sys
from pathlib import Path
from customer_segments.errors import UserError
from customer_segments.dbt import parse, run_dbt

said = []
warehouse = Path(sys.argv[1])
for segments in json.loads(sys.argv[2]):
    for name, (sql, listed) in segments.items():
        Path('models/marts/segments/rules/reach', name + '.sql').write_text(sql)
    union = Path('models/marts/segments/members/segment_rule_members.sql')
    before = union.read_text()
    union.write_text(before + ''.join(
        "union all {{ rule_members('" + name + "') }} " for name in segments if segments[name][1]))
    selected = ['--select', *segments, 'segment_rule_members']
    build = ['build', '--exclude-resource-type', 'unit_test', *selected]
    try:
        run_dbt(build, {}, warehouse, parse({}, warehouse))
        said.append('')
    except UserError as error:
        said.append(str(error))
    union.write_text(before)
    for name in segments:
        Path('models/marts/segments/rules/reach', name + '.sql').unlink()
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Sequence[str]:
    """What the build says of segments whose faults only their data show."""
    dim = "from {{ ref('dim_contacts') }}"
    broken = [
        {
            "twice": ("select contact_id from {{ ref('fct_orders') }}", True),
            "stranger": (f"select 'nobody' as contact_id {dim} limit 1", True),
            "no_contact": (f"select nullif(contact_id, contact_id) as contact_id {dim}", True),
            "bad_column": (f"select contact_id {dim} where agee < 50", False),
        },
        {"no_key": (f"select age {dim}", True)},
        {
            "no_number": (f"select contact_id {dim} where cast(city as integer) = 1", True),
            "many_rows": (f"select contact_id {dim} where age = (select age {dim})", True),
            "builds_on_one": ("select contact_id from {{ ref('many_rows') }}", True),
            "sound": (f"select contact_id {dim} where age > 0", True),
        },
    ]
    copy = Copy(tmp_path_factory.mktemp("broken"))
    result = copy.run("-c", BREAK, str(copy.warehouse), json.dumps(broken))
    assert result.returncode == 0, result.stderr
    return list(json.loads(result.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    ("build", "sentence"),
    [
        (0, "there is no column agee; did you mean age"),
        (0, "A segment names a contact once; such as contact_id = "),
        (0, ", segment = twice, row_count = "),
        (0, "segments name only contacts that exist; such as "),
        (0, "segment = stranger, contact_id = nobody"),
        (0, "segment = no_contact, contact_id = unknown"),
        (2, f"segment no_number fails on its data ({RULES}/reach/no_number.sql): Could not conv"),
        (
            2,
            f"segment many_rows fails on its data ({RULES}/reach/many_rows.sql): More than one row",
        ),
        (1, "segment no_key selects no contact_id (models/marts/segments/rules/reach/no_key.sql)"),
    ],
)
def test_what_only_the_data_show_names_the_segment(
    build: int, sentence: str, said: Sequence[str]
) -> None:
    assert sentence in said[build], said[build]


def test_a_rule_that_is_not_at_fault_is_not_named(said: Sequence[str]) -> None:
    assert "builds_on_one" not in said[2]
    assert "sound" not in said[2]
    assert "SET scalar" not in said[2]


def test_the_demos_union_has_no_line_too_many() -> None:
    path = PROJECT / os.environ.get("WAREHOUSE", "target/test/warehouse.duckdb")
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(
            "select segment from main.segment_rule_members group by all"
            " except select segment from main.segments"
        ).fetchall()
    assert rows == []


def test_a_new_segment_can_be_previewed_tested_and_built_at_once(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    result = copy.run("-m", "customer_segments", "new-segment", "big_spenders", "behaviour")
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1] == (
        "Next: edit both, make preview SEGMENT=big_spenders, then make build."
    )
    assert file_problems(copy.root / "models") == []
    shown = copy.run("-m", "customer_segments", "preview", "big_spenders")
    assert "total_amount >= 1000" in shown.stdout, shown.stderr
    # With its unit test.
    built = copy.run("-m", "dbt.cli.main", "build", "--select", "big_spenders")
    assert built.returncode == 0, built.stdout


@pytest.mark.parametrize(
    ("name", "category", "words"),
    [
        ("Big-Spenders", "behaviour", "not a good name for a segment: .*, such as big_spenders$"),
        ("vip", "service", r"vip is there already: models/marts/.*/vip\.sql; choose another name"),
        ("dim_contacts", "service", "dim_contacts is there already"),
        (
            "big_spenders",
            "behavior",
            "did you mean behaviour.*NEW_CATEGORY=1",
        ),
        ("big_spenders", "../members", "not a good name for a category.*, such as members$"),
    ],
)
def test_a_new_segments_name_and_category_are_checked(name: str, category: str, words: str) -> None:
    models = PROJECT / "models"
    with pytest.raises(UserError, match=words):
        new_segment(name, category, models)


def test_a_new_category_is_made_when_it_is_meant(tmp_path: Path) -> None:
    models = tmp_path / "models"
    folder = write(models, "Loyal_Ones").parent
    with pytest.raises(UserError, match=r"loyal_ones is there already: .*Loyal_Ones\.sql"):
        new_segment("loyal_ones", "travel", models, is_new_category=True)
    said = new_segment("null", "travel", models, is_new_category=True)
    assert "models/marts/segments/rules/travel/null.sql: the rule" in said
    assert sorted(file.name for file in (folder / "travel").iterdir()) == ["null.sql", "null.yml"]
    problems = [problem for problem in file_problems(models) if "null" in problem]
    assert problems == []
