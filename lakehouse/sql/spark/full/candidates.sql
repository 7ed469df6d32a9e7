-- Generated from lakehouse/models/silver/crypto_candidates.sql by `deno task models`.
-- Do not edit.
with listed as (
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
          and raw_payload rlike r'\A(?:[\[\]{}:, \t\r\n]++|"(?:[^"\\\x00-\x1f]++|\\["\\/bfnrt]|\\u(?:[0-9a-cefA-CEF][0-9a-fA-F]{3}|[dD][0-7][0-9a-fA-F]{2}|[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}))*+"|(?:-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+|true|false|null)(?=[\]}, \t\r\n]|\z))++\z'
          then regexp_replace(
            regexp_replace(
              regexp_replace(raw_payload, r'"(?:[^"\\]++|\\.)*+"', '"'),
              r'[^"\[\]{}:, \t\r\n]++',
              '0'
            ),
            r'[ \t\r\n]++',
            ''
          )
      end as skeleton
    from bronze.crypto_ticks_raw
  ),

  marked as (
    select
      *,
      case
        when aggregate(
          sequence(1, least(1000, greatest(1, length(skeleton) - length(translate(skeleton, '[{', ''))))),
          skeleton,
          (rest, level) -> case
            when length(rest) = 1 then rest
            when rest rlike r'\[(?:["0](?:,["0])*+)?+\]|\{(?:":["0](?:,":["0])*+)?+\}' then regexp_replace(rest, r'\[(?:["0](?:,["0])*+)?+\]|\{(?:":["0](?:,":["0])*+)?+\}', '0')
            else ''
          end
        ) in ('0', '"')
          then regexp_replace(raw_payload, r'"((?:[^"\\]++|\\.)*+)"|(-?[0-9][0-9.eE+-]*+)', '"=$1$2"')
      end as payload
    from record
  ),

  member as (
    select
      *,
      payload is not null as is_json,
      map_entries(from_json(case when payload rlike r'\A[ \t\r\n]*+\{' then payload end, 'map<string, string>')) as members
    from marked
  ),

  data as (
    select
      *,
      get(filter(members, member -> member.key = '=source_system'), 0).value as source,
      get(filter(members, member -> member.key = '=data'), 0).value as data
    from member
  ),

  listed_coin as (
    select
      *,
      map_entries(from_json(case when data rlike r'\A[ \t\r\n]*+\{' then data end, 'map<string, string>')) as coins
    from data
  ),

  named as (
    select
      *,
      transform(coins, coin -> case when coin.key like '=%' then replace(substring(coin.key, 2), chr(0), decode(unhex('efbfbd'), 'utf-8')) end) as coin_ids
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
      case when source like '=%' then replace(substring(source, 2), chr(0), decode(unhex('efbfbd'), 'utf-8')) end as source_system,
      explode_outer(
        case
          when size(array_distinct(coin_ids)) < size(coin_ids)
            then transform(transform(
              array(sort_array(transform(coin_ids, (name, place) -> named_struct('name', name, 'place', place)))),
              sorted -> filter(sorted, (entry, n) -> n = 0 or entry.name <> get(sorted, n - 1).name)
            )[0], entry -> coins[entry.place])
          else coins
        end
      ) as coin
    from named
  ),

  field as (
    select
      *,
      map_entries(from_json(case when coin.value rlike r'\A[ \t\r\n]*+\{' then coin.value end, 'map<string, string>')) as fields
    from coin
  ),

  field_text as (
    select
      *,
      array(
        case when get(filter(fields, member -> member.key = '=usd'), 0).value like '=%' then replace(substring(get(filter(fields, member -> member.key = '=usd'), 0).value, 2), chr(0), decode(unhex('efbfbd'), 'utf-8')) end,
        case when get(filter(fields, member -> member.key = '=usd_market_cap'), 0).value like '=%' then replace(substring(get(filter(fields, member -> member.key = '=usd_market_cap'), 0).value, 2), chr(0), decode(unhex('efbfbd'), 'utf-8')) end,
        case when get(filter(fields, member -> member.key = '=usd_24h_vol'), 0).value like '=%' then replace(substring(get(filter(fields, member -> member.key = '=usd_24h_vol'), 0).value, 2), chr(0), decode(unhex('efbfbd'), 'utf-8')) end,
        case when get(filter(fields, member -> member.key = '=usd_24h_change'), 0).value like '=%' then replace(substring(get(filter(fields, member -> member.key = '=usd_24h_change'), 0).value, 2), chr(0), decode(unhex('efbfbd'), 'utf-8')) end,
        case when get(filter(fields, member -> member.key = '=last_updated_at'), 0).value like '=%' then replace(substring(get(filter(fields, member -> member.key = '=last_updated_at'), 0).value, 2), chr(0), decode(unhex('efbfbd'), 'utf-8')) end
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
            text -> case
              when text rlike r'\A-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\z' and text rlike '[eE]'
                then transform(
                  array(
                    named_struct(
                      'sign', case when text like '-%' then '-' else '' end,
                      'digits', trim(leading '0' from replace(regexp_extract(text, '[0-9.]+', 0), '.', '')),
                      'point', length(regexp_extract(text, '[0-9]+', 0))
                        - length(regexp_extract(replace(regexp_extract(text, '[0-9.]+', 0), '.', ''), '^0*', 0))
                        + cast(
                          coalesce(
                            try_cast(regexp_extract(text, r'[eE][+]?(-?[0-9]+)\z', 1) as integer),
                            case when text rlike '[eE]-' then -2000000000 else 2000000000 end
                          ) as bigint
                        )
                    )
                  ),
                  number -> number.sign || case
                    when number.digits = '' or number.point < -40 then '0'
                    when number.point > 40 then '1' || repeat('0', 40)
                    when number.point <= 0 then '0.' || repeat('0', cast(-number.point as integer)) || number.digits
                    when number.point >= length(number.digits)
                      then number.digits || repeat('0', cast(number.point - length(number.digits) as integer))
                    else left(number.digits, cast(number.point as integer))
                      || '.' || substring(number.digits, cast(number.point + 1 as integer))
                  end
                )[0]
              else text
            end
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
    case when coin.key like '=%' then replace(substring(coin.key, 2), chr(0), decode(unhex('efbfbd'), 'utf-8')) end as crypto_symbol,
    plain[0] as usd,
    plain[1] as usd_market_cap,
    plain[2] as usd_24h_vol,
    plain[3] as usd_24h_change,
    plain[4] as last_updated_at
  from plain_field
),

read as (
  select
    *,
    case
      when usd rlike r'\A-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\z'
        then try_cast(regexp_extract(usd, r'\A-?[0-9]{1,38}(?![0-9])(?:\.[0-9]{1,19})?', 0) as decimal(38, 18))
    end as price,
    case
      when usd_24h_vol rlike r'\A-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\z'
        then try_cast(regexp_extract(usd_24h_vol, r'\A-?[0-9]{1,38}(?![0-9])(?:\.[0-9]{1,9})?', 0) as decimal(38, 8))
    end as volume,
    case
      when usd_market_cap rlike r'\A-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\z'
        then try_cast(regexp_extract(usd_market_cap, r'\A-?[0-9]{1,38}(?![0-9])(?:\.[0-9]{1,9})?', 0) as decimal(38, 8))
    end as market_cap,
    case
      when usd_24h_change rlike r'\A-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\z'
        then try_cast(regexp_extract(usd_24h_change, r'\A-?[0-9]{1,38}(?![0-9])(?:\.[0-9]{1,19})?', 0) as decimal(38, 18))
    end as percent_change,
    case
      when last_updated_at rlike r'\A[1-9][0-9]{0,10}\z'
        then timestamp_seconds(try_cast(last_updated_at as bigint))
      when case
        when last_updated_at rlike r'\A-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\z'
          then try_cast(regexp_extract(last_updated_at, r'\A-?[0-9]{1,38}(?![0-9])(?:\.[0-9]{1,7})?', 0) as decimal(38, 6))
      end between 0 and 99999999999
        then timestamp_micros(try_cast(case
          when last_updated_at rlike r'\A-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\z'
            then try_cast(regexp_extract(last_updated_at, r'\A-?[0-9]{1,38}(?![0-9])(?:\.[0-9]{1,7})?', 0) as decimal(38, 6))
        end * 1000000 as bigint))
    end as updated_at
  from listed
),

judged as (
  select
    *,
    case
      when not is_json then 'not_json'
      when crypto_symbol is null then 'no_data_object'
      when price > 0 and price < 10000000000000000000 then
        case
          when updated_at > ingestion_timestamp + interval '5' minute then 'timestamp_in_future'
          when updated_at > timestamp '1970-01-01 00:00:00' then null
          when updated_at is null and last_updated_at rlike r'\A-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\z' and last_updated_at not like '-%'
            then 'timestamp_in_future'
          else 'timestamp_missing'
        end
      when usd is null or not usd rlike r'\A-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\z' then 'price_null'
      when price <= 0 or usd like '-%' then 'price_not_positive'
      else 'price_out_of_range'
    end as reason
  from read
)

select
  crypto_symbol,
  case when reason is null then price end as price_usd,
  case
    when reason is null and volume > -100000000000000000000000000000 and volume < 100000000000000000000000000000
      then volume
  end as volume_24h,
  case
    when reason is null and market_cap > -100000000000000000000000000000 and market_cap < 100000000000000000000000000000
      then market_cap
  end as market_cap_usd,
  case
    when reason is null and percent_change > -10000000000000000000 and percent_change < 10000000000000000000
      then percent_change
  end as percent_change_24h,
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
