"""Where bronze ends, and where the reading of a topic goes on: pure.

As `lakehouse/ingest/epochs.ts` decides it: at the next offset; after a gap that retention left;
or from the beginning of a topic that was deleted and created again, in a new epoch.
"""
from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Callable, Mapping, Optional, Sequence


@dataclass(frozen=True)
class Position:
    """Where bronze ends in a topic."""

    epoch: int = 0
    #: Partition -> the next offset, in the newest epoch.
    next: Mapping[int, int] = field(default_factory=dict)
    #: Partition -> the offset of its last row; without those that have none.
    last: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Log:
    """Where a partition of the topic begins and ends now."""

    start: int
    end: int


@dataclass(frozen=True)
class Gap:
    """Offsets that are passed without a record; `end` is the first one after them."""

    partition: int
    start: int
    end: int


@dataclass(frozen=True)
class Resumption:
    """Where to go on."""

    epoch: int
    #: Why a new epoch begins.
    new_epoch: Optional[str]
    next: Mapping[int, int]
    #: What retention has deleted before it was read.
    gaps: Sequence[Gap]


def change_of(
    position: Position, logs: Mapping[int, Log], changed: Callable[[Sequence[int]], Optional[str]]
) -> Optional[str]:
    """Why the topic is not the one that bronze holds.

    `changed` compares the last rows of partitions with the records at their offsets.
    """
    for partition, offset in sorted(position.next.items()):
        log = logs.get(partition)
        if log is None:
            return f"partition {partition} is gone"
        if offset > log.end:
            return f"partition {partition} ends at offset {log.end}: expected {offset} or later"
    # What retention has deleted cannot be compared.
    kept = [it for it, offset in sorted(position.last.items()) if offset >= logs[it].start]
    return changed(kept) if kept else None


def resume(
    position: Position, logs: Mapping[int, Log], changed: Callable[[Sequence[int]], Optional[str]]
) -> Resumption:
    """Decides where to go on. A partition without a row in bronze begins at offset 0."""
    reason = change_of(position, logs, changed)
    known = position.next if reason is None else {}
    at = {partition: known.get(partition, 0) for partition in sorted(logs)}
    gaps = [
        Gap(partition, offset, logs[partition].start)
        for partition, offset in at.items()
        if offset < logs[partition].start
    ]
    following = {partition: max(offset, logs[partition].start) for partition, offset in at.items()}
    epoch = position.epoch + (0 if reason is None else 1)
    return Resumption(epoch, reason, following, gaps)


def read_offsets_file(text: str, topic: str) -> Optional[dict[int, int]]:
    """The offsets after a batch, as Spark's checkpoint has them.

    The file has a version, a line about the batch, and a line for each source.
    """
    for line in text.splitlines()[2:]:
        try:
            offsets = json.loads(line)
        except ValueError:
            continue
        if isinstance(offsets, dict) and isinstance(offsets.get(topic), dict):
            return {int(partition): int(offset) for partition, offset in offsets[topic].items()}
    return None


def generation_of(name: str, epoch: int) -> Optional[int]:
    """The generation of a checkpoint's folder: `epoch-2` has 0, `epoch-2-g1` has 1."""
    found = re.fullmatch(rf"epoch-{epoch}(?:-g([1-9][0-9]*))?", name)
    return None if found is None else int(found.group(1) or 0)


def folder_of(epoch: int, generation: int) -> str:
    """The name of a checkpoint's folder."""
    return f"epoch-{epoch}" + (f"-g{generation}" if generation else "")
