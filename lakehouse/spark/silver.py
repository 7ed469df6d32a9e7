"""Bronze into silver: the rows that silver has not seen, in the order of their ingestion."""
from __future__ import annotations

from datetime import datetime
from typing import Any, Optional

from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as F

from events import Watch, emit
from gaps import Gaps
from marks import SILVER, Next, advanced, pending, read_mark, write_mark
from models import append, is_empty, model
from names import BRONZE, REJECTS, REVISIONS, TICKS, Names
from parts import Part, first_batches
from session import planned_for
from stop import Stop
from tables import load, properties_of, set_property, snapshot_of

#: Records of a step: it bounds memory. A batch of bronze is never divided.
_STEP_RECORDS = 200_000

_KEY = ("kafka_topic", "topic_epoch", "kafka_partition", "kafka_offset")


class Silver:
    """Keeps ticks, revisions and rejects up to date."""

    def __init__(self, spark: SparkSession, names: Names, gaps: Gaps, stop: Stop) -> None:
        self._spark = spark
        self._names = names
        self._gaps = gaps
        self._stop = stop

    def seen(self) -> Next:
        """Where silver is, by topic."""
        properties = properties_of(load(self._spark, self._names, TICKS))
        return read_mark(properties, SILVER).get("next", {})

    def fill(self) -> bool:
        """Takes all that is new; tells whether anything was."""
        found = False
        while self._step():
            found = True
        return found

    def _step(self) -> bool:
        self._stop.check()
        ticks = load(self._spark, self._names, TICKS)
        mark = read_mark(properties_of(ticks), SILVER)
        snapshot = snapshot_of(load(self._spark, self._names, BRONZE))
        if snapshot is None or mark.get("snapshot") == snapshot:
            return False
        watch = Watch()
        unseen = (
            self._spark.read.option("snapshot-id", snapshot)
            .table(self._names.full(BRONZE)).where(pending(mark.get("next", {})))
        )
        # Four columns of each: few, even where the rows are many.
        with planned_for(self._spark, 0):
            parts = self._parts(unseen)
        taken = first_batches(parts, _STEP_RECORDS)
        following = dict(mark.get("next", {}))
        if taken:
            last = max(it.ingested for it in taken)
            batch = unseen.where(f"ingestion_timestamp <= TIMESTAMP '{last}'")
            self._gaps.record(batch, taken, following)
            # Ten coins a record, about.
            with planned_for(self._spark, 10 * sum(it.records for it in taken)):
                self._write(batch, min(it.ingested for it in taken), watch)
            for it in sorted(taken, key=lambda it: it.epoch):
                following = advanced(following, it.topic, it.epoch, {it.partition: it.end})
        mark = {"next": following}
        if len(taken) == len(parts):
            # Looking again is needless until bronze has another snapshot.
            mark["snapshot"] = snapshot
        set_property(ticks, SILVER, write_mark(mark))
        return bool(taken)

    @staticmethod
    def _parts(unseen: DataFrame) -> list[Part]:
        rows = unseen.groupBy(
            "ingestion_timestamp", "kafka_topic", "topic_epoch", "kafka_partition"
        ).agg({"kafka_offset": "max", "*": "count"}).collect()
        return [
            Part(it[0], it[1], it[2], it[3], it["count(1)"], it["max(kafka_offset)"] + 1)
            for it in rows
        ]

    def _write(self, batch: DataFrame, since: datetime, watch: Watch) -> None:
        spark, names = self._spark, self._names
        # Small files are read as one part: the models are what takes time.
        parts = spark.sparkContext.defaultParallelism
        batch.repartition(parts).createOrReplaceTempView("batch")
        candidates = model(spark, names, "incremental/candidates").persist()
        try:
            candidates.createOrReplaceTempView("candidates")
            counts = spark.sql(
                "SELECT reason, count(*) AS n, string(min(api_timestamp)) AS first, "
                "string(max(api_timestamp)) AS last FROM candidates GROUP BY reason"
            ).collect()
            rejects = {it.reason: it.n for it in counts if it.reason is not None}
            good: Optional[Row] = next((it for it in counts if it.reason is None), None)
            ticks = revisions = 0
            if good is not None:
                self._find_known(good)
                # Both compare with the silver of before: a repeated start finds its own ticks
                # there, and the same revisions.
                later = model(spark, names, "incremental/crypto_revisions")
                revisions = append(
                    spark, names, REVISIONS, self._unwritten(REVISIONS, later, since)
                )
                self._stop.check()
                ticks = append(
                    spark, names, TICKS, model(spark, names, "incremental/crypto_ticks"),
                    is_some=is_empty(spark, names, TICKS),
                )
            if rejects:
                bad = model(spark, names, "incremental/crypto_rejects")
                append(spark, names, REJECTS, self._unwritten(REJECTS, bad, since))
        finally:
            candidates.unpersist()
        repeats = (0 if good is None else good.n) - ticks - revisions
        emit("silver", ticks=ticks, rejects=rejects, revisions=revisions, repeats=repeats,
             seconds=watch.seconds)

    def _find_known(self, good: Any) -> None:
        """The ticks of silver that the candidates may repeat."""
        self._spark.table(self._names.full(TICKS)).where(
            f"api_timestamp BETWEEN TIMESTAMP '{good.first}' AND TIMESTAMP '{good.last}'"
        ).createOrReplaceTempView("known_ticks")

    def _unwritten(self, name: str, rows: DataFrame, since: datetime) -> DataFrame:
        """Without those that a start which was killed has written."""
        if is_empty(self._spark, self._names, name):
            return rows
        written = self._spark.table(self._names.full(name)).where(
            f"processing_timestamp >= TIMESTAMP '{since}'"
        )
        same = F.col("new.crypto_symbol").eqNullSafe(F.col("old.crypto_symbol"))
        for it in _KEY:
            same = same & (F.col(f"new.{it}") == F.col(f"old.{it}"))
        return rows.alias("new").join(written.alias("old"), on=same, how="left_anti")

