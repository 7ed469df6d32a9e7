-- Generated from lakehouse/models/gold/crypto_latest.sql by `deno task models`.
-- Do not edit.
with newest as (
  select
    crypto_symbol,
    max(api_timestamp) as api_timestamp
  from silver.crypto_ticks
  group by crypto_symbol
)

select
  tick.crypto_symbol,
  tick.price_usd,
  tick.volume_24h,
  tick.market_cap_usd,
  tick.percent_change_24h,
  tick.api_timestamp,
  tick.source_system,
  tick.processing_timestamp,
  tick.kafka_timestamp,
  tick.kafka_topic,
  tick.topic_epoch,
  tick.kafka_partition,
  tick.kafka_offset
from silver.crypto_ticks as tick
inner join newest
  on newest.crypto_symbol = tick.crypto_symbol
  and newest.api_timestamp = tick.api_timestamp
