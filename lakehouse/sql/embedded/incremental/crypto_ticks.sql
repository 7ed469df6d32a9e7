SELECT crypto_symbol, price_usd, volume_24h, market_cap_usd, percent_change_24h, api_timestamp, source_system, processing_timestamp, kafka_topic, topic_epoch, kafka_partition, kafka_offset
FROM (
  SELECT *, row_number() OVER (
    PARTITION BY crypto_symbol, api_timestamp
    ORDER BY processing_timestamp, topic_epoch, kafka_partition, kafka_offset
  ) AS n
  FROM candidates WHERE reason IS NULL
) c
WHERE n = 1 AND NOT EXISTS (
  SELECT 1 FROM lake.silver.crypto_ticks t
  WHERE t.crypto_symbol = c.crypto_symbol AND t.api_timestamp = c.api_timestamp
)
