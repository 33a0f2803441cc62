"""What `make test` does to lint in less time hides no fault."""

import logging
from pathlib import Path

import pytest
from sqlfluff.core import FluffConfig, Linter

from customer_segments.dbt import parse
from tests.lint.sql import end_on_skipped_files, share_work, with_few_segments
from tests.python.shared import DEMO_WAREHOUSE

FAULTS = """select
    a,b,
      c  as d ,
    e
from t where a = 1
and b  = 2 and cccccccccccccccccccccccccccccccccccccccccccccc = ddddddddddddddddddddddddddddddddddd
union
select distinct (x.a), IFNULL(y.b, 0), "c" f, case when e is NULL then true else false end from x
  JOIN y using (a) join z as x on y.a = x.a , u as unused
where b != null UNION ALL select count(1) as a, unknown.b , case when a then
    case when b then 1 end end,
    'x' order by a desc, b



;
with never as (select 1 as One), t as (select a, a from v as w)
select t.a, b as b, (select max(q.a) from q where q.b = t.b and p.c = 1) as m from t
left join s on s.a = t.a group by 1, t.b
"""


def faults() -> list[tuple[str, int, int, str]]:
    config = FluffConfig(overrides={"dialect": "duckdb", "templater": "raw"})
    found = Linter(config=config).lint_string(FAULTS).get_violations()
    return [(fault.rule_code(), fault.line_no, fault.line_pos, fault.desc()) for fault in found]


def test_rules_that_share_their_work_find_what_each_finds_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alone = faults()
    assert {code for code, *_ in alone} > {"AL04", "AL05", "LT01", "LT02", "LT05", "LT11", "RF01"}
    share_work(monkeypatch.setattr)
    assert faults() == alone


def test_a_list_of_segments_has_one_of_each_family() -> None:
    macros = with_few_segments(parse({}, DEMO_WAREHOUSE)).macros
    assert "unique(" in macros["macro.customer_segments.declared_segments"].macro_sql


def test_a_file_that_is_skipped_fails(tmp_path: Path) -> None:
    (tmp_path / "long.sql").write_text("select 1\n")
    config = FluffConfig(overrides={"dialect": "duckdb", "large_file_skip_byte_limit": 1})
    logger = logging.getLogger("sqlfluff.linter")
    before = list(logger.handlers)
    end_on_skipped_files()
    try:
        with pytest.raises(SystemExit, match="a file was not linted: Length of file"):
            Linter(config=config).lint_paths((str(tmp_path),))
    finally:
        logger.handlers = before
