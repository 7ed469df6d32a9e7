"""The parts of the Spark programs that need no Spark: python3 -m unittest tests/spark/pure_test.py"""
from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import unittest
from contextlib import AbstractContextManager
from dataclasses import astuple
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import MagicMock, patch

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "lakehouse" / "spark"))

from checkpoint import disagreement  # noqa: E402
from events import Refused, emit, tell  # noqa: E402
from kernel_lock import KernelLock, is_neighbour  # noqa: E402
from marks import advanced, changed_at, pending, start_of  # noqa: E402
from names import Names, text  # noqa: E402
from options import read_options  # noqa: E402
from parts import Part, first_batches  # noqa: E402
from positions import (  # noqa: E402
    Gap, Log, Position, folder_of, generation_of, read_offsets_file, resume,
)
from time_travel import moment_of, renamed, tokens, travelled  # noqa: E402


def same(_partitions: object) -> None:
    """A topic whose records are those of bronze."""


def table_of(*operations: str, expired: int = 0) -> MagicMock:
    """A table whose snapshots, 1 and up, did these; the oldest ones have expired."""
    found = {}
    for number, operation in enumerate(operations, 1):
        parent = number - 1 if number > 1 else None
        one = MagicMock()
        one.operation.return_value = operation
        one.snapshotId.return_value = number
        one.parentId.return_value = parent
        if number > expired:
            found[number] = one
    table = MagicMock()
    table.currentSnapshot.return_value = found.get(len(operations))
    table.snapshot.side_effect = found.get
    return table


class ChangedAtTest(unittest.TestCase):
    def test_merged_files_are_no_change(self) -> None:
        for expected, table in (
            (None, table_of()),
            (2, table_of("append", "append")),
            (2, table_of("append", "append", "replace", "replace")),
            (4, table_of("append", "replace", "replace", "overwrite")),
            (3, table_of("append", "replace", "replace", "replace", expired=2)),
        ):
            with self.subTest(expected):
                self.assertEqual(changed_at(table), expected)


class OptionsTest(unittest.TestCase):
    def test_names_are_checked_and_defaults_kept(self) -> None:
        options = read_options('{"topic": "t", "once": true, "keepDays": 2, "at": null}')
        self.assertEqual((options.topic, options.once, options.keep_days), ("t", True, 2.0))
        self.assertEqual(options.bootstrap_servers, "kafka:29092")

    def test_what_is_wrong_is_refused_by_name(self) -> None:
        for given, said in {
            "[": "not JSON", '{"topik": "t"}': "topik", '{"once": "yes"}': "once",
            '{"limit": true}': "limit", '{"namespacePrefix": "a.b"}': "namespacePrefix",
            "[]": "JSON object",
        }.items():
            with self.assertRaises(Refused) as caught:
                read_options(given)
            self.assertIn(said, caught.exception.problem)


class EventsTest(unittest.TestCase):
    def test_a_notebook_gets_the_events_and_shows_a_refusal_without_a_stack(self) -> None:
        seen: list[tuple] = []
        tell(lambda event, **fields: seen.append((event, fields)))
        emit("silver", rows=1)
        self.assertEqual(seen, [("silver", {"rows": 1})])
        self.assertEqual(Refused("a", "b")._render_traceback_(), ["Refused: a", "Next: b"])


_HOLD = """
import sys
sys.path.insert(0, sys.argv[1])
from kernel_lock import KernelLock
lock = KernelLock("job.invalid", sys.argv[2])
lock.take()
print("held", flush=True)
sys.stdin.read()
"""


class KernelLockTest(unittest.TestCase):
    def test_one_process_holds_it_and_ends_with_it(self) -> None:
        programs = str(Path(__file__).resolve().parents[2] / "lakehouse" / "spark")
        with tempfile.TemporaryDirectory() as root:
            file = Path(root) / "job.invalid" / "lock"
            lock = KernelLock("job.invalid", root)
            with subprocess.Popen(
                [sys.executable, "-B", "-c", _HOLD, programs, root],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            ) as other:
                assert other.stdout is not None
                self.assertEqual(other.stdout.readline(), "held\n")
                self.assertEqual(file.read_text(), str(other.pid))
                with self.assertRaises(Refused):
                    lock.take()
                self.assertFalse(lock.held)
                other.kill()
            lock.take()
            lock.take()
            self.assertEqual((lock.held, file.read_text()), (True, str(os.getpid())))
            lock.release()
            self.assertEqual((lock.held, file.read_text()), (False, ""))

    def test_only_an_address_of_a_network_that_is_ours_is_a_job(self) -> None:
        routes = (
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\n"
            "eth0\t00000000\t010012AC\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
            "eth0\t000012AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n"
        )
        self.assertTrue(is_neighbour("172.18.0.7", routes))
        self.assertFalse(is_neighbour("172.19.0.7", routes))
        self.assertFalse(is_neighbour("93.184.216.34", routes))


class NamesTest(unittest.TestCase):
    def test_relations_of_a_statement_get_their_full_names(self) -> None:
        names = Names("iceberg", "t1_")
        self.assertEqual(
            names.place("select silver.x from gold.dim_time, batch, my_gold.x, r'gold.y'",
                        {"gold.dim_time": "now"}),
            "select iceberg.t1_silver.x from now, batch, my_gold.x, r'gold.y'",
        )

    def test_text_is_a_literal(self) -> None:
        self.assertEqual(text("a'b\\c"), "'a\\'b\\\\c'")


class PositionsTest(unittest.TestCase):
    def test_an_empty_bronze_begins_at_the_start_of_the_log(self) -> None:
        decided = resume(Position(), {0: Log(0, 5), 1: Log(3, 9)}, same)
        self.assertEqual((decided.epoch, decided.new_epoch), (0, None))
        self.assertEqual(decided.next, {0: 0, 1: 3})
        self.assertEqual(decided.gaps, [Gap(1, 0, 3)])

    def test_it_goes_on_behind_the_last_row_and_behind_retention(self) -> None:
        position = Position(2, {0: 5, 1: 4}, {0: 4, 1: 3})
        asked: list[object] = []
        decided = resume(position, {0: Log(1, 9), 1: Log(6, 9), 2: Log(0, 0)}, asked.append)
        self.assertEqual((decided.epoch, decided.next), (2, {0: 5, 1: 6, 2: 0}))
        self.assertEqual(decided.gaps, [Gap(1, 4, 6)])
        self.assertEqual(asked, [[0]], "what retention has deleted cannot be compared")

    def test_a_topic_that_was_made_again_begins_a_new_epoch_at_its_start(self) -> None:
        position = Position(0, {0: 5}, {0: 4})
        for logs, changed, said in (
            ({0: Log(0, 3)}, same, "ends at offset 3: expected 5 or later"),
            ({1: Log(0, 3)}, same, "partition 0 is gone"),
            ({0: Log(0, 9)}, lambda _: "the record is another one", "another one"),
        ):
            decided = resume(position, logs, changed)
            self.assertIn(said, decided.new_epoch or "")
            self.assertEqual((decided.epoch, decided.next), (1, {it: 0 for it in logs}))

    def test_a_checkpoints_files_are_read(self) -> None:
        file = 'v1\n{"batchWatermarkMs":0}\n{"t":{"0":12,"1":3}}'
        self.assertEqual(read_offsets_file(file, "t"), {0: 12, 1: 3})
        self.assertIsNone(read_offsets_file(file, "u"))
        self.assertIsNone(read_offsets_file("", "t"))
        for generation in (0, 1, 12):
            self.assertEqual(generation_of(folder_of(3, generation), 3), generation)
        for name in ("epoch-31", "epoch-3-g0", "epoch-3-g", "other"):
            self.assertIsNone(generation_of(name, 3))


def without_spark() -> AbstractContextManager:
    """Programs can be imported: Spark itself plays no part."""
    names = ("pyspark", "pyspark.errors", "pyspark.sql", "pyspark.sql.functions",
             "pyspark.sql.streaming", "pyspark.sql.types", "py4j", "py4j.java_gateway")
    protocol = SimpleNamespace(Py4JJavaError=JavaFault)
    return patch.dict(sys.modules, {
        **{name: MagicMock() for name in names}, "py4j.protocol": protocol,
    })


class JavaFault(Exception):
    """What py4j raises for an exception of Java's."""


class FollowTest(unittest.TestCase):
    """The stream, and what follows it, in their order."""

    def test_the_stream_does_not_wait_for_what_an_earlier_start_left(self) -> None:
        with without_spark():
            import run
        done: list[str] = []
        with patch.object(run, "Bronze") as bronze, patch.object(run, "Increment") as increment:
            bronze.return_value.start.side_effect = lambda _: done.append("stream") or MagicMock()
            increment.return_value.catch_up.side_effect = lambda ends, _: done.append("silver")
            run.Run(MagicMock(), MagicMock(once=True), MagicMock(), MagicMock()).follow()
        self.assertEqual(done, ["stream", "silver", "silver"])


class ProgressTest(unittest.TestCase):
    """What Spark says of a stream's batches."""

    @staticmethod
    def said(number: int, start: int | None, end: int, rows: int) -> dict:
        offsets = {"startOffset": None if start is None else {"t": {"0": start}},
                   "endOffset": {"t": {"0": end}}}
        return {"batchId": number, "numInputRows": rows, "durationMs": {}, "sources": [offsets]}

    def test_each_batch_is_told_once_also_after_looks_that_found_nothing(self) -> None:
        with without_spark():
            from bronze import Progress
        seen: list[tuple] = []
        tell(lambda event, **fields: seen.append((fields["batch"], fields["from"])))
        query = MagicMock(recentProgress=[self.said(0, None, 5, 0)])
        progress = Progress("t", {0: 5})
        self.assertEqual((progress.report(query), progress.seen), (0, -1), "an empty topic")
        for more, records in (
            (self.said(0, None, 7, 2), 2), (self.said(1, 7, 7, 0), 0), (self.said(1, 7, 8, 1), 1),
            (self.said(2, 8, 9, 0), 0), (self.said(3, 9, 9, 0), 0), (self.said(3, 9, 12, 3), 3),
        ):
            query.recentProgress.append(more)
            self.assertEqual(progress.report(query), records, str(more))
            self.assertEqual(progress.report(query), 0, "a second look")
        self.assertEqual(seen, [(0, {0: 5}), (1, {0: 7}), (3, {0: 9})])
        self.assertEqual((progress.seen, progress.ends), (3, {0: 12}))

    def test_offsets_are_read_as_pyspark_4_has_them(self) -> None:
        with without_spark():
            from bronze import Progress

        class Batch(dict):
            """A `StreamingQueryProgress`, which keeps what it was made of."""

            def __init__(self, said: dict) -> None:
                self.json = json.dumps(said)
                offsets = {name: str(value) for name, value in said["sources"][0].items()}
                super().__init__(said | {"sources": [offsets]})

        seen: list[dict] = []
        tell(lambda event, **fields: seen.append(fields["to"]))
        progress = Progress("t", {0: 5})
        query = MagicMock(recentProgress=[Batch(self.said(0, None, 7, 2))])
        self.assertEqual(progress.report(query), 2)
        self.assertEqual((seen, progress.ends), ([{0: 7}], {0: 7}))


class FakeStore:
    """Files in memory, by their path."""

    def __init__(self, files: dict[str, str]) -> None:
        self.files = files

    def names(self, folder: str) -> list[str]:
        inside = [it[len(folder) + 1:] for it in self.files if it.startswith(f"{folder}/")]
        return [it.split("/")[0] for it in inside]

    def text(self, file: str) -> str:
        return self.files[file]


class CheckpointTest(unittest.TestCase):
    """A checkpoint is used only while it says what bronze says."""

    @staticmethod
    def after(offsets: dict[int, str], commits: int) -> FakeStore:
        files = {f"c/offsets/{it}": f"v1\n{{}}\n{text}" for it, text in offsets.items()}
        files |= {f"c/commits/{it}": "v1\n{}" for it in range(commits)}
        return FakeStore({**files, "c/sources/0/0": "{}"})

    def test_it_goes_on_where_bronze_ends(self) -> None:
        store = self.after({0: '{"t":{"0":5}}', 1: '{"t":{"0":9}}'}, 2)
        self.assertIsNone(disagreement(store, "c", "t", {0: 9}))
        self.assertIsNone(disagreement(store, "c", "t", {0: 9, 1: 0}), "a new partition")
        self.assertIsNone(disagreement(FakeStore({}), "c", "t", {0: 9}), "there is none")

    def test_a_batch_in_flight_is_tried_again_unless_bronze_has_it(self) -> None:
        store = self.after({0: '{"t":{"0":5}}', 1: '{"t":{"0":9}}'}, 1)
        self.assertIsNone(disagreement(store, "c", "t", {0: 5}))
        self.assertIn("bronze at 9", disagreement(store, "c", "t", {0: 9}) or "")

    def test_what_is_behind_ahead_or_foreign_is_left(self) -> None:
        store = self.after({0: '{"t":{"0":5}}'}, 1)
        for next_ in ({0: 4}, {0: 6}, {0: 5, 1: 3}, {}):
            self.assertIsNotNone(disagreement(store, "c", "t", next_), str(next_))
        self.assertIsNotNone(disagreement(store, "c", "u", {0: 5}))
        self.assertIsNotNone(disagreement(self.after({0: '{"t":{"0":5}}'}, 0), "c", "t", {0: 0}))
        self.assertIsNotNone(disagreement(self.after({}, 0), "c", "t", {0: 0}))


class PartsTest(unittest.TestCase):
    def test_batches_of_bronze_stay_whole_and_in_order(self) -> None:
        early, late = datetime(2026, 1, 1), datetime(2026, 1, 2)
        parts = [Part(late, "t", 0, 0, 4, 100, 9), Part(early, "t", 0, 0, 5, 100, 5),
                 Part(early, "t", 0, 1, 3, 100, 3)]
        for records, size, taken in (
            (12, 300, [*parts[1:], parts[0]]), (11, 300, parts[1:]), (12, 299, parts[1:]),
            (1, 300, parts[1:]), (12, 1, parts[1:]),
        ):
            with self.subTest(records=records, size=size):
                self.assertEqual(first_batches(parts, records=records, size=size), taken)
        self.assertEqual(first_batches([], records=1, size=1), [])

    def test_long_records_are_taken_in_steps_and_a_backlog_is_looked_at_once(self) -> None:
        with without_spark():
            import silver
        # A thousand records of 1,000 coins in each.
        batches = [Part(datetime(2026, 1, day), "t", 0, 0, 1_000, 190_000_000, 1_000 * day)
                   for day in range(1, 6)]
        kept: dict[str, str] = {}
        spark = MagicMock()
        unseen = spark.read.option.return_value.table.return_value.where.return_value
        look = unseen.groupBy.return_value.agg.return_value.collect
        look.return_value = [astuple(it) for it in batches]
        with patch.multiple(
            silver, load=MagicMock(), planned_for=MagicMock(),
            snapshot_of=MagicMock(return_value=7),
            properties_of=lambda _: kept,
            set_property=lambda _, key, value: kept.update({key: value}),
        ), patch.object(silver.Silver, "_write") as write:
            made = silver.Silver(spark, Names("c", ""), MagicMock(), MagicMock())
            self.assertTrue(made.fill())
            self.assertEqual(write.call_count, 3)
            self.assertEqual(look.call_count, 1)
            self.assertEqual(made.seen(), {"t": {"epoch": 0, "next": {"0": 5_000}}})
            # Another snapshot of bronze.
            silver.snapshot_of.return_value = 8
            look.return_value = []
            self.assertFalse(made.fill())
            self.assertEqual(look.call_count, 2)


class MarksTest(unittest.TestCase):
    def test_an_epoch_that_is_over_is_forgotten(self) -> None:
        seen = advanced({}, "t", 0, {0: 7, 1: 2})
        self.assertEqual(seen, {"t": {"epoch": 0, "next": {"0": 7, "1": 2}}})
        self.assertEqual(start_of(seen, "t", 0, 1), 2)
        self.assertEqual(start_of(seen, "t", 1, 1), 0)
        seen = advanced(advanced(seen, "t", 0, {0: 5}), "t", 1, {1: 4})
        self.assertEqual(seen, {"t": {"epoch": 1, "next": {"1": 4}}})
        self.assertEqual(advanced(seen, "t", 0, {0: 9}), seen)

    def test_the_condition_leaves_out_what_was_seen(self) -> None:
        self.assertEqual(pending({}), "true")
        self.assertEqual(
            pending({"t'": {"epoch": 1, "next": {"0": 4}}}),
            "NOT ((kafka_topic = 't\\'' AND (topic_epoch < 1 OR topic_epoch = 1 AND "
            "(kafka_partition = 0 AND kafka_offset < 4))))",
        )


class TimeTravelTest(unittest.TestCase):
    def test_tables_get_their_version_and_nothing_else_does(self) -> None:
        versions = {"gold.a": 1, "iceberg.gold.b": 2}
        for given, wanted in {
            "select * from gold.a": "select * from gold.a VERSION AS OF 1",
            "SELECT x FROM gold.a AS t JOIN `iceberg`.gold.b u ON t.x = u.x":
                "SELECT x FROM gold.a VERSION AS OF 1 AS t JOIN `iceberg`.gold.b VERSION AS OF 2 "
                "u ON t.x = u.x",
            "select 'from gold.a' -- from gold.a\nfrom other, gold.a where gold.a.x in (1, 2)":
                "select 'from gold.a' -- from gold.a\nfrom other, gold.a VERSION AS OF 1 "
                "where gold.a.x in (1, 2)",
            "select gold.a, gold.a from (select 1 from gold.a)":
                "select gold.a, gold.a from (select 1 from gold.a VERSION AS OF 1)",
            "select * from gold.a version as of 7": "select * from gold.a version as of 7",
        }.items():
            self.assertEqual(travelled(given, versions_get(versions)), wanted)

    def test_tables_get_another_name_and_texts_do_not(self) -> None:
        self.assertEqual(
            renamed("select gold.a.x, 'gold.a', `gold`.`a`.y, my.gold.a from Gold.A, gold.ab",
                    {"gold.a": "c.t_gold.a"}),
            "select c.t_gold.a.x, 'gold.a', c.t_gold.a.y, my.gold.a from c.t_gold.a, gold.ab",
        )

    def test_the_pieces_are_the_statement(self) -> None:
        for sql in ("a.`b c` . d 'it''s' \"x\" /* /* */ ;", "'open", "`open", "é§ 1e5"):
            self.assertEqual("".join(tokens(sql)), sql)

    def test_times_are_in_utc(self) -> None:
        noon = datetime(2026, 11, 26, 12)
        for given in ("2026-11-26T12:00:00Z", "2026-11-26 12:00", "2026-11-26T17:30:00+05:30"):
            self.assertEqual(moment_of(given), noon)
        with self.assertRaises(Refused):
            moment_of("yesterday")


def versions_get(versions: dict[str, int]):  # noqa: ANN201
    """A table's version, by its name as written."""
    return versions.get


if __name__ == "__main__":
    unittest.main()
