-- Generated from lakehouse/models/silver/crypto_revisions.sql by `deno task models`.
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

winner as (
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
  union all
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
  from lake.silver.crypto_ticks as tick
  where tick.api_timestamp >= (select min(api_timestamp) from good)
    and tick.api_timestamp <= (select max(api_timestamp) from good)
    and exists (
      select 1
      from good
      where good.crypto_symbol = tick.crypto_symbol
        and good.api_timestamp = tick.api_timestamp
    )
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
inner join winner
  on winner.crypto_symbol = good.crypto_symbol
  and winner.api_timestamp = good.api_timestamp
where (
  good.price_usd is distinct from winner.price_usd
  or good.volume_24h is distinct from winner.volume_24h
  or good.market_cap_usd is distinct from winner.market_cap_usd
  or good.percent_change_24h is distinct from winner.percent_change_24h
)
