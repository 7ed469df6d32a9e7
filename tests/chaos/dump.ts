import { consume, withAdmin } from "../harness/consumer.ts";
import type { Dumped } from "./oracle.ts";

/**
 * Reads a topic from its first offset to its end at the time of the call, with
 * an ordinary consumer group: none of the project's code is involved.
 *
 * @returns the records by partition and offset.
 */
export async function dump(
  bootstrap: string,
  topic: string,
): Promise<Dumped[]> {
  const ends = await withAdmin(
    bootstrap,
    (admin) => admin.fetchTopicOffsets(topic),
  );
  const count = ends.reduce((sum, { high }) => sum + Number(high), 0);
  const records = await consume(bootstrap, topic, count);
  return records.map((record) => ({ ...record, offset: BigInt(record.offset) }))
    .toSorted((a, b) =>
      a.partition - b.partition || Number(a.offset - b.offset)
    );
}
