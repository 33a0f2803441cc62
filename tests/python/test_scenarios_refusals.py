"""A refusal, once seen, stays: files that are cut, renamed or spelt otherwise free nobody."""

import hashlib
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.python.deliveries import DAY, Change, Deliveries, Row, each, rows
from tests.python.people import TOUCHED, known, people
from tests.python.shared import AFTER_GOOD, AFTER_REFUSED, FIRST

REFUSALS = ("unsubscribed", "complained", "bounced")
# Under which word or id, or in which line of the list, contacts refuse who did not before.
WORDS = {
    "opt-out": "Opt-Out",
    "spam report": "spamreport",
    "hard bounce": "HardBounce",
    "typed bounce": "bounced",
    "prefix": "unsubscribed",
    "capitals": "unsubscribed",
    "address": "unsubscribed",
    "soft bounce": "soft_bounce",
    "bounce of a soft type": "bounced",
    "left out": "deferred",
}
FREE = ("soft bounce", "bounce of a soft type", "left out")
LISTED = ("domain", "star domain", "bare domain", "md5", "sha256", "full width", "two in a line")


CASES = (*WORDS, *LISTED)


def email_of(case: str) -> str:
    ((email,),) = known(f"select email from dim_contacts where contact_id = '{people()[case]}'")
    return str(email)


def renamed(contact_id: str) -> str:
    return f"N{contact_id.strip()}" if contact_id.strip() else ""


def cut() -> list[Change]:
    """Leave out every refusal that the demo has, and let everybody agree, without a date."""
    return [
        rows("email_events", lambda found: [r for r in found if kind(r) not in REFUSALS]),
        rows("suppressions", lambda _: [{"email": "nobody@nowhere.example", "suppressed_at": ""}]),
        each(
            "contacts",
            lambda row: (
                row["email_consent"].strip().lower() not in ("true", "yes", "oui", "1")
                and row.update(email_consent="true", consent_at="")
            ),
        ),
    ]


def kind(row: Row) -> str:
    return row["event_type"].strip().lower()


def rename() -> list[Change]:
    """Give all contacts, events and campaigns other keys."""

    def contact(row: Row) -> None:
        row["contact_id"] = renamed(row["contact_id"])

    def event(row: Row) -> None:
        contact(row)
        row["event_id"] = f"N{row['event_id']}" if row["event_id"] else ""

    with_contacts = ("contacts", "contact_traits", "orders", "support_cases", "erasures")
    return [
        *(each(table, contact) for table in (*with_contacts, "segment_members_manual")),
        each("email_events", event),
        each("web_events", contact),
    ]


def agree_again(contact_ids: set[str]) -> Change:
    """Let contacts agree on the day, after all that they refused."""
    return each(
        "contacts",
        lambda row: (
            row["contact_id"] in contact_ids
            and row.update(email_consent="true", consent_at=f"{DAY}T10:00:00Z")
        ),
    )


def refuse_by_word(is_renamed: bool = False) -> Change:
    """Add an event for each of WORDS."""

    def added(found: list[Row]) -> list[Row]:
        for case, word in WORDS.items():
            contact_id = people()[case]
            own = renamed(contact_id) if is_renamed else contact_id
            written_as = {
                "prefix": f"mc:{own}",
                "capitals": own.lower(),
                "address": email_of(case).upper(),
            }.get(case, own)
            found.append(
                {
                    "event_id": f"case-{case.replace(' ', '-')}",
                    "contact_id": written_as,
                    "event_type": word,
                    "occurred_at": f"{DAY}T12:00:00Z",
                    "bounce_type": {"typed bounce": "hard", "bounce of a soft type": "Soft"}.get(
                        case, ""
                    ),
                }
            )
        return found

    return rows("email_events", added)


def refuse_by_list() -> list[Change]:
    """Add a line for each of LISTED, and one that names nobody."""
    emails = {case: email_of(case) for case in LISTED}
    domains = {case: f"{case.replace(' ', '-')}.example" for case in LISTED if "domain" in case}
    for case, domain in domains.items():
        emails[case] = f"somebody@{domain}"
    own = {people()[case] for case in domains}
    new = {people()[case]: emails[case] for case in domains}

    def address(row: Row) -> None:
        key = row["contact_id"].removeprefix("N")
        if key in own:
            row["email"] = new[key]

    def wide(text: str) -> str:
        return "".join(chr(ord(c) + 0xFEE0) for c in text)

    lines = [
        f"@{domains['domain']}",
        f"*@{domains['star domain']}",
        domains["bare domain"],
        hashlib.md5(emails["md5"].encode()).hexdigest().upper(),
        hashlib.sha256(emails["sha256"].encode()).hexdigest(),
        wide(emails["full width"]),
        f"{emails['two in a line']}; and others",
        "asked by phone",
    ]
    return [
        each("contacts", address),
        rows("suppressions", lambda found: [*found, *({"email": line} for line in lines)]),
    ]


class Delivery(NamedTuple):
    time: str
    deliveries: Deliveries
    summary: str


CUT = "cut and renamed, "
TIMES = (FIRST, CUT + AFTER_GOOD, CUT + AFTER_REFUSED)


@pytest.fixture(scope="session", params=TIMES)
def delivery(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Delivery:
    """The demo with all cases; later than the first delivery also cut and renamed."""
    if request.param == FIRST:
        from tests.python.scenarios import play

        played = play(FIRST, tmp_path_factory.getbasetemp())
        return Delivery(FIRST, played.deliveries, played.summary)
    time = request.param.removeprefix(CUT)
    deliveries = Deliveries(tmp_path_factory.mktemp("refusals"))
    changes = [
        *cut(), agree_again(agreeing()), *rename(), *refuse_by_list(),
        refuse_by_word(is_renamed=True),
    ]  # fmt: skip
    deliveries.begin(time, *changes)
    return Delivery(time, deliveries, deliveries.deliver_odd(*changes))


def agreeing() -> set[str]:
    """Return some who unsubscribed or took consent back, and nothing else, to agree again."""
    single = known("""
        select contact_id, min(reason)
        from intermediate.int_contact_refusals
        inner join main.dim_contacts using (contact_id)
        where email is not null
        group by contact_id
        having count(*) = 1 and max(refused_on) < '2026-06-30'
        order by contact_id
    """)
    return {
        contact_id
        for wanted in ("unsubscribed", "refused")
        for contact_id in [c for c, reason in single if reason == wanted and c not in TOUCHED][:3]
    }


def reasons(deliveries: Deliveries, time: str) -> dict[str, str | None]:
    """Return why each contact gets no email, under the ids that the demo gives."""
    return {
        contact_id if time == FIRST else contact_id.removeprefix("N"): reason
        for contact_id, reason in deliveries.warehouse(
            "select contact_id, suppression_reason from main.dim_contacts"
        )
    }


def test_nobody_becomes_contactable(delivery: Delivery) -> None:
    time, deliveries, _ = delivery
    found = reasons(deliveries, time)
    refused = known(
        "select distinct contact_id from intermediate.int_contact_refusals"
        " where reason <> 'bounced'"
    )
    # Of a first delivery, some have another address or are erased.
    touched = TOUCHED if time == FIRST else set()
    others = {contact_id for (contact_id,) in refused} - touched
    free = {contact_id for contact_id in others if found[contact_id] is None}
    assert len(others) > 60
    assert free <= (set() if time == FIRST else agreeing())
    bounced = known("select contact_id from main.dim_contacts where suppression_reason = 'bounced'")
    assert bounced
    assert not {c for (c,) in bounced if c not in touched and found[c] is None}


def test_a_later_consent_frees(delivery: Delivery) -> None:
    time, deliveries, _ = delivery
    held = {
        contact_id.removeprefix("N")
        for (contact_id,) in deliveries.warehouse(
            "select contact_id from intermediate.int_contact_refusals"
        )
    }
    assert len(agreeing()) > 2
    assert agreeing() & held == (agreeing() if time == FIRST else set())


def test_nothing_is_due_to_who_refused(delivery: Delivery) -> None:
    _, deliveries, _ = delivery
    assert not deliveries.warehouse("""
        select contact_id
        from main.sequence_messages
        inner join intermediate.int_contact_refusals using (contact_id)
        where status in ('due', 'upcoming')
    """)


@pytest.mark.parametrize("delivery", TIMES[1:], indirect=True, scope="session")
def test_results_do_not_fall(delivery: Delivery) -> None:
    _, deliveries, _ = delivery
    sums = "select sum(unsubscribed), sum(complained), sum(bounced) from {}.campaign_kpis"
    before = known(sums.format("main"))[0]
    assert all(int(figure) > 5 for figure in before)
    assert deliveries.published(sums.format("main"))[0] == before


def test_each_word_and_spelling_refuses(delivery: Delivery) -> None:
    time, deliveries, _ = delivery
    found = reasons(deliveries, time)
    assert {case: found[people()[case]] for case in CASES} == {
        "opt-out": "unsubscribed",
        "spam report": "complained",
        "hard bounce": "bounced",
        "typed bounce": "bounced",
        "prefix": "unsubscribed",
        "capitals": "unsubscribed",
        "address": "unsubscribed",
        **dict.fromkeys(FREE),
        **dict.fromkeys(LISTED, "suppressed"),
    }


def test_the_summary_says_what_is_missing_and_what_suppresses_nobody(
    delivery: Delivery,
) -> None:
    time, _, summary = delivery
    assert ("Refusals that earlier files had and these lack" in summary) == (time != FIRST)
    assert "Lines of suppressions that suppress nobody: 1;" in summary
    assert "Lines of suppressions not understood: 1; addresses in them are suppressed" in summary


@pytest.fixture
def strange() -> list[Change]:
    """An unsubscription in a word that nobody explained, and one of a contact that nobody knows."""
    contact_id = people()["prefix"]
    event = {"occurred_at": f"{DAY}T12:00:00Z", "campaign_id": ""}
    return [
        rows(
            "email_events",
            lambda found: [
                *found,
                {**event, "event_id": "word", "contact_id": contact_id, "event_type": "adiós"},
                {**event, "event_id": "who", "contact_id": "X-99", "event_type": "unsubscribed"},
            ],
        )
    ]


def stops(deliveries: Deliveries, strange: list[Change]) -> None:
    with pytest.raises(Exception, match="email_event_types") as stopped:
        deliveries.deliver(*strange)
    assert 'add "adiós" to' in str(stopped.value)
    assert "1 refusals in email_events are of contacts that nobody knows" in str(stopped.value)
    assert "the first has event_id who" in str(stopped.value)


def test_a_first_delivery_with_an_unknown_word_or_contact_stops(
    tmp_path: Path, strange: list[Change]
) -> None:
    stops(Deliveries(tmp_path), strange)


def test_later_deliveries_with_an_unknown_word_or_contact_stop(
    tmp_path: Path, strange: list[Change]
) -> None:
    deliveries = Deliveries(tmp_path)
    deliveries.begin(AFTER_GOOD)
    stops(deliveries, strange)
    stops(deliveries, strange)
