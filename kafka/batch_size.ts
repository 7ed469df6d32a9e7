// How large a record is on its way to Kafka, exactly: a topic's
// `max.message.bytes` limits the record batch, also one of a single record.
// The format is Kafka's record batch, version 2, without compression.

import { utf8Length } from "../lib/utf8.ts";
import type { KafkaRecord } from "./sender.ts";

/** Bytes of a record batch before its first record. */
export const batchOverheadBytes = 61;

/** `max.message.bytes` of a topic and `message.max.bytes` of a broker, unset. */
export const defaultMaxMessageBytes = 1_048_588;

/** Bytes of a non-negative number in Kafka's zigzag encoding. */
function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = 2 * value; rest >= 128; rest = Math.floor(rest / 128)) {
    bytes++;
  }
  return bytes;
}

function sized(bytes: number): number {
  return varintBytes(bytes) + bytes;
}

/**
 * Bytes of the batch that consists of this record alone.
 *
 * @param valueBytes Bytes of the value, where they are known without it.
 */
export function batchBytes(
  record: Pick<KafkaRecord, "key" | "value" | "headers">,
  valueBytes: number = utf8Length(record.value),
): number {
  const headers = Object.entries(record.headers);
  // Attributes, and the two deltas, which are 0.
  let bytes = 3 + sized(utf8Length(record.key)) + sized(valueBytes) +
    varintBytes(headers.length);
  for (const [name, text] of headers) {
    bytes += sized(utf8Length(name)) + sized(utf8Length(text));
  }
  return batchOverheadBytes + sized(bytes);
}
