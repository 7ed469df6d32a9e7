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
{% if var('reads') == 'new_parts' -%}
{{ new_candle_parts() }}
{%- else -%}
{% if var('reads') == 'parts' -%}
with part as (
  select
    crypto_symbol,
    hour_start,
    open_price,
    high_price,
    low_price,
    close_price,
    tick_count,
    volume_24h_close,
    market_cap_close,
    first_tick_at,
    last_tick_at,
    volume_24h_at,
    market_cap_at
  from lake.meta.candle_parts
  union all by name
  select * exclude (processed_until)
  from (
    {{ new_candle_parts() | indent(4) }}
  )
),

candle as (
  select
    crypto_symbol,
    {% if part == 'hour' %}hour_start{% else %}cast(date_trunc('{{ part }}', hour_start) as timestamp) as {{ start }}{% endif %},
    min_by(open_price, first_tick_at) as open_price,
    max(high_price) as high_price,
    min(low_price) as low_price,
    max_by(close_price, last_tick_at) as close_price,
    cast(sum(tick_count) as bigint) as tick_count,
    max_by(volume_24h_close, volume_24h_at) as volume_24h_close,
    max_by(market_cap_close, market_cap_at) as market_cap_close,
    min(first_tick_at) as first_tick_at,
    max(last_tick_at) as last_tick_at
  from part
  group by crypto_symbol, {% if part == 'hour' %}hour_start{% else %}cast(date_trunc('{{ part }}', hour_start) as timestamp){% endif %}
),
{%- else -%}
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
{%- endif %}

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
{%- endif %}
{%- endmacro %}

{#
  Candles of the hours of ticks that are not in `meta.candle_parts` yet, of the
  embedded engine: times of processing only grow from one transaction to the
  next, so that what comes later is after the newest one there. An hour may have
  several parts, also late ones; merged they give the candle of all its ticks,
  since open and close have their times. `part_end` is what the maintenance
  stores at once.
#}
{% macro new_candle_parts() -%}
select
  crypto_symbol,
  cast(date_trunc('hour', api_timestamp) as timestamp) as hour_start,
  min_by(price_usd, api_timestamp) as open_price,
  max(price_usd) as high_price,
  min(price_usd) as low_price,
  max_by(price_usd, api_timestamp) as close_price,
  count(*) as tick_count,
  {{ last_known('volume_24h') }} as volume_24h_close,
  {{ last_known('market_cap_usd') }} as market_cap_close,
  min(api_timestamp) as first_tick_at,
  max(api_timestamp) as last_tick_at,
  max(case when volume_24h is not null then api_timestamp end) as volume_24h_at,
  max(case when market_cap_usd is not null then api_timestamp end) as market_cap_at,
  max(processing_timestamp) as processed_until
from {{ tick_rows() }}
where processing_timestamp > (
    select coalesce(max(processed_until), cast('-infinity' as timestamp))
    from lake.meta.candle_parts
  )
{%- if var('reads') == 'new_parts' %}
  and processing_timestamp < (select processed_until from part_end)
{%- endif %}
group by crypto_symbol, cast(date_trunc('hour', api_timestamp) as timestamp)
{%- endmacro %}
