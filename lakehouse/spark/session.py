"""The session: made, looked at, and refused where it would lose rows."""
from __future__ import annotations

import os
import re
import time

from pyspark.sql import SparkSession

from events import Refused, Watch, emit, used
from names import Names
from options import Options

#: Older ones give the files of a restarted stream names that exist: rows are overwritten.
OLDEST_ICEBERG = (1, 5, 2)


def version_of(text: str) -> tuple[int, ...]:
    """`Apache Iceberg 1.11.0 (commit ...)` -> (1, 11, 0)."""
    found = re.search(r"\d+(?:\.\d+)+", text)
    return tuple(int(part) for part in found.group().split(".")) if found else ()


def new_session(name: str) -> SparkSession:
    """A session whose times are UTC, with few and small shuffles."""
    spark = SparkSession.builder.appName(f"crypto-stream {name}").getOrCreate()
    spark.sparkContext.setLogLevel("WARN")
    return settle(spark)


def settle(spark: SparkSession) -> SparkSession:
    """Gives a session the settings that all programs rely on."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    settings = {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "4",
        # A file named in FROM would be read.
        "spark.sql.runSQLOnFiles": "false",
        # Spark 4 would stop at bytes that are not UTF-8.
        "spark.sql.legacy.codingErrorAction": "true",
    }
    for key, value in settings.items():
        spark.conf.set(key, value)
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
