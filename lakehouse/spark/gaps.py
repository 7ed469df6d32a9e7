"""Offsets inside the log that have no record: looked for in what a drain has brought.

Spark does not say why an offset is passed. A hole is recorded only if Kafka, asked again, has no
record there: transaction markers, aborted records, or what compaction took. A hole that Kafka
could fill stays unrecorded, and `verify` names it.
"""
from __future__ import annotations

from typing import Any, Mapping, Sequence

from pyspark.sql import DataFrame, SparkSession

from bronze import Bronze
from marks import Next, start_of
from names import GAPS, Names, text
from parts import Part

_DETAIL = "no record for a reader of committed records"


class Gaps:
    """Looks for holes of the topic that this program follows."""

    def __init__(self, spark: SparkSession, bronze: Bronze, names: Names, topic: str) -> None:
        self._spark = spark
        self._bronze = bronze
        self._names = names
        self._topic = topic
        #: The epoch that is read now, and where its stream has ended by partition.
        self.epoch = 0
        self.ends: Mapping[int, int] = {}

    def record(self, batch: DataFrame, parts: Sequence[Part], seen: Next) -> None:
        """Records the holes among rows of bronze that silver has not seen."""
        spans: dict[int, list[int]] = {}
        for it in parts:
            if it.topic == self._topic and it.epoch == self.epoch:
                span = spans.setdefault(
                    it.partition, [start_of(seen, it.topic, it.epoch, it.partition), 0, 0]
                )
                span[1] = max(span[1], it.end)
                span[2] += it.records
        suspect = {it: (start, end) for it, (start, end, records) in spans.items()
                   if end - start != records}
        if suspect:
            self._note(self._holes(batch, suspect))

    def record_ends(self, seen: Next) -> None:
        """Records what the stream has passed behind the last row; `seen`: where rows end."""
        if all(
            start_of(seen, self._topic, self.epoch, partition) >= end
            for partition, end in self.ends.items()
        ):
            return
        next_ = self._bronze.position()
        if next_.epoch != self.epoch:
            return
        self._note([
            (partition, next_.next.get(partition, 0), end)
            for partition, end in self.ends.items()
            if next_.next.get(partition, 0) < end
        ])

    def _holes(self, batch: DataFrame, spans: Mapping[int, tuple[int, int]]) -> list[Any]:
        """What neither rows nor recorded gaps cover: (partition, start, end)."""
        here = f"kafka_topic = {text(self._topic)} AND topic_epoch = {self.epoch}"
        batch.where(here).createOrReplaceTempView("gap_rows")
        values = ", ".join(
            f"({it}, {start}L, {end}L)" for it, (start, end) in sorted(spans.items())
        )
        rows = self._spark.sql(
            f"""WITH span AS (SELECT * FROM VALUES {values} AS t(partition, begins, ends)),
            held AS (
              SELECT kafka_partition AS partition, kafka_offset AS first, kafka_offset + 1 AS last
              FROM gap_rows
              UNION ALL SELECT kafka_partition, from_offset, to_offset
              FROM {self._names.full(GAPS)} WHERE {here}
              UNION ALL SELECT partition, ends, ends FROM span
            ),
            led AS (
              SELECT held.*, span.begins, span.ends, coalesce(max(last) OVER (
                PARTITION BY held.partition ORDER BY first, last
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
              FROM held JOIN span ON span.partition = held.partition
            )
            SELECT partition, greatest(before, begins) AS start, first AS end FROM led
            WHERE first > greatest(before, begins) AND first <= ends ORDER BY 1, 2"""
        ).collect()
        return [(it.partition, it.start, it.end) for it in rows]

    def _note(self, holes: Sequence[Any]) -> None:
        """Records the holes that Kafka has no record for."""
        if not holes:
            return
        logs = self._bronze.topic.logs()
        there = [it for it in holes if it[0] in logs and it[1] >= logs[it[0]].start]
        if not there:
            return
        # A partition without holes is read from its end to its end.
        start = {it: log.end for it, log in logs.items()}
        end = dict(start)
        for partition in {it[0] for it in there}:
            start[partition] = min(it[1] for it in there if it[0] == partition)
            end[partition] = max(it[2] for it in there if it[0] == partition)
        found = self._bronze.topic.read(start, end)
        wanted = " OR ".join(
            f"partition = {it[0]} AND offset >= {it[1]} AND offset < {it[2]}" for it in there
        )
        if found.where(wanted).limit(1).count() > 0:
            return
        reason = "compacted" if self._bronze.topic.is_compacted() else "control"
        self._bronze.record_gaps(
            [(self.epoch, *it, reason, _DETAIL) for it in there]
        )

