"""Locks, and what a maintenance would do, without Spark: python3 tests/spark/upkeep_test.py"""
from __future__ import annotations

import time
import unittest
from unittest.mock import MagicMock

from pure_test import JavaFault, without_spark

from events import Refused, tell
from names import Names


class LocksTest(unittest.TestCase):
    """Hive's locks on our tables, and what is said where they cannot be asked for."""

    @staticmethod
    def held(number: int, table: str, silent: int, transaction: int = 0) -> MagicMock:
        one = MagicMock()
        one.getLockid.return_value = number
        one.getDbname.return_value, one.getTablename.return_value = table.split(".")
        one.getLastheartbeat.return_value = (time.time() - silent) * 1000
        one.getTxnid.return_value = transaction
        one.getUser.return_value, one.getHostname.return_value = "spark", "h"
        return one

    def setUp(self) -> None:
        with without_spark():
            import locks
        self.locks = locks
        self.spark = MagicMock()
        self.spark.conf.get.return_value = "thrift://hive-metastore:9083"
        metastore = self.spark._jvm.org.apache.hadoop.hive.metastore
        self.client = metastore.HiveMetaStoreClient.return_value
        self.client.showLocks.return_value.getLocks.return_value = [
            self.held(1, "t_gold.dim_time", 900), self.held(1, "t_gold.dim_time", 900),
            self.held(2, "t_gold.dim_time", 60), self.held(3, "gold.dim_time", 900),
            self.held(4, "t_gold.dim_time", 900, transaction=8),
        ]
        self.names = Names("c", "t_")

    def test_only_stale_ones_of_our_tables_are_found_and_given_back(self) -> None:
        found = self.locks.stale_locks(self.spark, self.names)
        self.assertEqual([it.number for it in found], [1])
        self.assertIn("t_gold.dim_time, lock 1 of spark@h", str(found[0]))
        seen: list[tuple] = []
        tell(lambda event, **fields: seen.append((event, fields["cleared"])))
        self.locks.clear_stale_locks(self.spark, self.names)
        self.client.unlock.assert_called_once_with(1)
        self.assertEqual(seen, [("lock", True), ("lock", False)])

    def test_no_answer_is_not_no_lock(self) -> None:
        self.client.showLocks.side_effect = JavaFault("Read timed out")
        with self.assertRaises(Refused) as caught:
            self.locks.stale_locks(self.spark, self.names)
        self.assertIn("Read timed out", caught.exception.problem)
        self.client.close.assert_called_once_with()
        self.spark._jvm.org.apache.hadoop.hive.conf.HiveConf.side_effect = TypeError
        with self.assertRaises(Refused):
            self.locks.stale_locks(self.spark, self.names)
        self.spark.conf.get.return_value = ""
        self.assertEqual(self.locks.stale_locks(self.spark, self.names), [])


class CandidatesTest(unittest.TestCase):
    def test_the_newest_snapshots_and_the_young_ones_stay(self) -> None:
        with without_spark():
            from candidates import snapshots_after
        for before, kept, left in ((0, 2, 5), (4, 2, 2), (3, 2, 3), (9, 2, 2), (9, 9, 5)):
            with self.subTest(before=before, kept=kept):
                self.assertEqual(snapshots_after([5, 4, 3, 2, 1], before, kept), left)


if __name__ == "__main__":
    unittest.main()
