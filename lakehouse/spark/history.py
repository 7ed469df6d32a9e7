"""The commits: when, what, how many rows, which offsets."""
from __future__ import annotations

from pyspark.sql import SparkSession

from events import Refused, emit
from names import BRONZE, TABLES, Names
from options import Options
from session import names_of, open_session
from snapshots import Snapshot, snapshots_of
from stop import Stop
from tables import require_tables

_COLUMNS = [
    {"name": "table", "type": "string"},
    {"name": "snapshot", "type": "bigint"},
    {"name": "time (UTC)", "type": "timestamp"},
    {"name": "what", "type": "string"},
    {"name": "rows", "type": "bigint"},
    {"name": "offsets", "type": "string"},
]


def main(options: Options, _stop: Stop) -> dict:
    """Answers with `history`: the newest commits, the newest last."""
    spark = open_session("history")
    names = names_of(spark, options)
    if options.table and options.table not in TABLES:
        raise Refused(
            f"{options.table} is not a table of the lake: expected one of {', '.join(TABLES)}",
            "deno task lake history --engine=spark shows all tables",
        )
    require_tables(spark, names)
    tables = [options.table] if options.table else list(TABLES)
    found = snapshots_of(spark, names, tables)
    shown = found[-options.limit:] if options.limit > 0 else found
    offsets = offsets_of(spark, names) if BRONZE in tables else {}
    emit("history", columns=_COLUMNS, rows=[row_of(it, offsets) for it in shown])
    return {"snapshots": len(found)}


def row_of(it: Snapshot, offsets: dict[int, str]) -> list[str | None]:
    """A commit's row, as text."""
    added = it.summary.get("added-records")
    removed = it.summary.get("deleted-records")
    rows = None if added is None and removed is None else str(int(added or 0) - int(removed or 0))
    shown = it.time.isoformat(sep=" ", timespec="milliseconds")
    return [it.table, str(it.snapshot), shown, it.operation, rows, offsets.get(it.snapshot)]


def offsets_of(spark: SparkSession, names: Names) -> dict[int, str]:
    """Snapshot -> the offsets that it brought to bronze, by partition of the topic.

    Of files that still stand alone: a compaction joins them.
    """
    rows = spark.sql(
        f"""SELECT snapshot_id, readable_metrics.kafka_partition.lower_bound AS partition,
          min(readable_metrics.kafka_offset.lower_bound) AS first,
          max(readable_metrics.kafka_offset.upper_bound) AS last
        FROM {names.full(BRONZE)}.entries
        WHERE status < 2 AND readable_metrics.kafka_partition.lower_bound
          = readable_metrics.kafka_partition.upper_bound
        GROUP BY 1, 2 ORDER BY 1, 2"""
    ).collect()
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row.snapshot_id, []).append(f"{row.partition}: {row.first}-{row.last}")
    return {snapshot: ", ".join(parts) for snapshot, parts in found.items()}
