// The samples that records are of: a large one is several records.

import type { StoredRecord } from "../../kafka/tail_reader.ts";
import { placeOf } from "../../producer/envelope.ts";
import { parseEnvelope } from "./record_contract.ts";

/** A sample in the topic. */
export interface StoredSample {
  /** All its records, oldest first. */
  readonly records: readonly StoredRecord[];
  /** Its coins. */
  readonly coins: ReadonlySet<string>;
}

/** What the records of one sample have in common, and no others. */
export function sampleOf({ headers }: StoredRecord): string | undefined {
  return headers.sample ?? headers.ce_id;
}

/** @returns `undefined` while parts are missing, or one is not valid. */
function complete(records: readonly StoredRecord[]): StoredSample | undefined {
  const coins = new Set<string>();
  for (const record of records) {
    const envelope = parseEnvelope(record);
    if (!envelope.ok) return undefined;
    for (const id of Object.keys(envelope.value)) coins.add(id);
  }
  const all = placeOf(records[0]?.headers.part)?.all ?? 0;
  return coins.size < all ? undefined : { records, coins };
}

/**
 * The newest sample. One whose parts are still arriving is passed over.
 *
 * @returns `undefined` when there is none, or the newest record is not valid.
 */
export function newestSample(
  records: readonly StoredRecord[],
): StoredSample | undefined {
  const newest = records.at(-1);
  if (newest === undefined || !parseEnvelope(newest).ok) return undefined;
  const samples = Map.groupBy(records, sampleOf);
  return [...samples.values()].reverse().map(complete)
    .find((sample) => sample !== undefined);
}
