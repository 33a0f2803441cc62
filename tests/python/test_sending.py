"""Who may be approached is decided once, in contact_permissions; all others read the answer."""

import csv
import re
from pathlib import Path
from typing import Any

import pytest
import sqlglot
import yaml
from sqlglot.tokens import TokenType

from customer_segments.dbt import manifest
from tests.python.shared import PROJECT

# Who may read what permissions are decided by, and why.
READERS = {
    "consent": {
        "base_contacts",  # types it
        "stg_contacts",  # keeps the last row of an id
        "remembered_refusals",  # keeps what was refused
        "int_contact_rows",  # whose each row is
        "int_contact_consents",  # the last statement in any row of a contact
        "int_remembered_refusals",  # looks up when the contact agreed
        "int_contacts_resolved",  # hands it on
        "int_contact_refusals",  # a refusal holds until a later consent
        "int_contact_agreements",  # whether there is one
        "int_contact_profiles",  # shows it
        "consent_never_asked",  # whom to ask: not a sending
        "rejected_rows",  # lists what was not understood
        "int_sequence_triggers",  # a welcome begins with the consent
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
        "int_contact_arrivals",  # finds email that arrived after a bounce
        "int_email_events_numbered",  # a bounce may be all that tells of an email
        "int_emails_by_campaign",  # what became of each email, for rates
        "int_sequence_endings",  # unsubscribing ends an enrollment, even after a new consent
    },
    "reason": {
        "dim_contacts",  # shows it
        "customers_to_phone",  # phones whom email does not reach
        "int_sequence_messages_screened",  # says why a message is skipped
    },
    "refusals and exclusions": {
        "int_contact_obstacles",  # says what stands against a contact
        "int_refusal_findings",  # lists what the last lines of a build say of refusals
        "contact_permissions_now",  # whom files to send by leave out as well
    },
    "obstacles": {"contact_permissions"},  # decides
    "relationship": {"int_contact_obstacles"},
    "minimum age": {"int_contact_obstacles"},
    "wish of no email": {"int_contact_obstacles"},
}
# The same in Python.
PYTHON_GROUNDS = re.compile(
    r"\b(email_consent|consent_at|consent_on|stg_suppressions|int_contact_refusals|int_later_refusals"
    r"|int_remembered_refusals|int_contact_manual_exclusions|int_contact_obstacles|suppression_reason"
    r"|can_receive_email|max_emails_per_month|minimum_age)\b"
)


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
        "refusals and exclusions": any(
            name.endswith(
                (".int_contact_refusals", ".int_later_refusals", ".int_contact_manual_exclusions")
            )
            for name in node["depends_on"]["nodes"]
        ),
        "obstacles": any(
            name.endswith(".int_contact_obstacles") for name in node["depends_on"]["nodes"]
        ),
        "relationship": any(
            name.endswith(".relationships") for name in node["depends_on"]["nodes"]
        ),
        "minimum age": bool(texts & {"minimum_age", "unknown_age_is_allowed"}),
        "wish of no email": bool(
            re.search(r"max_emails_per_month\s*(=|<=|<|>|<>|!=)\s*0\b", node["raw_code"])
        ),
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


def test_only_one_model_decides_who_may_be_approached(nodes: list[dict[str, Any]]) -> None:
    assert readers(nodes) == READERS


def test_a_model_that_decides_for_itself_is_found(nodes: list[dict[str, Any]]) -> None:
    audience = next(node for node in nodes if node["name"] == "reachable_and_active")
    for condition, ground in {
        "email_consent": "consent",
        "event_type = 'unsubscribed'": "complaints, unsubscriptions and bounces",
        "email not in (select email from {{ ref('stg_suppressions') }})": "suppression list",
        "suppression_reason is null -- email_consent": "reason",
        "age >= {{ var('minimum_age') }}": "minimum age",
        "max_emails_per_month > 0": "wish of no email",
    }.items():
        own = {**audience, "raw_code": f"{audience['raw_code']} and {condition}"}
        assert reads(own) == {ground}
    for model, ground in {
        "model.customer_segments.int_contact_refusals": "refusals and exclusions",
        "model.customer_segments.int_later_refusals": "refusals and exclusions",
        "model.customer_segments.int_contact_manual_exclusions": "refusals and exclusions",
        "model.customer_segments.int_contact_obstacles": "obstacles",
        "seed.customer_segments.relationships": "relationship",
        "model.customer_segments.stg_suppressions": "suppression list",
    }.items():
        assert reads({**audience, "depends_on": {"nodes": [model]}}) == {ground}
    own = {**audience, "language": "python", "raw_code": "session.sql('select email_consent')"}
    assert reads(own) == {"consent"}


@pytest.mark.parametrize(
    "sender",
    [
        "contact_offers",
        "promotion_audience",
        "int_persona_figures",
        "dim_contacts",
        "contact_permissions_now",
    ],
)
def test_what_goes_out_reads_the_answer(nodes: list[dict[str, Any]], sender: str) -> None:
    node = next(node for node in nodes if node["name"] == sender)
    assert "model.customer_segments.contact_permissions" in node["depends_on"]["nodes"]


def python_readers(package: Path) -> set[str]:
    return {
        path.relative_to(package).parts[0]
        for path in package.rglob("*.py")
        if PYTHON_GROUNDS.search(path.read_text(encoding="utf-8"))
    }


def test_no_python_decides_who_may_be_approached(tmp_path: Path) -> None:
    package = PROJECT / "customer_segments"
    assert python_readers(package) == set()
    assert "contact_permissions_now" in (package / "audiences" / "audience.sql").read_text(
        encoding="utf-8"
    )
    (tmp_path / "own.py").write_text("select = 'where can_receive_email'\n", encoding="utf-8")
    assert python_readers(tmp_path) == {"own.py"}


def test_each_refusal_has_a_unit_test() -> None:
    assert len(expected_reasons("models/intermediate/int_contact_refusals.yml")) == 5


def test_each_reason_has_a_unit_test_and_the_descriptions_name_them_in_their_order() -> None:
    reasons = [row["reason"] for row in seed("permission_reasons")]
    priorities = [int(row["priority"]) for row in seed("permission_reasons")]
    assert priorities == sorted(priorities)
    # One that the list does not have is tested to count all the same.
    expected = expected_reasons("models/marts/core/contact_permissions.yml") - {None}
    assert expected == {*reasons, "on_holiday"}
    described = documented("models/marts/core/contact_permissions.yml", "reason")
    assert ", ".join(reasons) in " ".join(described.split())


def expected_reasons(file: str) -> set[str | None]:
    tests = yaml.safe_load((PROJECT / file).read_text(encoding="utf-8"))["unit_tests"]
    return {row["reason"] for test in tests for row in test["expect"]["rows"]}


def documented(file: str, column: str) -> str:
    model = yaml.safe_load((PROJECT / file).read_text(encoding="utf-8"))["models"][0]
    return str(next(c["description"] for c in model["columns"] if c["name"] == column))


def seed(name: str) -> list[dict[str, str]]:
    file = PROJECT / "seeds" / "reference" / f"{name}.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
