{{ config(schema='gold') }}

select
  version.crypto_key,
  {{ time_key('hourly.hour_start') }} as time_key,
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
from {{ hour_rows() }} as hourly
inner join {{ ref('dim_crypto') }} as version
  on version.crypto_symbol = hourly.crypto_symbol
  and version.valid_from <= hourly.hour_start
  and version.valid_to > hourly.hour_start
