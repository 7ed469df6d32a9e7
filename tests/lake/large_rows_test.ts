// Records of a megabyte: more than the writer's usual share of memory holds at
// a time.

import { assertEquals } from "@std/assert";
import type { FollowEvent } from "../../lakehouse/ingest/events.ts";
import { storeParts } from "../../lakehouse/ingest/store_parts.ts";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import { rebuild } from "../../lakehouse/lake/rebuild.ts";
import { utf8Bytes } from "../../lib/utf8.ts";
import { ask, newPlace } from "./place.ts";
import { recordAt, topic } from "./records.ts";

const count = 24;

/** No text that compresses to nothing. */
function noise(length: number): string {
  const bytes = new Uint8Array(length / 2);
  for (let at = 0; at < bytes.length; at += 65_536) {
    crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  }
  return bytes.toHex();
}

Deno.test("records of a megabyte go into the lake as they are, into files, and through a rebuild", async () => {
  await using place = await newPlace();
  const rows = Array.from({ length: count }, (_, offset) => ({
    ...recordAt(1, offset).row,
    payload: utf8Bytes(
      `{"data":{"bitcoin":{"usd":${offset + 1},"last_updated_at":${
        1_764_758_514 + offset
      }}},"noise":"${noise(1_000_000)}"}`,
    ),
  }));
  const events: FollowEvent[] = [];
  const writer = await openWriter(place);
  try {
    await storeParts({ rows, gaps: [] }, {
      writer,
      signal: new AbortController().signal,
      onStored: () => {},
      onEvent: (event) => events.push(event),
    });
    await writer.maintain({ keepMs: 0, graceMs: 0 });
    const { partitions } = await writer.position(topic);
    assertEquals(partitions[0]?.next, BigInt(count));
  } finally {
    await writer.close();
  }
  // None was refused alone: the batch was too large, not a record.
  assertEquals(events, []);
  assertEquals(
    await ask(
      place,
      `SELECT payload_encoding, count(*)
      FROM bronze.crypto_ticks_raw GROUP BY ALL`,
    ),
    [["utf-8", String(count)]],
  );
  const { tables } = await rebuild({
    ...place,
    now: Temporal.Now.instant(),
    onProgress: () => {},
    replace: () => Promise.resolve(false),
    signal: new AbortController().signal,
  });
  assertEquals(
    tables.map(({ rows, removed, added }) => [rows, removed, added]),
    [[count, 0, 0], [0, 0, 0], [0, 0, 0]],
  );
});
