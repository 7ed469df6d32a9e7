"""SIGTERM and SIGINT: the work ends at the next place where it may."""
from __future__ import annotations

import signal
from typing import Any


class Stopped(Exception):
    """The end was asked for, and here is a place to end."""


class Stop:
    """Whether the end was asked for. Made once, in the main thread."""

    def __init__(self) -> None:
        self.asked = False

    def listen(self) -> None:
        """Begins to listen. After the session: Spark sets its own handler for SIGINT."""
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)

    def check(self) -> None:
        """Between two steps that can both be repeated. Raises Stopped if the end was asked for."""
        if self.asked:
            raise Stopped

    def _on_signal(self, _number: int, _frame: Any) -> None:
        self.asked = True
