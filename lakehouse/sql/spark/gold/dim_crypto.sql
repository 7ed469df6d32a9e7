-- Generated from lakehouse/models/gold/dim_crypto.sql by `deno task models`.
-- Do not edit.
with ranked as (
  select
    crypto_symbol,
    day_start,
    case
      when market_cap_close is not null then row_number() over (
        partition by day_start
        order by market_cap_close desc nulls last, crypto_symbol
      )
    end as market_cap_rank
  from gold.crypto_daily_ohlc
),

compared as (
  select
    *,
    lag(market_cap_rank) over (partition by crypto_symbol order by day_start) as rank_before,
    row_number() over (partition by crypto_symbol order by day_start) as day_number
  from ranked
),

version as (
  select
    crypto_symbol,
    market_cap_rank,
    day_start as valid_from,
    lead(day_start) over (partition by crypto_symbol order by day_start) as next_from
  from compared
  where day_number = 1 or market_cap_rank is distinct from rank_before
)

select
  concat(crypto_symbol, '@', cast(cast(valid_from as date) as string)) as crypto_key,
  crypto_symbol,
  market_cap_rank,
  valid_from,
  coalesce(next_from, timestamp '9999-12-31 00:00:00') as valid_to,
  next_from is null as is_current
from version
