"""Small files together, old snapshots and files that nothing names away: our tables only.

Safe beside `run`: a commit of either is tried again where the other was faster.
"""
from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from events import Refused, Watch, emit
from names import TABLES, Names
from options import Options
from query import first_line
from session import names_of, open_session
from stop import Stop
from tables import load, require_tables

#: A file that is younger may belong to a commit under way.
_ORPHAN_DAYS = 3

#: A partition with fewer files is left as it is.
_MIN_FILES = 5

#: Snapshots that stay, whatever their age.
_KEPT_SNAPSHOTS = 10


def main(options: Options, stop: Stop) -> dict:
    """Answers with a `maintained` for each step of each table."""
    spark = open_session("maintain")
    stop.listen()
    names = names_of(spark, options)
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
        """Does what is needed; a dry run only looks for orphans."""
        if self._before["snapshots"] == 0:
            return
        now = datetime.now(timezone.utc).replace(tzinfo=None)
        if not options.dry_run:
            self._tidy(now - timedelta(days=options.keep_days))
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

    def _step(self, procedure: str, arguments: str, shown: str = "") -> int:
        """Calls a procedure and tells of it; gives the number of its rows."""
        watch = Watch()
        table = self._names.local(self._name)
        try:
            rows = self._spark.sql(
                f"CALL {self._names.catalog}.system.{procedure}(table => '{table}', {arguments})"
            ).collect()
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
