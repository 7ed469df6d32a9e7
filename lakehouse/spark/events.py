"""What a program says: lines of JSON behind a mark, between Spark's own output."""
from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager
from typing import Any, Iterator

MARK = "@lake "


class Refused(Exception):
    """The work cannot be done as things are: what is wrong, and the next step."""

    def __init__(self, problem: str, next_step: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.next_step = next_step


def emit(event: str, **fields: Any) -> None:
    """Writes an event. One write: other threads of Spark print to the same place."""
    line = json.dumps({"event": event, **fields}, ensure_ascii=True, separators=(",", ":"))
    sys.stdout.write(f"{MARK}{line}\n")
    sys.stdout.flush()


class Watch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """With a hundredth's precision."""
        return round(time.monotonic() - self._began, 2)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Tells how long a step took, whatever its end."""
    watch = Watch()
    try:
        yield
    finally:
        emit("step", name=name, seconds=watch.seconds)
