{#
  Bronze on a Spark that has no lake: a view of the file in BRONZE_FILE, as `lake
  export` writes it. Its times are those of UTC, which is the session's zone.
#}
{% macro bronze_of_file() -%}
{%- set file = env_var('BRONZE_FILE', '') -%}
{%- if execute and target.type == 'spark' and file != '' -%}
{%- set table = source('bronze', 'crypto_ticks_raw') -%}
{%- set columns = graph.sources['source.' ~ project_name ~ '.bronze.crypto_ticks_raw'].columns -%}
{%- do run_query('create schema if not exists ' ~ table.schema) -%}
create or replace view {{ table }} as
select
  {%- for column in columns.values() %}
  {{ 'cast(' ~ column.name ~ ' as timestamp) as ' if column.data_type == 'timestamp' }}{{ column.name }}{{ ',' if not loop.last }}
  {%- endfor %}
from parquet.`{{ file }}`
{%- endif -%}
{%- endmacro %}
