-- Generated from lakehouse/models/gold/dim_time.sql by `deno task models`.
-- Do not edit.
with bound as (
  select
    date_trunc('hour', min(api_timestamp)) as first_hour,
    date_trunc('hour', max(api_timestamp)) as last_hour
  from silver.crypto_ticks
),

hours as (
  select explode(sequence(first_hour, last_hour, interval 1 hour)) as hour_start
  from bound
  where first_hour is not null
)

select
  cast(
    year(hour_start) * 1000000 + month(hour_start) * 10000 + day(hour_start) * 100 + hour(hour_start)
    as integer
  ) as time_key,
  hour_start,
  cast(hour_start as date) as date_utc,
  cast(year(hour_start) as integer) as year_utc,
  cast(month(hour_start) as integer) as month_utc,
  cast(day(hour_start) as integer) as day_utc,
  cast(hour(hour_start) as integer) as hour_utc,
  weekday(hour_start) + 1 as day_of_week,
  weekday(hour_start) + 1 >= 6 as is_weekend
from hours
