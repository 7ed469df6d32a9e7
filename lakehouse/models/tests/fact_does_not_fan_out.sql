-- The star schema has the hours of the candles, each once, and each joins one
-- row of both dimensions.
select 1
from (
  select
    (select count(*) from {{ ref('crypto_hourly_ohlc') }}) as candles,
    (select count(*) from {{ ref('fact_crypto_hourly') }}) as facts,
    (
      select count(*)
      from {{ ref('fact_crypto_hourly') }} as fact
      inner join {{ ref('dim_crypto') }} as crypto on crypto.crypto_key = fact.crypto_key
      inner join {{ ref('dim_time') }} as hours on hours.time_key = fact.time_key
    ) as joined
) as counted
where candles <> facts or facts <> joined
