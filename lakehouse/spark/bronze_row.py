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

#: Spark writes these signs with capital letters: `\\u001F`.
_CAPITALS = ("0B", "0E", "0F", "1A", "1B", "1C", "1D", "1E", "1F")


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
    """As JSON.stringify writes a text. Most texts need no generator of JSON, which takes long."""
    as_it_is = F.concat(F.lit('"'), value, F.lit('"'))
    return F.when(value.rlike(r"\A[ !#-\[\]-~]*+\z"), as_it_is).otherwise(_escaped(value))


def _escaped(value: Column) -> Column:
    json = F.to_json(F.struct(value.alias("v")))
    # Without `{"v":` and `}`.
    quoted = F.regexp_extract(json, r'(?s)^\{"v":(.*)\}$', 1)
    lowered = quoted
    for code in _CAPITALS:
        # Behind an even number of backslashes: the text itself may have such letters.
        lowered = F.regexp_replace(
            lowered, rf"(?<!\\)((?:\\\\)*)\\u00{code}", rf"$1\\u00{code.lower()}"
        )
    return F.when(value.rlike(r"[\x0b\x0e\x0f\x1a-\x1f]"), lowered).otherwise(quoted)


def _headers(headers: Column) -> Column:
    """A JSON object in the order of the first of each name; a repeated name has an array."""
    # One step after the other, so that what several expressions use is computed once.
    marked = F.transform(headers, lambda header: F.struct(
        header["key"].alias("name"), _marked(header["value"]).alias("text"),
    ))
    pairs = F.transform(marked, lambda pair: F.struct(
        _quoted(pair["name"]).alias("name"),
        F.when(pair["text"].isNull(), F.lit("null")).otherwise(_quoted(pair["text"]))
        .alias("value"),
    ))
    members = F.transform(F.array(pairs), _members)[0]
    shown = F.concat(F.lit("{"), F.array_join(members, ","), F.lit("}"))
    return F.when(headers.isNull(), F.lit("{}")).otherwise(shown)


def _members(pairs: Column) -> Column:
    """`"name":value`, or `"name":[value,value]`, in the order of the first of each name."""

    def member(name: Column) -> Column:
        values = F.transform(
            F.filter(pairs, lambda pair: pair["name"] == name), lambda pair: pair["value"]
        )
        joined = F.array_join(values, ",")
        shown = F.when(F.size(values) > 1, F.concat(F.lit("["), joined, F.lit("]")))
        return F.concat(name, F.lit(":"), shown.otherwise(joined))

    names = F.array_distinct(F.transform(pairs, lambda pair: pair["name"]))
    each_once = F.size(names) == F.size(pairs)
    plain = F.transform(pairs, lambda pair: F.concat(pair["name"], F.lit(":"), pair["value"]))
    return F.when(each_once, plain).otherwise(F.transform(names, member))


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
