{{ config(schema='gold') }}

{{ candles('hour', 'hour_start') }}
