{#
  One row for each coin of each record, and one for a record without coins; a
  row without a reason is good. Everything above bronze is made of these rows.
#}
{{ config(schema='silver', materialized='ephemeral') }}

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

judged as (
  select
    *,
    case
      when not is_json then 'not_json'
      when crypto_symbol is null then 'no_data_object'
      when price > 0 and price < {{ limit(18) }} then
        case
          when updated_at > ingestion_timestamp + interval '5' minute then 'timestamp_in_future'
          when updated_at > {{ epoch() }} then null
          when updated_at is null and {{ is_number('last_updated_at') }} and last_updated_at not like '-%'
            then 'timestamp_in_future'
          else 'timestamp_missing'
        end
      when usd is null or not {{ is_number('usd') }} then 'price_null'
      when price <= 0 or usd like '-%' then 'price_not_positive'
      else 'price_out_of_range'
    end as reason
  from read
)

select
  crypto_symbol,
  case when reason is null then price end as price_usd,
  {{ within('volume', 8) }} as volume_24h,
  {{ within('market_cap', 8) }} as market_cap_usd,
  {{ within('percent_change', 18) }} as percent_change_24h,
  case when reason is null then updated_at end as api_timestamp,
  source_system,
  ingestion_timestamp as processing_timestamp,
  kafka_timestamp,
  kafka_topic,
  topic_epoch,
  kafka_partition,
  kafka_offset,
  reason
from judged
