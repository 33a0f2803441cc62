"""The comparison of two engines sees what differs, and nothing else."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.parity import are_equal, compared

COLUMNS = ["contact_id", "rate", "traits"]
ROWS = [("a", 0.1, '[{"lift": 2}]'), ("b", None, None), ("c", 12345.678, "{}")]


def unequal(others: list[tuple[Any, ...]], key: list[str] | None = None) -> int:
    found = compared("table", COLUMNS, ["contact_id"] if key is None else key, ROWS, others)
    assert (found.row_count, found.other_row_count) == (len(ROWS), len(others))
    return found.difference_count


@pytest.mark.parametrize("key", [["contact_id"], []])
def test_rows_are_equal_in_any_order(key: list[str]) -> None:
    assert unequal(list(reversed(ROWS)), key) == 0


@pytest.mark.parametrize("key", [["contact_id"], []])
@pytest.mark.parametrize(
    "others",
    [
        ROWS[:2],
        [*ROWS, ("d", 1.0, None)],
        [*ROWS, ROWS[0]],
        [("a", 0.1000001, '[{"lift": 2}]'), *ROWS[1:]],
        [("a", None, '[{"lift": 2}]'), *ROWS[1:]],
        [("a", 0.1, '[{"lift": 3}]'), *ROWS[1:]],
        [("A", 0.1, '[{"lift": 2}]'), *ROWS[1:]],
    ],
    ids=["lost", "added", "doubled", "another double", "unknown", "another trait", "another case"],
)
def test_what_differs_is_counted(others: list[tuple[Any, ...]], key: list[str]) -> None:
    assert unequal(others, key) > 0


def test_one_row_that_differs_is_one_difference() -> None:
    assert unequal([ROWS[0], ("b", 0.0, None), ROWS[2]]) == 1
    assert unequal([ROWS[0], ROWS[2]]) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1.0, 1.0 + 5e-10),
        (1e12, 1e12 + 100),
        (0.0, 5e-13),
        (float("nan"), float("nan")),
        ('{"a": 1, "b": [1.0]}', '{"b": [1], "a": 1.0}'),
        (["x", "y"], ["x", "y"]),
        (Decimal("1.50"), Decimal("1.5")),
    ],
)
def test_rounding_and_the_form_of_json_are_no_difference(one: Any, other: Any) -> None:
    assert are_equal(one, other)
    assert are_equal(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1.0, 1.0 + 5e-9),
        (0.0, 5e-12),
        (0.0, None),
        (float("nan"), 0.0),
        (Decimal("0.1"), 0.1),
        ("", None),
        ("1", 1),
        ('{"a": 1}', '{"a": 1, "b": null}'),
        ("[1", "[2"),
        (["x", "y"], ["y", "x"]),
        (["x"], ["x", "y"]),
        (date(2026, 6, 30), date(2026, 7, 1)),
        ("é", "e\u0301"),
    ],
)
def test_anything_else_is_one(one: Any, other: Any) -> None:
    assert not are_equal(one, other)
    assert not are_equal(other, one)
