-- Each candidate is a tick, a repeat or revision of one, or a reject: a record
-- and coin is never in both, and no record is in neither.
with bronze as (
  select kafka_topic, topic_epoch, kafka_partition, kafka_offset
  from {{ source('bronze', 'crypto_ticks_raw') }}
),

candidate as (
  select
    kafka_topic,
    topic_epoch,
    kafka_partition,
    kafka_offset,
    count(*) as coins,
    count(crypto_symbol) as named,
    count(distinct crypto_symbol) as different
  from {{ ref('crypto_candidates') }}
  group by kafka_topic, topic_epoch, kafka_partition, kafka_offset
)

select bronze.kafka_offset
from bronze
left join candidate
  on candidate.kafka_topic = bronze.kafka_topic
  and candidate.topic_epoch = bronze.topic_epoch
  and candidate.kafka_partition = bronze.kafka_partition
  and candidate.kafka_offset = bronze.kafka_offset
where candidate.coins is null
  or candidate.named <> candidate.different
  or (candidate.named <> candidate.coins and candidate.coins <> 1)
