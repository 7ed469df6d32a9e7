"""dbt on Spark, all in one session: builds and tests the models, and documents the tables. Compares
what it built with the tables of the embedded engine.

Usage: dbt_on_spark.py EXPORT TABLE..., the folder that `lake export` wrote, and what to compare.
Prints a JSON object for each table, behind "@built ".
"""
from __future__ import annotations

import json
import sys
from collections import Counter

from dbt.cli.main import dbtRunner
from pyspark.sql import DataFrame, SparkSession


def dbt(*verb: str) -> None:
    """Runs a command of dbt, and ends the program where it fails."""
    if not dbtRunner().invoke([*verb, "--target", "spark"]).success:
        sys.exit(1)


def rows_of(table: DataFrame, like: DataFrame) -> Counter:
    """How often each row occurs, with the columns and types of another table."""
    columns = [table[field.name].cast(field.dataType) for field in like.schema.fields]
    return Counter(map(tuple, table.select(*columns).collect()))


def compare(spark: SparkSession, folder: str, name: str) -> None:
    """Prints how the table that dbt built differs from a file."""
    want = spark.read.parquet(f"{folder}/{name}.parquet")
    built = spark.table(name)
    wanted, got = rows_of(want, want), rows_of(built, want)
    print("@built " + json.dumps({
        "table": name,
        "rows": got.total(),
        "columns": built.columns == want.columns,
        "missing": (wanted - got).total(),
        "other": (got - wanted).total(),
    }), flush=True)


def main() -> None:
    """What this program does."""
    folder, *tables = sys.argv[1:]
    dbt("build")
    dbt("docs", "generate")
    spark = SparkSession.builder.getOrCreate()
    # The files' times are those of UTC, without a zone.
    spark.conf.set("spark.sql.parquet.inferTimestampNTZ.enabled", "false")
    for name in tables:
        compare(spark, folder, name)
    spark.stop()


# dbt starts processes that import this file: without a guard each does it all.
if __name__ == "__main__":
    main()
