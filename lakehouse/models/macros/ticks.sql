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
