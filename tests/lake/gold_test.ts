import { assert, assertEquals } from "@std/assert";
import { projectDir } from "../../lib/project.ts";
import { run } from "../../tasks/host/run_process.ts";
import { runSeed, seeded } from "../chaos/seed.ts";
import { expectedViews } from "./gold_oracle.ts";
import { goldRecords } from "./gold_records.ts";
import { newPlace } from "./place.ts";

const child = new URL("gold_child.ts", import.meta.url).href;
const count = 400;
/** More than 100 rows go into files, fewer into the catalog. */
const batch = 37;
const nowMs = Date.UTC(2025, 11, 10);

Deno.test("every view is what an oracle of whole numbers computes, in a zone of half hours", async () => {
  await using place = await newPlace();
  const numbers = [runSeed, count, batch, nowMs].map(String);
  const { code, stdout, stderr } = await run(
    Deno.execPath(),
    ["run", "-q", "-A", child, place.lakeDir, place.extensionDir, ...numbers],
    { cwd: projectDir, env: { TZ: "Asia/Kolkata" } },
  );
  assertEquals(code, 0, stderr);
  const { zone, ...found }: Record<string, (string | null)[][]> = JSON.parse(
    stdout,
  );
  assertEquals(Number(zone), -330);
  // The clock stands still: each transaction is 1 µs later than the last one.
  const wanted = expectedViews(
    goldRecords(seeded(runSeed, "gold"), count),
    (offset) => BigInt(nowMs) * 1_000n + BigInt(Math.floor(offset / batch)),
  );
  const sorted = (rows: readonly (readonly (string | null)[])[] = []) =>
    rows.map((row) => JSON.stringify(row)).sort();
  assertEquals(Object.keys(found).sort(), Object.keys(wanted).sort());
  for (const [name, rows] of Object.entries(wanted)) {
    assert(rows.length > 2, name);
    assertEquals(sorted(found[name]), sorted(rows), `${name}, seed ${runSeed}`);
  }
});
