"""What `verify` asks the tables, and how the answers are judged."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Optional

from pyspark.sql import Row

from names import BRONZE, GAPS, HOURLY, REJECTS, TICKS

_REPORT = "please report it, with the output of: deno task lake history --engine=spark"


@dataclass(frozen=True)
class Finding:
    """Of a check: ok, warning or failed; what was seen; the next step."""

    state: str
    says: str
    next_step: Optional[str] = None


@dataclass(frozen=True)
class Check:
    """A query with the names of tables as the models write them."""

    name: str
    sql: str
    judge: Callable[[list[Row]], Finding]


def plural(count: int, word: str) -> str:
    """`1,234 records`, `1 record`."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _keys(rows: list[Row]) -> Finding:
    count, distinct = rows[0]
    if count == distinct:
        return Finding("ok", f"{plural(count, 'record')}, each offset once")
    return Finding("failed", f"{plural(count - distinct, 'record')} of {count:,} in bronze more "
                   "than once", _REPORT)


def _offsets(rows: list[Row]) -> Finding:
    if not rows:
        return Finding("ok", "every offset is in bronze, or recorded as without a record")
    first = rows[0]
    return Finding(
        "failed",
        f"offsets {first.begins} to {first.ends - 1} of {first.kafka_topic}, partition "
        f"{first.kafka_partition}, are missing in bronze",
        _REPORT,
    )


def _gaps(rows: list[Row]) -> Finding:
    if not rows:
        return Finding("ok", "no record was deleted before it was read")
    said = ", ".join(
        f"{row.n:,} {'deleted by retention' if row.reason == 'retention' else row.reason}"
        for row in rows
    )
    return Finding("warning", f"offsets that never reached the lake: {said}",
                   "run the job more often, or raise the topic's retention.ms")


def _ticks(rows: list[Row]) -> Finding:
    count, distinct, coins = rows[0]
    if count == distinct:
        return Finding("ok", f"{plural(count, 'tick')} of {plural(coins, 'coin')}, each "
                       "observation once")
    more = plural(count - distinct, "tick")
    return Finding("failed", f"{more} in silver more than once", _REPORT)


def _rejects(rows: list[Row]) -> Finding:
    if not rows:
        return Finding("ok", "none")
    total = sum(row.n for row in rows)
    said = ", ".join(f"{row.reason} {row.n}" for row in rows)
    return Finding("ok", f"{total:,}, each with its reason: {said}")


def _candles(rows: list[Row]) -> Finding:
    count, wrong = rows[0]
    if wrong == 0:
        return Finding("ok", f"{plural(count, 'hourly candle')}, low <= open, close <= high")
    return Finding("failed", f"{wrong:,} of {count:,} hourly candles are outside their own low "
                   "and high", _REPORT)


#: The checks that one query answers. Rows are read: a count out of metadata would not see
#: files that were overwritten.
CHECKS = (
    Check(
        "bronze key",
        f"""SELECT count(kafka_offset),
          count(DISTINCT kafka_topic, topic_epoch, kafka_partition, kafka_offset)
        FROM {BRONZE} WHERE kafka_offset >= 0""",
        _keys,
    ),
    Check(
        "offsets",
        f"""SELECT * FROM (
          SELECT kafka_topic, topic_epoch, kafka_partition, first AS ends,
            coalesce(max(last) OVER (
              PARTITION BY kafka_topic, topic_epoch, kafka_partition ORDER BY first, last
              ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS begins
          FROM (
            SELECT kafka_topic, topic_epoch, kafka_partition, kafka_offset AS first,
              kafka_offset + 1 AS last FROM {BRONZE}
            UNION ALL
            SELECT kafka_topic, topic_epoch, kafka_partition, from_offset, to_offset FROM {GAPS}
          )
        ) WHERE ends > begins ORDER BY 1, 2, 3, 4 LIMIT 5""",
        _offsets,
    ),
    Check(
        "gaps",
        f"""SELECT reason, sum(to_offset - from_offset) AS n FROM {GAPS}
        WHERE reason IN ('retention', 'unreadable', 'refused') GROUP BY reason ORDER BY reason""",
        _gaps,
    ),
    Check(
        "silver key",
        f"""SELECT count(*), count(DISTINCT crypto_symbol, api_timestamp),
          count(DISTINCT crypto_symbol) FROM {TICKS} WHERE kafka_offset >= 0""",
        _ticks,
    ),
    Check(
        "rejects",
        f"SELECT reason, count(*) AS n FROM {REJECTS} GROUP BY reason ORDER BY n DESC, reason",
        _rejects,
    ),
    Check(
        "gold",
        f"""SELECT count(*), count_if(low_price > open_price OR low_price > close_price
          OR high_price < open_price OR high_price < close_price OR low_price <= 0
          OR tick_count < 1) FROM {HOURLY}""",
        _candles,
    ),
)
