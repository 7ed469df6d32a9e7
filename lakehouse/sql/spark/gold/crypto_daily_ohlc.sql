-- Generated from lakehouse/models/gold/crypto_daily_ohlc.sql by `deno task models`.
-- Do not edit.
with candle as (
  select
    crypto_symbol,
    cast(date_trunc('day', api_timestamp) as timestamp) as day_start,
    min_by(price_usd, api_timestamp) as open_price,
    max(price_usd) as high_price,
    min(price_usd) as low_price,
    max_by(price_usd, api_timestamp) as close_price,
    count(*) as tick_count,
    max_by(volume_24h, case when volume_24h is not null then api_timestamp end) as volume_24h_close,
    max_by(market_cap_usd, case when market_cap_usd is not null then api_timestamp end) as market_cap_close,
    min(api_timestamp) as first_tick_at,
    max(api_timestamp) as last_tick_at
  from silver.crypto_ticks
  group by crypto_symbol, cast(date_trunc('day', api_timestamp) as timestamp)
),

newest as (
  select max(api_timestamp) as api_timestamp
  from silver.crypto_ticks
)

select
  candle.crypto_symbol,
  candle.day_start,
  candle.open_price,
  candle.high_price,
  candle.low_price,
  candle.close_price,
  candle.tick_count,
  candle.volume_24h_close,
  candle.market_cap_close,
  candle.first_tick_at,
  candle.last_tick_at,
  candle.day_start + interval '1' day + interval '10' minute <= newest.api_timestamp as is_final
from candle
cross join newest
