"""The snapshots of our tables."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Mapping, Sequence

from pyspark.sql import SparkSession

from events import Refused
from names import Names
from time_travel import moment_of


@dataclass(frozen=True)
class Snapshot:
    """A commit of a table."""

    table: str
    snapshot: int
    time: datetime
    operation: str
    summary: Mapping[str, str]


def snapshots_of(spark: SparkSession, names: Names, tables: Sequence[str]) -> list[Snapshot]:
    """All that the tables still have, the oldest first; only those that are their history."""
    parts = [
        f"SELECT '{name}' AS name, s.snapshot_id, s.committed_at, s.operation, s.summary "
        f"FROM {names.full(name)}.snapshots s JOIN {names.full(name)}.history h "
        "ON h.snapshot_id = s.snapshot_id AND h.is_current_ancestor"
        for name in tables
    ]
    rows = spark.sql(" UNION ALL ".join(parts)).collect()
    found = [Snapshot(row[0], row[1], row[2], row[3], row[4] or {}) for row in rows]
    return sorted(found, key=lambda it: (it.time, it.table))


def versions_at(known: Sequence[Snapshot], at: str) -> dict[str, int]:
    """Table -> its snapshot at a time, or at the time of another table's snapshot.

    Raises Refused for what no table has.
    """
    if at.strip().isdigit():
        one = next((it for it in known if it.snapshot == int(at)), None)
        if one is None:
            raise Refused(
                f"no table has a snapshot {at.strip()}",
                "deno task lake history --engine=spark lists them; maintenance deletes old ones",
            )
        moment = one.time
    else:
        moment = moment_of(at)
    newest: dict[str, int] = {}
    for it in known:
        if it.time <= moment:
            newest[it.table] = it.snapshot
    if not newest:
        first = min((it.time for it in known), default=None)
        said = "no table has a commit" if first is None else f"the first commit was at {first} UTC"
        raise Refused(
            f"nothing was written by {at}: {said}",
            "deno task lake history --engine=spark lists the snapshots and their times",
        )
    return newest
