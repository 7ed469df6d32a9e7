"""The tables: columns as the embedded lake has them, settings for small commits."""
from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Mapping, Optional

from py4j.java_gateway import JavaObject
from py4j.protocol import Py4JJavaError
from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession

from events import Refused
from names import (
    BRONZE, CLEAN, DAILY, DIM_CRYPTO, DIM_TIME, FACT, GAPS, HOURLY, LATEST, REJECTS, REVISIONS,
    TABLES, TICKS, Names, text,
)

SCHEMA_VERSION = "1"
VERSION_KEY = "crypto-stream.schema-version"

_KEY = "kafka_topic STRING, topic_epoch INT, kafka_partition INT, kafka_offset BIGINT"
_OBSERVATION = f"""crypto_symbol STRING, price_usd DECIMAL(38, 18), volume_24h DECIMAL(38, 8),
  market_cap_usd DECIMAL(38, 8), percent_change_24h DECIMAL(38, 18), api_timestamp TIMESTAMP,
  source_system STRING, processing_timestamp TIMESTAMP, kafka_timestamp TIMESTAMP, {_KEY}"""


def _candles(start: str) -> str:
    return f"""crypto_symbol STRING, {start} TIMESTAMP, open_price DECIMAL(38, 18),
  high_price DECIMAL(38, 18), low_price DECIMAL(38, 18), close_price DECIMAL(38, 18),
  tick_count BIGINT, volume_24h_close DECIMAL(38, 8), market_cap_close DECIMAL(38, 8),
  first_tick_at TIMESTAMP, last_tick_at TIMESTAMP, is_final BOOLEAN"""


#: Columns, and how the files are divided.
_DEFINITIONS: Mapping[str, tuple[str, str]] = {
    BRONZE: (
        """raw_payload STRING, ingestion_timestamp TIMESTAMP, kafka_offset BIGINT,
  kafka_partition INT, kafka_topic STRING, kafka_timestamp TIMESTAMP, kafka_key STRING,
  kafka_headers STRING, topic_epoch INT, payload_encoding STRING""",
        "days(ingestion_timestamp)",
    ),
    GAPS: (
        """kafka_topic STRING, topic_epoch INT, kafka_partition INT, from_offset BIGINT,
  to_offset BIGINT, reason STRING, detail STRING, recorded_at TIMESTAMP""",
        "",
    ),
    TICKS: (_OBSERVATION, "days(api_timestamp)"),
    REVISIONS: (_OBSERVATION, ""),
    REJECTS: (
        f"""crypto_symbol STRING, reason STRING, processing_timestamp TIMESTAMP,
  kafka_timestamp TIMESTAMP, {_KEY}""",
        "",
    ),
    CLEAN: (
        """crypto_symbol STRING, price_usd DECIMAL(38, 18), volume_24h DECIMAL(38, 8),
  percent_change_24h DECIMAL(38, 18), api_timestamp TIMESTAMP, processing_timestamp TIMESTAMP""",
        "days(api_timestamp)",
    ),
    LATEST: (_OBSERVATION, ""),
    HOURLY: (_candles("hour_start"), "months(hour_start)"),
    DAILY: (_candles("day_start"), ""),
    DIM_CRYPTO: (
        """crypto_key STRING, crypto_symbol STRING, market_cap_rank BIGINT, valid_from TIMESTAMP,
  valid_to TIMESTAMP, is_current BOOLEAN""",
        "",
    ),
    DIM_TIME: (
        """time_key INT, hour_start TIMESTAMP, date_utc DATE, year_utc INT, month_utc INT,
  day_utc INT, hour_utc INT, day_of_week INT, is_weekend BOOLEAN""",
        "",
    ),
    FACT: (
        """crypto_key STRING, time_key INT, crypto_symbol STRING, hour_start TIMESTAMP,
  open_price DECIMAL(38, 18), high_price DECIMAL(38, 18), low_price DECIMAL(38, 18),
  close_price DECIMAL(38, 18), tick_count BIGINT, volume_24h_close DECIMAL(38, 8),
  market_cap_close DECIMAL(38, 8), is_final BOOLEAN""",
        "months(hour_start)",
    ),
}

_PROPERTIES = {
    "format-version": "2",
    # A job that is killed inside a commit would leave a lock that never goes away.
    "engine.hive.lock-enabled": "false",
    "write.parquet.compression-codec": "zstd",
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "50",
    "write.metadata.compression-codec": "gzip",
    # A commit of each batch: manifests are merged early, and a race is tried again.
    "commit.manifest.min-count-to-merge": "20",
    "commit.retry.num-retries": "10",
    # A day's rows of a small commit go into one file, without a sort.
    "write.distribution-mode": "hash",
    "write.spark.fanout.enabled": "true",
    VERSION_KEY: SCHEMA_VERSION,
}


def ensure_tables(spark: SparkSession, names: Names) -> bool:
    """Makes what is missing; tells whether anything was.

    Raises Refused for tables that another program has made.
    """
    there = _owned(spark, names)
    missing = [name for name in TABLES if name not in there]
    if not missing:
        return False
    for namespace in names.namespaces():
        spark.sql(f"CREATE NAMESPACE IF NOT EXISTS {namespace}")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda name: _create(spark, names, name), missing))
    return True


def _create(spark: SparkSession, names: Names, name: str) -> None:
    columns, partitions = _DEFINITIONS[name]
    properties = dict(_PROPERTIES)
    if name == BRONZE:
        # Each task holds a partition of the topic: moving rows gains nothing.
        properties["write.distribution-mode"] = "none"
    listed = ", ".join(f"{text(key)} = {text(value)}" for key, value in properties.items())
    divided = f" PARTITIONED BY ({partitions})" if partitions else ""
    # A start beside this one may have made it.
    spark.sql(
        f"CREATE TABLE IF NOT EXISTS {names.full(name)} ({columns}) USING iceberg{divided} "
        f"TBLPROPERTIES ({listed})"
    )


def existing(spark: SparkSession, names: Names) -> dict[str, dict[str, str]]:
    """Those of our names that are tables, with their properties; ours or not.

    Side by side: most of the time the metastore and the store are waited for.
    """
    # The first one alone: it makes the clients that all share.
    first, *others = TABLES
    found = {first: _properties(spark, names, first)}
    with ThreadPoolExecutor(4) as pool:
        found |= zip(others, pool.map(lambda name: _properties(spark, names, name), others))
    return {name: properties for name, properties in found.items() if properties is not None}


def _properties(spark: SparkSession, names: Names, name: str) -> Optional[dict[str, str]]:
    try:
        return properties_of(load(spark, names, name))
    except (Py4JJavaError, AnalysisException) as error:
        if re.search(r"NoSuch(Table|Namespace)Exception|_NOT_FOUND", str(error)):
            return None
        raise


def _owned(spark: SparkSession, names: Names) -> dict[str, dict[str, str]]:
    """Those that are there. Raises Refused if one of them is not ours."""
    there = existing(spark, names)
    for name, properties in there.items():
        check_owner(names.local(name), properties)
    return there


def require_tables(spark: SparkSession, names: Names) -> None:
    """Raises Refused where not all tables are there, or are not ours."""
    there = _owned(spark, names)
    missing = [name for name in TABLES if name not in there]
    if missing:
        raise Refused(
            f"the table {names.local(missing[0])} is not there",
            "deno task lake run --engine=spark --once creates and fills the tables",
        )


def load(spark: SparkSession, names: Names, name: str) -> JavaObject:
    """Iceberg's own table, as the catalog has it now."""
    util = spark._jvm.org.apache.iceberg.spark.Spark3Util
    return util.loadIcebergTable(spark._jsparkSession, names.full(name))


def check_owner(local: str, properties: Mapping[str, str]) -> None:
    """Raises Refused for a table that this project did not make, or a newer version of it."""
    version = properties.get(VERSION_KEY)
    if version is None:
        raise Refused(
            f"{local} is not a table of this project: it was made by hand or by the old tutorial",
            f"keep it under another name: ALTER TABLE {local} RENAME TO {local}_old",
        )
    if not version.isdigit() or int(version) > int(SCHEMA_VERSION):
        raise Refused(
            f"{local} has schema version {version}: expected at most {SCHEMA_VERSION}",
            "use the version of this project that wrote it, or a newer one",
        )


def properties_of(table: JavaObject) -> dict[str, str]:
    """The table's properties."""
    return dict(table.properties())


def set_property(table: JavaObject, key: str, value: str) -> None:
    """Sets a property: a commit without a snapshot."""
    table.updateProperties().set(key, value).commit()


def snapshot_of(table: JavaObject) -> int | None:
    """The id of the table's newest snapshot."""
    snapshot = table.currentSnapshot()
    return None if snapshot is None else int(snapshot.snapshotId())


def rows_of(table: JavaObject) -> int:
    """How many rows the table has, as Iceberg counts them."""
    snapshot = table.currentSnapshot()
    return 0 if snapshot is None else int(dict(snapshot.summary()).get("total-records", 0))


def rows_since(
    spark: SparkSession, table: JavaObject, column: str, since: datetime, *, files: int = 200
) -> int:
    """How many rows the table's files from a time (UTC) on have, as Iceberg counts them.

    At most so many files are counted: what more of them hold is for a maintenance to merge.
    """
    expressions = spark._jvm.org.apache.iceberg.expressions.Expressions
    wanted = expressions.greaterThanOrEqual(column, f"{since.isoformat()}+00:00")
    planned = table.newScan().filter(wanted).planFiles()
    try:
        found = planned.iterator()
        rows = 0
        for _ in range(files):
            if not found.hasNext():
                break
            rows += found.next().file().recordCount()
        return rows
    finally:
        planned.close()


def uuid_of(table: JavaObject) -> str:
    """Another one if the table was dropped and made again."""
    return str(table.uuid())
