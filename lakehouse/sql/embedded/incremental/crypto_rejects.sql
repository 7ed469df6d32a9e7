SELECT crypto_symbol, reason, processing_timestamp, kafka_topic, topic_epoch, kafka_partition, kafka_offset
FROM candidates WHERE reason IS NOT NULL
