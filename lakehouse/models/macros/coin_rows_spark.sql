{% macro spark__coin_rows(relation) -%}
with record as (
  select
    kafka_topic,
    topic_epoch,
    kafka_partition,
    kafka_offset,
    kafka_timestamp,
    ingestion_timestamp,
    raw_payload,
    case
      when payload_encoding = 'utf-8'
        and {{ has_json_tokens('raw_payload') }}
        then {{ json_skeleton('raw_payload') | indent(8) }}
    end as skeleton
  from {{ relation }}
),

marked as (
  select
    *,
    case
      when {{ is_json_value('skeleton') | indent(6) }}
        then {{ json_with_marked_texts('raw_payload') }}
    end as payload
  from record
),

member as (
  select
    *,
    payload is not null as is_json,
    {{ json_members('payload') }} as members
  from marked
),

data as (
  select
    *,
    {{ first_member('members', 'source_system') }} as source,
    {{ first_member('members', 'data') }} as data
  from member
),

listed_coin as (
  select
    *,
    {{ json_members('data') }} as coins
  from data
),

named as (
  select
    *,
    transform(coins, coin -> {{ unmarked('coin.key') }}) as coin_ids
  from listed_coin
),

-- Where no name occurs twice, none has to be left out.
coin as (
  select
    kafka_topic,
    topic_epoch,
    kafka_partition,
    kafka_offset,
    kafka_timestamp,
    ingestion_timestamp,
    is_json,
    {{ unmarked('source') }} as source_system,
    explode_outer(
      case
        when size(array_distinct(coin_ids)) < size(coin_ids)
          then transform({{ spark_first_places('coin_ids') | indent(10) }}, entry -> coins[entry.place])
        else coins
      end
    ) as coin
  from named
),

field as (
  select
    *,
    {{ json_members('coin.value') }} as fields
  from coin
),

field_text as (
  select
    *,
    array(
      {%- for name in ['usd', 'usd_market_cap', 'usd_24h_vol', 'usd_24h_change', 'last_updated_at'] %}
      {{ unmarked(first_member('fields', name)) }}{{ ',' if not loop.last }}
      {%- endfor %}
    ) as texts
  from field
),

-- Exponents are rare: most rows keep their texts.
plain_field as (
  select
    *,
    case
      when concat_ws(' ', texts) rlike '[0-9][eE]'
        then transform(
          texts,
          text -> {{ without_exponent('text') | indent(10) }}
        )
      else texts
    end as plain
  from field_text
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
  {{ unmarked('coin.key') }} as crypto_symbol,
  plain[0] as usd,
  plain[1] as usd_market_cap,
  plain[2] as usd_24h_vol,
  plain[3] as usd_24h_change,
  plain[4] as last_updated_at
from plain_field
{%- endmacro %}

{# As first_places(): entries with `name` and `place`, which counts from 0. #}
{% macro spark_first_places(names) -%}
transform(
  array(sort_array(transform({{ names }}, (name, place) -> named_struct('name', name, 'place', place)))),
  sorted -> filter(sorted, (entry, n) -> n = 0 or entry.name <> get(sorted, n - 1).name)
)[0]
{%- endmacro %}
