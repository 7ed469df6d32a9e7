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

bound as (
  select
    min(api_timestamp) as first_time,
    max(api_timestamp) as last_time
  from candidates
  where reason is null
),

known as (
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
  where tick.api_timestamp >= (select first_time from bound)
    and tick.api_timestamp <= (select last_time from bound)
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
      from known
      where known.crypto_symbol = good.crypto_symbol
        and known.api_timestamp = good.api_timestamp
    )
  union all
  select
  known.crypto_symbol,
  known.price_usd,
  known.volume_24h,
  known.market_cap_usd,
  known.percent_change_24h,
  known.api_timestamp,
  known.source_system,
  known.processing_timestamp,
  known.kafka_timestamp,
  known.kafka_topic,
  known.topic_epoch,
  known.kafka_partition,
  known.kafka_offset
  from known
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
