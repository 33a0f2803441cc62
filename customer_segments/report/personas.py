"""The page of personas: one card for each, to pin on the wall."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import plotly.graph_objects as go
from markupsafe import Markup

from customer_segments.database import named_rows
from customer_segments.engines.database import Database
from customer_segments.engines.duckdb_file import as_database
from customer_segments.errors import UserError
from customer_segments.report.html import INK, plain, plot, write_page
from customer_segments.report.wording import Wording, wording

OVER, UNDER = "#0f766e", "#b4531a"
PLOT_WIDTH = 340  # pixels: fits a phone, so that no plot is drawn anew for it or for paper
MOST_OVER, MOST_UNDER = 6, 3  # traits in a plot
FURTHEST = 3.0  # the lift axis ends at 8 times and an eighth
HOURS = [0, 6, 12, 18, 23]  # marked below the plot of hours

Row = dict[str, Any]


@dataclass(frozen=True)
class Card:
    """A persona with what is shown of it."""

    persona: Row
    traits: list[Row]
    more_traits: int
    trait_plot: Markup | None
    hour_plot: Markup | None
    trait_words: str
    hour_words: str


def write_personas(published: Path | Database, page: Path, language: str = "en") -> int:
    """Write the page of personas from the published file; return how many there are.

    Raises UserError when the file is missing, can't be read or was published without personas.
    """
    words = wording(language, "summary_words")
    with as_database(published).opened() as connection:
        try:
            personas = _rows(
                connection, language, "select * from personas order by family, size desc, persona"
            )
            traits = _rows(
                connection,
                language,
                "select * from persona_traits order by persona, p_value, lift desc, trait, value",
            )
            small = _rows(
                connection,
                language,
                "select * from segments"
                " where family in (select family from personas)"
                " and segment not in (select persona from personas) order by segment",
            )
        except duckdb.CatalogException as error:
            raise UserError(
                f"{published} has no personas; run make build, with using_clusters: true"
            ) from error
    cards = [
        _card(row, [t for t in traits if t["persona"] == row["persona"]], words) for row in personas
    ]
    families: dict[str, list[Card]] = {}
    for card in cards:
        families.setdefault(card.persona["family"], []).append(card)
    write_page(
        "personas.html.jinja",
        page,
        words,
        families=families,
        small=small,
        as_of=personas[0]["as_of"] if personas else None,
    )
    return len(cards)


def _rows(connection: duckdb.DuckDBPyConnection, language: str, sql: str) -> list[Row]:
    """Return rows with the language's column in the place of the one it translates."""
    rows = named_rows(connection, sql)
    return [{name: row.get(f"{name}_{language}") or row[name] for name in row} for row in rows]


def _card(persona: Row, traits: list[Row], words: Wording) -> Card:
    apart = [trait for trait in traits if trait["sets_apart"]]
    distinct = _without_mirror_images(apart)
    over = [trait for trait in distinct if trait["lift"] > 1]
    under = [trait for trait in distinct if trait["lift"] < 1]
    shown = sorted([*over[:MOST_OVER], *under[:MOST_UNDER]], key=lambda trait: -trait["lift"])
    hours = {int(t["value"]): t["share"] for t in traits if t["trait"] == "reading_hour"}
    alias = persona["persona"]
    return Card(
        persona=persona,
        traits=shown,
        more_traits=len(apart) - len(shown),
        trait_plot=plot(_lifts(shown, words), f"traits-{alias}") if shown else None,
        hour_plot=plot(_hours(hours, words), f"hours-{alias}") if hours else None,
        trait_words="; ".join(f"{t['label']} {words.times(t['lift'])}" for t in shown),
        hour_words="; ".join(
            f"{_o_clock(hour, words)} {words.percent(share)}"
            for hour, share in sorted(hours.items())
        ),
    )


def _without_mirror_images(traits: list[Row]) -> list[Row]:
    """Return the traits without those that follow from another: of two values the commoner one."""

    def seen(trait: Row) -> tuple[str, str]:
        return trait["trait"], f"{trait['p_value']:.6g}"

    over = {seen(trait) for trait in traits if trait["lift"] > 1}
    return [trait for trait in traits if trait["lift"] > 1 or seen(trait) not in over]


def _lifts(traits: list[Row], words: Wording) -> go.Figure:
    """Draw how many times as common each trait is, doubling and halving being as long."""
    traits = traits[::-1]  # plotly draws from the bottom up
    lengths = [
        max(-FURTHEST, min(FURTHEST, math.log2(trait["lift"]))) if trait["lift"] else -FURTHEST
        for trait in traits
    ]
    figure = go.Figure(
        go.Bar(
            x=lengths,
            y=list(range(len(traits))),
            orientation="h",
            width=0.42,
            marker={"color": [OVER if trait["lift"] > 1 else UNDER for trait in traits]},
            text=[words.times(trait["lift"]) for trait in traits],
            textposition="outside",
            cliponaxis=False,
            hoverinfo="skip",
        )
    )
    for place, trait in enumerate(traits):
        figure.add_annotation(
            xref="paper",
            x=0,
            xanchor="left",
            y=place + 0.45,
            text=plain(_shortened(trait["label"])),
            bgcolor="#fff",
            borderpad=1,
            showarrow=False,
        )
    marks = [-3, -2, -1, 0, 1, 2, 3]
    figure.update_layout(
        width=PLOT_WIDTH,
        height=40 * len(traits) + 40,
        margin={"l": 34, "r": 34, "t": 4, "b": 30},
        bargap=0.5,
        xaxis={
            "range": [-FURTHEST - 0.1, FURTHEST + 0.1],
            "tickvals": marks,
            "ticktext": ["⅛", "¼", "½", words.words["personas"]["as_all"], "×2", "×4", "×8"],
            "zeroline": True,
            "zerolinecolor": INK,
            "gridcolor": "#e3e6ec",
            "fixedrange": True,
        },
        yaxis={"visible": False, "range": [-0.5, len(traits) - 0.3], "fixedrange": True},
    )
    return figure


def _hours(shares: dict[int, float], words: Wording) -> go.Figure:
    """Draw when members usually read email."""
    best = max(shares.values())
    figure = go.Figure(
        go.Bar(
            x=list(shares),
            y=list(shares.values()),
            marker={"color": [OVER if share == best else "#a9b4c4" for share in shares.values()]},
            hoverinfo="skip",
        )
    )
    figure.update_layout(
        width=PLOT_WIDTH,
        height=110,
        margin={"l": 34, "r": 12, "t": 6, "b": 26},
        bargap=0.25,
        xaxis={
            "range": [-0.6, 23.6],
            "tickvals": HOURS,
            "ticktext": [_o_clock(hour, words) for hour in HOURS],
            "fixedrange": True,
        },
        yaxis={
            "tickformat": ".0%",
            "nticks": 3,
            "rangemode": "tozero",
            "gridcolor": "#e3e6ec",
            "fixedrange": True,
        },
    )
    return figure


def _shortened(text: str, most: int = 44) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _o_clock(hour: int, words: Wording) -> str:
    return words.text(words.words["personas"]["o_clock"], hour=str(hour))
