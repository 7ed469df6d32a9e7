{#
  One row for each coin of each record, and one for a record without coins; a
  row without a reason is good. Everything above bronze is made of these rows.
  In dbt's own session of Spark they are a table: inside of a larger statement
  Spark plans their expressions for minutes.
#}
{{ config(schema='silver', materialized='table' if target.type == 'spark' else 'ephemeral') }}

with listed as (
  {{ coin_rows(bronze_rows()) | indent(2) }}
),

read as (
  select
    *,
    {{ decimal('usd', 18) | indent(4) }} as price,
    {{ decimal('usd_24h_vol', 8) | indent(4) }} as volume,
    {{ decimal('usd_market_cap', 8) | indent(4) }} as market_cap,
    {{ decimal('usd_24h_change', 18) | indent(4) }} as percent_change,
    {{ time_of_seconds('last_updated_at') | indent(4) }} as updated_at
  from listed
),

{{ judged_rows() }}
