"""What the guards of message sequences catch."""

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import pytest

from customer_segments.dbt import compile_models
from tests.python.deliveries import parsed
from tests.python.shared import PROJECT

SEEDS = PROJECT / "seeds" / "reference"
Guarded = tuple[duckdb.DuckDBPyConnection, Mapping[str, str]]


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
    guards = compile_models(GUARDS, {}, copy, parsed(), "test")
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
