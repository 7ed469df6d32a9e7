// What the log says of published records.

import type { Acknowledgement } from "../kafka/sender.ts";
import type { Batch } from "./outbox/outbox.ts";

/** A batch and where it landed, as fields of a log line. */
export function publishedFields(
  sent: Batch,
  { partition, baseOffset }: Acknowledgement,
): Record<string, unknown> {
  const headers = sent.at(-1)?.record.headers;
  return {
    ...sent.length > 1 ? { records: sent.length } : {},
    sequence: Number(headers?.sequence),
    ...headers?.part === undefined ? {} : { part: headers.part },
    partition,
    offset: String(baseOffset + BigInt(sent.length - 1)),
  };
}
