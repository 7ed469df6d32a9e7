"""The topic into bronze, silver and gold."""
from __future__ import annotations

import time

from pyspark.errors import StreamingQueryException
from pyspark.sql import SparkSession
from pyspark.sql.streaming import StreamingQuery

from bronze import Bronze, Progress, lost_data
from events import step
from increment import Increment
from names import Names
from options import Options
from session import names_of, open_session, refuse_old_iceberg
from stop import Stop, Stopped
from tables import ensure_tables

#: How often the stream is looked at, seconds.
_LOOK = 0.3


def main(options: Options, stop: Stop) -> dict:
    """Follows the topic until it is drained (once) or the end is asked for."""
    spark = open_session("run")
    stop.listen()
    refuse_old_iceberg(spark)
    names = names_of(spark, options)
    with step("tables"):
        ensure_tables(spark, names)
    try:
        Run(spark, options, names, stop).follow()
    except Stopped:
        # Where nothing is half done: the next start does the rest.
        pass
    return {}


class Run:
    """A stream, and what follows each of its batches."""

    def __init__(self, spark: SparkSession, options: Options, names: Names, stop: Stop) -> None:
        self._options = options
        self._stop = stop
        self._bronze = Bronze(spark, options, names)
        self._increment = Increment(spark, self._bronze, names, topic=options.topic, stop=stop)

    def follow(self) -> None:
        """Streams; begins again where the topic no longer has what the stream wanted."""
        while True:
            with step("resume"):
                decided = self._bronze.resume()
            with step("stream start"):
                query = self._bronze.start(decided)
            progress = Progress(self._options.topic, decided.next)
            try:
                # What an earlier start left undone. The stream does not wait for it: the topic
                # may delete what is not read.
                self._increment.catch_up({}, decided.epoch)
                self._watch(query, progress, decided.epoch)
                return
            except Stopped:
                end_stream(query, progress)
                raise
            except StreamingQueryException as error:
                progress.report(query)
                moved = self._bronze.has_moved(decided)
                if not lost_data(error) or not (moved or progress.ends):
                    raise
            self._stop.check()

    def _watch(self, query: StreamingQuery, progress: Progress, epoch: int) -> None:
        if self._options.once:
            with step("bronze"):
                self._wait(query, progress, epoch)
        else:
            self._wait(query, progress, epoch)
        progress.report(query)
        self._increment.catch_up(progress.ends, epoch)

    def _wait(self, query: StreamingQuery, progress: Progress, epoch: int) -> None:
        while not query.awaitTermination(_LOOK):
            records = progress.report(query)
            if self._stop.asked:
                end_stream(query, progress)
                break
            if records and not self._options.once:
                self._increment.catch_up(progress.ends, epoch)


def end_stream(query: StreamingQuery, progress: Progress) -> None:
    """Stops the stream between two batches."""
    seen = progress.seen
    while query.isActive and query.status["isTriggerActive"] and progress.seen == seen:
        time.sleep(0.05)
        progress.report(query)
    query.stop()
