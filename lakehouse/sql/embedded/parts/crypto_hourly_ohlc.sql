-- Generated from lakehouse/models/gold/crypto_hourly_ohlc.sql by `deno task models`.
-- Do not edit.
with part as (
  select
    crypto_symbol,
    hour_start,
    open_price,
    high_price,
    low_price,
    close_price,
    tick_count,
    volume_24h_close,
    market_cap_close,
    first_tick_at,
    last_tick_at,
    volume_24h_at,
    market_cap_at
  from lake.meta.candle_parts
  union all by name
  select * exclude (processed_until)
  from (
    select
      crypto_symbol,
      cast(date_trunc('hour', api_timestamp) as timestamp) as hour_start,
      min_by(price_usd, api_timestamp) as open_price,
      max(price_usd) as high_price,
      min(price_usd) as low_price,
      max_by(price_usd, api_timestamp) as close_price,
      count(*) as tick_count,
      max_by(volume_24h, case when volume_24h is not null then api_timestamp end) as volume_24h_close,
      max_by(market_cap_usd, case when market_cap_usd is not null then api_timestamp end) as market_cap_close,
      min(api_timestamp) as first_tick_at,
      max(api_timestamp) as last_tick_at,
      max(case when volume_24h is not null then api_timestamp end) as volume_24h_at,
      max(case when market_cap_usd is not null then api_timestamp end) as market_cap_at,
      max(processing_timestamp) as processed_until
    from lake.silver.crypto_ticks
    where processing_timestamp > (
        select coalesce(max(processed_until), cast('-infinity' as timestamp))
        from lake.meta.candle_parts
      )
    group by crypto_symbol, cast(date_trunc('hour', api_timestamp) as timestamp)
  )
),

candle as (
  select
    crypto_symbol,
    hour_start,
    min_by(open_price, first_tick_at) as open_price,
    max(high_price) as high_price,
    min(low_price) as low_price,
    max_by(close_price, last_tick_at) as close_price,
    cast(sum(tick_count) as bigint) as tick_count,
    max_by(volume_24h_close, volume_24h_at) as volume_24h_close,
    max_by(market_cap_close, market_cap_at) as market_cap_close,
    min(first_tick_at) as first_tick_at,
    max(last_tick_at) as last_tick_at
  from part
  group by crypto_symbol, hour_start
),

newest as (
  select max(api_timestamp) as api_timestamp
  from lake.silver.crypto_ticks
)

select
  candle.crypto_symbol,
  candle.hour_start,
  candle.open_price,
  candle.high_price,
  candle.low_price,
  candle.close_price,
  candle.tick_count,
  candle.volume_24h_close,
  candle.market_cap_close,
  candle.first_tick_at,
  candle.last_tick_at,
  candle.hour_start + interval '1' hour + interval '10' minute <= newest.api_timestamp as is_final
from candle
cross join newest
