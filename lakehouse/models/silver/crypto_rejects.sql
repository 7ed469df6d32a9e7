{{ config(schema='silver', materialized='table') }}

select
  crypto_symbol,
  reason,
  processing_timestamp,
  kafka_timestamp,
  kafka_topic,
  topic_epoch,
  kafka_partition,
  kafka_offset
from {{ candidate_rows() }}
where reason is not null
