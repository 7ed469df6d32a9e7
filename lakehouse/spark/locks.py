"""Locks that Hive's metastore holds for our tables: found, and given back.

Ours are made without locks. Who switched them on, and was killed inside a commit, has left a lock
that never goes away: every later writer waits three minutes and fails.
"""
from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Iterator

from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession

from events import Refused, emit
from names import TABLES, Names
from query import first_line

#: A writer that lives says so at least every four minutes; Hive itself gives up after five.
_STALE_SECONDS = 300


@dataclass(frozen=True)
class Lock:
    """Its table, its number, and for how many seconds its holder has said nothing."""

    table: str
    number: int
    silent: int
    holder: str

    @property
    def is_stale(self) -> bool:
        """Whether its holder is gone."""
        return self.silent > _STALE_SECONDS

    def __str__(self) -> str:
        return (f"{self.table}, lock {self.number} of {self.holder}, "
                f"without a sign of life for {self.silent} s")


def stale_locks(spark: SparkSession, names: Names) -> list[Lock]:
    """The stale ones; none where the catalog is not Hive's.

    Raises Refused where the metastore cannot be asked.
    """
    if not _metastore(spark, names):
        return []
    with _client(spark, names) as client:
        return [it for it in _held(spark, names, client) if it.is_stale]


def clear_stale_locks(spark: SparkSession, names: Names) -> None:
    """Gives the stale ones back; answers with a `lock` for each that was found.

    One that is not stale stays: its writer may live, wherever it runs. Raises Refused where the
    metastore cannot be asked, or does not give one back.
    """
    if not _metastore(spark, names):
        return
    with _client(spark, names) as client:
        for lock in _held(spark, names, client):
            if lock.is_stale:
                client.unlock(lock.number)
            emit("lock", says=str(lock), cleared=lock.is_stale, waits=_STALE_SECONDS + 1)


def _metastore(spark: SparkSession, names: Names) -> str:
    """Its address; empty for a catalog of another kind."""
    uri = spark.conf.get(f"spark.sql.catalog.{names.catalog}.uri", "")
    return uri if uri.startswith("thrift:") else ""


@contextmanager
def _client(spark: SparkSession, names: Names) -> Iterator[Any]:
    hive = spark._jvm.org.apache.hadoop.hive
    try:
        conf = hive.conf.HiveConf()
    except TypeError as error:
        # What py4j says for a class that is not there.
        raise Refused(
            "the metastore cannot be asked about its locks: this Spark has no client of Hive",
            "use an image that has it, such as the default of SPARK_IMAGE",
        ) from error
    conf.set("hive.metastore.uris", _metastore(spark, names))
    try:
        client = hive.metastore.HiveMetaStoreClient(conf)
        try:
            yield client
        finally:
            client.close()
    except Py4JJavaError as error:
        raise Refused(
            f"the metastore does not answer about its locks: {first_line(error)}",
            "look into its log: docker logs --tail 50 hive-metastore",
        ) from error


def _held(spark: SparkSession, names: Names, client: Any) -> list[Lock]:
    """Those on our tables, each once. Locks of Hive's transactions are Hive's own."""
    api = spark._jvm.org.apache.hadoop.hive.metastore.api
    ours = {names.local(name) for name in TABLES}
    found: dict[int, Lock] = {}
    for it in client.showLocks(api.ShowLocksRequest()).getLocks() or []:
        name = f"{it.getDbname()}.{it.getTablename()}"
        if name in ours and it.getTxnid() <= 0:
            silent = int(time.time() - it.getLastheartbeat() / 1000)
            holder = f"{it.getUser()}@{it.getHostname()}"
            found[it.getLockid()] = Lock(name, it.getLockid(), silent, holder)
    return list(found.values())
