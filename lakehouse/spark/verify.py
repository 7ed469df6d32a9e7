"""Whether the lake is what it promises to be: every check, each with its finding."""
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from typing import Optional

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from checks import CHECKS, Check, Finding, plural
from events import Refused, Watch, emit, step
from locks import stale_locks
from marks import GOLD, SILVER, changed_at, pending, read_mark
from models import model, shaped
from names import (
    BRONZE, CLEAN, DAILY, DIM_CRYPTO, DIM_TIME, FACT, HOURLY, LATEST, REJECTS, REVISIONS, TICKS,
    Names,
)
from options import Options
from session import is_few, names_of, open_session, planned_for
from stop import Stop
from tables import load, properties_of, require_tables, rows_of

_RERUN = "deno task lake run --engine=spark --once; if it stays, please report it"

#: Table -> the model that makes all of it.
_MODELS = {
    CLEAN: "silver/crypto_prices_clean",
    LATEST: "gold/crypto_latest",
    HOURLY: "gold/crypto_hourly_ohlc",
    DAILY: "gold/crypto_daily_ohlc",
    DIM_CRYPTO: "gold/dim_crypto",
    DIM_TIME: "gold/dim_time",
    FACT: "gold/fact_crypto_hourly",
}


def main(options: Options, _stop: Stop) -> dict:
    """Answers with a `check` for each; `done` has the number of those that failed."""
    spark = open_session("verify")
    names = names_of(spark, options)
    with step("tables"):
        require_tables(spark, names)
    failed = 0

    def tell(name: str, finding: Finding, seconds: float) -> None:
        nonlocal failed
        failed += finding.state == "failed"
        more = {} if finding.next_step is None else {"next": finding.next_step}
        emit("check", name=name, state=finding.state, says=finding.says, seconds=seconds, **more)

    def ask(check: Check) -> tuple[Finding, float]:
        watch = Watch()
        return check.judge(spark.sql(names.place(check.sql)).collect()), watch.seconds

    rows = rows_of(load(spark, names, TICKS))
    with planned_for(spark, rows):
        # Side by side: planning takes longer than reading, and each plans on one core.
        with step("keys"), ThreadPoolExecutor(3) as pool:
            for check, (finding, seconds) in zip(CHECKS, pool.map(ask, CHECKS)):
                tell(check.name, finding, seconds)
        others = {
            "silver": lambda: silver(spark, names, options.sample),
            "gold models": lambda: gold(spark, names),
            "locks": lambda: locks(spark, names),
        }

        def look(name: str) -> tuple[str, Finding, float]:
            watch = Watch()
            return name, others[name](), watch.seconds

        with step("models"), ThreadPoolExecutor(2 if is_few(rows) else 1) as pool:
            for found in pool.map(look, others):
                tell(*found)
    return {"failed": failed}


def _seen(spark: SparkSession, names: Names) -> DataFrame:
    """The rows of bronze that silver has seen: a job may be between the two."""
    mark = read_mark(properties_of(load(spark, names, TICKS)), SILVER)
    return spark.table(names.full(BRONZE)).where(f"NOT ({pending(mark.get('next', {}))})")


def silver(spark: SparkSession, names: Names, sample: int) -> Finding:
    """Silver beside what the models make of bronze again, and the invariant: each record gave
    a tick candidate or a reject."""
    part = _seen(spark, names)
    if sample > 0:
        order = ["ingestion_timestamp", "kafka_partition", "kafka_offset"]
        part = part.orderBy(*order, ascending=False).limit(sample)
    part.repartition(spark.sparkContext.defaultParallelism).createOrReplaceTempView("part")
    candidates = model(spark, names, "full/candidates", {BRONZE: "part"}).persist()
    try:
        candidates.createOrReplaceTempView("candidate")
        counts = spark.sql(names.place(_COMPARISON)).first()
    finally:
        candidates.unpersist()
    count, *faults = counts if counts is not None else (0, 0, 0, 0, 0)
    what = f"{'the newest' if 0 < sample <= count else 'all'} {plural(count, 'record')}"
    said = [f"{n:,} {fault}" for n, fault in zip(faults, _FAULTS) if n]
    if not said:
        return Finding("ok", f"silver is what the models make of {what} again")
    return Finding("failed", f"of {what}: {', '.join(said)}", _RERUN)


_FAULTS = (
    "without a tick or a reject", "observed but not in silver",
    "in silver with other values", "missing in silver's rejects",
)

_RECORD = ("kafka_topic", "topic_epoch", "kafka_partition", "kafka_offset")
_VALUES = ("price_usd", "volume_24h", "market_cap_usd", "percent_change_24h")


def _same(one: str, other: str, columns: tuple[str, ...]) -> str:
    return " AND ".join(f"{one}.{it} <=> {other}.{it}" for it in columns)


_COIN = (*_RECORD, "crypto_symbol")

_COMPARISON = f"""
SELECT
  (SELECT count(*) FROM part),
  (SELECT count(*) FROM part LEFT ANTI JOIN candidate
    ON {_same("candidate", "part", _RECORD)}),
  (SELECT count(*) FROM candidate AS good
    LEFT JOIN {TICKS} AS tick
      ON tick.crypto_symbol = good.crypto_symbol AND tick.api_timestamp = good.api_timestamp
    LEFT JOIN {REVISIONS} AS revision
      ON {_same("revision", "good", (*_COIN, *_VALUES))}
    WHERE good.reason IS NULL AND (tick.crypto_symbol IS NULL
      OR NOT ({_same("tick", "good", _VALUES)}) AND revision.kafka_offset IS NULL)),
  (SELECT count(*) FROM (
    SELECT tick.* FROM {TICKS} AS tick LEFT SEMI JOIN part ON {_same("part", "tick", _RECORD)}
  ) AS tick LEFT ANTI JOIN (SELECT * FROM candidate WHERE reason IS NULL) AS good
    ON {_same("good", "tick", (*_COIN, *_VALUES, "api_timestamp"))}),
  (SELECT count(*) FROM (SELECT * FROM candidate WHERE reason IS NOT NULL) AS bad
    LEFT ANTI JOIN {REJECTS} AS reject ON {_same("reject", "bad", (*_COIN, "reason"))})
"""


def gold(spark: SparkSession, names: Names) -> Finding:
    """Every table above the ticks beside what its model makes of silver again."""
    mark, seen = _gold_mark(spark, names)
    if seen is None:
        return Finding("ok", "there are no ticks yet")
    silver_then = spark.read.option("snapshot-id", seen).table(names.full(TICKS))
    silver_then.createOrReplaceTempView("silver_then")
    fresh = {
        name: shaped(spark, names, name, model(spark, names, file, {TICKS: "silver_then"}))
        for name, file in _MODELS.items()
    }
    present = {name: spark.table(names.full(name)) for name in _MODELS}
    # One query for all: rows are compared only where the sums differ.
    sums = reduce(DataFrame.unionAll, [
        _sum(rows, name) for tables in (fresh, present) for name, rows in tables.items()
    ]).collect()
    wrong = []
    for name in _MODELS:
        one, other = [tuple(row)[1:] for row in sums if row.name == name]
        if one != other:
            differ = (fresh[name].exceptAll(present[name]).count()
                      + present[name].exceptAll(fresh[name]).count())
            wrong.append(f"{names.local(name)} ({plural(differ, 'row')})")
    if not wrong:
        return Finding("ok", "all tables of gold are what the models make of silver again")
    said = f"not what the models make of silver: {', '.join(wrong)}"
    if _gold_mark(spark, names) != (mark, seen) or mark != seen:
        return Finding("warning", f"{said}; a job is between silver and gold",
                       "verify again when it has ended")
    return Finding("failed", said, _RERUN)


def _sum(rows: DataFrame, name: str) -> DataFrame:
    """A row that is the same for the same rows, in whatever order."""
    return rows.select(
        F.xxhash64(*rows.columns).cast("decimal(20, 0)").alias("hash")
    ).agg(F.count("*").alias("rows"), F.sum("hash").alias("sum")).select(
        F.lit(name).alias("name"), "rows", "sum"
    )


def _gold_mark(spark: SparkSession, names: Names) -> tuple[Optional[int], Optional[int]]:
    """The snapshot of silver that gold was made from, and the newest with other rows."""
    mark = read_mark(properties_of(load(spark, names, HOURLY)), GOLD).get("snapshot")
    return mark, changed_at(load(spark, names, TICKS))


def locks(spark: SparkSession, names: Names) -> Finding:
    """Stale locks of Hive's metastore."""
    try:
        found = stale_locks(spark, names)
    except Refused as unknown:
        return Finding("warning", unknown.problem, unknown.next_step)
    if not found:
        return Finding("ok", "the metastore holds no stale lock on these tables")
    return Finding(
        "failed",
        f"stale lock: {'; '.join(map(str, found))}: where the table's writers use locks, each "
        "waits for it and fails",
        "deno task lake maintain --engine=spark --clear-locks",
    )
