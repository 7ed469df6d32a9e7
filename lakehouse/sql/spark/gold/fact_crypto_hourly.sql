-- Generated from lakehouse/models/gold/fact_crypto_hourly.sql by `deno task models`.
-- Do not edit.
select
  version.crypto_key,
  cast(
    year(hourly.hour_start) * 1000000 + month(hourly.hour_start) * 10000 + day(hourly.hour_start) * 100 + hour(hourly.hour_start)
    as integer
  ) as time_key,
  hourly.crypto_symbol,
  hourly.hour_start,
  hourly.open_price,
  hourly.high_price,
  hourly.low_price,
  hourly.close_price,
  hourly.tick_count,
  hourly.volume_24h_close,
  hourly.market_cap_close,
  hourly.is_final
from gold.crypto_hourly_ohlc as hourly
inner join gold.dim_crypto as version
  on version.crypto_symbol = hourly.crypto_symbol
  and version.valid_from <= hourly.hour_start
  and version.valid_to > hourly.hour_start
