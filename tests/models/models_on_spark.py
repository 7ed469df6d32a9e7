"""The generated SQL on Spark beside the tables of the embedded engine.

Usage: models_on_spark.py TABLES SQL, both folders. TABLES has a Parquet file of
each table, as the embedded engine has it. Prints a JSON object for each comparison, behind "@models ".
"""

import json
import re
import sys
import tempfile
import time

from pyspark.sql import SparkSession

TABLES, SQL = sys.argv[1], sys.argv[2]
SILVER = ["crypto_ticks", "crypto_revisions", "crypto_rejects"]
GOLD = {
    "crypto_latest": ["crypto_symbol"],
    "crypto_hourly_ohlc": ["crypto_symbol", "hour_start"],
    "crypto_daily_ohlc": ["crypto_symbol", "day_start"],
    "dim_crypto": ["crypto_key"],
    "dim_time": ["time_key"],
    "fact_crypto_hourly": ["crypto_symbol", "hour_start"],
}
BATCHES = 3

spark = (
    SparkSession.builder.master("local[2]")
    .config("spark.ui.enabled", "false")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.sql.shuffle.partitions", "2")
    .config("spark.sql.adaptive.enabled", "false")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")
work = tempfile.mkdtemp(prefix="models-on-spark-")


def say(**fields):
    print("@models " + json.dumps(fields, ensure_ascii=True), flush=True)


def model(path):
    """A statement whose tables are temporary views."""
    with open(f"{SQL}/{path}.sql", encoding="utf-8") as file:
        return re.sub(r"\b(bronze|silver|gold)\.(\w+)", r"\1_\2", file.read())


def keep(name, frame):
    """Writes rows, so that each is computed once, and names them."""
    path = f"{work}/{time.monotonic_ns()}"
    frame.write.parquet(path)
    spark.read.parquet(path).createOrReplaceTempView(name)


def digest(frame):
    columns = ", ".join(f"`{name}`" for name in frame.columns)
    frame.createOrReplaceTempView("digested")
    row = spark.sql(
        f"SELECT count(*), coalesce(sum(cast(xxhash64({columns}) AS decimal(38, 0))), 0) FROM digested"
    ).first()
    return row[0], str(row[1])


expected = {}


def compare(view, table, run):
    want = spark.read.parquet(f"{TABLES}/{table}.parquet")
    got = spark.table(view).select(
        *[
            spark.table(view)[name].cast(kind)
            for name, kind in ((field.name, field.dataType) for field in want.schema.fields)
        ]
    )
    is_order = spark.table(view).columns == want.columns
    if table not in expected:
        expected[table] = digest(want)
    found = digest(got)
    differences = []
    if found != expected[table]:
        for mark, one, other in (("spark", got, want), ("embedded", want, got)):
            for row in one.exceptAll(other).limit(5).collect():
                differences.append([mark, {k: None if v is None else str(v)[:200] for k, v in row.asDict().items()}])
    say(
        run=run,
        table=table,
        rows=found[0],
        equal=found == expected[table] and is_order,
        differences=differences,
    )


def candidates(batch):
    spark.sql(batch).createOrReplaceTempView("batch")
    keep("candidates", spark.sql(model("incremental/candidates")))


def silver(known):
    known.createOrReplaceTempView("known_ticks")
    return {name: spark.sql(model(f"incremental/{name}")) for name in SILVER}


def full(run):
    keep("candidates", spark.sql(model("full/candidates")))
    nothing = spark.read.parquet(f"{TABLES}/silver.crypto_ticks.parquet").limit(0)
    for name, frame in silver(nothing).items():
        keep(f"silver_{name}", frame)
        compare(f"silver_{name}", f"silver.{name}", run)
    keep("silver_crypto_prices_clean", spark.sql(model("silver/crypto_prices_clean")))
    compare("silver_crypto_prices_clean", "silver.crypto_prices_clean", run)
    for name in GOLD:
        keep(f"gold_{name}", spark.sql(model(f"gold/{name}")))
        compare(f"gold_{name}", f"gold.{name}", run)


def upsert(table, keys, fresh):
    """Rows of `fresh` in the place of those with their keys."""
    keep("fresh", fresh)
    old = spark.table(table).join(spark.table("fresh").select(*keys), keys, "left_anti")
    columns = spark.table("fresh").columns
    keep(table, old.select(*columns).union(spark.table("fresh")))


TOUCHED = """SELECT tick.* FROM silver_crypto_ticks AS tick
  WHERE date_trunc('day', tick.api_timestamp) IN (
    SELECT date_trunc('day', api_timestamp) FROM new_ticks
    UNION SELECT day_start FROM gold_crypto_daily_ohlc WHERE NOT is_final
    UNION SELECT date_trunc('day', hour_start) FROM gold_crypto_hourly_ohlc WHERE NOT is_final)"""


def increments(run):
    for name in SILVER:
        keep(f"silver_{name}", spark.read.parquet(f"{TABLES}/silver.{name}.parquet").limit(0))
    for name in ("silver.crypto_prices_clean", *(f"gold.{name}" for name in GOLD)):
        keep(name.replace(".", "_"), spark.read.parquet(f"{TABLES}/{name}.parquet").limit(0))
    times = [
        row[0]
        for row in spark.sql(
            "SELECT DISTINCT cast(ingestion_timestamp AS string) AS at FROM bronze_crypto_ticks_raw ORDER BY at"
        ).collect()
    ]
    batches = min(BATCHES, len(times))
    for number in range(batches):
        first, last = len(times) * number // batches, len(times) * (number + 1) // batches - 1
        candidates(
            "SELECT * FROM bronze_crypto_ticks_raw WHERE ingestion_timestamp "
            f"BETWEEN timestamp '{times[first]}' AND timestamp '{times[last]}'"
        )
        known = spark.sql(
            "SELECT * FROM silver_crypto_ticks WHERE api_timestamp IN (SELECT api_timestamp FROM candidates)"
        )
        for name, frame in silver(known).items():
            keep(f"new_{name}", frame)
        for name in SILVER:
            keep(f"silver_{name}", spark.table(f"silver_{name}").union(spark.table(f"new_{name}")))
        spark.table("new_crypto_ticks").createOrReplaceTempView("new_ticks")
        keep("touched_ticks", spark.sql(TOUCHED))
        spark.sql(
            "SELECT max(api_timestamp) AS api_timestamp FROM silver_crypto_ticks"
        ).createOrReplaceTempView("newest_tick")
        fresh = spark.sql(model("incremental/silver/crypto_prices_clean"))
        # The key of this table is the coin and the minute.
        fresh.createOrReplaceTempView("fresh_minutes")
        stale = spark.sql(
            "SELECT old.* FROM silver_crypto_prices_clean AS old LEFT ANTI JOIN fresh_minutes AS f ON "
            "f.crypto_symbol = old.crypto_symbol AND date_trunc('minute', f.api_timestamp) = date_trunc('minute', old.api_timestamp)"
        )
        keep("silver_crypto_prices_clean", stale.union(fresh))
        for name in ("crypto_hourly_ohlc", "crypto_daily_ohlc"):
            upsert(f"gold_{name}", GOLD[name], spark.sql(model(f"incremental/gold/{name}")))
        keep("gold_dim_crypto", spark.sql(model("gold/dim_crypto")))
        spark.sql(
            "SELECT * FROM gold_crypto_hourly_ohlc WHERE hour_start >= "
            "(SELECT date_trunc('day', min(api_timestamp)) FROM touched_ticks)"
        ).createOrReplaceTempView("touched_hours")
        upsert(
            "gold_fact_crypto_hourly",
            GOLD["fact_crypto_hourly"],
            spark.sql(model("incremental/gold/fact_crypto_hourly")),
        )
        spark.sql(
            "SELECT * FROM new_ticks UNION ALL SELECT * FROM gold_crypto_latest"
        ).createOrReplaceTempView("touched_ticks")
        keep("gold_crypto_latest", spark.sql(model("incremental/gold/crypto_latest")))
    keep("gold_dim_time", spark.sql(model("gold/dim_time")))
    for name in SILVER:
        compare(f"silver_{name}", f"silver.{name}", run)
    compare("silver_crypto_prices_clean", "silver.crypto_prices_clean", run)
    for name in GOLD:
        compare(f"gold_{name}", f"gold.{name}", run)


spark.read.parquet(f"{TABLES}/bronze.crypto_ticks_raw.parquet").createOrReplaceTempView("bronze_crypto_ticks_raw")
for ansi in ("false", "true"):
    spark.conf.set("spark.sql.ansi.enabled", ansi)
    begun = time.monotonic()
    full(f"full, ANSI {ansi}")
    say(run="seconds", full=round(time.monotonic() - begun, 1))
spark.conf.set("spark.sql.ansi.enabled", "true")
begun = time.monotonic()
increments("increments, ANSI true")
say(run="seconds", increments=round(time.monotonic() - begun, 1), version=spark.version)
spark.stop()
