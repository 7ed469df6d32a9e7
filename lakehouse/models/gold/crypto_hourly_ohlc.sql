{{ candles('hour', 'hour_start') }}
