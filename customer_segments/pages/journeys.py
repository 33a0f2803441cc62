"""The page of journeys: who moved from which lifecycle stage to which, between chosen days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import gcd
from pathlib import Path

import duckdb
import plotly.graph_objects as go

from customer_segments.errors import UserError
from customer_segments.inspect.database import opened
from customer_segments.pages.html import INK, percent, plain, plot, write_page

# In the order in which people pass them, with the colour of each.
STAGES = {
    "lifecycle_prospect": "#8aa5c4",
    "lifecycle_maturing_prospect": "#4f81b5",
    "lifecycle_unresponsive": "#9aa1ab",
    "lifecycle_new_customer": "#58b09c",
    "lifecycle_active_customer": "#0f766e",
    "lifecycle_inactive_2m": "#e0a84a",
    "lifecycle_inactive_6m": "#cf7a33",
    "lifecycle_inactive_12m": "#a4481f",
    "lifecycle_outside": "#6b5b80",
}
NEWCOMERS, GONE = "Not a contact yet", "Not a contact any more"
WIDTH, HEIGHT = 1080, 620

# A contact's stage on a day is that of the membership period which the day is in.
_MOVES = """
with stages as (
    select segment, label from segments where family = 'lifecycle'
),

stays as (
    select segment_history.*, stages.label
    from segment_history
    inner join stages using (segment)
),

before as (
    select contact_id, segment, label from stays
    where entered_at <= $from_day and (left_at > $from_day or left_at is null)
),

after as (
    select contact_id, segment, label from stays
    where entered_at <= $to_day and (left_at > $to_day or left_at is null)
)

select
    before.segment, coalesce(before.label, $newcomers), after.segment, coalesce(after.label, $gone),
    count(*)
from before
full outer join after using (contact_id)
group by all
"""


@dataclass(frozen=True)
class Move:
    """Contacts who were in one stage on a day and in another, or the same, on a later day.

    A segment is None before a contact exists, and when it does not exist any more.
    """

    from_segment: str | None
    from_label: str
    to_segment: str | None
    to_label: str
    count: int

    @property
    def stays(self) -> bool:
        """Whether the stage is the same on both days."""
        return self.from_segment == self.to_segment


@dataclass(frozen=True)
class Step:
    """All moves between two days."""

    from_day: date
    to_day: date
    moves: list[Move]

    def left(self, move: Move) -> float:
        """Return a move's share of all who were in the stage it leads from."""
        return move.count / sum(m.count for m in self.moves if m.from_label == move.from_label)


def journeys(published: Path, days: Sequence[date]) -> list[Step]:
    """Return the moves between each two of the days that follow each other.

    Raises UserError when the published file can't be read, when there are not two days, or when the
    lifecycle stages of one of them are not known.
    """
    with opened(published) as connection:
        built = _days_built(connection, published)
        wanted = sorted(set(days))
        unknown = [day for day in wanted if day not in built]
        if unknown:
            raise UserError(
                f"the lifecycle stages of {_listed(unknown)} are not known: built are"
                f" {_listed(built)}; run make backfill FROM={unknown[0]} TO={unknown[-1]}"
                f"{_step(unknown)}, then make journeys again"
            )
        if len(wanted) < 2:
            raise UserError(
                "a journey needs two days or more, such as DAYS="
                f'"2026-01-31 2026-06-30"; built are {_listed(built)}'
            )
        return [Step(*pair, _moves(connection, *pair)) for pair in pairwise(wanted)]


def write_journeys(published: Path, days: Sequence[date], page: Path) -> str:
    """Write the page of journeys and return its table as text.

    Raises UserError as journeys does.
    """
    steps = journeys(published, days)
    write_page(
        "journeys.html.jinja",
        page,
        steps=steps,
        sankey=plot(_sankey(steps), "journeys"),
        words="; ".join(
            f"{step.from_day} to {step.to_day}: "
            + ", ".join(
                f"{move.count} from {move.from_label} to {move.to_label}"
                for move in step.moves
                if not move.stays
            )
            for step in steps
        ),
    )
    return "\n\n".join(_as_text(step) for step in steps)


def _days_built(connection: duckdb.DuckDBPyConnection, published: Path) -> list[date]:
    try:
        rows = connection.execute(
            "select distinct segment_daily.day from segment_daily"
            " inner join segments on segment_daily.segment = segments.segment"
            " where segments.family = 'lifecycle' order by segment_daily.day"
        ).fetchall()
    except duckdb.CatalogException as error:
        raise UserError(f"{published} has no history yet; run make build first") from error
    return [day for (day,) in rows]


def _moves(connection: duckdb.DuckDBPyConnection, from_day: date, to_day: date) -> list[Move]:
    parameters = {"from_day": from_day, "to_day": to_day, "newcomers": NEWCOMERS, "gone": GONE}
    moves = [Move(*row) for row in connection.execute(_MOVES, parameters).fetchall()]
    return sorted(moves, key=lambda m: (_place(m.from_segment), _place(m.to_segment)))


def _place(segment: str | None) -> tuple[int, str]:
    """Return where a stage stands: in the order people pass them, then others, then none."""
    known = list(STAGES)
    if segment is None:
        return len(known) + 1, ""
    return (known.index(segment), segment) if segment in STAGES else (len(known), segment)


def _as_text(step: Step) -> str:
    lines = [f"{f'{step.from_day} to {step.to_day}':<58}{'contacts':>10}{'of those':>10}"]
    lines += [
        f"{move.from_label:<26}{'stay' if move.stays else f'-> {move.to_label}':<32}"
        f"{move.count:>10,}{percent(step.left(move)):>10}"
        for move in step.moves
    ]
    return "\n".join(lines)


def _sankey(steps: Sequence[Step]) -> go.Figure:
    """Draw the stages of each day as a column, and the moves as bands between them."""
    ends = [{}, *(_sizes(step, "to") for step in steps)]
    beginnings = [*(_sizes(step, "from") for step in steps), {}]
    columns = [
        dict(sorted({**end, **beginning}.items(), key=lambda item: _place(item[0][0])))
        for end, beginning in zip(ends, beginnings, strict=True)
    ]
    numbers: dict[tuple[int, str], int] = {}
    labels: list[str] = []
    colours: list[str] = []
    across: list[float] = []
    down: list[float] = []
    for column, sizes in enumerate(columns):
        total, above, gap = sum(sizes.values()), 0.0, 0.02
        for (segment, label), size in sizes.items():
            numbers[column, label] = len(labels)
            labels.append(f"{plain(label)} {size:,}")
            colours.append(STAGES.get(segment or "", "#c3c9d2"))
            across.append(0.001 + 0.998 * column / (len(columns) - 1))
            share = size / total * (1 - gap * (len(sizes) - 1))
            down.append(min(0.999, max(0.001, above + share / 2)))
            above += share + gap
    bands = [
        (numbers[column, move.from_label], numbers[column + 1, move.to_label], move.count)
        for column, step in enumerate(steps)
        for move in step.moves
    ]
    figure = go.Figure(
        go.Sankey(
            arrangement="snap",
            node={
                "label": labels,
                "color": colours,
                "x": across,
                "y": down,
                "pad": 12,
                "thickness": 16,
                "line": {"width": 0},
            },
            link={
                "source": [source for source, _, _ in bands],
                "target": [target for _, target, _ in bands],
                "value": [count for _, _, count in bands],
                "color": [_faded(colours[source]) for source, _, _ in bands],
            },
            textfont={"color": INK, "size": 13, "shadow": "none"},
        )
    )
    for column, day in enumerate([steps[0].from_day, *(step.to_day for step in steps)]):
        figure.add_annotation(
            x=column / (len(columns) - 1),
            y=1.07,
            xref="paper",
            yref="paper",
            text=f"<b>{day}</b>",
            showarrow=False,
        )
    figure.update_layout(width=WIDTH, height=HEIGHT, margin={"l": 10, "r": 10, "t": 50, "b": 10})
    return figure


def _sizes(step: Step, end: str) -> dict[tuple[str | None, str], int]:
    """Return how many are in each stage at the beginning or the end of a step."""
    sizes: dict[tuple[str | None, str], int] = {}
    for move in step.moves:
        if end == "from":
            stage = (move.from_segment, move.from_label)
        else:
            stage = (move.to_segment, move.to_label)
        sizes[stage] = sizes.get(stage, 0) + move.count
    return sizes


def _faded(colour: str) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.38)"


def _listed(days: Sequence[date], most: int = 6) -> str:
    shown = [str(day) for day in days[:most]]
    return ", ".join(shown) + (f" and {len(days) - most} more" if len(days) > most else "")


def _step(days: Sequence[date]) -> str:
    """Return the widest step of a backfill that builds all the days."""
    return f" STEP={gcd(*((day - days[0]).days for day in days))}" if len(days) > 1 else ""
