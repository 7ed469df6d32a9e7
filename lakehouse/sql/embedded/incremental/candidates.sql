SELECT
  c.key AS crypto_symbol,
  TRY_CAST(c.value->>'usd' AS DECIMAL(38, 18)) AS price_usd,
  TRY_CAST(c.value->>'usd_24h_vol' AS DECIMAL(38, 8)) AS volume_24h,
  TRY_CAST(c.value->>'usd_market_cap' AS DECIMAL(38, 8)) AS market_cap_usd,
  TRY_CAST(c.value->>'usd_24h_change' AS DECIMAL(38, 18)) AS percent_change_24h,
  make_timestamp(TRY_CAST(c.value->>'last_updated_at' AS BIGINT) * 1000000) AS api_timestamp,
  b.quoted->>'source_system' AS source_system,
  b.ingestion_timestamp AS processing_timestamp,
  b.kafka_topic, b.topic_epoch, b.kafka_partition, b.kafka_offset,
  CASE
    WHEN b.quoted IS NULL THEN 'not_json'
    WHEN c.key IS NULL THEN 'no_data_object'
    WHEN c.value->>'usd' IS NULL THEN 'price_null'
    WHEN TRY_CAST(c.value->>'usd' AS DECIMAL(38, 18)) IS NULL THEN 'price_out_of_range'
    WHEN TRY_CAST(c.value->>'usd' AS DECIMAL(38, 18)) <= 0 THEN 'price_not_positive'
    WHEN TRY_CAST(c.value->>'last_updated_at' AS BIGINT) IS NULL THEN 'timestamp_missing'
  END AS reason
FROM (
  SELECT *, CASE WHEN payload_encoding = 'utf-8' AND json_valid(raw_payload) THEN
    regexp_replace(raw_payload, '"([^"\\]*(?:\\.[^"\\]*)*)"|(-?[0-9][0-9.eE+-]*)', '"\1\2"', 'g') END AS quoted
  FROM batch
) b
LEFT JOIN LATERAL (SELECT key, value FROM json_each(b.quoted, '$.data')) c ON true
