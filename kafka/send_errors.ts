// What an error of a send means for its records. Pure: kafkajs's errors carry
// Kafka's names of error codes
// (https://kafka.apache.org/protocol#protocol_error_codes).

import { errorTypeOf } from "./error_chain.ts";

/**
 * - `doubt`: the records may or may not be in the topic. The same producer
 *   sends the same batch again, so that the broker can drop a duplicate.
 * - `identity`: broker and producer no longer agree on sequence numbers. A new
 *   producer is needed, after reading what is in the topic.
 * - `batch`: the batch is rejected for its size or for a record in it. It is
 *   halved; a single record is split by its coins, or dead-lettered.
 * - `topic`: the topic does not exist.
 */
export type SendErrorKind = "doubt" | "identity" | "batch" | "topic";

const kindOf: Readonly<Record<string, SendErrorKind>> = {
  UNKNOWN_TOPIC_OR_PARTITION: "topic",
  OUT_OF_ORDER_SEQUENCE_NUMBER: "identity",
  DUPLICATE_SEQUENCE_NUMBER: "identity",
  INVALID_PRODUCER_EPOCH: "identity",
  UNKNOWN_PRODUCER_ID: "identity",
  MESSAGE_TOO_LARGE: "batch",
  RECORD_LIST_TOO_LARGE: "batch",
  INVALID_RECORD: "batch",
  INVALID_TIMESTAMP: "batch",
};

/**
 * The partition of a batch does not exist any more: its topic was recreated
 * with fewer. kafkajs drops such a batch silently.
 */
export class LostPartitionError extends Error {
  /** Its class's name. */
  override readonly name = "LostPartitionError";
}

/** Whether a batch is rejected for its size. */
export function isTooLarge(error: unknown): boolean {
  const type = errorTypeOf(error);
  return type === "MESSAGE_TOO_LARGE" || type === "RECORD_LIST_TOO_LARGE";
}

/** The meaning of a send's error. Unknown errors are `doubt`. */
export function sendErrorKind(error: unknown): SendErrorKind {
  if (error instanceof LostPartitionError) return "identity";
  return kindOf[errorTypeOf(error) ?? ""] ?? "doubt";
}
