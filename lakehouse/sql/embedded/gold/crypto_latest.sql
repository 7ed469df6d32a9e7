SELECT crypto_symbol, price_usd, volume_24h, market_cap_usd, percent_change_24h, api_timestamp, processing_timestamp
FROM lake.silver.crypto_ticks
QUALIFY row_number() OVER (PARTITION BY crypto_symbol ORDER BY api_timestamp DESC) = 1
