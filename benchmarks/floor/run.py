"""Computes the published tables by hand-written DuckDB SQL.

python -m benchmarks.floor.run RAW FILE DAY

RAW is a folder of typed Parquet as `python -m demo --to` writes it, FILE the DuckDB file that gets
the tables, DAY the day whose segments are built. The rules of segments and the texts of the
catalogue are taken from target/compiled, where the last build of the project left them.
"""

import re
import sys
import time
from pathlib import Path

import duckdb

PROJECT = Path(__file__).resolve().parents[2]
COMPILED = PROJECT / "target/compiled/customer_segments/models/marts/segments"
DECLARATIONS = COMPILED.parents[1] / "declarations"
TABLES = (
    *("contacts", "contact_traits", "orders", "order_items", "email_events", "campaigns"),
    *("web_events", "support_cases", "segment_members_manual", "suppressions", "erasures"),
)
# Rules about what Python fits.
FITTED = {"slipping_away"}


def compiled(path: Path) -> str:
    """Return a model's SQL with plain names of tables, for the day wanted."""
    plain = re.sub(r'"\w+"\."\w+"\."(\w+)"', r"\1", path.read_text())
    return re.sub(r"cast\('\d{4}-\d\d-\d\d' as date\)", "getvariable('as_of')", plain)


def members_sql(template: str) -> str:
    """Return the SQL of members, with the rules and the catalogue put in.

    A segment that others build on becomes a view of its members, manual changes included.
    """
    rules = {
        path.stem: compiled(path)
        for path in sorted((COMPILED / "rules").glob("*/*.sql"))
        if path.stem not in FITTED
    }
    views: dict[str, str] = {}

    def build_on(segment: str) -> None:
        for other in re.findall(r"\b(?:from|join) (\w+)", rules[segment]):
            if other in rules and other not in views:
                build_on(other)
                views[other] = (
                    f"create temp view {other} as"
                    " select coalesce(matched.contact_id, changes.contact_id) as contact_id"
                    f" from ({rules[other]}) as matched"
                    f" full join (from manual_changes where segment = '{other}') as changes"
                    " on matched.contact_id = changes.contact_id"
                    " where coalesce(changes.action, 'add') = 'add';"
                )

    for segment in rules:
        build_on(segment)
    union = "\nunion all\n".join(
        f"select contact_id, '{segment}' as segment from ({sql})" for segment, sql in rules.items()
    )
    declared = compiled(DECLARATIONS / "declared_segments.sql")
    catalogue = compiled(COMPILED / "members" / "segment_definitions.sql").replace(
        "from declared_segments", f"from ({declared}) as declared", 1
    )
    for name, sql in (
        ("views", "\n".join(views.values())),
        ("rules", union),
        ("catalogue", catalogue),
    ):
        template = template.replace(f"-- {{{name}}}", sql)
    return template


def run(raw: Path, target: Path, day: str) -> list[tuple[float, str]]:
    """Write the tables; return the processor seconds and the first line of each statement."""
    seconds = []
    with duckdb.connect(str(target)) as connection:
        connection.execute(f"set timezone = 'UTC'; set variable as_of = date '{day}'")
        connection.execute(
            "set variable end_of_as_of = timezone('UTC',"
            f" timezone('Europe/Zurich', cast(date '{day}' + 1 as timestamp)))"
        )
        for seed in (PROJECT / "seeds" / "reference").glob("*.csv"):
            connection.execute(
                f"create temp table {seed.stem} as from read_csv('{seed}', header = true)"
            )
        for table in TABLES:
            one = raw / f"{table}.parquet"
            files = one if one.exists() else raw / table / "*.parquet"
            connection.execute(
                f"create temp view raw_{table} as"
                f" from read_parquet('{files}', filename = true, file_row_number = true)"
            )
        names = [path.stem for path in (COMPILED / "rules").glob("*/*.sql")]
        connection.execute(
            "create temp table rule_segments as select unnest(?) as segment", [names]
        )
        for file in sorted(Path(__file__).parent.glob("*.sql")):
            for statement in connection.extract_statements(members_sql(file.read_text())):
                start = time.process_time()
                connection.execute(statement)
                lines = statement.query.strip().splitlines()
                first = next(
                    line for line in lines if line.startswith(("create", "delete", "drop"))
                )
                seconds.append((time.process_time() - start, first))
    return seconds


if __name__ == "__main__":
    for spent, statement in run(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]):
        if spent >= 0.1:
            print(f"{spent:7.2f} s  {statement}")
