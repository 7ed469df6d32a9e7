"""What a maintenance would merge and expire: asked of metadata, no data is read."""
from __future__ import annotations

from typing import Sequence

from py4j.java_gateway import JavaObject
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from names import Names
from tables import properties_of

#: Iceberg's own sizes of files, unless a table has others.
_TARGET_BYTES = 512 * 1024 * 1024
_MANIFEST_BYTES = 8 * 1024 * 1024


def files_after(
    spark: SparkSession, names: Names, name: str, table: JavaObject, *, files: int, least: int
) -> int:
    """How many data files of so many would be left; `least`: so many of a partition are merged."""
    target = int(properties_of(table).get("write.target-file-size-bytes", _TARGET_BYTES))
    listed = spark.table(f"{names.full(name)}.files")
    size = F.col("file_size_in_bytes")
    groups = (
        # A file within these bounds is left as it is.
        listed.where((F.col("content") == 0) & ~size.between(0.75 * target, 1.8 * target))
        .groupBy(*[it for it in ("spec_id", "partition") if it in listed.columns])
        .agg(F.count("*").alias("files"), F.sum(size).alias("bytes"))
        .where((F.col("files") >= least) | (F.col("files") > 1) & (F.col("bytes") > target))
        .collect()
    )
    return files - sum(it.files + it.bytes // -target for it in groups)


def manifests_after(table: JavaObject) -> int:
    """How many manifests would be left."""
    target = int(
        properties_of(table).get("commit.manifest.target-size-bytes", _MANIFEST_BYTES)
    )
    snapshot = table.currentSnapshot()
    size = sum(it.length() for it in snapshot.allManifests(table.io()))
    return max(1, -(size // -target))


def times_of(table: JavaObject) -> list[int]:
    """When the snapshots were made, ms since 1970."""
    return [it.timestampMillis() for it in table.snapshots()]


def snapshots_after(times: Sequence[int], before: float, kept: int) -> int:
    """How many snapshots would be left: the newest, and what is not older than `before`, ms."""
    return min(len(times), max(kept, sum(1 for it in times if it >= before)))
