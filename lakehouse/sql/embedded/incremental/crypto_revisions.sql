WITH good AS (SELECT * FROM candidates WHERE reason IS NULL),
known AS (
  SELECT crypto_symbol, api_timestamp, price_usd, false AS is_new, NULL::BIGINT AS kafka_offset
  FROM lake.silver.crypto_ticks t
  WHERE EXISTS (SELECT 1 FROM good g WHERE t.crypto_symbol = g.crypto_symbol AND t.api_timestamp = g.api_timestamp)
),
first AS (
  SELECT crypto_symbol, api_timestamp, arg_min(price_usd, (processing_timestamp, topic_epoch, kafka_partition, kafka_offset)) AS price_usd
  FROM good GROUP BY ALL
)
SELECT crypto_symbol, price_usd, volume_24h, market_cap_usd, percent_change_24h, api_timestamp, source_system, processing_timestamp, kafka_topic, topic_epoch, kafka_partition, kafka_offset FROM (
  SELECT g.*, coalesce(k.price_usd, f.price_usd) AS won
  FROM good g LEFT JOIN known k USING (crypto_symbol, api_timestamp) LEFT JOIN first f USING (crypto_symbol, api_timestamp)
) WHERE price_usd <> won
