"""Fills the templates and sets plots into them."""

import html
from pathlib import Path

import plotly.graph_objects as go
import plotly.io as pio
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from customer_segments.report.page import environment, write_template
from customer_segments.report.wording import Wording

INK = "#1d2433"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"


def write_page(template: str, page: Path, words: Wording, **content: object) -> None:
    """Fill a template in a language and write the page, whole or not at all.

    Whatever comes from the data is escaped by the template. Raises OSError.
    """
    made = environment(words.filters)
    plots = Markup(get_plotlyjs())
    said = {"words": words.words, "language": words.language}
    write_template(made, template, page, **content, **said, plotly_js=plots, font=FONT, ink=INK)


def plot(figure: go.Figure, identity: str) -> Markup:
    """Return a figure as HTML for a page that has plotly.js. The identity is unique on the page."""
    figure.update_layout(
        template="none",
        font={"family": FONT, "color": INK, "size": 13},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )
    return Markup(
        pio.to_html(
            figure,
            full_html=False,
            include_plotlyjs=False,
            div_id=identity,
            config={"displayModeBar": False, "scrollZoom": False},
        )
    )


def plain(text: str) -> str:
    """Return text so that plotly shows it as it is: it takes some tags for mark-up."""
    return html.escape(text)
