"""The page of journeys: who moved from which lifecycle stage to which, between chosen days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import gcd
from pathlib import Path

import duckdb
import plotly.graph_objects as go

from customer_segments.engines.database import Database
from customer_segments.engines.duckdb_file import as_database
from customer_segments.errors import UserError
from customer_segments.report.html import INK, plain, plot, write_page
from customer_segments.report.wording import Wording, wording

# The colours of a family's segments, in their order.
COLOURS = (
    *("#8aa5c4", "#4f81b5", "#9aa1ab", "#58b09c", "#0f766e"),
    *("#e0a84a", "#cf7a33", "#a4481f", "#6b5b80"),
)
OTHER_COLOUR = "#c3c9d2"
WIDTH, HEIGHT = 1080, 620
WORDS = "summary_words"

_MOVES = Path(__file__).with_suffix(".sql")
# A stage's place among the others, its alias and its label; without a stage there is a label only.
Stage = tuple[int | None, str | None, str]


@dataclass(frozen=True)
class Move:
    """Contacts who were in one stage on a day and in another, or the same, on a later day.

    A segment is None before a contact exists, and when it does not exist any more.
    """

    from_place: int | None
    from_segment: str | None
    from_label: str
    to_place: int | None
    to_segment: str | None
    to_label: str
    count: int

    @property
    def stays(self) -> bool:
        """Whether the stage is the same on both days."""
        return self.from_segment == self.to_segment

    @property
    def ends(self) -> tuple[Stage, Stage]:
        """The stage that it leads from, and the one it leads to."""
        return (
            (self.from_place, self.from_segment, self.from_label),
            (self.to_place, self.to_segment, self.to_label),
        )


@dataclass(frozen=True)
class Step:
    """All moves between two days."""

    from_day: date
    to_day: date
    moves: list[Move]

    def left(self, move: Move) -> float:
        """Return a move's share of all who were in the stage it leads from."""
        return move.count / sum(m.count for m in self.moves if m.from_label == move.from_label)


def journeys(published: Path | Database, days: Sequence[date], language: str = "en") -> list[Step]:
    """Return the moves between each two of the days that follow each other.

    Raises UserError when the published file can't be read, when there are not two days, or when the
    lifecycle stages of one of them are not known.
    """
    with as_database(published).opened() as connection:
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
        return [Step(*pair, _moves(connection, *pair, language)) for pair in pairwise(wanted)]


def write_journeys(
    published: Path | Database, days: Sequence[date], page: Path, language: str = "en"
) -> str:
    """Write the page of journeys and return its table as text.

    Raises UserError as journeys does.
    """
    words, steps = wording(language, WORDS), journeys(published, days, language)
    sankey = plot(_sankey(steps, words), "journeys")
    write_page("journeys.html.jinja", page, words, steps=steps, sankey=sankey)
    return "\n\n".join(_as_text(step, words) for step in steps)


def _days_built(connection: duckdb.DuckDBPyConnection, published: Path | Database) -> list[date]:
    try:
        rows = connection.execute(
            "select distinct segment_daily.day from segment_daily"
            " inner join segments on segment_daily.segment = segments.segment"
            " where segments.family = 'lifecycle' order by segment_daily.day"
        ).fetchall()
    except duckdb.CatalogException as error:
        raise UserError(f"{published} has no history yet; run make build first") from error
    return [day for (day,) in rows]


def _moves(
    connection: duckdb.DuckDBPyConnection, from_day: date, to_day: date, language: str
) -> list[Move]:
    label = "label" if language == "en" else f"label_{language}"
    sql = _MOVES.read_text(encoding="utf-8").format(label=label)
    w = wording(language, WORDS).words["journeys"]
    values = {key: w[key] for key in ("not_yet", "not_any_more")}
    try:
        rows = connection.execute(sql, {"from_day": from_day, "to_day": to_day, **values})
    except duckdb.BinderException as error:
        raise UserError(
            "the published file does not say in which order the stages are, or not in this"
            " language, as an earlier version left it; run make build first"
        ) from error
    return [Move(*row) for row in rows.fetchall()]


def _rank(stage: Stage) -> tuple[bool, bool, int, str]:
    """Return what stages are sorted by: their order, then stages without one, then none."""
    place, segment, _ = stage
    return segment is None, place is None, place or 0, segment or ""


def _colour(place: int | None) -> str:
    return COLOURS[place - 1] if place and place <= len(COLOURS) else OTHER_COLOUR


def _as_text(step: Step, words: Wording) -> str:
    w = words.words["journeys"]
    days = words.text(w["step"], first=str(step.from_day), last=str(step.to_day))
    lines = [f"{days:<58}" + "".join(f"{column:>10}" for column in w["text_columns"])]
    lines += [
        f"{move.from_label:<26}{w['stay'] if move.stays else f'-> {move.to_label}':<32}"
        f"{words.number(move.count):>10}{words.percent(step.left(move)):>10}"
        for move in step.moves
    ]
    return "\n".join(lines)


def _sankey(steps: Sequence[Step], words: Wording) -> go.Figure:
    """Draw the stages of each day as a column, and the moves as bands between them."""
    ends = [{}, *(_sizes(step, 1) for step in steps)]
    beginnings = [*(_sizes(step, 0) for step in steps), {}]
    columns = [
        dict(sorted({**end, **beginning}.items(), key=lambda item: _rank(item[0])))
        for end, beginning in zip(ends, beginnings, strict=True)
    ]
    numbers: dict[tuple[int, str], int] = {}
    labels: list[str] = []
    colours: list[str] = []
    across: list[float] = []
    down: list[float] = []
    for column, sizes in enumerate(columns):
        total, above, gap = sum(sizes.values()), 0.0, 0.02
        for (place, _, label), size in sizes.items():
            numbers[column, label] = len(labels)
            labels.append(f"{plain(label)} {words.number(size)}")
            colours.append(_colour(place))
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
            text=f"<b>{words.day(day)}</b>",
            showarrow=False,
        )
    figure.update_layout(width=WIDTH, height=HEIGHT, margin={"l": 10, "r": 10, "t": 50, "b": 10})
    return figure


def _sizes(step: Step, end: int) -> dict[Stage, int]:
    """Return how many are in each stage at the beginning (0) or the end (1) of a step."""
    sizes: dict[Stage, int] = {}
    for move in step.moves:
        sizes[move.ends[end]] = sizes.get(move.ends[end], 0) + move.count
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
