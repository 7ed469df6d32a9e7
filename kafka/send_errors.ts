/**
 * What an error of a send means for the records in it. Pure: the errors are
 * kafkajs's, told apart by Kafka's own names of error codes
 * (https://kafka.apache.org/protocol#protocol_error_codes).
 *
 * @module
 */

/**
 * - `doubt`: the records may or may not be in the topic. The same producer
 *   sends the same batch again, so that the broker can drop a double.
 * - `identity`: the broker and the producer no longer agree on sequence
 *   numbers. A new producer is needed, after a look at what is in the topic.
 * - `batch`: the batch is refused, for its size or a record in it. It is cut
 *   smaller, and a single record is put aside.
 * - `topic`: the topic is not there.
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
 * The partition of a batch is no longer there: its topic was made anew with
 * fewer. The client drops such a batch without a word.
 */
export class LostPartitionError extends Error {
  /** Its class's name. */
  override readonly name = "LostPartitionError";
}

/** The name of Kafka's error code in an error or in a cause behind it. */
export function errorTypeOf(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ("type" in at && typeof at.type === "string") return at.type;
  }
  return undefined;
}

/** Says what an error of a send means. What is not known is doubt. */
export function sendErrorKind(error: unknown): SendErrorKind {
  if (error instanceof LostPartitionError) return "identity";
  return kindOf[errorTypeOf(error) ?? ""] ?? "doubt";
}
