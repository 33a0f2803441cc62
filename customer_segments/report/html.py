"""Fills the templates and sets plots into them."""

import html
from pathlib import Path

import plotly.graph_objects as go
import plotly.io as pio
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from customer_segments.report.page import environment, write_template

INK = "#1d2433"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"


def write_page(template: str, page: Path, **content: object) -> None:
    """Fill a template and write the page, whole or not at all.

    Whatever comes from the data is escaped by the template. Raises OSError.
    """
    made = environment({"percent": percent, "times": times})
    plots = Markup(get_plotlyjs())
    write_template(made, template, page, **content, plotly_js=plots, font=FONT, ink=INK)


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


def percent(share: float) -> str:
    """Return a share from 0 to 1 for people."""
    return f"{share:.0%}" if share >= 0.01 or share == 0 else "under 1%"


def times(lift: float) -> str:
    """Return a lift for people."""
    return "none" if lift == 0 else f"×{lift:.1f}"
