"""What `make test` does to lint in less time hides no fault."""

import pytest
from sqlfluff.core import FluffConfig, Linter
from sqlfluff.utils.reflow.sequence import ReflowSequence

from tests.lint.sql import laid_out_once

FAULTS = """select
    a,b,
      c  as d ,
    e
from t where a = 1
and b  = 2 and cccccccccccccccccccccccccccccccccccccccccccccc = ddddddddddddddddddddddddddddddddddd
"""


def faults() -> list[tuple[str, int, int, str]]:
    config = FluffConfig(overrides={"dialect": "duckdb", "templater": "raw"})
    found = Linter(config=config).lint_string(FAULTS).get_violations()
    return [(fault.rule_code(), fault.line_no, fault.line_pos, fault.desc()) for fault in found]


def test_rules_that_share_a_layout_find_what_each_finds_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alone = faults()
    assert {code for code, *_ in alone} >= {"LT01", "LT02", "LT05", "LT14"}
    asked = []
    lay_out = ReflowSequence.from_root
    monkeypatch.setattr(
        ReflowSequence, "from_root", laid_out_once(lambda *file: asked.append(1) or lay_out(*file))
    )
    assert faults() == alone
    assert len(asked) == 1
