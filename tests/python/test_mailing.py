"""Who may be mailed is decided once, in int_contact_suppressions; all others read the answer."""

import re
from typing import Any

import pytest
import sqlglot
import yaml
from conftest import PROJECT
from sqlglot.tokens import TokenType

from customer_segments.dbt import manifest

# Who may read what mailing is decided by, and why.
READERS = {
    "consent": {
        "base_contacts",  # types it
        "stg_contacts",  # keeps the last row of an id
        "remembered_refusals",  # keeps what was refused
        "int_contact_rows",  # whose each row is
        "int_contact_consents",  # the last statement in any row of a contact
        "int_contacts_merged",  # hands it on
        "int_contact_refusals",  # a refusal holds until a later consent
        "int_contact_suppressions",  # decides
        "dim_contacts",  # shows it
        "consent_never_asked",  # whom to ask: not a mailing
        "rejected_rows",  # lists what was not understood
        "sequence_runs",  # a welcome begins with the consent
    },
    "suppression list": {
        "remembered_refusals",  # keeps who is on it
        "source_row_counts",  # counts its rows
    },
    "complaints, unsubscriptions and bounces": {
        "base_email_events",  # types them
        "base_refusal_contacts",  # finds whom an unknown id means
        "remembered_refusals",  # keeps them
        "int_missing_refusal_events",  # gives results those that files lack
        "int_contact_refusals",  # tells which hold
        "fct_mails",  # what became of each mail, for rates
        "sequence_runs",  # unsubscribing ends a run, even after a new consent
        "sequence_messages",  # shows whether a run was ended so
    },
    "reason": {
        "int_contact_suppressions",  # decides
        "dim_contacts",  # shows it
        "customers_to_phone",  # phones whom mail does not reach
        "contact_offers",  # says why somebody gets none, phones whom mail does not reach
        "sequence_messages",  # says why a message is skipped
    },
}


def reads(node: dict[str, Any]) -> set[str]:
    """Return which of the grounds for a decision a model reads, comments in SQL apart."""
    if node["language"] == "python":
        texts = words = set(re.findall(r"\w+", node["raw_code"].lower()))
    else:
        tokens = sqlglot.tokenize(node["raw_code"], read="duckdb")
        texts = {token.text for token in tokens if token.token_type == TokenType.STRING}
        words = {token.text.lower() for token in tokens} | texts
    grounds = {
        "consent": bool(words & {"email_consent", "consent_at", "consent_on"}),
        "suppression list": "stg_suppressions" in texts
        or any(name.endswith(".stg_suppressions") for name in node["depends_on"]["nodes"]),
        "complaints, unsubscriptions and bounces": "event_type" in words
        and bool(texts & {"unsubscribed", "complained", "bounced"}),
        "reason": "suppression_reason" in words,
    }
    return {ground for ground, is_read in grounds.items() if is_read}


def readers(nodes: list[dict[str, Any]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {ground: set() for ground in READERS}
    for node in nodes:
        for ground in reads(node):
            found[ground].add(node["name"])
    return found


@pytest.fixture
def nodes() -> list[dict[str, Any]]:
    return [node for node in manifest()["nodes"].values() if node["resource_type"] == "model"]


def test_only_one_model_decides_who_may_be_mailed(nodes: list[dict[str, Any]]) -> None:
    assert readers(nodes) == READERS


def test_a_model_that_decides_for_itself_is_found(nodes: list[dict[str, Any]]) -> None:
    audience = next(node for node in nodes if node["name"] == "promotion_audience")
    for condition, ground in {
        "email_consent": "consent",
        "event_type = 'unsubscribed'": "complaints, unsubscriptions and bounces",
        "email not in (select email from {{ ref('stg_suppressions') }})": "suppression list",
        "suppression_reason is null -- email_consent": "reason",
    }.items():
        own = {**audience, "raw_code": f"{audience['raw_code']} and {condition}"}
        assert reads(own) == {ground}
    own = {**audience, "language": "python", "raw_code": "session.sql('select email_consent')"}
    assert reads(own) == {"consent"}


def test_mailing_audiences_read_the_answer(nodes: list[dict[str, Any]]) -> None:
    audience = next(node for node in nodes if node["name"] == "promotion_audience")
    assert re.search(r"\bis_mailable\b", audience["raw_code"])


@pytest.mark.parametrize(
    ("model", "column", "count"),
    [("int_contact_refusals", "reason", 5), ("int_contact_suppressions", "suppression_reason", 6)],
)
def test_each_reason_has_a_unit_test(model: str, column: str, count: int) -> None:
    tests = yaml.safe_load(
        (PROJECT / "models" / "intermediate" / f"{model}.yml").read_text(encoding="utf-8")
    )["unit_tests"]
    expected = {row[column] for test in tests for row in test["expect"]["rows"]}
    assert len(expected) == count
