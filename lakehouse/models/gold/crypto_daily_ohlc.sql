{{ candles('day', 'day_start') }}
