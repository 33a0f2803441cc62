"""Sizes and dates of the demo data: change them here, then generate anew.

Counts that depend on behaviour (orders, emails, visits) follow from the groups
in `groups.py`; what stands here sets the stage for them.
"""

from datetime import UTC, date, datetime

# Every table draws from its own stream, named SEED plus the table's purpose, so
# that more support cases do not reshuffle the orders.
SEED = "customer-segments demo 1"

# The last day that the demo sees, in Europe/Zurich. The models' var as_of is the
# same; rows dated later are planted on purpose (see warts.py).
AS_OF = date(2026, 6, 30)
# Midnight after AS_OF in Zurich (UTC+2 in summer): the first moment not seen.
END = datetime(2026, 6, 30, 22, tzinfo=UTC)
# The shop opens.
START = datetime(2023, 9, 1, 6, tzinfo=UTC)

# People before duplicates; about 1,000 contact rows with them.
PEOPLE = 965
# Share of people who came in the last NEW_DAYS days: high enough that new
# customers and fresh prospects exist in every group.
NEW_SHARE = 0.10
NEW_DAYS = 50

# Birthdays on AS_OF and on 29 February are too rare by chance to show the rules.
BIRTHDAYS_ON_AS_OF = 8
LEAP_DAY_BIRTHDAYS = 7

# People who are no customers to win: kept out of the lifecycle.
RELATIONSHIPS = {"partner": 13, "supplier": 12, "friend": 13, "former_colleague": 9}

# Shares of people whose field is unknown.
MISSING = {
    "email": 0.03,
    "phone": 0.28,
    "gender": 0.06,
    "birth_date": 0.20,
    "city": 0.04,
    "occupation_group": 0.18,
    "interests": 0.30,
    "preferred_topics": 0.35,
    "max_emails_per_month": 0.45,
}
MAX_EMAILS = {"1": 20, "2": 30, "4": 35, "8": 15}
LANDLINE_SHARE = 0.25  # of those with a phone; the others have a mobile

# How people read email, over all groups: the shares of those who always read, who
# never open anything, and who stopped one day. The rest follow their group.
FANS_SHARE = 0.06
SLEEPERS_SHARE = 0.10
FADING_SHARE = 0.12
# Mailboxes that die on some day: the email after it bounces, then no more is sent.
DEAD_MAILBOX_SHARE = 0.03
SOFT_BOUNCE_RATE = 0.003  # of emails: a full mailbox, later email goes through
UNSUBSCRIBE_RATE = 0.006  # of opens
COMPLAINT_RATE = 0.0009  # of delivered emails
# Companies whose email filter opens every email seconds after delivery, and people
# whose email program fetches pictures by itself.
FILTERED_DOMAIN = "securemail.example"
PREFETCH_SHARE = 0.08
PREFETCH_RATE = 0.6

# Sequences began on different days; triggers before that day got no message.
SEQUENCE_STARTS = {
    "welcome": datetime(2024, 6, 3, 7, tzinfo=UTC),
    "birthday": datetime(2025, 1, 6, 7, tzinfo=UTC),
    "win_back": datetime(2025, 2, 3, 7, tzinfo=UTC),
    "after_purchase": datetime(2025, 10, 6, 7, tzinfo=UTC),
}
# A sender's faults: a run that never started, a single step that was not sent.
# They are what "due" and "skipped" messages are made of.
RUN_MISSING_RATE = 0.05
STEP_MISSING_RATE = 0.04

# Campaigns with a control group: share of the audience kept from the email. Those
# contacts carry the trait hold_out with the campaign's id.
HOLD_OUT_SHARE = 0.24
# Chance of an order within the week, planted on top of what people do anyway.
ORDER_AFTER_CLICK = 0.05
HOLD_OUT_ORDER_AFTER_CLICK = 0.65
HOLD_OUT_ORDER_AFTER_OPEN = 0.42

SUPPRESSIONS = 25
ANONYMOUS_VISITS = 60  # page views that nobody signed in for
DUPLICATES = 30  # about 3 % of the contacts
