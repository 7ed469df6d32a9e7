// Compares a lake with the topic that it was made of.

import { assertEquals } from "@std/assert";
import type { LakeLocation } from "../../lakehouse/lake/attach.ts";
import { payloadText } from "../fakes/payload_text.ts";
import { ask } from "./place.ts";
import { expectedSilver, recordAt, silverQueries } from "./records.ts";

/**
 * Asserts that the lake holds the first records of the topic, each once and to
 * the last digit.
 *
 * @returns how many.
 */
export async function assertSound(
  location: LakeLocation,
  seed: number,
): Promise<number> {
  const bronze = await ask(
    location,
    `SELECT kafka_offset, raw_payload, kafka_headers
     FROM bronze.crypto_ticks_raw ORDER BY kafka_offset`,
  );
  const count = bronze.length;
  assertEquals(
    bronze,
    Array.from({ length: count }, (_, offset) => {
      const { row } = recordAt(seed, offset);
      return [String(row.offset), payloadText(row), row.headers];
    }),
  );
  const expected = expectedSilver(seed, count);
  for (const name of ["ticks", "revisions", "rejects"] as const) {
    const rows = await ask(location, silverQueries[name]);
    assertEquals(rows.map((row) => row.join(" ")).sort(), expected[name], name);
  }
  return count;
}
