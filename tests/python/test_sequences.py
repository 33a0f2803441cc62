"""What a build says of sequences that are declared badly, and what its guards catch."""

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import pytest
from conftest import PROJECT

from customer_segments.dbt import _invoke
from customer_segments.definitions import Model, declared_segments
from customer_segments.errors import UserError
from customer_segments.pipeline import _parse
from customer_segments.sequences import COLUMNS, sequence_problems

SEEDS = PROJECT / "seeds" / "reference"
Guarded = tuple[duckdb.DuckDBPyConnection, Mapping[str, str]]
SEGMENTS = {"vip", "lifecycle_inactive_2m", "city_"}


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A copy of the project's declarations, to break."""
    for table in COLUMNS:
        shutil.copy(SEEDS / f"{table}.csv", tmp_path)
    return tmp_path


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old} is {text.count(old)} times in {file.name}"
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_the_projects_own_sequences_have_no_problems(seeds: Path) -> None:
    assert sequence_problems(seeds, SEGMENTS) == []


def test_the_demos_campaigns_are_steps_that_are_declared() -> None:
    undeclared = duckdb.sql(f"""
        select campaigns.campaign_id
        from read_csv('{PROJECT}/seeds/demo/campaigns.csv', all_varchar = true) as campaigns
        left join read_csv('{SEEDS}/sequence_steps.csv', all_varchar = true) as steps
            on campaigns.sequence = steps.sequence and campaigns.sequence_step = steps.step
        left join read_csv('{SEEDS}/offers.csv', all_varchar = true) as offers
            on steps.offer = offers.offer
        where campaigns.sequence is not null
            and (steps.step is null or campaigns.offer is distinct from offers.offer_code)
    """).fetchall()
    assert undeclared == []


@pytest.mark.parametrize(
    ("table", "old", "new", "sentence"),
    [
        ("sequence_steps", "with,3,days", "with,-3,days",
         "sequence welcome, step 2 has the delay -3; give a whole number from 0, for a message"
         " can't go out before its trigger"),
        ("sequence_steps", "with,3,days", "with,3.5,days",
         "sequence welcome, step 2 has the delay 3.5; give a whole number from 0, for a message"
         " can't go out before its trigger"),
        ("sequence_steps", "with,3,days", "with,3,fortnights",
         "sequence welcome, step 2 has the delay_unit fortnights; use hours, days or months"),
        ("sequence_steps", "win_back,2,", "win_back,1,",
         "sequence win_back has 2 steps with the number 1; renumber them"),
        ("sequence_steps", "win_back,2,", "win_back,zero,",
         "sequence win_back, step zero: the number of a step is a whole number from 1"),
        ("sequence_steps", "birthday,1,", "birthdays,1,",
         "sequence birthday has no steps; add some to sequence_steps.csv"),
        ("sequence_steps", "birthday,1,", "birthdays,1,",
         "sequence birthdays, step 1: there is no such sequence; declare it in sequences.csv"),
        ("sequence_steps", "birthday_15", "birthday_51",
         "sequence birthday, step 1 makes the unknown offer birthday_51; declare it in offers.csv"),
        ("sequence_steps", "birthday_15", "",
         "sequence birthday, step 1 needs an offer_code but makes no offer; name one of"
         " offers.csv"),
        ("offers", "birthday_15,", "birthday_16,",
         "sequence birthday, step 1 makes the unknown offer birthday_15; declare it in offers.csv"),
        ("sequence_steps", "0,hours,2,birthday_15,,,first_name", "0,hours,2,birthday_15,,,surname",
         "sequence birthday, step 1 needs the unknown field surname; use days_since_trigger,"
         " first_name, offer_code or product_name"),
        ("sequence_steps", "0,hours,2,birthday_15", "0,hours,0,birthday_15",
         "sequence birthday, step 1 is valid for 0 days; give a number from 1"),
        ("sequence_steps", "opened,2", "opend,2",
         "sequence welcome, step 3 has the unknown condition opend; use sent, opened, clicked,"
         " not_opened or not_clicked, or none"),
        ("sequence_steps", "opened,2", "opened,5",
         "sequence welcome, step 3 depends on step 5, which the sequence does not have; name one"
         " of its steps"),
        ("sequence_steps", "opened,2", ",2",
         "sequence welcome, step 3 has a condition_step but no condition; use sent, opened,"
         " clicked, not_opened or not_clicked"),
        ("sequence_steps", "with,3,days,7,,,,", "with,3,days,7,,sent,3,",
         "sequence welcome has steps that wait for each other: 2 -> 3 -> 2"),
        ("sequence_steps", "opened,2", "sent,3",
         "sequence welcome has steps that wait for each other: 3 -> 3"),
        ("sequence_steps", "60,win_back_15,,,", "60,win_back_15,not_opened,3,",
         "sequence win_back, step 2 depends on step 3, which is due later; let it depend on an"
         " earlier one"),
        ("sequences", "birthday,Birthday,birthday", "birthday,Birthday,birthdy",
         "sequence birthday has the unknown trigger birthdy; use signed_up, ordered, downloaded,"
         " birthday or entered_segment"),
        ("sequences", "birthday,Birthday,birthday", "birthday,Birthday,",
         "sequence birthday has the unknown trigger (empty); use signed_up, ordered, downloaded,"
         " birthday or entered_segment"),
        ("sequences", "entered_segment,vip", "entered_segment,vips",
         "sequence new_vip begins with the segment vips, which does not exist; name one that the"
         " project declares"),
        ("sequences", "entered_segment,vip", "entered_segment,",
         "sequence new_vip begins with the segment (empty), which does not exist; name one that"
         " the project declares"),
        ("sequences", "birthday,,2025", "birthday,vip,2025",
         "sequence birthday names the segment vip but begins with birthday; use the trigger"
         " entered_segment or leave the segment empty"),
        ("sequences", "0,demo_requested", "0,happy",
         "sequence welcome has the unknown goal happy; use ordered, downloaded or demo_requested,"
         " or none"),
        ("sequences", "2025-01-06", "6.1.2025",
         "sequence birthday starts on 6.1.2025; give a date such as 2026-06-01"),
        ("sequences", "demo_requested,60", "demo_requested,high",
         "sequence welcome has the priority high; give a whole number from 0"),
        ("sequences", "win_back,Win", "birthday,Win",
         "sequence birthday is there 2 times in sequences.csv; keep one"),
        ("sequences", "starts_on", "begins", "sequences.csv has no column starts_on; add it"),
        ("sequences", "birthday,Birthday", "birthday,Happy, birthday",
         "sequences.csv, line 4: not as many values as columns; put a text with a comma in double"
         " quotes"),
        ("message_fields", "dear customer", "",
         "field first_name has no fallback; give one in message_fields.csv"),
        ("message_fields", "offer_code,", "coupon,",
         "field coupon of message_fields.csv is none that messages are filled with; use"
         " first_name, product_name, days_since_trigger, offer_code or last_name"),
        ("message_fields", "last_name,customer", "last_name,",
         "field last_name has no fallback; give one in message_fields.csv"),
        ("sequence_steps", "0,hours,2,birthday_15,,,first_name",
         "0,hours,2,birthday_15,,,last_name",
         "sequence birthday, step 1 needs the unknown field last_name; use days_since_trigger,"
         " first_name, offer_code or product_name"),
    ],
)  # fmt: skip
def test_a_fault_is_named(seeds: Path, table: str, old: str, new: str, sentence: str) -> None:
    replace(seeds / f"{table}.csv", old, new)
    assert sentence in sequence_problems(seeds, SEGMENTS)


def test_one_fault_gets_one_sentence(seeds: Path) -> None:
    replace(seeds / "sequence_steps.csv", "with,3,days,7,,,,", "with,3,days,7,,sent,3,")
    assert len(sequence_problems(seeds, SEGMENTS)) == 1


def test_a_file_that_is_not_utf_8_is_named(seeds: Path) -> None:
    (seeds / "offers.csv").write_bytes("offer,é".encode("latin-1"))
    assert sequence_problems(seeds, SEGMENTS) == ["offers.csv is not UTF-8; save it as UTF-8"]


@pytest.mark.parametrize(
    ("segment", "is_known"),
    [("lifecycle_inactive_2m", True), ("city_zurich", True), ("city_", False), ("cityzen", False)],
)
def test_segments_of_families_and_splits_are_known(
    seeds: Path, segment: str, is_known: bool
) -> None:
    models = [
        Model("vip", "models/marts/segments/rules/behaviour/vip.sql"),
        Model("l", "l.sql", (), [{"family": "lifecycle", "values": {"inactive_2m": {}}}]),
        Model("s", "s.sql", (), (), [{"family": "city"}]),
    ]
    assert declared_segments(models) == {"vip", "lifecycle_inactive_2m", "city_"}
    replace(seeds / "sequences.csv", "entered_segment,vip", f"entered_segment,{segment}")
    assert (sequence_problems(seeds, declared_segments(models)) == []) is is_known


def test_the_build_stops_before_dbt_builds(seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace(seeds / "sequences.csv", "entered_segment,vip", "entered_segment,vips")
    monkeypatch.setattr(
        "customer_segments.pipeline.sequence_problems",
        lambda _folder, segments: sequence_problems(seeds, segments),
    )
    warehouse = seeds / "warehouse.duckdb"
    monkeypatch.setenv("WAREHOUSE", str(warehouse))
    with pytest.raises(UserError, match="begins with the segment vips, which does not exist"):
        _parse({}, warehouse)
    assert not warehouse.exists()


GUARDS = (
    "nobody_who_must_not_be_emailed_is_due_a_message",
    "nobody_is_due_more_emails_than_the_frequency_cap",
    "sent_messages_are_emails_of_their_step",
    "what_goes_out_goes_to_whom_it_may",
)
# Who must not be emailed, asked of the raw facts, and what the guard says of them.
FORBIDDEN = {
    "erased": "select contact_id from staging.stg_erasures",
    "no address": "select contact_id from main.dim_contacts where email is null",
    "no consent": "select contact_id from main.dim_contacts where email_consent is null",
    "on a suppression list": "select contact_id from main.dim_contacts"
    " inner join staging.stg_suppressions using (email) where suppressed_at is null"
    " or suppressed_at < '2026-06-01'",
    "complained": "select contact_id from main.fct_email_events where event_type = 'complained'",
    "unsubscribed and did not agree again": "select contact_id from main.fct_email_events"
    " inner join main.dim_contacts using (contact_id)"
    " where event_type = 'unsubscribed' and consent_on < occurred_on",
    "bounced and nothing arrived since": "select contact_id from main.fct_email_events"
    " group by contact_id having arg_max(event_type, occurred_at) = 'bounced'",
    "supplier or partner": "select contact_id from main.dim_contacts"
    " where relationship in ('supplier', 'partner')",
}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """A copy of the demo's warehouse and the SQL of the guards, none of which finds a fault."""
    source = PROJECT / os.environ.get("WAREHOUSE", "target/test/warehouse.duckdb")
    copy = Path(shutil.copy(source, tmp_path_factory.mktemp("copy") / source.name))
    # dbt leaves the warehouse's place in the environment, which other tests read.
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("WAREHOUSE", str(copy))
        outcome = _invoke(["compile", "--select", *GUARDS, "--quiet"], {}, copy)
    guards = {result.node.name: result.node.compiled_code for result in outcome.results}
    with duckdb.connect(str(copy)) as connection:
        for name in GUARDS:
            assert connection.execute(guards[name]).fetchall() == []
        connection.execute(
            "create temp table a_due_message as"
            " select * from main.int_sequence_messages where status = 'due' limit 1"
        )
        yield connection, guards


@pytest.mark.parametrize("why", FORBIDDEN)
def test_a_message_to_who_must_not_be_emailed_is_caught(guarded: Guarded, why: str) -> None:
    connection, guards = guarded
    connection.execute("begin")
    connection.execute(
        "insert into main.int_sequence_messages"
        " select a_due_message.* replace (any_contact.contact_id as contact_id)"
        f" from a_due_message, ({FORBIDDEN[why]} order by contact_id limit 1) as any_contact"
    )
    found = {row[1] for row in connection.execute(guards[GUARDS[0]]).fetchall()}
    connection.execute("rollback")
    assert why in found


@pytest.mark.parametrize(
    ("guard", "fault"),
    [
        (GUARDS[1], "update main.int_sequence_messages set status = 'due', reason = null"
                    " where reason in ('own_limit', 'limit_7d', 'limit_30d')"),
        (GUARDS[2], "update main.int_sequence_messages set sent_at = sent_at + interval 1 second"
                    " where status = 'sent'"),
        (GUARDS[2], "insert into main.int_sequence_messages select * replace"
                    " (enrollment_number + 1 as enrollment_number)"
                    " from main.int_sequence_messages where status = 'sent' limit 1"),
        (GUARDS[0], "update staging.stg_contacts set max_emails_per_month = 0"),
        (GUARDS[0], "update staging.stg_contacts set birth_date = date '2010-07-01'"),
        (GUARDS[0], "insert into staging.stg_segment_members_manual by name select contact_id,"
                    " 'do_not_contact' as segment, 'add' as action, timestamp '2026-06-01' as"
                    " changed_at from a_due_message"),
        (GUARDS[0], "insert into staging.stg_segment_members_manual by name select contact_id,"
                    " 'promotion_audience' as segment, 'remove' as action, timestamp '2026-06-01'"
                    " as changed_at from a_due_message"),
        (GUARDS[3], "update main.int_sequence_messages set status = 'due', reason = null"
                    " where reason = 'refused' and due_on <= as_of"),
        (GUARDS[3], "update main.contact_offers set channel = 'phone' where channel = 'website'"),
        (GUARDS[3], "update main.contact_permissions set is_allowed = false, reason = 'refused',"
                    " since_on = as_of where channel = 'email' and is_allowed"),
        (GUARDS[3], "delete from main.contact_permissions where channel = 'email'"),
    ],
)  # fmt: skip
def test_a_broken_rule_is_caught(guarded: Guarded, guard: str, fault: str) -> None:
    connection, guards = guarded
    connection.execute("begin")
    connection.execute(fault)
    found = connection.execute(guards[guard]).fetchall()
    connection.execute("rollback")
    assert found
