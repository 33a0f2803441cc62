"""What a long command says of itself: a line that moves in a terminal, plain lines elsewhere."""

import io
import json
import os
import subprocess
import sys

import pytest

from customer_segments.progress import EVERY, Progress
from tests.python.shared import PROJECT


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def said(stream: io.StringIO, is_quiet: bool = False) -> str:
    """Return what is written for a step and more nodes than are worth a line each."""
    with Progress(stream, is_quiet) as progress:
        progress.step("building")
        for number in range(1, EVERY + 2):
            progress.node(number, 423, f"model_{number}")
    return stream.getvalue()


def test_plain_lines_are_of_steps_and_of_every_fiftieth_node() -> None:
    assert said(io.StringIO()).splitlines() == [
        "   0 s  building",
        f"   0 s  building, {EVERY} of 423: model_{EVERY}",
    ]


def test_in_a_terminal_it_is_one_line_that_is_gone_afterwards() -> None:
    text = said(Terminal())
    assert "\n" not in text
    assert f"building, {EVERY + 1} of 423" in text
    assert text.endswith("\r\x1b[K")


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_quiet_says_nothing(stream: io.StringIO) -> None:
    assert said(stream, is_quiet=True) == ""


def test_a_long_line_is_cut_to_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    lines = said(Terminal()).split("\r\x1b[K")
    assert max(map(len, lines)) == 19


@pytest.mark.parametrize(
    "command", [["build"], ["backfill", "--from", "2026-01-01", "--to=2026-01-02"]]
)
def test_a_program_reads_why_nothing_was_built(command: list[str]) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "customer_segments", *command, "--json", "--as-of", "soon"],
        cwd=PROJECT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (1, "")
    assert json.loads(result.stdout) == {
        "error": "AS_OF is soon; give a date such as 2026-03-31, or today"
    }
