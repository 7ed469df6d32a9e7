"""Small files together, old snapshots and files that nothing names away: our tables only.

Safe beside `run`: a step of either is tried again where the other was faster.
"""
from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from candidates import files_after, manifests_after, snapshots_after, times_of
from events import Refused, Watch, emit
from locks import clear_stale_locks
from models import again
from names import TABLES, Names
from options import Options
from query import first_line
from session import names_of, open_session, planned_for
from stop import Stop
from tables import load, require_tables

#: A file that is younger may belong to a commit under way.
_ORPHAN_DAYS = 3

#: A partition with fewer files is left as it is.
_MIN_FILES = 5

#: Snapshots that stay, whatever their age.
_KEPT_SNAPSHOTS = 10


def main(options: Options, stop: Stop) -> dict:
    """Answers with a `maintained` for each step of each table; or clears locks alone."""
    spark = open_session("maintain")
    stop.listen()
    names = names_of(spark, options)
    if options.clear_locks:
        clear_stale_locks(spark, names)
        return {}
    if options.table and options.table not in TABLES:
        raise Refused(
            f"{options.table} is not a table of the lake: expected one of {', '.join(TABLES)}",
            "without a table all of them are maintained",
        )
    if options.keep_days <= 0:
        raise Refused(f"keepDays is {options.keep_days}: expected more than 0", "give 1 or more")
    require_tables(spark, names)
    for name in [options.table] if options.table else TABLES:
        if stop.asked:
            break
        Maintenance(spark, names, name).all(options)
    return {}


def figures(spark: SparkSession, names: Names, name: str) -> dict[str, int]:
    """Files, bytes, snapshots and manifests of a table."""
    table = load(spark, names, name)
    newest = table.currentSnapshot()
    summary: dict[str, Any] = {} if newest is None else dict(newest.summary())
    return {
        "files": int(summary.get("total-data-files", 0)),
        "bytes": int(summary.get("total-files-size", 0)),
        "snapshots": sum(1 for _ in table.snapshots()),
        "manifests": 0 if newest is None else len(newest.allManifests(table.io())),
    }


class Maintenance:
    """The steps of one table, in an order in which none works on what the next deletes."""

    def __init__(self, spark: SparkSession, names: Names, name: str) -> None:
        self._spark = spark
        self._names = names
        self._name = name
        self._before = figures(spark, names, name)

    def all(self, options: Options) -> None:
        """Does what is needed; a dry run only says it."""
        if self._before["snapshots"] == 0:
            return
        now = datetime.now(timezone.utc).replace(tzinfo=None)
        expired = now - timedelta(days=options.keep_days)
        if options.dry_run:
            self._foresee(expired)
        else:
            self._tidy(expired)
        before = f"older_than => TIMESTAMP '{now - timedelta(days=_ORPHAN_DAYS)}'"
        orphans = self._step("remove_orphan_files", f"{before}, dry_run => true",
                             "remove_orphan_files (dry run)")
        if orphans and not options.dry_run:
            self._step("remove_orphan_files", f"{before}, dry_run => false")

    def _tidy(self, expired: datetime) -> None:
        """Each step is left out where it has nothing to do: it costs seconds."""
        if self._before["files"] >= _MIN_FILES:
            self._step(
                "rewrite_data_files",
                f"options => map('min-input-files', '{_MIN_FILES}', "
                "'partial-progress.enabled', 'true', 'partial-progress.max-commits', '5')",
            )
        if self._before["manifests"] > 1:
            self._step("rewrite_manifests", "use_caching => false")
        if self._before["snapshots"] > _KEPT_SNAPSHOTS:
            self._step("expire_snapshots", f"older_than => TIMESTAMP '{expired}', "
                       f"retain_last => {_KEPT_SNAPSHOTS}")

    def _foresee(self, expired: datetime) -> None:
        """Says what `_tidy` would change, each for itself: a merge adds a snapshot."""
        before = self._before
        table = load(self._spark, self._names, self._name)
        if before["files"] >= _MIN_FILES:
            watch = Watch()
            with planned_for(self._spark, 0):
                after = files_after(self._spark, self._names, self._name, table,
                                    files=before["files"], least=_MIN_FILES)
            self._would("rewrite_data_files", watch, files=after)
        if before["manifests"] > 1:
            watch = Watch()
            self._would("rewrite_manifests", watch, manifests=manifests_after(table))
        if before["snapshots"] > _KEPT_SNAPSHOTS:
            watch = Watch()
            since = expired.replace(tzinfo=timezone.utc).timestamp() * 1000
            after = snapshots_after(times_of(table), since, _KEPT_SNAPSHOTS)
            self._would("expire_snapshots", watch, snapshots=after)

    def _would(self, procedure: str, watch: Watch, **after: int) -> None:
        """Tells of a step that would change something."""
        (key, count), = after.items()
        if count < self._before[key]:
            emit("maintained", table=self._name, step=f"{procedure} (dry run)",
                 seconds=watch.seconds,
                 **{f"{key}Before": self._before[key], f"{key}After": count})

    def _step(self, procedure: str, arguments: str, shown: str = "") -> int:
        """Calls a procedure and tells of it; gives the number of its rows."""
        watch = Watch()
        table = self._names.local(self._name)
        try:
            rows = again(lambda: self._spark.sql(
                f"CALL {self._names.catalog}.system.{procedure}(table => '{table}', {arguments})"
            ).collect())
        except (Py4JJavaError, PySparkException) as error:
            emit("maintained", table=self._name, step=shown or procedure, seconds=watch.seconds,
                 failed=first_line(error))
            return 0
        before, after = self._before, figures(self._spark, self._names, self._name)
        self._before = after
        fields = {f"{key}Before": before[key] for key in before}
        fields |= {f"{key}After": after[key] for key in after}
        if procedure == "remove_orphan_files":
            fields["orphans"] = len(rows)
        emit("maintained", table=self._name, step=shown or procedure, seconds=watch.seconds,
             **fields)
        return len(rows)
