"""Locks that Hive's metastore holds for our tables.

Ours are made without locks. Who switched them on, and was killed inside a commit, has left a lock
that never goes away: every later writer waits three minutes and fails.
"""
from __future__ import annotations

import time

from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession

from names import TABLES, Names

#: A writer that lives says so every few seconds; Hive itself gives up after five minutes.
_STALE_SECONDS = 300


def stale_locks(spark: SparkSession, names: Names) -> list[str]:
    """The stale locks, each as `table, lock N, held for N s by USER@HOST`; none without Hive."""
    uri = spark.conf.get(f"spark.sql.catalog.{names.catalog}.uri", "")
    if not uri.startswith("thrift:"):
        return []
    hive = spark._jvm.org.apache.hadoop.hive
    conf = hive.conf.HiveConf()
    conf.set("hive.metastore.uris", uri)
    try:
        client = hive.metastore.HiveMetaStoreClient(conf)
        held = client.showLocks(hive.metastore.api.ShowLocksRequest()).getLocks()
        client.close()
    except Py4JJavaError:
        # A metastore without transactions has no locks.
        return []
    ours = {names.local(name) for name in TABLES}
    found = []
    for lock in held or []:
        name = f"{lock.getDbname()}.{lock.getTablename()}"
        age = int(time.time() - lock.getLastheartbeat() / 1000)
        if name in ours and age > _STALE_SECONDS:
            who = f"{lock.getUser()}@{lock.getHostname()}"
            found.append(f"{name}, lock {lock.getLockid()}, held for {age} s by {who}")
    return found
