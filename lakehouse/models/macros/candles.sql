{#
  The last known value of a column. DuckDB's max_by leaves out rows without a
  value, Spark's does not: the condition makes them equal.
#}
{% macro last_known(column) -%}
max_by({{ column }}, case when {{ column }} is not null then api_timestamp end)
{%- endmacro %}

{#
  Candles of an hour or a day. A key of silver is unique, so that no two ticks
  of a coin have the same time: open and close are the same in each run. A
  candle is final when a tick of any coin came from ten minutes after its end:
  prices are refused from five minutes in the future on, and the topic is in
  order, also after an outage.
#}
{% macro candles(part, start) -%}
with candle as (
  select
    crypto_symbol,
    cast(date_trunc('{{ part }}', api_timestamp) as timestamp) as {{ start }},
    min_by(price_usd, api_timestamp) as open_price,
    max(price_usd) as high_price,
    min(price_usd) as low_price,
    max_by(price_usd, api_timestamp) as close_price,
    count(*) as tick_count,
    {{ last_known('volume_24h') }} as volume_24h_close,
    {{ last_known('market_cap_usd') }} as market_cap_close,
    min(api_timestamp) as first_tick_at,
    max(api_timestamp) as last_tick_at
  from {{ tick_rows() }}
  group by crypto_symbol, cast(date_trunc('{{ part }}', api_timestamp) as timestamp)
),

newest as (
  {{ newest_tick() }}
)

select
  candle.crypto_symbol,
  candle.{{ start }},
  candle.open_price,
  candle.high_price,
  candle.low_price,
  candle.close_price,
  candle.tick_count,
  candle.volume_24h_close,
  candle.market_cap_close,
  candle.first_tick_at,
  candle.last_tick_at,
  candle.{{ start }} + interval '1' {{ part }} + interval '10' minute <= newest.api_timestamp as is_final
from candle
cross join newest
{%- endmacro %}
