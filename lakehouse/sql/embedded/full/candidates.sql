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
      case
        when payload_encoding = 'utf-8'
          and json_valid(raw_payload)
          and not case
            when strlen(raw_payload) - strlen(replace(replace(raw_payload, '[', ''), '{', '')) <= 1000 then false
            else list_reduce(
              list_resize(
                [replace(replace(regexp_replace(raw_payload, '"(?:[^"\\]|\\.)*"|[^"\[\]{}]+', '', 'g'), '{', '['), '}', ']')],
                41,
                ''
              ),
              lambda rest, pass: regexp_replace(rest, '\[(?:\[(?:\[(?:\[(?:\[(?:\[(?:\[(?:\[(?:\[(?:\[(?:\[(?:\[(?:\[(?:\[(?:\[(?:\[(?:\[(?:\[(?:\[(?:\[(?:\[(?:\[(?:\[(?:\[(?:\[\])*\])*\])*\])*\])*\])*\])*\])*\])*\])*\])*\])*\])*\])*\])*\])*\])*\])*\])*\])*\])*\])*\])*\])*\]', '', 'g')
            ) <> ''
          end
          and (
            not regexp_matches(raw_payload, ',[ \t\r\n]*[\]}]|(?:^|[:,\[])[ \t\r\n]*-?[NnIi][AaNn]')
            or regexp_full_match(
              raw_payload,
              '(?:[^",NnIi]|"(?:[^"\\]|\\.)*"|null|,[ \t\r\n]*(?:[^\]},NnIi" \t\r\n]|null|"(?:[^"\\]|\\.)*"))*'
            )
          )
          then regexp_replace(raw_payload, '([A-Za-z0-9_]"[ \t\r\n]*:[ \t\r\n]*)(-?[0-9][0-9.eE+-]*)', '\1"\2"', 'g')
      end as payload
    from "lake"."bronze"."crypto_ticks_raw"
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
          then list_transform(
            [list_sort(list_zip(coin_ids, range(1, len(coin_ids) + 1)))],
            lambda sorted: list_transform(
              list_filter(sorted, lambda entry, n: n = 1 or entry[1] <> sorted[n - 1][1]),
              lambda entry: entry[2]
            )
          )[1]
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
                lambda text: case
                  when regexp_full_match(text, '-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?') and regexp_matches(text, '[eE]')
                    then list_transform(
                      [
                        {
                          'sign': case when text like '-%' then '-' else '' end,
                          'digits': ltrim(replace(regexp_extract(text, '[0-9.]+'), '.', ''), '0'),
                          'point': len(regexp_extract(text, '[0-9]+'))
                            - len(regexp_extract(replace(regexp_extract(text, '[0-9.]+'), '.', ''), '^0*'))
                            + coalesce(
                              try_cast(regexp_extract(text, '[eE][+]?(-?[0-9]+)$', 1) as integer),
                              case when regexp_matches(text, '[eE]-') then -2000000000 else 2000000000 end
                            )
                        }
                      ],
                      lambda number: number.sign || case
                        when number.digits = '' or number.point < -40 then '0'
                        when number.point > 40 then '1' || repeat('0', 40)
                        when number.point <= 0 then '0.' || repeat('0', -number.point) || number.digits
                        when number.point >= len(number.digits)
                          then number.digits || repeat('0', number.point - len(number.digits))
                        else left(number.digits, number.point) || '.' || substr(number.digits, number.point + 1)
                      end
                    )[1]
                  else text
                end
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
),

read as (
  select
    *,
    case
      when regexp_full_match(usd, '-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?')
        then coalesce(
          case
            when case when contains(usd, '.') then length(usd) - strpos(usd, '.') else 0 end <= 2 then cast(try_cast(usd as decimal(18, 2)) as decimal(38, 18))
            when case when contains(usd, '.') then length(usd) - strpos(usd, '.') else 0 end <= 4 then cast(try_cast(usd as decimal(18, 4)) as decimal(38, 18))
            when case when contains(usd, '.') then length(usd) - strpos(usd, '.') else 0 end <= 6 then cast(try_cast(usd as decimal(18, 6)) as decimal(38, 18))
            when case when contains(usd, '.') then length(usd) - strpos(usd, '.') else 0 end <= 8 then cast(try_cast(usd as decimal(18, 8)) as decimal(38, 18))
            when case when contains(usd, '.') then length(usd) - strpos(usd, '.') else 0 end <= 10 then cast(try_cast(usd as decimal(18, 10)) as decimal(38, 18))
            when case when contains(usd, '.') then length(usd) - strpos(usd, '.') else 0 end <= 12 then cast(try_cast(usd as decimal(18, 12)) as decimal(38, 18))
            when case when contains(usd, '.') then length(usd) - strpos(usd, '.') else 0 end <= 14 then cast(try_cast(usd as decimal(18, 14)) as decimal(38, 18))
            when case when contains(usd, '.') then length(usd) - strpos(usd, '.') else 0 end <= 16 then cast(try_cast(usd as decimal(18, 16)) as decimal(38, 18))
            else cast(try_cast(usd as decimal(18, 18)) as decimal(38, 18))
          end,
          try_cast(usd as decimal(38, 18))
        )
    end as price,
    case
      when regexp_full_match(usd_24h_vol, '-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?')
        then coalesce(
          case
            when case when contains(usd_24h_vol, '.') then length(usd_24h_vol) - strpos(usd_24h_vol, '.') else 0 end <= 2 then cast(try_cast(usd_24h_vol as decimal(18, 2)) as decimal(38, 8))
            when case when contains(usd_24h_vol, '.') then length(usd_24h_vol) - strpos(usd_24h_vol, '.') else 0 end <= 4 then cast(try_cast(usd_24h_vol as decimal(18, 4)) as decimal(38, 8))
            when case when contains(usd_24h_vol, '.') then length(usd_24h_vol) - strpos(usd_24h_vol, '.') else 0 end <= 6 then cast(try_cast(usd_24h_vol as decimal(18, 6)) as decimal(38, 8))
            else cast(try_cast(usd_24h_vol as decimal(18, 8)) as decimal(38, 8))
          end,
          try_cast(usd_24h_vol as decimal(38, 8))
        )
    end as volume,
    case
      when regexp_full_match(usd_market_cap, '-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?')
        then coalesce(
          case
            when case when contains(usd_market_cap, '.') then length(usd_market_cap) - strpos(usd_market_cap, '.') else 0 end <= 2 then cast(try_cast(usd_market_cap as decimal(18, 2)) as decimal(38, 8))
            when case when contains(usd_market_cap, '.') then length(usd_market_cap) - strpos(usd_market_cap, '.') else 0 end <= 4 then cast(try_cast(usd_market_cap as decimal(18, 4)) as decimal(38, 8))
            when case when contains(usd_market_cap, '.') then length(usd_market_cap) - strpos(usd_market_cap, '.') else 0 end <= 6 then cast(try_cast(usd_market_cap as decimal(18, 6)) as decimal(38, 8))
            else cast(try_cast(usd_market_cap as decimal(18, 8)) as decimal(38, 8))
          end,
          try_cast(usd_market_cap as decimal(38, 8))
        )
    end as market_cap,
    case
      when regexp_full_match(usd_24h_change, '-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?')
        then coalesce(
          case
            when case when contains(usd_24h_change, '.') then length(usd_24h_change) - strpos(usd_24h_change, '.') else 0 end <= 2 then cast(try_cast(usd_24h_change as decimal(18, 2)) as decimal(38, 18))
            when case when contains(usd_24h_change, '.') then length(usd_24h_change) - strpos(usd_24h_change, '.') else 0 end <= 4 then cast(try_cast(usd_24h_change as decimal(18, 4)) as decimal(38, 18))
            when case when contains(usd_24h_change, '.') then length(usd_24h_change) - strpos(usd_24h_change, '.') else 0 end <= 6 then cast(try_cast(usd_24h_change as decimal(18, 6)) as decimal(38, 18))
            when case when contains(usd_24h_change, '.') then length(usd_24h_change) - strpos(usd_24h_change, '.') else 0 end <= 8 then cast(try_cast(usd_24h_change as decimal(18, 8)) as decimal(38, 18))
            when case when contains(usd_24h_change, '.') then length(usd_24h_change) - strpos(usd_24h_change, '.') else 0 end <= 10 then cast(try_cast(usd_24h_change as decimal(18, 10)) as decimal(38, 18))
            when case when contains(usd_24h_change, '.') then length(usd_24h_change) - strpos(usd_24h_change, '.') else 0 end <= 12 then cast(try_cast(usd_24h_change as decimal(18, 12)) as decimal(38, 18))
            when case when contains(usd_24h_change, '.') then length(usd_24h_change) - strpos(usd_24h_change, '.') else 0 end <= 14 then cast(try_cast(usd_24h_change as decimal(18, 14)) as decimal(38, 18))
            when case when contains(usd_24h_change, '.') then length(usd_24h_change) - strpos(usd_24h_change, '.') else 0 end <= 16 then cast(try_cast(usd_24h_change as decimal(18, 16)) as decimal(38, 18))
            else cast(try_cast(usd_24h_change as decimal(18, 18)) as decimal(38, 18))
          end,
          try_cast(usd_24h_change as decimal(38, 18))
        )
    end as percent_change,
    case
      when regexp_full_match(last_updated_at, '[1-9][0-9]{0,10}')
        then make_timestamp(cast(last_updated_at as bigint) * 1000000)
      when regexp_full_match(last_updated_at, '-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?')
        then case
          when try_cast(last_updated_at as decimal(38, 6)) between 0 and 99999999999
            then make_timestamp(cast(try_cast(last_updated_at as decimal(38, 6)) * 1000000 as bigint))
        end
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
          when updated_at is null and regexp_full_match(last_updated_at, '-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?') and last_updated_at not like '-%'
            then 'timestamp_in_future'
          else 'timestamp_missing'
        end
      when usd is null or not regexp_full_match(usd, '-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?') then 'price_null'
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
