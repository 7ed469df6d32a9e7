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

#: Records and bytes of payloads of a step: they bound memory. A batch of bronze is never divided.
_STEP_RECORDS = 200_000
_STEP_BYTES = 400_000_000

#: Bytes of a payload for each coin in it, about.
_TICK_BYTES = 190

_KEY = ("kafka_topic", "topic_epoch", "kafka_partition", "kafka_offset")


class Silver:
    """Keeps ticks, revisions and rejects up to date."""

    def __init__(self, spark: SparkSession, names: Names, gaps: Gaps, stop: Stop) -> None:
        self._spark = spark
        self._names = names
        self._gaps = gaps
        self._stop = stop
        #: A snapshot of bronze, a mark, and what the steps up to it have left.
        self._left: tuple[int, Next, list[Part]] | None = None

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
        parts = self._parts_of(snapshot, mark.get("next", {}), unseen)
        taken = first_batches(parts, records=_STEP_RECORDS, size=_STEP_BYTES)
        following = dict(mark.get("next", {}))
        left: list[Part] = []
        if taken:
            last = max(it.ingested for it in taken)
            left = [it for it in parts if it.ingested > last]
            batch = unseen.where(f"ingestion_timestamp <= TIMESTAMP '{last}'")
            self._gaps.record(batch, taken, following)
            with planned_for(self._spark, sum(it.bytes for it in taken) // _TICK_BYTES):
                self._write(batch, min(it.ingested for it in taken), watch)
            for it in sorted(taken, key=lambda it: it.epoch):
                following = advanced(following, it.topic, it.epoch, {it.partition: it.end})
        mark = {"next": following}
        if not left:
            # Looking again is needless until bronze has another snapshot.
            mark["snapshot"] = snapshot
        set_property(ticks, SILVER, write_mark(mark))
        self._left = (snapshot, following, left)
        return bool(taken)

    def _parts_of(self, snapshot: int, next_: Next, unseen: DataFrame) -> list[Part]:
        """What is not seen: a backlog is looked at once, and not again before each step."""
        if self._left is not None and self._left[:2] == (snapshot, next_):
            return self._left[2]
        # A row for each batch and partition: few, even where the records are many.
        with planned_for(self._spark, 0):
            rows = unseen.groupBy(
                "ingestion_timestamp", "kafka_topic", "topic_epoch", "kafka_partition"
            ).agg(
                F.count("*"),
                F.expr("coalesce(sum(octet_length(raw_payload)), 0)"),
                F.max("kafka_offset") + 1,
            ).collect()
        return [Part(*it) for it in rows]

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

