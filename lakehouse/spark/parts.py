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
    end: int


def first_batches(parts: Sequence[Part], records: int) -> list[Part]:
    """Whole batches, the oldest first, up to a number of records; one at least."""
    taken: list[Part] = []
    count = 0
    for ingested in sorted({it.ingested for it in parts}):
        batch = [it for it in parts if it.ingested == ingested]
        size = sum(it.records for it in batch)
        if taken and count + size > records:
            break
        taken += batch
        count += size
    return taken
