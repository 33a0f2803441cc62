"""Making the people: who they are and which habits they have."""

from datetime import date, datetime, timedelta
from random import Random

from . import settings
from .clock import at_local_hour, local_date
from .groups import GROUPS, Group
from .model import Habits, Person, clip, pick
from .names import (
    COMPANIES,
    COMPANY_SIZES,
    EMAIL_DOMAINS,
    JOB_SEEKER_TITLES,
    LAST,
    MEN,
    OCCUPATIONS,
    WOMEN,
    WORKING,
)
from .places import AREAS, COUNTRY_SPELLINGS, Place, phone
from .shop import slug

# Share that agreed to be emailed, and share that said no; the rest said nothing.
_CONSENT = {
    "newsletter_form": (0.99, 0.00),
    "landing_page": (0.94, 0.03),
    "web_form": (0.90, 0.05),
    "trade_show": (0.80, 0.08),
    "quote_request": (0.84, 0.06),
    "phone_call": (0.68, 0.12),
    "import": (0.55, 0.12),
}


def make_people(rng: Random) -> list[Person]:
    """All people, in the order in which they came."""
    groups = [g for g in GROUPS for _ in range(round(g.share * settings.PEOPLE))]
    while len(groups) < settings.PEOPLE:
        groups.append(rng.choice(GROUPS))
    groups = groups[: settings.PEOPLE]
    rng.shuffle(groups)
    births = _planted_births(rng)
    relationships = [r for r, n in settings.RELATIONSHIPS.items() for _ in range(n)]
    planted = dict(zip(rng.sample(range(len(groups)), len(births)), births, strict=True))
    related = dict(
        zip(
            rng.sample(range(len(groups)), len(relationships)),
            relationships,
            strict=True,
        )
    )
    moments = sorted(_arrival(rng) for _ in groups)
    taken: set[str] = set()
    people = [
        _person(number, group, moments[number], planted.get(number), taken, rng)
        for number, group in enumerate(groups)
    ]
    for number, relationship in related.items():
        _relate(people[number], relationship, rng)
    return people


def _planted_births(rng: Random) -> list[date]:
    """Birthdays on the last day of the demo and on leap days."""
    today = settings.AS_OF
    births = [
        date(rng.randrange(1950, 2004), today.month, today.day)
        for _ in range(settings.BIRTHDAYS_ON_AS_OF)
    ]
    births += [
        date(rng.randrange(1948, 2004, 4), 2, 29) for _ in range(settings.LEAP_DAY_BIRTHDAYS)
    ]
    return births


def _arrival(rng: Random) -> datetime:
    """When somebody came: more and more people, and a good share lately."""
    span = (settings.END - settings.START).total_seconds()
    if rng.random() < settings.NEW_SHARE:
        back = rng.random() * settings.NEW_DAYS * 86400
    else:
        back = (1 - rng.random() ** 0.8) * span
    day = local_date(settings.END - timedelta(seconds=max(back, 86400)))
    moment = at_local_hour(day, clip(rng.gauss(14, 4), 7, 23))
    return max(settings.START, moment)


def _birth(group: Group, rng: Random) -> date:
    age = clip(rng.gauss(*group.age), 18, 88)
    return settings.AS_OF - timedelta(days=round(age * 365.25) + rng.randrange(365))


def _person(
    number: int,
    group: Group,
    created_at: datetime,
    birth: date | None,
    taken: set[str],
    rng: Random,
) -> Person:
    missing = {name for name, p in settings.MISSING.items() if rng.random() < p}
    if birth:
        missing.discard("birth_date")
    age_birth = birth or _birth(group, rng)
    place = _place(group, rng)
    woman = rng.random() < group.women
    language = place.language if rng.random() < 0.9 else rng.choice(("fr", "de"))
    first = rng.choice((WOMEN if woman else MEN)[language])
    last = rng.choice(LAST[language])
    gender = "female" if woman else "male"
    if rng.random() < 0.012:
        gender = "other"
    fields = _fields(group, place, woman, age_birth, missing, rng)
    fields["language"] = "en" if rng.random() < 0.05 else language
    channel = fields["acquisition_channel"]
    email = "" if "email" in missing else _email(first, last, fields, taken, rng)
    consent, consent_at = _consent(channel, created_at, email, rng)
    employment = fields.pop("employment")
    return Person(
        contact_id=f"C{number + 1:05d}",
        group=group,
        place=place,
        created_at=created_at,
        gender="" if "gender" in missing else gender,
        first_name=first,
        last_name=last,
        birth=None if "birth_date" in missing else age_birth,
        fields=fields,
        interests=() if "interests" in missing else _some(group.interests, rng, extra="cooking"),
        topics=() if "preferred_topics" in missing else _some(group.topics, rng, extra="offers"),
        max_emails=None
        if "max_emails_per_month" in missing
        else int(pick(rng, {k: float(v) for k, v in settings.MAX_EMAILS.items()})),
        email=email,
        consent=consent,
        consent_at=consent_at,
        employment=employment,
        habits=_habits(group, created_at, rng),
    )


def _some(choices: tuple[str, ...], rng: Random, extra: str) -> tuple[str, ...]:
    """One to three of the choices, now and then something else."""
    chosen = rng.sample(choices, min(len(choices), rng.choice((1, 2, 2, 3))))
    if rng.random() < 0.12 and extra not in chosen:
        chosen.append(extra)
    return tuple(chosen)


def _place(group: Group, rng: Random) -> Place:
    places = AREAS[pick(rng, group.homes)]
    return rng.choices(places, [p.weight for p in places])[0]


def _fields(
    group: Group, place: Place, woman: bool, birth: date, missing: set[str], rng: Random
) -> dict[str, str]:
    """The plain columns of the contact row, as text."""
    fields: dict[str, str] = {}
    fields["city"] = place.spellings[0 if rng.random() < 0.75 else -1]
    fields["region"] = place.region_code if rng.random() < 0.06 else place.region
    fields["postal_code"] = place.postal_code
    fields["country"] = pick(rng, COUNTRY_SPELLINGS[place.country])
    if "city" in missing:
        fields |= {"city": "", "region": "", "postal_code": ""}
    mobile = rng.random() >= settings.LANDLINE_SHARE
    fields["phone"] = "" if "phone" in missing else phone(place, mobile, rng)
    fields |= _work(group, woman, birth, missing, rng)
    channel = pick(rng, group.channels)
    fields["acquisition_channel"] = channel
    on_page = channel == "landing_page"
    fields["landing_page"] = pick(rng, group.landings) if on_page else ""
    fields["relationship"] = "contact" if rng.random() < 0.7 else ""
    return fields


def _work(group: Group, woman: bool, birth: date, missing: set[str], rng: Random) -> dict[str, str]:
    """Occupation, employer and employment status."""
    age = (settings.AS_OF - birth).days / 365.25
    business = group.name == "business_buyers"
    status = "employee" if rng.random() < 0.86 else "self_employed"
    code = pick(rng, WORKING)
    draw = rng.random()
    if not business and age >= 63 and draw < 0.85:
        status, code = "retired", "7"
    elif not business and age < 25 and draw < 0.5:
        status, code = "student", "8"
    elif not business and draw < 0.075:
        status = "job_seeker"
        code = "8" if rng.random() < 0.4 else code  # 8: never had an occupation
    elif not business and draw < 0.10:
        status, code = "homemaker", "8"
    elif business:
        code = pick(rng, {"2": 30, "3": 50, "4": 20})
    label, titles = OCCUPATIONS[code]
    title = rng.choice(titles) if rng.random() < (0.95 if business else 0.6) else ""
    if status == "job_seeker":
        title = rng.choice(JOB_SEEKER_TITLES)
    feminine, _, masculine = title.partition("/")
    title = feminine if woman else masculine or feminine
    if rng.random() < 0.08:
        label = code  # some forms store the code
    fields = {
        "occupation_group": "" if "occupation_group" in missing else label,
        "job_title": title,
        "company": "",
        "company_sector": "",
        "company_size": "",
        "employment": status,
    }
    if business or (status in ("employee", "self_employed") and rng.random() < 0.12):
        name, sector = rng.choice(COMPANIES)
        size = pick(rng, COMPANY_SIZES) if rng.random() < 0.85 else ""
        fields |= {"company": name, "company_sector": sector, "company_size": size}
    return fields


def _email(first: str, last: str, fields: dict[str, str], taken: set[str], rng: Random) -> str:
    """An address under a reserved domain, made of the name; no two alike."""
    name = f"{slug(first).replace('-', '')}.{slug(last).replace('-', '')}"
    if rng.random() < 0.2:
        name = f"{name[0]}{name.partition('.')[2]}"
    domain = pick(rng, EMAIL_DOMAINS)
    if fields["company"] and rng.random() < 0.6:
        domain = f"{slug(fields['company'])}.example"
    email, number = f"{name}@{domain}", 1
    while email in taken:
        number += 1
        email = f"{name}{number}@{domain}"
    taken.add(email)
    return email


def _consent(
    channel: str, created_at: datetime, email: str, rng: Random
) -> tuple[str, datetime | None]:
    """What they answered when asked whether they may be emailed, and when."""
    yes, no = _CONSENT[channel]
    draw = rng.random()
    if not email or draw >= yes + no:
        return "", None
    if channel in ("newsletter_form", "landing_page", "web_form"):
        moment = created_at
    else:  # asked by hand, some days later
        moment = created_at + timedelta(hours=rng.uniform(1, 90))
    if draw < yes:
        return "yes", min(moment, settings.END - timedelta(hours=1))
    return "no", created_at if rng.random() < 0.6 else None


def _relate(person: Person, relationship: str, rng: Random) -> None:
    """A partner, supplier, friend or former colleague; firms for the first two."""
    person.fields["relationship"] = relationship
    if relationship in ("partner", "supplier"):
        name, sector = rng.choice(COMPANIES)
        person.fields |= {"company": name, "company_sector": sector}
        person.fields["company_size"] = pick(rng, COMPANY_SIZES)
        if person.employment not in ("employee", "self_employed"):
            person.employment = "self_employed"
            person.fields |= {"job_title": "", "occupation_group": ""}
    if rng.random() < 0.7:
        person.habits.buyer = False


def _habits(group: Group, created_at: datetime, rng: Random) -> Habits:
    """How they buy and read: their own rates, scattered around the group's."""
    opens = clip(rng.gauss(group.opens, 0.17), 0.02, 0.93)
    fades_at = None
    draw = rng.random()
    if draw < settings.FANS_SHARE:
        opens = 0.96
    elif draw < settings.FANS_SHARE + settings.SLEEPERS_SHARE + group.sleepers:
        opens = 0.0
    elif rng.random() < settings.FADING_SHARE:
        fades_at = created_at + timedelta(days=rng.uniform(60, 400))
    dies_at = None
    if rng.random() < settings.DEAD_MAILBOX_SHARE:
        span = (settings.END - created_at).days
        dies_at = created_at + timedelta(days=rng.uniform(0, span + 1))
    # Gamma and beta: the assumptions of the BG/NBD model of repeat buying.
    shape, spread = 1.6, 8.0
    mean = group.dropout
    return Habits(
        buyer=rng.random() < group.buyers,
        orders_per_day=rng.gammavariate(shape, group.orders_per_year / shape) / 365,
        dropout=rng.betavariate(mean * spread, (1 - mean) * spread),
        opens=opens,
        clicks=clip(rng.gauss(group.clicks, 0.1), 0.01, 0.9),
        hour=clip(rng.gauss(group.hour, 0.9), 5.5, 23.2),
        fades_at=fades_at,
        mailbox_dies_at=dies_at,
        prefetches=rng.random() < settings.PREFETCH_SHARE,
    )
