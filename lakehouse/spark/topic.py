"""The topic as the broker has it, asked through Kafka's own client in the JVM."""
from __future__ import annotations

import json
from typing import Mapping

from py4j.protocol import Py4JJavaError
from pyspark.sql import DataFrame, SparkSession

from events import Refused
from options import Options
from positions import Log

#: A broker that does not answer is told of after this time.
TIMEOUT_MS = 15_000


def source_options(options: Options) -> dict[str, str]:
    """What both readers of Spark are given."""
    return {
        "kafka.bootstrap.servers": options.bootstrap_servers,
        "kafka.isolation.level": "read_committed",
        "subscribe": options.topic,
        "includeHeaders": "true",
        **options.kafka,
    }


def offsets_json(topic: str, offsets: Mapping[int, int]) -> str:
    """As `startingOffsets` and `endingOffsets` want them."""
    return json.dumps({topic: {str(partition): at for partition, at in offsets.items()}})


class Topic:
    """Answers of the broker; made once for a program."""

    def __init__(self, spark: SparkSession, options: Options) -> None:
        self._spark = spark
        self._options = options
        self._jvm = spark._jvm
        settings = self._jvm.java.util.Properties()
        settings.put("bootstrap.servers", options.bootstrap_servers)
        settings.put("request.timeout.ms", str(TIMEOUT_MS))
        settings.put("default.api.timeout.ms", str(TIMEOUT_MS))
        for key, value in options.kafka.items():
            settings.put(key[len("kafka."):] if key.startswith("kafka.") else key, value)
        try:
            # Not by the package's name: this loader has the classes of --packages.
            client = self._jvm.org.apache.kafka.clients.admin.AdminClient
            self._admin = client.create(settings)
        except TypeError as error:
            raise Refused(
                "Kafka's connector is not in this session",
                "name spark-sql-kafka-0-10 with --packages; deno task lake does",
            ) from error

    def close(self) -> None:
        """Ends the client's threads."""
        self._admin.close()

    def _refused(self, error: Py4JJavaError) -> Refused:
        text = str(error.java_exception)
        if "UnknownTopicOrPartition" in text:
            return Refused(
                f"topic {self._options.topic} is not there",
                "deno task setup creates it",
            )
        return Refused(
            f"the broker at {self._options.bootstrap_servers} gives no answer: {text}",
            "in a container the broker is kafka:29092, not localhost:9093; deno task status",
        )

    def logs(self) -> dict[int, Log]:
        """Where the partitions begin and end; the end is that of committed records.

        Raises Refused where there is no broker or no such topic.
        """
        name = self._options.topic
        try:
            asked = self._jvm.java.util.Collections.singletonList(name)
            described = self._admin.describeTopics(asked).allTopicNames().get().get(name)
            numbers = [int(it.partition()) for it in described.partitions()]
            starts = self._offsets(numbers, "earliest")
            ends = self._offsets(numbers, "latest")
        except Py4JJavaError as error:
            raise self._refused(error) from error
        return {number: Log(starts[number], ends[number]) for number in numbers}

    def _offsets(self, partitions: list[int], which: str) -> dict[int, int]:
        kafka = self._jvm.org.apache.kafka
        asked = self._jvm.java.util.HashMap()
        keys = {it: kafka.common.TopicPartition(self._options.topic, it) for it in partitions}
        for key in keys.values():
            asked.put(key, getattr(kafka.clients.admin.OffsetSpec, which)())
        level = kafka.common.IsolationLevel.READ_COMMITTED
        how = kafka.clients.admin.ListOffsetsOptions(level)
        found = self._admin.listOffsets(asked, how).all().get()
        return {it: int(found.get(key).offset()) for it, key in keys.items()}

    def is_compacted(self) -> bool:
        """Whether compaction may take records away."""
        common = self._jvm.org.apache.kafka.common.config
        resource = common.ConfigResource(
            common.ConfigResource.Type.TOPIC, self._options.topic
        )
        asked = self._jvm.java.util.Collections.singletonList(resource)
        config = self._admin.describeConfigs(asked).all().get().get(resource)
        return "compact" in str(config.get("cleanup.policy").value())

    def read(self, start: Mapping[int, int], end: Mapping[int, int]) -> DataFrame:
        """Records of a range of offsets; every partition must be named in both."""
        reader = self._spark.read.format("kafka")
        for key, value in source_options(self._options).items():
            reader = reader.option(key, value)
        name = self._options.topic
        return (
            reader.option("startingOffsets", offsets_json(name, start))
            .option("endingOffsets", offsets_json(name, end))
            .option("failOnDataLoss", "false")
            .load()
        )
