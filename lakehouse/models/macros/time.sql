{# The key of an hour in dim_time: 2025120310 is 2025-12-03 10:00 UTC. #}
{% macro time_key(hour) -%}
cast(
    year({{ hour }}) * 1000000 + month({{ hour }}) * 10000 + day({{ hour }}) * 100 + hour({{ hour }})
    as integer
  )
{%- endmacro %}

{# Monday is 1. #}
{% macro day_of_week(time) -%}
  {{ return(adapter.dispatch('day_of_week')(time)) }}
{%- endmacro %}

{% macro default__day_of_week(time) -%}
cast(isodow({{ time }}) as integer)
{%- endmacro %}

{% macro spark__day_of_week(time) -%}
weekday({{ time }}) + 1
{%- endmacro %}

{# A row for each hour from the first to the last, both included. #}
{% macro hours_between(first, last) -%}
  {{ return(adapter.dispatch('hours_between')(first, last)) }}
{%- endmacro %}

{% macro default__hours_between(first, last) -%}
unnest(generate_series({{ first }}, {{ last }}, interval 1 hour))
{%- endmacro %}

{% macro spark__hours_between(first, last) -%}
explode(sequence({{ first }}, {{ last }}, interval 1 hour))
{%- endmacro %}
