"""The topic into bronze: Structured Streaming, exactly once.

Where to begin is read from bronze itself, so that a lost checkpoint costs nothing. Between two
batches Spark's checkpoint decides; against a batch that is tried again, Iceberg keeps the query's
and the batch's number in each snapshot.
"""
from __future__ import annotations

import json
from typing import Any, Mapping, Optional, Sequence

from pyspark.errors import StreamingQueryException
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.streaming import StreamingQuery

from bronze_row import bronze_columns
from checkpoint import choose_checkpoint
from events import emit
from names import BRONZE, GAPS, Names, text
from options import Options
from positions import Log, Position, Resumption, resume
from session import planned_for
from tables import load, rows_of, uuid_of
from topic import Topic, offsets_json, source_options

#: What makes a record: where it is stored plays no part.
_RECORD = ["raw_payload", "payload_encoding", "kafka_key", "kafka_headers", "kafka_timestamp"]


class Bronze:
    """One topic's way into the table."""

    def __init__(self, spark: SparkSession, options: Options, names: Names) -> None:
        self._spark = spark
        self._options = options
        self._names = names
        self.topic = Topic(spark, options)
        self._table = names.full(BRONZE)

    def position(self) -> Position:
        """Where bronze and its gaps end, in the newest epoch."""
        topic = f"kafka_topic = {text(self._options.topic)}"
        rows = self._spark.sql(
            f"""SELECT topic_epoch AS epoch, kafka_partition AS partition,
              max(kafka_offset) AS last, max(kafka_offset) + 1 AS next
            FROM {self._table} WHERE {topic} GROUP BY 1, 2
            UNION ALL
            SELECT topic_epoch, kafka_partition, null, max(to_offset)
            FROM {self._names.full(GAPS)} WHERE {topic} GROUP BY 1, 2"""
        ).collect()
        epoch = max((row.epoch for row in rows), default=0)
        newest = [row for row in rows if row.epoch == epoch]
        following: dict[int, int] = {}
        for row in newest:
            following[row.partition] = max(row.next, following.get(row.partition, 0))
        last = {row.partition: row.last for row in newest if row.last is not None}
        return Position(epoch, following, last)

    def _latest_ingestion(self) -> Optional[str]:
        """The newest time in bronze, as text: a clock that went back gives no older ones.

        Iceberg answers out of its metadata.
        """
        row = self._spark.sql(f"SELECT max(ingestion_timestamp) FROM {self._table}").first()
        return None if row is None or row[0] is None else str(row[0])

    def _changed(
        self, position: Position, logs: dict[int, Log], partitions: Sequence[int]
    ) -> Optional[str]:
        """Compares bronze's last rows with the records at their offsets now."""
        start = {it: log.end for it, log in logs.items()}
        end = dict(start)
        for it in partitions:
            start[it], end[it] = position.last[it], position.last[it] + 1
        wanted = " OR ".join(
            f"kafka_partition = {it} AND kafka_offset = {position.last[it]}" for it in partitions
        )
        held = self._spark.table(self._table).where(
            f"kafka_topic = {text(self._options.topic)} AND topic_epoch = {position.epoch} "
            f"AND ({wanted})"
        )
        there = self.topic.read(start, end).select(
            *bronze_columns(position.epoch, F.current_timestamp())
        )
        # In one job: the two are asked side by side.
        both = held.withColumn("is_now", F.lit(False)).unionByName(
            there.withColumn("is_now", F.lit(True))
        ).select("is_now", "kafka_partition", *_RECORD).collect()
        before = {row.kafka_partition: row[2:] for row in both if not row.is_now}
        now = {row.kafka_partition: row[2:] for row in both if row.is_now}
        for it in partitions:
            where = f"the record at offset {position.last[it]} of partition {it}"
            if it not in now:
                if not self.topic.is_compacted():
                    return f"{where} is gone"
            elif now[it] != before.get(it):
                return f"{where} is another one"
        return None

    def resume(self) -> Resumption:
        """Decides where to go on, and records what retention has taken."""
        held = rows_of(load(self._spark, self._names, BRONZE))
        with planned_for(self._spark, held):
            position = self.position()
            logs = self.topic.logs()
            decided = resume(position, logs, lambda it: self._changed(position, logs, it))
        if decided.new_epoch is not None:
            emit("epoch", topic=self._options.topic, epoch=decided.epoch, says=decided.new_epoch)
        self.record_gaps(
            [(decided.epoch, it.partition, it.start, it.end, "retention", None)
             for it in decided.gaps]
        )
        return decided

    def has_moved(self, decided: Resumption) -> bool:
        """Whether the topic's beginning has passed what was decided, or the topic is another."""
        logs = self.topic.logs()
        return any(
            it not in logs or at < logs[it].start or at > logs[it].end
            for it, at in decided.next.items()
        )

    def record_gaps(self, gaps: Sequence[tuple]) -> None:
        """Adds rows to bronze.offset_gaps: (epoch, partition, start, end, reason, detail)."""
        if not gaps:
            return
        topic = self._options.topic
        for epoch, partition, start, end, reason, detail in gaps[:100]:
            emit("gap", topic=topic, epoch=epoch, partition=partition, reason=reason,
                 detail=detail, **{"from": start, "to": end})
        rows = self._spark.createDataFrame(
            [(topic, *gap) for gap in gaps],
            "kafka_topic string, topic_epoch int, kafka_partition int, from_offset bigint, "
            "to_offset bigint, reason string, detail string",
        ).coalesce(1)
        rows.withColumn("recorded_at", F.current_timestamp()).writeTo(
            self._names.full(GAPS)
        ).append()

    def start(self, decided: Resumption) -> StreamingQuery:
        """Starts the stream at what was decided."""
        options = self._options
        table = uuid_of(load(self._spark, self._names, BRONZE))
        checkpoint = choose_checkpoint(self._spark, options, table, decided.epoch, decided.next)
        reader = self._spark.readStream.format("kafka")
        for key, value in source_options(options).items():
            reader = reader.option(key, value)
        source = (
            reader.option("startingOffsets", offsets_json(options.topic, decided.next))
            .option("maxOffsetsPerTrigger", options.max_offsets_per_trigger)
            .option("failOnDataLoss", "true")
            .load()
        )
        ingested = F.current_timestamp()
        latest = self._latest_ingestion()
        if latest is not None:
            ingested = F.greatest(ingested, F.lit(latest).cast("timestamp"))
        writer = (
            source.select(*bronze_columns(decided.epoch, ingested))
            .writeStream.outputMode("append")
            .option("checkpointLocation", checkpoint)
            .option("fanout-enabled", "true")
        )
        trigger: dict[str, Any] = (
            {"availableNow": True} if options.once
            else {"processingTime": f"{options.trigger_seconds} seconds"}
        )
        return writer.trigger(**trigger).toTable(self._table)


class Progress:
    """Tells of each batch of a query, once."""

    def __init__(self, topic: str, begins: Mapping[int, int]) -> None:
        self._topic = topic
        #: Where the first batch begins: Spark does not say it.
        self._begins = dict(begins)
        #: The last batch's number.
        self.seen = -1
        #: Partition -> the offset after the last batch.
        self.ends: dict[int, int] = {}

    def report(self, query: StreamingQuery) -> int:
        """Says what is new; gives the number of records."""
        records = 0
        for batch in map(_plain, query.recentProgress):
            if batch["batchId"] <= self.seen:
                continue
            source = batch["sources"][0]
            ends = self._offsets(source["endOffset"])
            begins = self._offsets(source["startOffset"]) or self._begins
            self.ends.update(ends)
            if ends in ({}, begins):
                # A look that found nothing has the number of the batch to come.
                continue
            self.seen = batch["batchId"]
            if batch["numInputRows"] == 0:
                continue
            records += batch["numInputRows"]
            emit(
                "bronze",
                batch=batch["batchId"],
                records=batch["numInputRows"],
                seconds=round(batch["durationMs"].get("triggerExecution", 0) / 1000, 2),
                to=ends,
                **{"from": begins},
            )
        return records

    def _offsets(self, given: Any) -> dict[int, int]:
        if not isinstance(given, dict):
            return {}
        return {int(it): int(at) for it, at in (given.get(self._topic) or {}).items()}


def _plain(batch: Any) -> Any:
    """What Spark says of a batch; PySpark 4 makes text of its offsets, which is no JSON."""
    said = getattr(batch, "json", None)
    return batch if said is None else json.loads(said)


def lost_data(error: StreamingQueryException) -> bool:
    """Whether the topic no longer has what the stream wanted: retention, or another topic."""
    said = str(error)
    return any(
        it in said
        for it in ("some data may have been missed", "may have been lost", "OffsetOutOfRange",
                   "are gone", "Some data may have been lost", "KAFKA_DATA_LOSS")
    )
