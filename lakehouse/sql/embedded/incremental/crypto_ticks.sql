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
    from lake.silver.crypto_ticks as tick
    where tick.api_timestamp >= (select min(api_timestamp) from good)
      and tick.api_timestamp <= (select max(api_timestamp) from good)
      and tick.crypto_symbol = good.crypto_symbol
      and tick.api_timestamp = good.api_timestamp
  )
