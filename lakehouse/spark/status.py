"""The lake in figures: how far behind the topic it is, how much it holds."""
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pyspark.sql import SparkSession

from bronze import Bronze
from events import Refused, emit
from names import BRONZE, REJECTS, TABLES, TICKS, Names
from options import Options
from session import names_of, open_session
from stop import Stop
from tables import load, require_tables


def main(options: Options, _stop: Stop) -> dict:
    """Answers with `status`."""
    spark = open_session("status")
    names = names_of(spark, options)
    require_tables(spark, names)
    emit("status", topic=options.topic, **sizes(spark, names), **fresh(spark, names),
         **lag(spark, options, names))
    return {}


def sizes(spark: SparkSession, names: Names) -> dict[str, Any]:
    """Rows, files, bytes and snapshots, out of the tables' own summaries: nothing is read."""
    with ThreadPoolExecutor(4) as pool:
        found = dict(zip(TABLES, pool.map(lambda name: _size(spark, names, name), TABLES)))
    return {
        "rows": {name: it[0] for name, it in found.items()},
        "files": sum(it[1] for it in found.values()),
        "bytes": sum(it[2] for it in found.values()),
        "snapshots": sum(it[3] for it in found.values()),
    }


def _size(spark: SparkSession, names: Names, name: str) -> tuple[int, int, int, int]:
    """Rows, files, bytes, snapshots of a table."""
    table = load(spark, names, name)
    newest = table.currentSnapshot()
    summary = {} if newest is None else dict(newest.summary())
    rows, files, size = (
        int(summary.get(f"total-{it}", 0)) for it in ("records", "data-files", "files-size")
    )
    return rows, files, size, sum(1 for _ in table.snapshots())


def fresh(spark: SparkSession, names: Names) -> dict[str, Any]:
    """Distinct offsets, the newest record and tick (ms since 1970), and rejects by reason."""
    bronze = spark.sql(
        f"""SELECT count(DISTINCT kafka_topic, topic_epoch, kafka_partition, kafka_offset) AS n,
          unix_millis(max(kafka_timestamp)) AS newest FROM {names.full(BRONZE)}"""
    ).first()
    tick = spark.sql(
        f"SELECT unix_millis(max(api_timestamp)) AS newest FROM {names.full(TICKS)}"
    ).first()
    rejects = spark.sql(
        f"SELECT reason, count(*) AS n FROM {names.full(REJECTS)} GROUP BY reason ORDER BY reason"
    ).collect()
    return {
        "distinctOffsets": bronze.n if bronze else 0,
        "newestMs": bronze.newest if bronze else None,
        "newestTickMs": tick.newest if tick else None,
        "rejects": {row.reason: row.n for row in rejects},
    }


def lag(spark: SparkSession, options: Options, names: Names) -> dict[str, Any]:
    """Records of each partition that bronze does not have yet."""
    try:
        bronze = Bronze(spark, options, names)
        logs = bronze.topic.logs()
    except Refused as refused:
        return {"lagError": refused.problem}
    position = bronze.position()
    behind = {
        str(it): max(0, log.end - max(position.next.get(it, 0), log.start))
        for it, log in sorted(logs.items())
    }
    bronze.topic.close()
    return {"epoch": position.epoch, "lag": behind}
