{{ config(schema='gold') }}

with newest as (
  select
    crypto_symbol,
    max(api_timestamp) as api_timestamp
  from {{ tick_rows() }}
  group by crypto_symbol
)

select {{ tick_columns('tick.') }}
from {{ tick_rows() }} as tick
inner join newest
  on newest.crypto_symbol = tick.crypto_symbol
  and newest.api_timestamp = tick.api_timestamp
