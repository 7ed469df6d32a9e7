{{ config(schema='silver', materialized='table') }}

with {{ good_and_known() }},

winner as (
  select {{ observed_columns('good.') }}
  from good
  where {{ first_of_key() | indent(2) }}
{%- if var('reads') == 'incremental' %}
  union all
  select {{ observed_columns('known.') }}
  from known
{%- endif %}
)

select {{ tick_columns('good.') }}
from good
inner join winner
  on winner.crypto_symbol = good.crypto_symbol
  and winner.api_timestamp = good.api_timestamp
where {{ differs('good', 'winner') }}
