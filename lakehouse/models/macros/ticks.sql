{# The columns of a tick, in the order of silver's tables. #}
{% macro tick_columns(prefix='') -%}
{%- for name in [
  'crypto_symbol', 'price_usd', 'volume_24h', 'market_cap_usd', 'percent_change_24h', 'api_timestamp',
  'source_system', 'processing_timestamp', 'kafka_timestamp', 'kafka_topic', 'topic_epoch', 'kafka_partition',
  'kafka_offset',
] %}
  {{ prefix }}{{ name }}{{ ',' if not loop.last }}
{%- endfor %}
{%- endmacro %}

{# A tick's key and what it says. #}
{% macro observed_columns(prefix='') -%}
{%- for name in [
  'crypto_symbol', 'api_timestamp', 'price_usd', 'volume_24h', 'market_cap_usd', 'percent_change_24h',
] %}
  {{ prefix }}{{ name }}{{ ',' if not loop.last }}
{%- endfor %}
{%- endmacro %}

{# The order in which records came to the lake: the first one wins. #}
{% macro arrival() -%}
processing_timestamp, kafka_topic, topic_epoch, kafka_partition, kafka_offset
{%- endmacro %}

{# Whether a candidate says something else than the tick of its key. #}
{% macro differs(left, right) -%}
(
  {{ left }}.price_usd is distinct from {{ right }}.price_usd
  or {{ left }}.volume_24h is distinct from {{ right }}.volume_24h
  or {{ left }}.market_cap_usd is distinct from {{ right }}.market_cap_usd
  or {{ left }}.percent_change_24h is distinct from {{ right }}.percent_change_24h
)
{%- endmacro %}

{#
  The good candidates, each with its place among those of its key; and, in an
  increment, the ticks of these times that silver has, which the writer puts into
  a table.
#}
{% macro good_and_known() -%}
good as (
  select
    *,
    row_number() over (
      partition by crypto_symbol, api_timestamp
      order by {{ arrival() }}
    ) as place
  from {{ candidate_rows() }}
  where reason is null
)
{%- if var('reads') == 'incremental' %},

known as (
  select {{ observed_columns() }}
  from known_ticks
)
{%- endif %}
{%- endmacro %}

{# Of the good candidates, those that are the first of their key. #}
{% macro first_of_key() -%}
good.place = 1
{%- if var('reads') == 'incremental' %}
  and not exists (
    select 1
    from known
    where known.crypto_symbol = good.crypto_symbol
      and known.api_timestamp = good.api_timestamp
  )
{%- endif %}
{%- endmacro %}
