"""What a build posts to a webhook, and that nothing depends on who listens there."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from customer_segments import pipeline
from customer_segments.cli import main
from customer_segments.errors import UserError

MADE = {"release": 3, "alerts": [{"segment": "vip", "member_count": 30}]}


class Listener(BaseHTTPRequestHandler):
    """Keeps what is posted to it."""

    heard: list[tuple[str, Any]]
    status = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append((self.headers["Content-Type"], json.loads(body)))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        """Says nothing."""


@pytest.fixture
def webhook(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(Listener, "heard", [], raising=False)
    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/alerts"
        server.shutdown()


def built(monkeypatch: pytest.MonkeyPatch, webhook: str, *words: str, error: str = "") -> Result:
    def build(*_words: object, **_named: object) -> SimpleNamespace:
        if error:
            raise UserError(error)
        return SimpleNamespace(text="Published", as_json=lambda: MADE)

    monkeypatch.setattr(pipeline, "build", build)
    return CliRunner().invoke(main, ["build", "--webhook", webhook, *words])


@pytest.mark.parametrize(
    ("words", "said"), [((), "Published\n"), (("--json",), json.dumps(MADE) + "\n")]
)
def test_what_was_made_is_posted_and_said(
    monkeypatch: pytest.MonkeyPatch, webhook: str, words: tuple[str, ...], said: str
) -> None:
    result = built(monkeypatch, webhook, *words)
    assert (result.exit_code, result.stdout, result.stderr) == (0, said, "")
    assert Listener.heard == [("application/json", MADE)]


def test_why_a_build_stopped_is_posted(monkeypatch: pytest.MonkeyPatch, webhook: str) -> None:
    result = built(monkeypatch, webhook, "--json", error="contacts.csv is gone")
    assert result.exit_code == 1
    assert Listener.heard == [("application/json", {"error": "contacts.csv is gone"})]


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/alerts", "no address", ""])
def test_nobody_who_listens_is_a_warning(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    result = built(monkeypatch, address)
    assert (result.exit_code, result.stdout) == (0, "Published\n")
    assert ("did not take the result of the build" in result.stderr) == bool(address)


def test_a_webhook_that_refuses_is_a_warning(monkeypatch: pytest.MonkeyPatch, webhook: str) -> None:
    monkeypatch.setattr(Listener, "status", 500)
    result = built(monkeypatch, webhook)
    assert result.exit_code == 0
    assert f"WARNING: {webhook} did not take" in result.stderr
