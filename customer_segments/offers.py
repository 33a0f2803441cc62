"""Checks which offer each segment gets before dbt builds anything."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path

from customer_segments.channels import CHANNELS, channel_names
from customer_segments.seed_files import Row, is_declared, read_seed

OFFERS = "offers.csv"
SEGMENT_OFFERS = "segment_offers.csv"


def offer_problems(
    folder: Path, segments: Collection[str], withheld: Collection[str] = ()
) -> list[str]:
    """Return a sentence for each fault of the offers and of the segments that get them.

    The folder is the one with offers.csv, segment_offers.csv and channels.csv; segments are those
    that definitions.declared_segments returns, those withheld the ones whose members are not
    published.
    """
    offers, problems = read_seed(folder / OFFERS, ("offer", "label", "message", "channel"))
    given, more = read_seed(folder / SEGMENT_OFFERS, ("segment", "priority", "offer"))
    if problems or more:
        return [*problems, *more]
    known = {row["offer"] for row in offers}
    return [
        *_offers(offers, channel_names(folder)),
        *_priorities(given),
        *(problem for row in given for problem in _segment_offer(row, known, segments)),
        *(
            f"segment {row['segment']} gets an offer in {SEGMENT_OFFERS}, but its members are not"
            " published, and contact_offers would show them; offer it by a sequence, or remove the"
            " line"
            for row in given
            if row["segment"] in withheld
        ),
    ]


def _offers(offers: Sequence[Row], channels: Collection[str]) -> list[str]:
    problems = []
    seen = set()
    for row in offers:
        name, channel = row["offer"], row["channel"]
        if not name:
            problems.append(f"{OFFERS} has a line without an offer; name it or remove the line")
        elif name in seen:
            problems.append(f"offer {name} is in {OFFERS} twice; remove a line")
        seen.add(name)
        if channel not in channels:
            state = f"the channel {channel}" if channel else "no channel"
            problems.append(f"offer {name} has {state}; write one of {CHANNELS} in {OFFERS}")
        problems += [
            f"offer {name} has no {column}; write one in {OFFERS}"
            for column in ("label", "message")
            if not row[column]
        ]
    return problems


def _priorities(given: Sequence[Row]) -> list[str]:
    segments: dict[int, list[str]] = defaultdict(list)
    problems = []
    for row in given:
        try:
            segments[int(row["priority"])].append(row["segment"])
        except ValueError:
            problems.append(
                f"segment {row['segment']} has the priority '{row['priority']}'"
                f" in {SEGMENT_OFFERS}; write a whole number"
            )
    return problems + [
        f"segments {' and '.join(same)} have the same priority {priority}"
        f" in {SEGMENT_OFFERS}; which comes first?"
        for priority, same in sorted(segments.items())
        if len(same) > 1
    ]


def _segment_offer(row: Row, offers: Iterable[str], segments: Collection[str]) -> list[str]:
    segment, offer = row["segment"], row["offer"]
    problems = []
    if not is_declared(segment, segments):
        problems.append(
            f"there is no segment {segment}, which {SEGMENT_OFFERS} gives an offer"
            + _hint(segment, segments)
        )
    if offer not in offers:
        problems.append(
            f"segment {segment} gets the offer {offer} in {SEGMENT_OFFERS},"
            f" which is not in {OFFERS}" + _hint(offer, offers)
        )
    return problems


def _hint(name: str, names: Iterable[str]) -> str:
    close = get_close_matches(name, list(names), 1)
    return f"; did you mean {close[0]}?" if close else "; add it or remove the line"
