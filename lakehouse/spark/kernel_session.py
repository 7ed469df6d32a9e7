"""A session in a Jupyter kernel, where another one may be open already.

Packages are given to Java at its start alone. So a session that lacks some is ended with its
Java, and another one begins with all of PART-A's settings.
"""
from __future__ import annotations

import os
from pathlib import Path
from subprocess import TimeoutExpired
from typing import Optional

from py4j.java_gateway import JavaClass
from pyspark import SparkContext
from pyspark.sql import SparkSession

from events import Refused
from session import (
    OLDEST_ICEBERG, iceberg_version, names_of, new_session, refuse_old_iceberg, settle, version_of,
)
from options import Options

_ARGUMENTS = "PYSPARK_SUBMIT_ARGS"
_JAVA_SECONDS = 60


def open_in_kernel(properties: Path, options: Options) -> SparkSession:
    """A session with Iceberg, Kafka and the catalog.

    `properties`: all that Spark is started with, its packages among them.
    Raises Refused where the open session lacks something and cannot be ended.
    """
    if SparkContext._gateway is None:
        return _started(properties)
    lacks = lacking(options)
    if lacks is None:
        # One of its own: temporary views and settings of the other stay as they are.
        print("This kernel has a session with all that is needed: its Java is used.")
        return settle(SparkSession.builder.getOrCreate().newSession())
    _end_java(lacks)
    print(f"This kernel's session had {lacks}: it was ended, and its variables are of no use now.")
    return _started(properties)


def lacking(options: Options) -> Optional[str]:
    """What the Java of this kernel does not have; None if it has all."""
    java = SparkContext._jvm
    provider = java.org.apache.spark.sql.kafka010.KafkaSourceProvider
    if not isinstance(provider, JavaClass):
        return "no connector for Kafka"
    spark = SparkSession.builder.getOrCreate()
    try:
        if version_of(iceberg_version(spark)) < OLDEST_ICEBERG:
            return f"Iceberg {iceberg_version(spark)}, which loses rows of streams"
        names_of(spark.newSession(), options)
    except Refused as refused:
        return f"a fault ({refused.problem})"
    return None


def _started(properties: Path) -> SparkSession:
    """A new Java. In a file: arguments show in the list of processes."""
    before = os.environ.get(_ARGUMENTS)
    os.environ[_ARGUMENTS] = f"--properties-file {properties} pyspark-shell"
    print("Spark starts; its packages are fetched once, which may take minutes ...")
    try:
        spark = new_session("notebook")
    finally:
        del os.environ[_ARGUMENTS]
        if before is not None:
            os.environ[_ARGUMENTS] = before
    refuse_old_iceberg(spark)
    return spark


def _end_java(lacks: str) -> None:
    """Ends the session and its Java, and waits for that."""
    gateway = SparkContext._gateway
    java = getattr(gateway, "proc", None)
    if java is None:
        raise Refused(
            f"this kernel's session has {lacks}, and was started from outside",
            "restart the kernel, and run this cell first",
        )
    spark = SparkSession._instantiatedSession or SparkSession.getActiveSession()
    streams = [] if spark is None else spark.streams.active
    if streams:
        raise Refused(
            f"this kernel's session has {lacks}, and cannot be ended: {len(streams)} streams run",
            "stop them (for it in spark.streams.active: it.stop()), then run this cell again",
        )
    if spark is not None:
        spark.stop()
    elif SparkContext._active_spark_context is not None:
        SparkContext._active_spark_context.stop()
    gateway.shutdown()
    java.stdin.close()
    try:
        java.wait(_JAVA_SECONDS)
    except TimeoutExpired:
        # Its context has ended: nothing is cut short.
        java.kill()
        java.wait()
    SparkContext._gateway = SparkContext._jvm = None
    SparkSession._instantiatedSession = None
