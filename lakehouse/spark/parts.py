"""What silver has not seen of bronze, in parts: pure."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Sequence


@dataclass(frozen=True)
class Part:
    """Unseen rows of one batch of bronze, one partition."""

    ingested: datetime
    topic: str
    epoch: int
    partition: int
    records: int
    #: Of the payloads.
    bytes: int
    end: int


def first_batches(parts: Sequence[Part], *, records: int, size: int) -> list[Part]:
    """Whole batches, the oldest first, up to so many records and bytes; one at least."""
    batches: dict[datetime, list[Part]] = {}
    for it in sorted(parts, key=lambda it: it.ingested):
        batches.setdefault(it.ingested, []).append(it)
    taken: list[Part] = []
    for batch in batches.values():
        records -= sum(it.records for it in batch)
        size -= sum(it.bytes for it in batch)
        if taken and min(records, size) < 0:
            break
        taken += batch
    return taken
