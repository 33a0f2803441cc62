"""Personas: the arithmetic agrees with scipy, the page is safe to open and the same every time.

The arithmetic is the model's own SQL, on groups and traits made for it.
"""

from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from jinja2 import Environment, StrictUndefined
from scipy.stats import false_discovery_control, hypergeom

from customer_segments.errors import UserError
from customer_segments.report.personas import write_personas
from tests.python.shared import PROJECT

VARIABLES = {
    "persona_families": ["lifecycle", "rfm", "alone"],
    "persona_minimum_size": 10,
    "persona_false_discovery_rate": 0.05,
    "persona_minimum_lift": 1.25,
}
Comparison = tuple[str, str, str, int, int, int, int, float, float, float]


def model_sql(model: str) -> str:
    """The SQL of a model of personas, for tables in memory."""
    body = PROJECT / "models" / "marts" / "segments" / "personas" / f"{model}.sql"
    macros = ""
    for name in ("log_factorial", "exponential"):
        text = (PROJECT / "macros" / f"{name}.sql").read_text(encoding="utf-8")
        macros += text[text.index("{% macro duckdb__") :].replace("duckdb__", "")
    environment = Environment(undefined=StrictUndefined)
    return environment.from_string(macros + body.read_text(encoding="utf-8")).render(
        ref=lambda name: name,
        var=VARIABLES.__getitem__,
        as_of=lambda: "date '2026-06-30'",
        word_key=lambda column: column,
    )


@pytest.fixture(scope="module")
def comparisons() -> list[Comparison]:
    """3,000 contacts: groups from ten to two thirds of them, and one of everybody.

    Traits that few, many and all have, that go with a group, against it, and by chance.
    """
    with duckdb.connect() as database:
        database.execute("""
            set threads = 1;
            create table dim_contacts as select number, 'C' || number as contact_id
            from range(3000) as numbers (number);
            create table segment_rule_members as
            select *, split_part(segment, '_', 1) as family from (
            select contact_id, case when number < 10 then 'lifecycle_ten' when number < 19
                then 'lifecycle_nine' when number < 1000 then 'lifecycle_third'
                else 'lifecycle_rest' end as segment from dim_contacts
            union all
            select contact_id, 'rfm_' || number % 7 from dim_contacts where number % 3 > 0
            union all
            select contact_id, 'alone_all' from dim_contacts);
            create table persona_contact_traits as
            select contact_id, trait, value, value as value_label from (
                select contact_id, 'all' as trait, 'yes' as value from dim_contacts
                union all
                select contact_id, 'third', case when number < 990 then 'a' else 'b' end
                from dim_contacts where number % 11 > 0
                union all
                select contact_id, 'chance', 'v' || hash(number) % 13 from dim_contacts
                union all
                select contact_id, 'rare', 'v' || number % 280 from dim_contacts
                where number % 2 = 0
                union all
                select contact_id, 'few', 'v' from dim_contacts where number in (1, 5, 2000)
            );
            create table compared_traits as
            select distinct trait, '{value}' as wording, '{value}' as wording_fr, 'person' as theme
            from persona_contact_traits;
            create table int_trait_value_labels as
            select '' as trait, '' as value_key, '' as value_label_fr
        """)
        for model in ("int_persona_trait_counts", "int_persona_trait_probabilities"):
            database.execute(f"create table {model} as {model_sql(model)}")
        return database.execute(f"""
            select
                split_part(persona, '_', 1), persona, trait, known_count, member_count,
                known_contact_count, contact_count, p_value, adjusted_p_value, lift
            from ({model_sql("persona_traits")})
            order by 1, p_value
        """).fetchall()


def test_chance_is_as_likely_as_scipy_says(comparisons: list[Comparison]) -> None:
    assert len(comparisons) > 500
    for _, _, _, known, members, known_all, have, p_value, _, lift in comparisons:
        draw = hypergeom(known_all, have, known)
        tail = draw.sf(members - 1) if lift >= 1 else draw.cdf(members)
        assert p_value == pytest.approx(min(1, 2 * tail), rel=1e-8)


def test_adjusted_as_scipy_adjusts(comparisons: list[Comparison]) -> None:
    families = {row[0] for row in comparisons}
    assert families == {"lifecycle", "rfm", "alone"}
    for family in families:
        rows = [row for row in comparisons if row[0] == family]
        adjusted = false_discovery_control([row[7] for row in rows])
        assert [row[8] for row in rows] == pytest.approx(list(adjusted), rel=1e-9)


def test_who_is_everybody_and_what_everybody_has_is_no_difference(
    comparisons: list[Comparison],
) -> None:
    plain = [row for row in comparisons if row[1] == "alone_all" or row[2] == "all"]
    assert {row[1] for row in plain} > {"alone_all", "lifecycle_ten", "rfm_1"}
    for row in plain:
        assert row[7:] == pytest.approx((1, 1, 1))


def test_groups_and_traits_of_too_few_are_not_compared(comparisons: list[Comparison]) -> None:
    personas = {row[1] for row in comparisons}
    assert "lifecycle_ten" in personas
    assert "lifecycle_nine" not in personas
    assert "few" not in {row[2] for row in comparisons}


@pytest.fixture
def published(warehouse: duckdb.DuckDBPyConnection, tmp_path: Path) -> Path:
    """What the page reads, with a category that would be code if it were not escaped."""
    path = tmp_path / "segments.duckdb"
    with duckdb.connect(str(path)) as database:
        for table in ("personas", "persona_traits", "segments"):
            rows = tmp_path / f"{table}.parquet"
            warehouse.table(table).write_parquet(str(rows))
            database.execute(f"create table {table} as from '{rows}'")
        database.execute("""
            update personas set
                typical_category = '<script>alert(1)</script>',
                advised_topics = '<img src=x onerror=alert(1)>',
                name = '"><b>Name', label = '</title>Label', label_fr = '</title>Label';
            update persona_traits set label = 'Buys <script>alert(1)</script>' where sets_apart
        """)
    return path


def test_the_page_escapes_what_comes_from_the_data(published: Path, tmp_path: Path) -> None:
    page = tmp_path / "personas.html"
    assert write_personas(published, page) > 10
    text = page.read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)" in text
    for code in ("<script>alert", "<img src=x", '"><b>Name', "</title>Label"):
        assert code not in text


def test_the_page_is_the_same_every_time(published: Path, tmp_path: Path) -> None:
    pages = [tmp_path / "first.html", tmp_path / "second.html"]
    for page in pages:
        write_personas(published, page)
    assert all(one.read_bytes() == other.read_bytes() for one, other in pairwise(pages))


def test_groups_without_a_persona_are_named(published: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(published)) as database:
        database.execute("""
            delete from personas where persona = 'rfm_lost';
            update segments set member_count = 7, label = 'Lost' where segment = 'rfm_lost'
        """)
    page = tmp_path / "personas.html"
    write_personas(published, page)
    assert "too few contacts are in the group: Lost (7)." in page.read_text(encoding="utf-8")


def test_a_file_without_personas_is_said(tmp_path: Path) -> None:
    path = tmp_path / "old.duckdb"
    duckdb.connect(str(path)).close()
    with pytest.raises(UserError, match="has no personas; run make build, with using_clusters"):
        write_personas(path, tmp_path / "personas.html")


def test_nobody_among_the_contacts_has_the_name(warehouse: duckdb.DuckDBPyConnection) -> None:
    names = warehouse.execute("select lower(invented_name) from main.personas").fetchall()
    contacts = {
        row[0] for row in warehouse.execute("select lower(first_name) from dim_contacts").fetchall()
    }
    assert len(names) == len(set(names)) > 10
    assert not {name for (name,) in names} & contacts


def test_a_clusters_name_says_what_sets_it_apart(warehouse: duckdb.DuckDBPyConnection) -> None:
    names = warehouse.execute(
        "select name, name_fr from main.personas where family = 'cluster' order by persona"
    ).fetchall()
    assert (
        "Men aged 25 to 34 into sport and travel",
        "Hommes de 25 à 34 ans passion sport et voyage",
    ) in names
    assert not [name for name, _ in names if name.startswith("Cluster")]
    assert len(names) == len({name for name, _ in names}) == 9


def test_the_page_is_in_french(published: Path, tmp_path: Path) -> None:
    pages = {language: tmp_path / f"{language}.html" for language in ("en", "fr")}
    for language, page in pages.items():
        write_personas(published, page, language)
    english, french = (page.read_text(encoding="utf-8") for page in pages.values())
    for said, instead in (
        ('<html lang="en">', '<html lang="fr">'),
        ("What sets them apart", "Ce qui les distingue"),
        ("Lifecycle stages", "Étapes du cycle de vie"),
        ("as of 30 June 2026", "au 30 juin 2026"),
        ("Typical member: ", "Membre type\u00a0: "),
        ("A small wellbeing bundle", "Un petit abonnement ou un lot bien-être"),
        (">×1.3<", ">×1,3<"),
        (">100%<", ">100\u202f%<"),
    ):
        assert said in english and said not in french, said
        assert instead in french and instead not in english, instead
