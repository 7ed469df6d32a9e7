"""The session: made, looked at, and refused where it would lose rows."""
from __future__ import annotations

import os
import re
import time
from contextlib import contextmanager
from typing import Iterator, Mapping

from pyspark.sql import SparkSession

from events import Refused, Watch, emit, used
from names import Names
from options import Options

#: Older ones give the files of a restarted stream names that exist: rows are overwritten.
OLDEST_ICEBERG = (1, 5, 2)


#: Up to so many rows, to compile a query's code takes longer than to run it uncompiled.
_FEW = 200_000

_PLANS_FOR_MANY = {
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.codegen.wholeStage": "true",
    "spark.sql.adaptive.enabled": "true",
}
_PLANS_FOR_FEW = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.adaptive.enabled": "false",
}


def is_few(rows: int) -> bool:
    """Whether planning takes longer than reading them: then queries run side by side, too."""
    return rows <= _FEW


@contextmanager
def planned_for(spark: SparkSession, rows: int) -> Iterator[None]:
    """Meanwhile, queries are planned for so many rows."""
    before = {key: spark.conf.get(key) for key in _PLANS_FOR_FEW}
    _set(spark, _PLANS_FOR_FEW if is_few(rows) else _PLANS_FOR_MANY)
    try:
        yield
    finally:
        _set(spark, before)


def _set(spark: SparkSession, settings: Mapping[str, str]) -> None:
    for key, value in settings.items():
        spark.conf.set(key, value)


def version_of(text: str) -> tuple[int, ...]:
    """`Apache Iceberg 1.11.0 (commit ...)` -> (1, 11, 0)."""
    found = re.search(r"\d+(?:\.\d+)+", text)
    return tuple(int(part) for part in found.group().split(".")) if found else ()


def new_session(name: str) -> SparkSession:
    """A session whose times are UTC, planned for many rows."""
    spark = SparkSession.builder.appName(f"crypto-stream {name}").getOrCreate()
    spark.sparkContext.setLogLevel("WARN")
    return settle(spark)


def settle(spark: SparkSession) -> SparkSession:
    """Gives a session the settings that all programs rely on."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    settings = {
        "spark.sql.session.timeZone": "UTC",
        **_PLANS_FOR_MANY,
        # A file named in FROM would be read.
        "spark.sql.runSQLOnFiles": "false",
        # Spark 4 would stop at bytes that are not UTF-8.
        "spark.sql.legacy.codingErrorAction": "true",
    }
    _set(spark, settings)
    return spark


def open_session(name: str) -> SparkSession:
    """A session with Iceberg, and its event. Catalog and store come from the one who starts it."""
    watch = Watch()
    spark = new_session(name)
    emit(
        "session",
        sparkVersion=spark.version,
        icebergVersion=iceberg_version(spark),
        seconds=watch.seconds,
        pid=os.getpid(),
        **used(),
    )
    return spark


def iceberg_version(spark: SparkSession) -> str:
    """Iceberg's version.

    Raises Refused where the session has no Iceberg.
    """
    try:
        return str(spark._jvm.org.apache.iceberg.IcebergBuild.version())
    except TypeError as error:
        raise Refused(
            "Iceberg is not in this session",
            "name its runtime with --packages; deno task lake does",
        ) from error


def refuse_old_iceberg(spark: SparkSession) -> None:
    """Raises Refused where a stream would lose rows without an error."""
    version = iceberg_version(spark)
    if version_of(version) < OLDEST_ICEBERG:
        raise Refused(
            f"Iceberg {version} loses rows when a stream is restarted: expected 1.5.2 or newer",
            "use its runtime 1.5.2 or newer in --packages (the container's default has it)",
        )


def names_of(spark: SparkSession, options: Options) -> Names:
    """The catalog, and its names. It keeps no tables: what a stream has written would not be
    seen for half a minute.

    Raises Refused for a catalog that is not one of Iceberg's, or whose warehouse is s3://.
    """
    catalog = options.catalog or spark.conf.get("spark.sql.defaultCatalog", "spark_catalog")
    kind = spark.conf.get(f"spark.sql.catalog.{catalog}", "")
    if not kind.startswith("org.apache.iceberg.spark."):
        raise Refused(
            f"the catalog {catalog} is {kind or 'not configured'}: expected one of Iceberg's",
            f"set spark.sql.catalog.{catalog} to org.apache.iceberg.spark.SparkCatalog",
        )
    warehouse = spark.conf.get(f"spark.sql.catalog.{catalog}.warehouse", "")
    if re.match(r"s3n?:", warehouse) and not spark.conf.get(
        f"spark.sql.catalog.{catalog}.io-impl", ""
    ).endswith("S3FileIO"):
        raise Refused(
            f"the warehouse of {catalog} is {warehouse}: Spark and the metastore cannot open s3://",
            "write s3a:// instead, as PART-A does",
        )
    spark.conf.set(f"spark.sql.catalog.{catalog}.cache-enabled", "false")
    return Names(catalog, options.namespace_prefix)
