"""What new ticks touch: the rows that gold, and silver's table of minutes, get for them."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Optional, Sequence, Tuple

from pyspark.sql import DataFrame, SparkSession

from models import model
from names import CLEAN, DAILY, FACT, HOURLY, LATEST, Names

#: The first and the last of the periods; None where all ticks are read.
Bounds = Optional[Tuple[datetime, datetime]]


@dataclass(frozen=True)
class Period:
    """What candles are made of, and where they are."""

    unit: str
    table: str
    column: str


HOURS = Period("hour", HOURLY, "hour_start")
DAYS = Period("day", DAILY, "day_start")


@dataclass(frozen=True)
class Change:
    """Rows for a table, as `merge` takes them."""

    name: str
    rows: DataFrame
    keys: Sequence[str]
    scope: str = "true"


class Touched:
    """Reads the views silver_now, new_ticks and newest_tick, which Gold makes.

    A view is looked up when a statement is read: the next one may have its name.
    """

    def __init__(self, spark: SparkSession, names: Names) -> None:
        self._spark = spark
        self._names = names
        #: Cached, until gold is written.
        self._kept: list[DataFrame] = []

    def release(self) -> None:
        """Lets go of what was cached."""
        while self._kept:
            self._kept.pop().unpersist()

    def latest(self, first: bool) -> Change:
        """The newest tick of each coin."""
        present = self._names.full(LATEST)
        # To look for repeats among all ticks would take longer than all else.
        more = "" if first else f" UNION SELECT * FROM {present}"
        self._spark.sql(f"SELECT * FROM new_ticks{more}").createOrReplaceTempView("touched_ticks")
        rows = model(self._spark, self._names, "incremental/gold/crypto_latest")
        return Change(LATEST, rows, ["{row}.crypto_symbol"])

    def ticks(self, period: Period, first: bool) -> Bounds:
        """Makes the view touched_ticks."""
        spark = self._spark
        if first:
            spark.table("silver_now").createOrReplaceTempView("touched_ticks")
            return None
        unit = period.unit
        periods = spark.sql(
            f"""SELECT date_trunc('{unit}', api_timestamp) AS period FROM new_ticks
            UNION SELECT {period.column} FROM {self._names.full(period.table)}
            WHERE NOT is_final"""
        ).persist()
        self._kept.append(periods)
        periods.createOrReplaceTempView("touched_periods")
        low, high = spark.sql("SELECT min(period), max(period) FROM touched_periods").first()
        spark.sql(
            f"""SELECT * FROM silver_now WHERE api_timestamp >= TIMESTAMP '{low}'
              AND api_timestamp < TIMESTAMP '{high}' + INTERVAL 1 {unit}
              AND date_trunc('{unit}', api_timestamp) IN (SELECT period FROM touched_periods)"""
        ).createOrReplaceTempView("touched_ticks")
        return low, high

    def candles(self, period: Period, bounds: Bounds) -> Change:
        """Those of the view touched_ticks."""
        file = f"incremental/{period.table.replace('.', '/')}"
        rows = model(self._spark, self._names, file)
        column = f"{{row}}.{period.column}"
        scope = "true"
        if bounds is not None:
            scope = f"{column} BETWEEN TIMESTAMP '{bounds[0]}' AND TIMESTAMP '{bounds[1]}'"
        return Change(period.table, rows, ["{row}.crypto_symbol", column], scope)

    def minutes(self, bounds: Bounds) -> Change:
        """Silver's table of minutes, of the hours in the view touched_ticks."""
        rows = model(self._spark, self._names, "incremental/silver/crypto_prices_clean")
        scope = "true"
        if bounds is not None:
            scope = (
                f"{{row}}.api_timestamp >= TIMESTAMP '{bounds[0]}' AND "
                f"{{row}}.api_timestamp < TIMESTAMP '{bounds[1]}' + INTERVAL 1 hour"
            )
        minute = "date_trunc('minute', {row}.api_timestamp)"
        return Change(CLEAN, rows, ["{row}.crypto_symbol", minute], scope)

    def facts(self, days: Bounds) -> Change:
        """From the first touched day on: its ranks decide about all that follow."""
        hours: DataFrame = self._spark.table(self._names.full(HOURLY))
        scope = "true"
        if days is not None:
            scope = f"{{row}}.hour_start >= TIMESTAMP '{days[0]}'"
            hours = hours.where(scope.replace("{row}.", ""))
        hours.createOrReplaceTempView("touched_hours")
        rows = model(self._spark, self._names, "incremental/gold/fact_crypto_hourly")
        return Change(FACT, rows, ["{row}.crypto_symbol", "{row}.hour_start"], scope)
