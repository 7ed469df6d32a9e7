"""What follows bronze: holes, silver, gold. Can be repeated: a kill anywhere is harmless."""
from __future__ import annotations

from typing import Mapping

from pyspark.sql import SparkSession

from bronze import Bronze
from events import step
from gaps import Gaps
from gold import Gold
from names import Names
from silver import Silver
from stop import Stop


class Increment:
    """Brings silver and gold up to bronze."""

    def __init__(
        self, spark: SparkSession, bronze: Bronze, names: Names, *, topic: str, stop: Stop
    ) -> None:
        self._gaps = Gaps(spark, bronze, names, topic)
        self._silver = Silver(spark, names, self._gaps, stop)
        self._gold = Gold(spark, names, stop)

    def catch_up(self, ends: Mapping[int, int], epoch: int) -> None:
        """`ends`: where the stream of this epoch has ended; empty before it has begun.

        Raises Stopped if the end was asked for: the next start does the rest.
        """
        self.fill_silver(ends, epoch)
        self.refresh_gold()

    def fill_silver(self, ends: Mapping[int, int], epoch: int) -> None:
        """The first half of `catch_up`."""
        self._gaps.epoch = epoch
        self._gaps.ends = dict(ends)
        with step("silver"):
            self._silver.fill()
            if ends:
                self._gaps.record_ends(self._silver.seen())

    def refresh_gold(self) -> None:
        """The second half of `catch_up`."""
        with step("gold"):
            self._gold.refresh()
