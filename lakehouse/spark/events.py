"""What a program says: lines of JSON behind a mark, between Spark's own output."""
from __future__ import annotations

import json
import os
import re
import sys
import time
from contextlib import contextmanager
from typing import Any, Callable, Iterator

MARK = "@lake "


class Refused(Exception):
    """The work cannot be done as things are: what is wrong, and the next step."""

    def __init__(self, problem: str, next_step: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.next_step = next_step

    def _render_traceback_(self) -> list[str]:
        """What Jupyter shows in place of a stack."""
        return [f"Refused: {self.problem}", f"Next: {self.next_step}"]


def _write(event: str, **fields: Any) -> None:
    """One write: other threads of Spark print to the same place."""
    line = json.dumps({"event": event, **fields}, ensure_ascii=True, separators=(",", ":"))
    sys.stdout.write(f"{MARK}{line}\n")
    sys.stdout.flush()


_sink: Callable[..., None] = _write


def tell(sink: Callable[..., None]) -> None:
    """Hands all events to come to a function `(event, **fields)`, instead of to stdout."""
    global _sink
    _sink = sink


def emit(event: str, **fields: Any) -> None:
    """Writes an event."""
    _sink(event, **fields)


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
    """Tells how long a step took, and of which processor time, whatever its end."""
    watch = Watch()
    before = used()
    try:
        yield
    finally:
        after = used()
        cpu = {it: round(after[it] - before[it], 2) for it in ("cpuSeconds",) if it in before}
        emit("step", name=name, seconds=watch.seconds, **cpu)


def used() -> dict[str, float]:
    """Processor seconds of this job so far, spark-submit's included, and Java's peak of memory.

    Java has started this program. Nothing where the system does not tell.
    """
    try:
        with open(f"/proc/{os.getppid()}/stat", encoding="utf-8") as file:
            fields = file.read().rpartition(")")[2].split()
        with open(f"/proc/{os.getppid()}/status", encoding="utf-8") as file:
            peak = re.search(r"VmHWM:\s+(\d+) kB", file.read())
    except OSError:
        return {}
    # Own time and that of children that have ended, in user mode and in the kernel.
    java = sum(int(it) for it in fields[11:15]) / os.sysconf("SC_CLK_TCK")
    kilobytes = int(peak.group(1)) if peak else 0
    return {
        "cpuSeconds": round(java + time.process_time(), 2),
        "peakMb": round(kilobytes * 1024 / 1e6, 1),
    }
