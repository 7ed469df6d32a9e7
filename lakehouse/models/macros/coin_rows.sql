{#
  One row for each coin of each record, in the first place it is named; one row
  without a coin for a record that has none. Columns: the bronze key, the
  record's times, is_json, source_system, crypto_symbol and the coin's fields as
  text (null: missing, null or not text). DuckLake cannot search for texts with
  the character 0: U+FFFD is in its place.
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

member as (
  select
    *,
    payload is not null as is_json,
    case
      when json_type(payload, '$.source_system') = 'VARCHAR'
        then replace(json_extract_string(payload, '$.source_system'), chr(0), chr(65533))
    end as source_system,
    list_transform(
      json_keys(payload, '$.data'),
      lambda name: replace(name, chr(0), chr(65533))
    ) as coin_ids,
    json_extract(payload, '$.data.*') as coins
  from record
),

-- Where no name occurs twice, none has to be left out.
first_named as (
  select
    *,
    case
      when len(list_distinct(coin_ids)) < len(coin_ids)
        then {{ first_places('coin_ids') | indent(8) }}
    end as places
  from member
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
    unnest(
      case
        when places is not null then list_select(coin_ids, places)
        else coalesce(nullif(coin_ids, []), [null])
      end
    ) as crypto_symbol,
    unnest(case when places is not null then list_select(coins, places) else coins end) as coin
  from first_named
),

field as (
  select
    *,
    json_transform(
      coin,
      '{"usd":"VARCHAR","usd_market_cap":"VARCHAR","usd_24h_vol":"VARCHAR","usd_24h_change":"VARCHAR","last_updated_at":"VARCHAR"}'
    ) as texts
  from coin
),

-- Exponents are rare: most rows keep their texts.
plain_field as (
  select
    *,
    case
      when regexp_matches(
        concat_ws(
          ' ', texts.usd, texts.usd_market_cap, texts.usd_24h_vol, texts.usd_24h_change, texts.last_updated_at
        ),
        '[0-9][eE]'
      )
        then list_transform(
          [texts.usd, texts.usd_market_cap, texts.usd_24h_vol, texts.usd_24h_change, texts.last_updated_at],
          lambda text: {{ without_exponent('text') | indent(10) }}
        )
      else [texts.usd, texts.usd_market_cap, texts.usd_24h_vol, texts.usd_24h_change, texts.last_updated_at]
    end as plain
  from field
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
  plain[1] as usd,
  plain[2] as usd_market_cap,
  plain[3] as usd_24h_vol,
  plain[4] as usd_24h_change,
  plain[5] as last_updated_at
from plain_field
{%- endmacro %}
