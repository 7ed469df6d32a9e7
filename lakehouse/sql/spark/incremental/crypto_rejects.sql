-- Generated from lakehouse/models/silver/crypto_rejects.sql by `deno task models`.
-- Do not edit.
select
  crypto_symbol,
  reason,
  processing_timestamp,
  kafka_timestamp,
  kafka_topic,
  topic_epoch,
  kafka_partition,
  kafka_offset
from candidates
where reason is not null
