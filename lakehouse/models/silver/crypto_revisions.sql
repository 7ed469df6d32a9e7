{{ config(schema='silver', materialized='table') }}

with good as (
  select
    *,
    row_number() over (
      partition by crypto_symbol, api_timestamp
      order by {{ arrival() }}
    ) as place
  from {{ candidate_rows() }}
  where reason is null
),

winner as (
  select {{ tick_columns('good.') }}
  from good
  where good.place = 1
{%- if var('reads') == 'incremental' %}
    and not exists (
      select 1
      from lake.silver.crypto_ticks as tick
      where tick.api_timestamp >= (select min(api_timestamp) from good)
        and tick.api_timestamp <= (select max(api_timestamp) from good)
        and tick.crypto_symbol = good.crypto_symbol
        and tick.api_timestamp = good.api_timestamp
    )
  union all
  select {{ tick_columns('tick.') }}
  from lake.silver.crypto_ticks as tick
  where tick.api_timestamp >= (select min(api_timestamp) from good)
    and tick.api_timestamp <= (select max(api_timestamp) from good)
    and exists (
      select 1
      from good
      where good.crypto_symbol = tick.crypto_symbol
        and good.api_timestamp = tick.api_timestamp
    )
{%- endif %}
)

select {{ tick_columns('good.') }}
from good
inner join winner
  on winner.crypto_symbol = good.crypto_symbol
  and winner.api_timestamp = good.api_timestamp
where {{ differs('good', 'winner') }}
