"""The lake in a Jupyter kernel, for crypto_lake.ipynb: the same steps as `run`, one by one."""
from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Optional

from pyspark.sql import DataFrame
from pyspark.sql.streaming import StreamingQuery

from bronze import Bronze, Progress
from events import Refused, tell
from increment import Increment
from kernel_lock import KernelLock
from kernel_session import open_in_kernel
from maintain import Maintenance
from names import TABLES
from options import read_options
from run import end_stream
from session import names_of
from snapshots import Snapshot, snapshots_of
from status import lag
from stop import Stop
from tables import ensure_tables

#: Beside the programs; deno task lake notebook writes both.
_FOLDER = Path(__file__).resolve().parent.parent

#: Events that a reader of the notebook learns nothing from.
_QUIET = {"step", "session"}

#: Seconds between two looks at the stream.
_LOOK = 1.0


def open_lake(folder: Path = _FOLDER) -> "Lake":
    """The lake of the settings in `folder`.

    Raises Refused where this kernel cannot have a session that fits.
    """
    return Lake(folder)


class Lake:
    """A session, the tables, and the stream that this kernel may run."""

    def __init__(self, folder: Path) -> None:
        settings = json.loads((folder / "lake.json").read_text(encoding="utf-8"))
        self._options = read_options(json.dumps(settings["options"]))
        self._lock = KernelLock(settings["runJob"])
        self._maintainer = KernelLock(settings["maintainJob"])
        tell(_show)
        self.spark = open_in_kernel(folder / "lake.properties", self._options)
        self.names = names_of(self.spark, self._options)
        self._bronze = Bronze(self.spark, self._options, self.names)
        self.topic = self._bronze.topic
        self._increment = Increment(
            self.spark, self._bronze, self.names, topic=self._options.topic, stop=Stop()
        )
        self._query: Optional[StreamingQuery] = None
        self._progress = Progress(self._options.topic, {})
        self._epoch = 0

    def sql(self, statement: str) -> DataFrame:
        """A statement on the lake's tables, by their names in the documentation."""
        return self.spark.sql(self.names.place(statement))

    def follow(self, trigger_seconds: int = 10) -> StreamingQuery:
        """Makes the tables that are missing, and starts the stream into bronze where bronze ends.

        Raises Refused while another job writes, or this kernel has a stream already.
        """
        if self._query is not None and self._query.isActive:
            raise Refused("this kernel has a stream already", "lake.close() ends it")
        self._lock.take()
        ensure_tables(self.spark, self.names)
        decided = self._bronze.resume()
        self._epoch = decided.epoch
        self._progress = Progress(self._options.topic, decided.next)
        self._lock.refuse_container()
        bronze = Bronze(
            self.spark, replace(self._options, trigger_seconds=trigger_seconds), self.names
        )
        self._query = bronze.start(decided)
        bronze.topic.close()
        return self._query

    def watch(self, seconds: float = 120) -> None:
        """Shows batches, rate and lag until nothing waits, or the time is over.

        Raises what the stream has died of.
        """
        query = self._stream()
        end = time.monotonic() + seconds
        behind = self.lag()
        print(f"lag: {behind} records")
        while behind > 0 and time.monotonic() < end:
            if query.awaitTermination(_LOOK):
                return
            if self._progress.report(query) == 0:
                continue
            last = query.lastProgress or {}
            behind = self.lag()
            print(f"rate: {last.get('processedRowsPerSecond') or 0:.0f} records/s; "
                  f"lag: {behind} records")

    def lag(self) -> int:
        """Records of the topic that bronze does not have yet."""
        found = lag(self.spark, self._options, self.names)
        if "lagError" in found:
            raise Refused(found["lagError"], "check the stack: deno task status")
        return sum(found["lag"].values())

    def fill_silver(self) -> None:
        """Brings what bronze has into silver."""
        self._progress.report(self._stream())
        self._increment.fill_silver(self._progress.ends, self._epoch)

    def refresh_gold(self) -> None:
        """Brings what silver has into gold."""
        self._stream()
        self._increment.refresh_gold()

    def snapshots(self, table: str) -> list[Snapshot]:
        """A table's commits, the oldest first."""
        return snapshots_of(self.spark, self.names, [_known(table)])

    def maintain(self, table: str, keep_days: float = 7.0) -> None:
        """Merges a table's small files and expires its old snapshots."""
        self._maintainer.take()
        try:
            Maintenance(self.spark, self.names, _known(table)).all(
                replace(self._options, keep_days=keep_days)
            )
        finally:
            self._maintainer.release()

    def close(self) -> None:
        """Ends the stream between two batches, brings the rest into gold, frees the lock.

        The session stays, for queries.
        """
        if self._query is not None:
            end_stream(self._query, self._progress)
            self._progress.report(self._query)
            self._query = None
        if self._lock.held:
            self._increment.catch_up(self._progress.ends, self._epoch)
            self._lock.release()
        print("The stream has ended, and this kernel writes no more.")

    def _stream(self) -> StreamingQuery:
        if self._query is None:
            raise Refused("this kernel has no stream", "lake.follow() starts it")
        return self._query


def _known(table: str) -> str:
    if table in TABLES:
        return table
    raise Refused(
        f"{table} is not a table of the lake: expected one of {', '.join(TABLES)}",
        "take one of them",
    )


def _show(event: str, **fields: Any) -> None:
    """An event as a line for people."""
    if event not in _QUIET:
        print(f"{event}: " + ", ".join(f"{name} {value}" for name, value in fields.items()))
