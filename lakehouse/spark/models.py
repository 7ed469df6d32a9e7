"""The generated SQL, and how its results get into tables."""
from __future__ import annotations

import time
from pathlib import Path
from typing import Callable, Mapping, Optional, Sequence, TypeVar

from py4j.protocol import Py4JJavaError
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from names import Names
from tables import load, snapshot_of

_SQL = Path(__file__).resolve().parent.parent / "sql" / "spark"

#: What Iceberg says when a job beside this one has replaced the files that a statement had read.
_RACES = ("ValidationException", "CommitFailedException")

T = TypeVar("T")


def statement(file: str) -> str:
    """A generated statement: `gold/dim_time`."""
    return (_SQL / f"{file}.sql").read_text(encoding="utf-8")


def model(
    spark: SparkSession, names: Names, file: str, views: Optional[Mapping[str, str]] = None
) -> DataFrame:
    """The model's rows; `views` has what is read in the place of tables."""
    return spark.sql(names.place(statement(file), views))


def shaped(spark: SparkSession, names: Names, name: str, rows: DataFrame) -> DataFrame:
    """The rows with the table's columns, in its order, as its types."""
    columns = spark.table(names.full(name)).schema.fields
    return rows.select(*[F.col(it.name).cast(it.dataType).alias(it.name) for it in columns])


def again(work: Callable[[], T]) -> T:
    """Does the work once more where a job beside it was faster: all of it can be repeated."""
    for attempt in range(4):
        try:
            return work()
        except Py4JJavaError as error:
            said = str(error.java_exception)
            if attempt == 3 or not any(it in said for it in _RACES):
                raise
            time.sleep(1 + attempt)
    raise AssertionError("unreachable")


def append(
    spark: SparkSession, names: Names, name: str, rows: DataFrame, *, is_some: bool = False
) -> int:
    """Adds rows; no snapshot where there are none. Gives their number.

    `is_some`: there is at least one, so that none has to be counted before.
    """
    fresh = shaped(spark, names, name, rows)
    if is_some:
        fresh.writeTo(names.full(name)).append()
        newest = load(spark, names, name).currentSnapshot()
        return int(dict(newest.summary()).get("added-records", 0))
    kept = fresh.persist()
    try:
        count = kept.count()
        if count > 0:
            kept.writeTo(names.full(name)).append()
        return count
    finally:
        kept.unpersist()


def is_empty(spark: SparkSession, names: Names, name: str) -> bool:
    """Whether nothing was ever written."""
    return snapshot_of(load(spark, names, name)) is None


def merge(
    spark: SparkSession, names: Names, name: str, rows: DataFrame, *, keys: Sequence[str],
    scope: str = "true",
) -> int:
    """Writes the rows that differ from the table's, by their keys.

    There is at least one row. `keys` are expressions, `scope` is a condition on `{row}`; the
    latter holds for all rows given, and bounds what is read.
    """
    table = names.full(name)
    fresh = shaped(spark, names, name, rows)
    if is_empty(spark, names, name):
        return append(spark, names, name, rows, is_some=True)

    def work() -> int:
        changed = fresh.exceptAll(spark.table(table).where(scope.replace("{row}.", ""))).persist()
        try:
            count = changed.count()
            if count == 0:
                return 0
            # A name of its own: tables are merged side by side.
            view = f"changed_{name.replace('.', '_')}"
            changed.createOrReplaceTempView(view)
            same = " AND ".join(
                f"{key.format(row='present')} = {key.format(row='changed')}" for key in keys
            )
            bound = scope.replace("{row}", "present")
            spark.sql(
                f"MERGE INTO {table} AS present USING {view} AS changed "
                f"ON {same} AND ({bound}) "
                "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"
            )
            return count
        finally:
            changed.unpersist()

    return again(work)


def replace(spark: SparkSession, names: Names, name: str, rows: DataFrame) -> int:
    """Makes a small table hold the rows, one at least, where it does not; gives their number."""
    table = names.full(name)
    if is_empty(spark, names, name):
        return append(spark, names, name, rows, is_some=True)
    fresh = shaped(spark, names, name, rows).persist()
    try:
        present = spark.table(table)
        changed = fresh.exceptAll(present).count()
        if changed == 0 and present.count() == fresh.count():
            return 0
        again(lambda: fresh.coalesce(1).writeTo(table).overwrite(F.lit(True)))
        return max(changed, 1)
    finally:
        fresh.unpersist()
