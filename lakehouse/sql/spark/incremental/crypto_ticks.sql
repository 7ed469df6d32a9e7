-- Generated from lakehouse/models/silver/crypto_ticks.sql by `deno task models`.
-- Do not edit.
with good as (
  select
    *,
    row_number() over (
      partition by crypto_symbol, api_timestamp
      order by processing_timestamp, kafka_topic, topic_epoch, kafka_partition, kafka_offset
    ) as place
  from candidates
  where reason is null
),

known as (
  select
  crypto_symbol,
  api_timestamp,
  price_usd,
  volume_24h,
  market_cap_usd,
  percent_change_24h
  from known_ticks
)

select
  good.crypto_symbol,
  good.price_usd,
  good.volume_24h,
  good.market_cap_usd,
  good.percent_change_24h,
  good.api_timestamp,
  good.source_system,
  good.processing_timestamp,
  good.kafka_timestamp,
  good.kafka_topic,
  good.topic_epoch,
  good.kafka_partition,
  good.kafka_offset
from good
where good.place = 1
  and not exists (
    select 1
    from known
    where known.crypto_symbol = good.crypto_symbol
      and known.api_timestamp = good.api_timestamp
  )
