"""Gives the columns of bronze for records, as lines behind a mark.

Usage: bronze_row_on_spark.py RECORDS SPARK, both folders. RECORDS has `records.jsonl`, SPARK the
lake's programs.
"""
from __future__ import annotations

import base64
import json
import sys
from typing import Any, Optional

folder, programs = sys.argv[1:]
sys.dont_write_bytecode = True
sys.path.insert(0, programs)

from pyspark.sql import functions as F  # noqa: E402

from bronze_row import bronze_columns  # noqa: E402
from session import new_session  # noqa: E402


def bytes_of(text: Optional[str]) -> Optional[bytearray]:
    """The bytes of a text in base64."""
    return None if text is None else bytearray(base64.b64decode(text))


def row_of(at: int, record: dict[str, Any]) -> tuple:
    """A record as Spark's Kafka source gives it: without headers it has none at all."""
    headers = [(name, bytes_of(value)) for name, value in record["headers"]]
    return (bytes_of(record["key"]), bytes_of(record["value"]), "t", 1, at,
            record["timestampMs"], headers or None)


spark = new_session("test")
with open(f"{folder}/records.jsonl", encoding="utf-8") as file:
    records = [row_of(at, json.loads(line)) for at, line in enumerate(file)]
rows = spark.createDataFrame(
    records,
    "key binary, value binary, topic string, partition int, offset bigint, ms bigint, "
    "headers array<struct<key: string, value: binary>>",
).withColumn("timestamp", F.expr("timestamp_millis(ms)")).select(
    *bronze_columns(3, F.current_timestamp())
).selectExpr(
    # Python has no dates behind the year 9999.
    "unix_millis(kafka_timestamp) AS ms", "kafka_key", "kafka_headers", "raw_payload",
    "payload_encoding", "kafka_offset",
).orderBy("kafka_offset").collect()
for row in rows:
    print("@row " + json.dumps({
        "timestampMs": row.ms, "key": row.kafka_key, "headers": row.kafka_headers,
        "payload": row.raw_payload, "payloadEncoding": row.payload_encoding,
    }))
