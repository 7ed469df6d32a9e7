{#
  What the models read, by the variable `reads`: the tables, or, in an increment,
  what the program that writes it puts into tables or views of these names.
#}

{% macro bronze_rows() -%}
  {% if var('reads') == 'incremental' %}batch{% else %}{{ source('bronze', 'crypto_ticks_raw') }}{% endif %}
{%- endmacro %}

{% macro candidate_rows() -%}
  {% if var('reads') == 'incremental' %}candidates{% else %}{{ ref('crypto_candidates') }}{% endif %}
{%- endmacro %}

{# All ticks of the keys that the increment writes: of whole minutes, hours or days. #}
{% macro tick_rows() -%}
  {% if var('reads') == 'incremental' %}touched_ticks{% else %}{{ ref('crypto_ticks') }}{% endif %}
{%- endmacro %}

{# The candles of the hours whose facts the increment writes. #}
{% macro hour_rows() -%}
  {% if var('reads') == 'incremental' %}touched_hours{% else %}{{ ref('crypto_hourly_ohlc') }}{% endif %}
{%- endmacro %}

{# One row: the newest time of all of silver. #}
{% macro newest_tick() -%}
{% if var('reads') == 'incremental' -%}
select api_timestamp
  from newest_tick
{%- else -%}
select max(api_timestamp) as api_timestamp
  from {{ ref('crypto_ticks') }}
{%- endif %}
{%- endmacro %}
