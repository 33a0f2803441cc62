"""Journeys: moves add up to the stages, and days that were not built are not made up."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from customer_segments.errors import UserError
from customer_segments.report.journeys import Step, journeys, write_journeys

JANUARY, MARCH, JUNE = date(2026, 1, 31), date(2026, 3, 31), date(2026, 6, 30)


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """Three days built. One contact moves on each, one stays, one is new, one is erased."""
    path = tmp_path / "segments.duckdb"
    with duckdb.connect(str(path)) as database:
        database.execute("""
            create table segments as select * from (values
                ('lifecycle_prospect', 'lifecycle', '<b>Prospects</b>', 'Pistes', 1),
                ('lifecycle_new_customer', 'lifecycle', 'New customers', 'Nouveaux clients', 4),
                ('lifecycle_inactive_2m', 'lifecycle', 'Inactive', 'Inactifs', 6),
                ('vip', 'rule', 'VIP', 'VIP', null)
            ) as rows (segment, family, label, label_fr, order_in_family);
            create table segment_history as select * from (values
                ('moves', 'lifecycle_prospect', date '2026-01-31', date '2026-03-31'),
                ('moves', 'lifecycle_new_customer', date '2026-03-31', date '2026-06-30'),
                ('moves', 'lifecycle_inactive_2m', date '2026-06-30', null),
                ('moves', 'vip', date '2026-01-31', null),
                ('stays', 'lifecycle_prospect', date '2026-01-31', null),
                ('new', 'lifecycle_prospect', date '2026-06-30', null),
                ('erased', 'lifecycle_prospect', date '2026-01-31', date '2026-03-31')
            ) as rows (contact_id, segment, entered_at, left_at);
            create table segment_daily as
            select segment, day, (
                select count(*) from segment_history
                where segment_history.segment = segments.segment and entered_at <= day
                and (left_at > day or left_at is null)
            ) as member_count
            from segments
            cross join (select distinct entered_at as day from segment_history)
        """)
    return path


def moves(step: Step) -> set[tuple[str, str, int]]:
    return {(move.from_label, move.to_label, move.count) for move in step.moves}


def test_moves_are_from_each_day_to_the_next(published: Path) -> None:
    first, second = journeys(published, [JUNE, JANUARY, MARCH, JUNE])
    assert (first.from_day, first.to_day, second.from_day, second.to_day) == (
        JANUARY,
        MARCH,
        MARCH,
        JUNE,
    )
    prospects = "<b>Prospects</b>"
    assert moves(first) == {
        (prospects, "New customers", 1),
        (prospects, prospects, 1),
        (prospects, "Not a contact any more", 1),
    }
    assert moves(second) == {
        ("New customers", "Inactive", 1),
        (prospects, prospects, 1),
        ("Not a contact yet", prospects, 1),
    }


def test_moves_stand_in_the_order_of_the_stages_and_none_is_last(published: Path) -> None:
    prospects, gone = "<b>Prospects</b>", "Not a contact any more"
    for place, expected in ((6, [prospects, "Inactive", gone]), (0, ["Inactive", prospects, gone])):
        with duckdb.connect(str(published)) as database:
            database.execute(
                "update segments set order_in_family = ? where segment = 'lifecycle_inactive_2m'",
                [place],
            )
        (step,) = journeys(published, [JANUARY, JUNE])
        assert [m.to_label for m in step.moves if m.from_label == prospects] == expected
        assert step.moves[-1].from_label == "Not a contact yet"


@pytest.mark.parametrize("column", ["order_in_family", "label_fr"])
def test_a_file_of_an_earlier_version_is_refused(published: Path, column: str) -> None:
    with duckdb.connect(str(published)) as database:
        database.execute(f"alter table segments drop column {column}")
    with pytest.raises(UserError, match="does not say in which order the stages are, or not in"):
        journeys(published, [JANUARY, JUNE], "fr")


def test_the_page_and_its_table_are_in_french(published: Path, tmp_path: Path) -> None:
    text = write_journeys(published, [JANUARY, JUNE], tmp_path / "fr.html", "fr")
    assert text.splitlines()[0].split() == ["2026-01-31", "au", "2026-06-30", "contacts", "dont"]
    assert (
        "Pistes                    -> Inactifs                              1      33\u202f%"
        in text
    )
    assert "Pistes                    reste" in text
    assert "-> N'est plus un contact" in text
    page = (tmp_path / "fr.html").read_text(encoding="utf-8")
    assert '<html lang="fr">' in page
    assert "31 janvier 2026 au 30 juin 2026: 1 de Pistes à Inactifs" in page


def test_moves_out_of_a_stage_add_up_to_its_members(published: Path) -> None:
    with duckdb.connect(str(published), read_only=True) as database:
        sizes = {
            (segment, day): count
            for segment, day, count in database.execute("from segment_daily").fetchall()
        }
    for step in journeys(published, [JANUARY, MARCH, JUNE]):
        for stage in ("lifecycle_prospect", "lifecycle_new_customer", "lifecycle_inactive_2m"):
            leaving = sum(m.count for m in step.moves if m.from_segment == stage)
            coming = sum(m.count for m in step.moves if m.to_segment == stage)
            assert (leaving, coming) == (sizes[stage, step.from_day], sizes[stage, step.to_day])


def test_a_day_that_was_not_built_is_said(published: Path) -> None:
    unknown = [date(2026, 1, 1), date(2026, 1, 11), date(2026, 1, 16), JUNE]
    with pytest.raises(UserError, match="2026-01-01, 2026-01-11, 2026-01-16 are not known") as said:
        journeys(published, unknown)
    assert "make backfill FROM=2026-01-01 TO=2026-01-16 STEP=5," in str(said.value)
    with pytest.raises(UserError, match="needs two days or more"):
        journeys(published, [JUNE, JUNE])


def test_the_page_escapes_labels_and_is_the_same_every_time(
    published: Path, tmp_path: Path
) -> None:
    pages = [tmp_path / "first.html", tmp_path / "second.html"]
    texts = [write_journeys(published, [JANUARY, MARCH, JUNE], page) for page in pages]
    assert pages[0].read_bytes() == pages[1].read_bytes()
    page = pages[0].read_text(encoding="utf-8")
    assert "<b>Prospects</b>" not in page
    assert "&lt;b&gt;Prospects" in page
    assert "<b>Prospects</b>          -> New customers" in texts[0]
