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

known as (
  select
  crypto_symbol,
  api_timestamp,
  price_usd,
  volume_24h,
  market_cap_usd,
  percent_change_24h
  from known_ticks
),

winner as (
  select
  good.crypto_symbol,
  good.api_timestamp,
  good.price_usd,
  good.volume_24h,
  good.market_cap_usd,
  good.percent_change_24h
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
  known.api_timestamp,
  known.price_usd,
  known.volume_24h,
  known.market_cap_usd,
  known.percent_change_24h
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
