-- Generated from lakehouse/models/gold/crypto_hourly_ohlc.sql by `deno task models`.
-- Do not edit.
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
  and processing_timestamp < (select processed_until from part_end)
group by crypto_symbol, cast(date_trunc('hour', api_timestamp) as timestamp)
