{#
  One row for each coin of each record, in the first place it is named; one row
  without a coin for a record that has none. Columns: the bronze key, the
  record's times, is_json, source_system, crypto_symbol and the coin's fields as
  text (null: missing, null or not text). DuckLake cannot search for texts with
  the character 0: U+FFFD is in its place.

  On DuckDB, an increment's rows have two further columns. Those with a `place`
  were read already by the program that writes them, which is faster at this than
  DuckDB: their coins are in the table `read_coins`, `source_system` is here, and
  crypto_read_candidates.sql has their candidates.
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
  {%- if var('reads') == 'incremental' %}
  where place is null
  {%- endif %}
),

envelope as (
  select
    *,
    payload is not null as is_json,
    json_transform(
      payload,
      '{"source_system":"JSON","data":"MAP(VARCHAR, STRUCT(usd VARCHAR, usd_market_cap VARCHAR, usd_24h_vol VARCHAR, usd_24h_change VARCHAR, last_updated_at VARCHAR))"}'
    ) as envelope
  from record
),

-- Where the character 0 is not written, no name has it.
member as (
  select
    *,
    case
      when starts_with(envelope.source_system, '"')
        then replace(json_extract_string(envelope.source_system, '$'), chr(0), chr(65533))
    end as source_system,
    case
      when contains(payload, '\u0000')
        then list_transform(map_keys(envelope.data), lambda name: replace(name, chr(0), chr(65533)))
      else map_keys(envelope.data)
    end as coin_ids,
    map_values(envelope.data) as coins
  from envelope
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
    unnest(case when places is not null then list_select(coins, places) else coins end) as texts
  from first_named
),

-- Exponents are rare: most rows keep their texts.
plain_field as (
  select
    *,
    case
      when contains(
        lower(concat(
          texts.usd, texts.usd_market_cap, texts.usd_24h_vol, texts.usd_24h_change, texts.last_updated_at
        )),
        'e'
      )
        then list_transform(
          [
            list_transform(
              [texts.usd, texts.usd_market_cap, texts.usd_24h_vol, texts.usd_24h_change, texts.last_updated_at],
              lambda text: {{ without_exponent('text') | indent(14) }}
            )
          ],
          lambda plain: {
            'usd': plain[1],
            'usd_market_cap': plain[2],
            'usd_24h_vol': plain[3],
            'usd_24h_change': plain[4],
            'last_updated_at': plain[5]
          }
        )[1]
      else texts
    end as plain
  from coin
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
  plain.usd as usd,
  plain.usd_market_cap as usd_market_cap,
  plain.usd_24h_vol as usd_24h_vol,
  plain.usd_24h_change as usd_24h_change,
  plain.last_updated_at as last_updated_at
from plain_field
{%- endmacro %}
