{{ config(schema='gold') }}

{{ candles('day', 'day_start') }}
