// Writes a lake of made-up records and prints its views as JSON, in the zone of
// its process: LAKE_DIR EXTENSION_DIR SEED COUNT BATCH NOW_MS.

import { views } from "../../lakehouse/lake/lake_models.ts";
import { openReader } from "../../lakehouse/lake/reader.ts";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import { systemClock } from "../../lib/clock.ts";
import { writeLine } from "../../lib/output.ts";
import { seeded } from "../chaos/seed.ts";
import { goldRecords, goldRows } from "./gold_records.ts";

const [lakeDir = "", extensionDir = "", ...numbers] = Deno.args;
const [seed = 0, count = 0, batch = 1, nowMs = 0] = numbers.map(Number);
const rows = goldRows(goldRecords(seeded(seed, "gold"), count));
const clock = {
  ...systemClock,
  now: () => Temporal.Instant.fromEpochMilliseconds(nowMs),
};
const writer = await openWriter({ lakeDir, extensionDir, clock });
for (let from = 0; from < count; from += batch) {
  await writer.commit({ rows: rows.slice(from, from + batch), gaps: [] });
}
await writer.close();
const reader = await openReader({ lakeDir, extensionDir });
const found: Record<string, unknown> = {
  zone: new Date(0).getTimezoneOffset(),
};
for (const name of Object.keys(views)) {
  found[name] = (await reader.query(`FROM ${name}`)).rows;
}
await reader.close();
writeLine(Deno.stdout, JSON.stringify(found));
