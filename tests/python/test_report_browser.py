"""The report in Debian's Chromium: what is rendered, on a phone and a screen, light and dark."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from customer_segments.report.report import write_report
from tests.python.report_data import HISTORY, MOVES, published_copy
from tests.python.report_figures import differences, figures

sync_api = pytest.importorskip("playwright.sync_api", reason="no browser: nothing is rendered")
axe = pytest.importorskip("axe_playwright_python.base", reason="no axe: nothing is checked")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
if CHROMIUM is None:
    pytest.skip("Chromium is not installed: nothing is rendered", allow_module_level=True)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo with 30 days and with tables of moves and cohorts, and its report."""
    copy = published_copy(tmp_path_factory.mktemp("report"), HISTORY.format(days=30), MOVES)
    write_report(copy, copy.with_name("report.html"))
    return copy


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any, published: Path) -> Iterator[Any]:
    """The report, opened from its file on a phone."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda message: page.faults.append(message.text))
    page.on("request", lambda request: page.faults.append(request.url))
    page.goto(published.with_name("report.html").as_uri())
    assert page.faults.pop(0).startswith("file:"), "the page itself"
    yield page
    context.close()


def test_every_rendered_figure_equals_a_query(page: Any, published: Path) -> None:
    rendered = figures(page.content())
    assert len(rendered.found) > 5000
    assert differences(rendered.found, published) == []
    assert page.inner_text("#vip .n").split() == ["87"]


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_it_fits_and_nothing_fails(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.faults == []


def test_long_names_fit_on_a_phone(page: Any, tmp_path: Path) -> None:
    long = "'" + "Verylongwordwithoutaspace" * 5 + " and more" * 8 + "'"
    copy = published_copy(
        tmp_path,
        HISTORY.format(days=30),
        MOVES,
        f"update segments set label = {long}, description = {long}",
        f"update campaign_kpis set name = {long}",
        f"update personas set name = {long}, typical_city = {long}, advised_offer = {long}",
        f"update persona_traits set label = {long}",
    )
    write_report(copy, tmp_path / "report.html")
    page.goto((tmp_path / "report.html").as_uri())
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page: Any, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.evaluate("for (const one of document.querySelectorAll('.fold, #vip')) one.open = true")
    # What comes again and again is alike, and much of it takes long.
    again = ".fold :is(.card, li, tr):nth-child(n+5), .segment:nth-of-type(n+5):not(#vip)"
    page.evaluate(f"for (const one of document.querySelectorAll('{again}')) one.remove()")
    page.evaluate(axe.AXE_FILE_PATH.read_text(encoding="utf-8"))
    rules = "runOnly: ['color-contrast'], " if scheme == "dark" else ""
    found = page.evaluate(f"axe.run({{{rules}resultTypes: ['violations']}})")["violations"]
    said = [(one["id"], one["nodes"][0]["html"][:200]) for one in found]
    assert said == [], json.dumps(said, indent=1)


def test_search_and_filter_show_what_they_say(page: Any) -> None:
    page.fill("[name=search]", "hik")
    assert page.locator(".segment:visible").count() > 0
    assert page.inner_text("#shown").startswith(f"{page.locator('.segment:visible').count()} of")
    page.select_option("[name=category]", "reach")
    assert page.locator(".segment:visible, .group:visible").count() == 0
    assert page.is_visible("#nothing")
    page.fill("[name=search]", "")
    assert page.locator(".group:visible").count() == 1


def test_a_link_opens_its_segment(page: Any) -> None:
    page.fill("[name=search]", "hik")
    page.evaluate("location.hash = 'vip'")
    page.wait_for_selector("#vip .says")
    assert page.is_visible("#vip .says")


def test_it_is_whole_without_javascript(browser: Any, published: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(published.with_name("report.html").as_uri())
    assert page.locator(".finder").is_hidden()
    page.click("#vip summary")
    assert page.is_visible("#vip .says")
    context.close()
