"""Says on stderr what a long command is doing and for how long it has been at work.

In a terminal that is one line that moves; elsewhere a line for each step, and for every 50th node
of a dbt run.
"""

import shutil
import threading
import time
from typing import TextIO

EVERY = 50
_CLEARED = "\r\x1b[K"


class Progress:
    """What is said of one command; `is_quiet` says nothing."""

    def __init__(self, stream: TextIO, is_quiet: bool = False) -> None:
        self._stream = None if is_quiet else stream
        self._moves = not is_quiet and stream.isatty()
        self._start = time.monotonic()
        self._step, self._node = "", ""
        self._ended = threading.Event()
        self._clock = threading.Thread(target=self._tick, daemon=True)

    @property
    def seconds(self) -> float:
        """Seconds since the command began."""
        return time.monotonic() - self._start

    def __enter__(self) -> "Progress":
        if self._moves:
            self._clock.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self._ended.set()
        if self._moves and self._stream:
            self._clock.join()
            print(_CLEARED, end="", file=self._stream, flush=True)

    def step(self, words: str) -> None:
        """Say what is done from now on."""
        self._step, self._node = words, ""
        self._show()

    def node(self, number: int, total: int, name: str) -> None:
        """Say which node of a dbt run is at work."""
        self._node = f", {number} of {total}: {name}"
        if self._moves or number % EVERY == 0:
            self._show()

    def _tick(self) -> None:
        while not self._ended.wait(0.5):
            self._show()

    def _show(self) -> None:
        if self._stream is None:
            return
        line = f"{self.seconds:4.0f} s  {self._step}{self._node}"
        if self._moves:
            width = shutil.get_terminal_size().columns - 1
            print(_CLEARED + line[:width], end="", file=self._stream, flush=True)
        else:
            print(line, file=self._stream, flush=True)
