-- Generated from lakehouse/models/silver/crypto_prices_clean.sql by `deno task models`.
-- Do not edit.
select
  crypto_symbol,
  price_usd,
  volume_24h,
  percent_change_24h,
  api_timestamp,
  processing_timestamp
from (
  select
    *,
    row_number() over (
      partition by crypto_symbol, date_trunc('minute', api_timestamp)
      order by api_timestamp desc
    ) as place
  from touched_ticks
) as tick
where place = 1
