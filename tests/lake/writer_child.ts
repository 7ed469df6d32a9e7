// A writer that goes on until it is killed, and says what is in the lake:
// LAKE_DIR EXTENSION_DIR SEED LIFE CHANCE_OF_MAINTENANCE.

import { openWriter } from "../../lakehouse/lake/writer.ts";
import { writeLine } from "../../lib/output.ts";
import { seeded } from "../chaos/seed.ts";
import { rowsOf, topic } from "./records.ts";

const [lakeDir = "", extensionDir = "", seedText, life, chance] = Deno.args;
const seed = Number(seedText);
const random = seeded(seed, `writer ${life}`);
const writer = await openWriter({ lakeDir, extensionDir });
const { partitions } = await writer.position(topic);
let next = Number(partitions[0]?.next ?? 0n);
writeLine(Deno.stdout, "ready");
while (true) {
  const count = random.chance(0.2)
    ? random.whole(100, 400)
    : random.whole(1, 5);
  await writer.commit({ rows: rowsOf(seed, next, count), gaps: [] });
  next += count;
  writeLine(Deno.stdout, `next ${next}`);
  if (!random.chance(Number(chance))) continue;
  writeLine(Deno.stdout, "maintaining");
  await writer.maintain({ keepMs: 0, graceMs: 0 });
}
