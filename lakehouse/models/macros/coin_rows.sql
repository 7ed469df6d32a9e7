{#
  One row for each coin of each record, in the first place it is named; one row
  without a coin for a record that has none. Columns: the bronze key, the
  record's times, is_json, source_system, crypto_symbol and the coin's fields as
  text (null: missing, null or not text).
#}
{% macro coin_rows(relation) -%}
  {{ return(adapter.dispatch('coin_rows')(relation)) }}
{%- endmacro %}

{% macro default__coin_rows(relation) -%}
with record as (
  select
    kafka_topic,
    topic_epoch,
    kafka_partition,
    kafka_offset,
    kafka_timestamp,
    ingestion_timestamp,
    case
      when payload_encoding = 'utf-8'
        and {{ is_json('raw_payload') | indent(8) }}
        then {{ json_with_numbers_as_text('raw_payload') }}
    end as payload
  from {{ relation }}
),

data as (
  select
    *,
    payload is not null as is_json,
    case
      when json_type(payload, '$.source_system') = 'VARCHAR'
        then json_extract_string(payload, '$.source_system')
    end as source_system,
    coalesce(nullif(json_keys(payload, '$.data'), []), [null]) as coin_ids,
    json_extract(payload, '$.data.*') as coins
  from record
),

coin as (
  select
    kafka_topic,
    topic_epoch,
    kafka_partition,
    kafka_offset,
    kafka_timestamp,
    ingestion_timestamp,
    is_json,
    source_system,
    unnest(coin_ids) as crypto_symbol,
    unnest(coins) as coin,
    unnest(range(len(coin_ids))) as place
  from data
),

first_named as (
  select *
  from coin
  qualify row_number() over (
    partition by kafka_topic, topic_epoch, kafka_partition, kafka_offset, crypto_symbol
    order by place
  ) = 1
),

field as (
  select
    *,
    json_transform(
      coin,
      '{"usd":"VARCHAR","usd_market_cap":"VARCHAR","usd_24h_vol":"VARCHAR","usd_24h_change":"VARCHAR","last_updated_at":"VARCHAR"}'
    ) as texts
  from first_named
)

select
  kafka_topic,
  topic_epoch,
  kafka_partition,
  kafka_offset,
  kafka_timestamp,
  ingestion_timestamp,
  is_json,
  source_system,
  crypto_symbol,
  {{ without_exponent('texts.usd') | indent(2) }} as usd,
  {{ without_exponent('texts.usd_market_cap') | indent(2) }} as usd_market_cap,
  {{ without_exponent('texts.usd_24h_vol') | indent(2) }} as usd_24h_vol,
  {{ without_exponent('texts.usd_24h_change') | indent(2) }} as usd_24h_change,
  {{ without_exponent('texts.last_updated_at') | indent(2) }} as last_updated_at
from field
{%- endmacro %}
