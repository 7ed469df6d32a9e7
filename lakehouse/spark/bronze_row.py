"""Columns of bronze out of a record, byte for byte as the embedded engine writes them.

Text stays text; bytes that are none become base64, so that no record is refused.
"""
from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

#: Marks bytes that are not text in keys and headers.
MARK = "base64:"

#: What a Date of JavaScript can hold, ms.
MAX_TIMESTAMP_MS = 8_640_000_000_000_000

_SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def _is_text(value: Column) -> Column:
    """Whether bytes are UTF-8: what is not does not come back the same."""
    return F.encode(F.decode(value, "UTF-8"), "UTF-8") == value


def _base64(value: Column) -> Column:
    """Spark before 3.5.2 breaks the lines."""
    return F.translate(F.base64(value), "\r\n", "")


def _marked(value: Column) -> Column:
    """A key, or a header's value. A text that looks marked is marked: nothing is ambiguous."""
    plain = F.decode(value, "UTF-8")
    is_plain = _is_text(value) & ~plain.startswith(MARK)
    return F.when(is_plain, plain).otherwise(F.concat(F.lit(MARK), _base64(value)))


def _quoted(value: Column) -> Column:
    """As JSON.stringify writes a text."""
    escaped = F.regexp_replace(value, r'(["\\])', r"\\$1")
    for code in range(0x20):
        written = _SHORT.get(chr(code), f"\\u{code:04x}")
        escaped = F.regexp_replace(escaped, f"\\x{code:02x}", "\\" + written)
    # Hardly any text has such a sign, and the many steps cost time.
    needed = value.rlike(r'[\x00-\x1f"\\]')
    return F.concat(F.lit('"'), F.when(needed, escaped).otherwise(value), F.lit('"'))


def _header_value(value: Column) -> Column:
    return F.when(value.isNull(), F.lit("null")).otherwise(_quoted(_marked(value)))


def _headers(headers: Column) -> Column:
    """A JSON object in the order of the first of each name; a repeated name has an array."""

    def member(name: Column) -> Column:
        values = F.transform(
            F.filter(headers, lambda header: header["key"] == name),
            lambda header: _header_value(header["value"]),
        )
        joined = F.array_join(values, ",")
        shown = F.when(F.size(values) > 1, F.concat(F.lit("["), joined, F.lit("]")))
        return F.concat(_quoted(name), F.lit(":"), shown.otherwise(joined))

    names = F.array_distinct(F.transform(headers, lambda header: header["key"]))
    members = F.array_join(F.transform(names, member), ",")
    shown = F.concat(F.lit("{"), members, F.lit("}"))
    return F.when(headers.isNull(), F.lit("{}")).otherwise(shown)


def _timestamp() -> Column:
    """-1 ms is how Kafka says that there is none."""
    millis = F.expr("unix_millis(timestamp)")
    has_time = (millis != -1) & (F.abs(millis) <= MAX_TIMESTAMP_MS)
    return F.when(has_time, F.col("timestamp"))


def bronze_columns(epoch: int, ingested: Column) -> list[Column]:
    """The columns in the order of the table, out of those of Spark's Kafka source."""
    value = F.col("value")
    is_text = _is_text(value)
    return [
        F.when(is_text, F.decode(value, "UTF-8")).otherwise(_base64(value)).alias("raw_payload"),
        ingested.alias("ingestion_timestamp"),
        F.col("offset").alias("kafka_offset"),
        F.col("partition").alias("kafka_partition"),
        F.col("topic").alias("kafka_topic"),
        _timestamp().alias("kafka_timestamp"),
        F.when(F.col("key").isNotNull(), _marked(F.col("key"))).alias("kafka_key"),
        _headers(F.col("headers")).alias("kafka_headers"),
        F.lit(epoch).cast("int").alias("topic_epoch"),
        F.when(is_text, F.lit("utf-8")).when(value.isNotNull(), F.lit("base64"))
        .alias("payload_encoding"),
    ]
