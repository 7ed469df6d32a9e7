-- Generated from lakehouse/models/silver/crypto_read_candidates.sql by `deno task models`.
-- Do not edit.
with read as (
  select
    batch.kafka_topic,
    batch.topic_epoch,
    batch.kafka_partition,
    batch.kafka_offset,
    batch.kafka_timestamp,
    batch.ingestion_timestamp,
    true as is_json,
    batch.source_system,
    read_coins.crypto_symbol,
    cast(null as varchar) as usd,
    cast(null as varchar) as last_updated_at,
    read_coins.price,
    read_coins.volume,
    read_coins.market_cap,
    read_coins.percent_change,
    read_coins.updated_at
  from read_coins
  inner join batch using (place)
),

judged as (
  select
    *,
    case
      when not is_json then 'not_json'
      when crypto_symbol is null then 'no_data_object'
      when price > 0 and price < 10000000000000000000 then
        case
          when updated_at > ingestion_timestamp + interval '5' minute then 'timestamp_in_future'
          when updated_at > timestamp '1970-01-01 00:00:00' then null
          when updated_at is null and regexp_full_match(last_updated_at, '-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?') and last_updated_at not like '-%'
            then 'timestamp_in_future'
          else 'timestamp_missing'
        end
      when usd is null or not regexp_full_match(usd, '-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?') then 'price_null'
      when price <= 0 or usd like '-%' then 'price_not_positive'
      else 'price_out_of_range'
    end as reason
  from read
)

select
  crypto_symbol,
  case when reason is null then price end as price_usd,
  case
    when reason is null and volume > -100000000000000000000000000000 and volume < 100000000000000000000000000000
      then volume
  end as volume_24h,
  case
    when reason is null and market_cap > -100000000000000000000000000000 and market_cap < 100000000000000000000000000000
      then market_cap
  end as market_cap_usd,
  case
    when reason is null and percent_change > -10000000000000000000 and percent_change < 10000000000000000000
      then percent_change
  end as percent_change_24h,
  case when reason is null then updated_at end as api_timestamp,
  source_system,
  ingestion_timestamp as processing_timestamp,
  kafka_timestamp,
  kafka_topic,
  topic_epoch,
  kafka_partition,
  kafka_offset,
  reason
from judged
