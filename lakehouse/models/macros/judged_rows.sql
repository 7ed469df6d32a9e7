{#
  The end of a query whose CTE `read` has a row for each coin of each record:
  which row is a tick, and for what reason another one is none.
#}
{% macro judged_rows() -%}
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
{%- endmacro %}
