"""Silver into gold: only the hours and days that new ticks touch, or that are not final yet."""
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from typing import Callable, Iterable, TypeVar

from py4j.java_gateway import JavaObject
from pyspark.sql import SparkSession

from events import Watch, emit
from marks import GOLD, changed_at, read_mark, write_mark
from models import merge, model, replace
from names import DAILY, DIM_CRYPTO, DIM_TIME, HOURLY, TICKS, Names
from session import is_few, planned_for
from stop import Stop
from tables import load, properties_of, rows_of, rows_since, set_property, snapshot_of
from touched import DAYS, HOURS, Change, Touched

T = TypeVar("T")


class Gold:
    """Keeps gold, and silver's table of minutes, up to date."""

    def __init__(self, spark: SparkSession, names: Names, stop: Stop) -> None:
        self._spark = spark
        self._names = names
        self._stop = stop
        self._touched = Touched(spark, names)
        #: Made once: Java keeps a connection for each thread that there has been.
        self._pool = ThreadPoolExecutor(2)

    def refresh(self) -> bool:
        """Computes what silver's new ticks touch; tells whether there were any."""
        spark, names = self._spark, self._names
        hourly = load(spark, names, HOURLY)
        mark = read_mark(properties_of(hourly), GOLD)
        ticks = load(spark, names, TICKS)
        changed = changed_at(ticks)
        if changed is None or mark.get("snapshot") == changed:
            return False
        silver = spark.read.option("snapshot-id", snapshot_of(ticks)).table(names.full(TICKS))
        silver.createOrReplaceTempView("silver_now")
        # Not only newer: a clock that went back gives equal times.
        since = mark.get("since")
        newer = "true" if since is None else f"processing_timestamp >= TIMESTAMP '{since}'"
        new = silver.where(newer)
        new.createOrReplaceTempView("new_ticks")
        last = spark.sql("SELECT string(max(processing_timestamp)) FROM silver_now").first()
        spark.sql(
            "SELECT max(api_timestamp) AS api_timestamp FROM silver_now"
        ).createOrReplaceTempView("newest_tick")
        self._write(ticks, first=since is None)
        set_property(
            hourly, GOLD, write_mark({"snapshot": changed, "since": last[0] if last else None})
        )
        return True

    def _write(self, ticks: JavaObject, *, first: bool) -> None:
        spark, touched = self._spark, self._touched
        try:
            with planned_for(spark, 0):
                latest = touched.latest(first)
                hours = touched.ticks(HOURS, first)
                hourly = touched.candles(HOURS, hours)
                minutes = touched.minutes(hours)
                days = touched.ticks(DAYS, first)
                daily = touched.candles(DAYS, days)
            read = (
                rows_of(ticks) if days is None
                else rows_since(spark, ticks, "api_timestamp", days[0])
            )
            with planned_for(spark, read):
                # Where planning takes longer than the rows, tables are written side by side.
                each = self._side_by_side if is_few(read) else map
                rows = dict(each(self._merge, [hourly, daily, latest, minutes]))
                made = [(DIM_CRYPTO, rows[DAILY]), (DIM_TIME, rows[HOURLY])]
                rows |= each(self._replace, [name for name, changed in made if changed])
                if rows[HOURLY] or rows.get(DIM_CRYPTO):
                    self._merge(touched.facts(days))
        finally:
            touched.release()

    def _side_by_side(
        self, write: Callable[[T], tuple[str, int]], these: Iterable[T]
    ) -> list[tuple[str, int]]:
        """After a failure, too, nothing goes on behind."""
        begun = [self._pool.submit(write, it) for it in these]
        wait(begun)
        return [it.result() for it in begun]

    def _merge(self, change: Change) -> tuple[str, int]:
        return self._told(change.name, lambda: merge(
            self._spark, self._names, change.name, change.rows,
            keys=change.keys, scope=change.scope,
        ))

    def _replace(self, name: str) -> tuple[str, int]:
        return self._told(name, lambda: replace(
            self._spark, self._names, name,
            model(self._spark, self._names, name.replace(".", "/"), {TICKS: "silver_now"}),
        ))

    def _told(self, name: str, write: Callable[[], int]) -> tuple[str, int]:
        # All of it can be repeated: the mark comes last.
        self._stop.check()
        watch = Watch()
        rows = write()
        emit("gold", table=name, rows=rows, seconds=watch.seconds)
        return name, rows
