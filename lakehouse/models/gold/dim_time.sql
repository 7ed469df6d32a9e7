{{ config(schema='gold') }}

with bound as (
  select
    date_trunc('hour', min(api_timestamp)) as first_hour,
    date_trunc('hour', max(api_timestamp)) as last_hour
  from {{ ref('crypto_ticks') }}
),

hours as (
  select {{ hours_between('first_hour', 'last_hour') }} as hour_start
  from bound
  where first_hour is not null
)

select
  {{ time_key('hour_start') }} as time_key,
  hour_start,
  cast(hour_start as date) as date_utc,
  cast(year(hour_start) as integer) as year_utc,
  cast(month(hour_start) as integer) as month_utc,
  cast(day(hour_start) as integer) as day_utc,
  cast(hour(hour_start) as integer) as hour_utc,
  {{ day_of_week('hour_start') }} as day_of_week,
  {{ day_of_week('hour_start') }} >= 6 as is_weekend
from hours
