"""How far silver and gold are: kept as properties of their tables, set after the rows."""
from __future__ import annotations

import json
from typing import Any, Mapping, Optional

from names import text

SILVER = "crypto-stream.silver-mark"
GOLD = "crypto-stream.gold-mark"

#: Topic -> its newest epoch, and partition -> the next offset.
Next = Mapping[str, Mapping[str, Any]]


def read_mark(properties: Mapping[str, str], key: str) -> dict[str, Any]:
    """The mark; empty where there is none."""
    found = json.loads(properties.get(key, "{}"))
    return found if isinstance(found, dict) else {}


def write_mark(mark: Mapping[str, Any]) -> str:
    """As it is kept."""
    return json.dumps(mark, sort_keys=True, separators=(",", ":"))


def pending(next_: Next) -> str:
    """A condition on rows of bronze: those that silver has not seen."""
    seen = []
    for topic, it in sorted(next_.items()):
        epoch = int(it["epoch"])
        parts = " OR ".join(
            f"kafka_partition = {int(partition)} AND kafka_offset < {int(offset)}"
            for partition, offset in sorted(it["next"].items())
        )
        seen.append(
            f"kafka_topic = {text(topic)} AND (topic_epoch < {epoch} "
            f"OR topic_epoch = {epoch} AND ({parts or 'false'}))"
        )
    return f"NOT ({' OR '.join(f'({it})' for it in seen)})" if seen else "true"


def advanced(next_: Next, topic: str, epoch: int, ends: Mapping[int, int]) -> dict[str, Any]:
    """The mark's map after the rows of one epoch; an older epoch is done with."""
    known = next_.get(topic, {"epoch": epoch, "next": {}})
    if epoch < known["epoch"]:
        return dict(next_)
    kept = dict(known["next"]) if epoch == known["epoch"] else {}
    for partition, end in ends.items():
        kept[str(partition)] = max(int(end), int(kept.get(str(partition), 0)))
    return {**next_, topic: {"epoch": epoch, "next": kept}}


def start_of(next_: Next, topic: str, epoch: int, partition: int) -> int:
    """Where the unseen offsets of a partition begin."""
    known = next_.get(topic)
    if known is None or known["epoch"] != epoch:
        return 0
    return int(known["next"].get(str(partition), 0))


def changed_at(table: Any) -> Optional[int]:
    """The id of the newest snapshot that brought other rows: maintenance only merges files.

    Where that one has expired, the oldest after it.
    """
    snapshot = table.currentSnapshot()
    while snapshot is not None and snapshot.operation() == "replace":
        parent = snapshot.parentId()
        before = None if parent is None else table.snapshot(parent)
        if before is None:
            break
        snapshot = before
    return None if snapshot is None else int(snapshot.snapshotId())
