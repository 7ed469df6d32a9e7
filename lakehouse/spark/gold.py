"""Silver into gold: only the hours and days that new ticks touch, or that are not final yet."""
from __future__ import annotations

from datetime import datetime
from typing import Optional

from pyspark.sql import DataFrame, SparkSession

from events import Watch, emit
from marks import GOLD, read_mark, write_mark
from models import merge, model, replace
from names import (
    CLEAN, DAILY, DIM_CRYPTO, DIM_TIME, FACT, HOURLY, LATEST, TICKS, Names,
)
from stop import Stop
from tables import load, properties_of, set_property, snapshot_of


class Gold:
    """Keeps gold, and silver's table of minutes, up to date."""

    def __init__(self, spark: SparkSession, names: Names, stop: Stop) -> None:
        self._spark = spark
        self._names = names
        self._stop = stop

    def refresh(self) -> bool:
        """Computes what silver's new ticks touch; tells whether there were any."""
        spark, names = self._spark, self._names
        hourly = load(spark, names, HOURLY)
        mark = read_mark(properties_of(hourly), GOLD)
        snapshot = snapshot_of(load(spark, names, TICKS))
        if snapshot is None or mark.get("snapshot") == snapshot:
            return False
        silver = spark.read.option("snapshot-id", snapshot).table(names.full(TICKS))
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
        self._write(since is None)
        set_property(
            hourly, GOLD, write_mark({"snapshot": snapshot, "since": last[0] if last else None})
        )
        return True

    def _write(self, first: bool) -> None:
        watch = Watch()
        self._told(LATEST, self._latest(), watch)
        watch = Watch()
        hours = self._touched("hour", HOURLY, "hour_start", first)
        changed = self._periods(HOURLY, "hour_start", hours)
        self._told(HOURLY, changed, watch)
        watch = Watch()
        self._told(CLEAN, self._minutes(hours), watch)
        watch = Watch()
        days = self._touched("day", DAILY, "day_start", first)
        daily = self._periods(DAILY, "day_start", days)
        self._told(DAILY, daily, watch)
        ranked = 0
        if daily:
            watch = Watch()
            ranked = replace(self._spark, self._names, DIM_CRYPTO,
                             model(self._spark, self._names, "gold/dim_crypto"))
            self._told(DIM_CRYPTO, ranked, watch)
        if changed:
            watch = Watch()
            hours_of = model(self._spark, self._names, "gold/dim_time", {TICKS: "silver_now"})
            self._told(DIM_TIME, replace(self._spark, self._names, DIM_TIME, hours_of), watch)
        if changed or ranked:
            watch = Watch()
            self._told(FACT, self._facts(days), watch)

    def _told(self, name: str, rows: int, watch: Watch) -> None:
        emit("gold", table=name, rows=rows, seconds=watch.seconds)
        # All of it can be repeated: the mark comes last.
        self._stop.check()

    def _latest(self) -> int:
        present = self._names.full(LATEST)
        self._spark.sql(
            f"SELECT * FROM new_ticks UNION SELECT * FROM {present}"
        ).createOrReplaceTempView("touched_ticks")
        rows = model(self._spark, self._names, "incremental/gold/crypto_latest")
        return merge(self._spark, self._names, LATEST, rows, keys=["{row}.crypto_symbol"])

    def _touched(
        self, unit: str, name: str, column: str, first: bool
    ) -> Optional[tuple[datetime, datetime]]:
        """Makes the view touched_ticks; gives the first and the last of the periods.

        None where all ticks are read.
        """
        spark = self._spark
        if first:
            spark.table("silver_now").createOrReplaceTempView("touched_ticks")
            return None
        periods = spark.sql(
            f"""SELECT date_trunc('{unit}', api_timestamp) AS period FROM new_ticks
            UNION SELECT {column} FROM {self._names.full(name)} WHERE NOT is_final"""
        ).persist()
        periods.createOrReplaceTempView("touched_periods")
        low, high = spark.sql("SELECT min(period), max(period) FROM touched_periods").first()
        spark.sql(
            f"""SELECT * FROM silver_now WHERE api_timestamp >= TIMESTAMP '{low}'
              AND api_timestamp < TIMESTAMP '{high}' + INTERVAL 1 {unit}
              AND date_trunc('{unit}', api_timestamp) IN (SELECT period FROM touched_periods)"""
        ).createOrReplaceTempView("touched_ticks")
        return low, high

    def _periods(
        self, name: str, column: str, bounds: Optional[tuple[datetime, datetime]]
    ) -> int:
        rows = model(self._spark, self._names, f"incremental/{name.replace('.', '/')}")
        scope = "true"
        if bounds is not None:
            scope = f"{{row}}.{column} BETWEEN TIMESTAMP '{bounds[0]}' AND TIMESTAMP '{bounds[1]}'"
        return merge(self._spark, self._names, name, rows,
                     keys=["{row}.crypto_symbol", f"{{row}}.{column}"], scope=scope)

    def _minutes(self, bounds: Optional[tuple[datetime, datetime]]) -> int:
        rows = model(self._spark, self._names, "incremental/silver/crypto_prices_clean")
        scope = "true"
        if bounds is not None:
            scope = (
                f"{{row}}.api_timestamp >= TIMESTAMP '{bounds[0]}' AND "
                f"{{row}}.api_timestamp < TIMESTAMP '{bounds[1]}' + INTERVAL 1 hour"
            )
        return merge(
            self._spark, self._names, CLEAN, rows,
            keys=["{row}.crypto_symbol", "date_trunc('minute', {row}.api_timestamp)"], scope=scope,
        )

    def _facts(self, days: Optional[tuple[datetime, datetime]]) -> int:
        """From the first touched day on: its ranks decide about all that follow."""
        hours: DataFrame = self._spark.table(self._names.full(HOURLY))
        scope = "true"
        if days is not None:
            scope = f"{{row}}.hour_start >= TIMESTAMP '{days[0]}'"
            hours = hours.where(scope.replace("{row}.", ""))
        hours.createOrReplaceTempView("touched_hours")
        rows = model(self._spark, self._names, "incremental/gold/fact_crypto_hourly")
        return merge(self._spark, self._names, FACT, rows,
                     keys=["{row}.crypto_symbol", "{row}.hour_start"], scope=scope)

