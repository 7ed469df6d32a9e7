"""Which checkpoint a stream goes on with.

Bronze is the truth. A checkpoint is used only while it says the same: one that was restored from
a copy, that is ahead of a table that was rolled back, or whose last batch is in bronze although
Spark does not know it yet, would read records twice or pass over them. Then a new folder begins,
at bronze's own end.
"""
from __future__ import annotations

from typing import TYPE_CHECKING, Mapping, Optional, Protocol

from events import emit
from options import Options
from positions import folder_of, generation_of, read_offsets_file

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


class Files(Protocol):
    """What is asked of a store."""

    def names(self, folder: str) -> list[str]:
        """What a folder has; nothing if it is not there."""

    def text(self, file: str) -> str:
        """A small file's text."""


class Store:
    """Files of the checkpoints, through Hadoop's file system."""

    def __init__(self, spark: "SparkSession", root: str) -> None:
        self._jvm = spark._jvm
        self._path = self._jvm.org.apache.hadoop.fs.Path
        self._system = self._path(root).getFileSystem(spark._jsc.hadoopConfiguration())

    def names(self, folder: str) -> list[str]:
        """What a folder has; nothing if it is not there."""
        path = self._path(folder)
        if not self._system.exists(path):
            return []
        return [str(it.getPath().getName()) for it in self._system.listStatus(path)]

    def text(self, file: str) -> str:
        """A small file's text."""
        stream = self._system.open(self._path(file))
        try:
            return str(self._jvm.org.apache.commons.io.IOUtils.toString(stream, "UTF-8"))
        finally:
            stream.close()


def _newest(names: list[str]) -> int:
    return max((int(name) for name in names if name.isdigit()), default=-1)


def disagreement(store: Files, path: str, topic: str, next_: Mapping[int, int]) -> Optional[str]:
    """Why the checkpoint cannot be used; None if it can, or there is none."""
    planned = _newest(store.names(f"{path}/offsets"))
    if planned < 0:
        # Killed before its first batch: it may have noted where it begins.
        return "it has no batch yet" if store.names(f"{path}/sources") else None
    committed = _newest(store.names(f"{path}/commits"))
    # The batch that bronze must end with: the one in flight is not in bronze.
    last = planned if committed >= planned else planned - 1
    if last < 0:
        return "its first batch was not finished"
    ends = read_offsets_file(store.text(f"{path}/offsets/{last}"), topic)
    if ends is None:
        return f"it has no offsets of {topic}"
    for partition, offset in sorted(ends.items()):
        if next_.get(partition) != offset:
            return (
                f"it goes on at offset {offset} of partition {partition}, bronze at "
                f"{next_.get(partition)}"
            )
    # A new partition begins at 0 by itself.
    late = [it for it, offset in next_.items() if it not in ends and offset != 0]
    return f"it does not have partition {late[0]}" if late else None


def choose_checkpoint(
    spark: "SparkSession", options: Options, table: str, epoch: int, next_: Mapping[int, int]
) -> str:
    """The folder to go on with: another table, topic or epoch never meets a foreign one."""
    root = options.checkpoint_root.rstrip("/")
    parent = f"{root}/bronze/{table}/{options.topic}"
    store = Store(spark, root)
    there = [generation_of(name, epoch) for name in store.names(parent)]
    newest = max((it for it in there if it is not None), default=None)
    if newest is None:
        path = f"{parent}/{folder_of(epoch, 0)}"
        emit("checkpoint", path=path, says="new")
        return path
    path = f"{parent}/{folder_of(epoch, newest)}"
    why = disagreement(store, path, options.topic, next_)
    if why is None:
        emit("checkpoint", path=path, says="goes on")
        return path
    following = f"{parent}/{folder_of(epoch, newest + 1)}"
    emit("checkpoint", path=following, says=f"new, at bronze's own end: of the one before, {why}")
    return following
