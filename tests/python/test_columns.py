"""No select takes one column for another: types and counts alike do not show it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from customer_segments.dbt import PROJECT, compile_models
from tests.python.deliveries import VENDORS, parsed_with_vendors


def exchanged(sql: str) -> Iterator[str]:
    """Yield columns that a select gives each other's names, or a union's branch has elsewhere.

    Also what is computed from one column alone counts as that column.
    """
    statement = sqlglot.parse_one(sql, read="duckdb")
    for select in statement.find_all(exp.Select):
        renamed = {}
        for column in select.selects:
            names = {part.name for part in column.find_all(exp.Column)}
            if len(names) == 1:
                renamed[column.alias_or_name] = names.pop()
        for alias, taken in renamed.items():
            seen = {alias}
            while taken in renamed and taken not in seen:
                seen.add(taken)
                taken = renamed[taken]
            if taken == alias and len(seen) > 1:
                yield f"{renamed[alias]} as {alias}"
    for union in statement.find_all(exp.SetOperation):
        names = union.left.named_selects
        for name, column in zip(names, union.right.selects, strict=False):
            if column.name != name and column.name in names and isinstance(column, exp.Column):
                yield f"{column.name} in the place of {name}"


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("select city, region from contacts", []),
        (
            "select city as region, region as city from contacts",
            ["city as region", "region as city"],
        ),
        ("select a as b, b as c, c as a from t", ["a as b", "b as c", "c as a"]),
        ("select city as home, city from contacts", []),
        ("select region, city as region_name from contacts", []),
        (
            "select coalesce(a.opens, 0) as clicks, max(a.clicks) as opens from a",
            ["opens as clicks", "clicks as opens"],
        ),
        (
            "with c as (select x.city as region, x.region as city from x) select * from c",
            ["city as region", "region as city"],
        ),
        (
            "select city, region from x union all select region, city from y",
            ["region in the place of city", "city in the place of region"],
        ),
        ("select city, region from x union all select town, district from y", []),
    ],
)
def test_exchanged_columns_are_found(sql: str, found: list[str]) -> None:
    assert list(exchanged(sql)) == found


def test_no_model_exchanges_columns(tmp_path: Path) -> None:
    in_sql = [path.stem for path in (PROJECT / "models").rglob("*.sql")]
    warehouse = tmp_path / "warehouse.duckdb"
    # dbt compares each name that it is given with each node.
    every = ["resource_type:model"]
    models = compile_models(every, {"from": VENDORS}, warehouse, parsed_with_vendors())
    found = {name: list(exchanged(models[name])) for name in in_sql}
    assert {name: columns for name, columns in found.items() if columns} == {}
