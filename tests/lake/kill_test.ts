import { assert, assertEquals } from "@std/assert";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import { delay } from "../../lib/clock.ts";
import { runSeed, seeded } from "../chaos/seed.ts";
import { assertSound } from "./judge.ts";
import { newPlace, type Place } from "./place.ts";

const child = new URL("writer_child.ts", import.meta.url).href;
const lives = 20;

/** Starts a writer and waits until it is about to write. */
async function startWriter(place: Place, seed: number, life: number) {
  const args = [place.lakeDir, place.extensionDir, String(seed), String(life)];
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-A", child, ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = process.stdout.getReader();
  const { value } = await reader.read();
  assert(value !== undefined, `life ${life} ended before it was ready`);
  await reader.cancel();
  return process;
}

Deno.test("a writer that is killed 20 times, also in maintenance, loses, doubles and changes nothing", async () => {
  await using place = await newPlace();
  const seed = runSeed;
  const random = seeded(seed, "kills");
  for (let life = 1; life <= lives; life++) {
    const process = await startWriter(place, seed, life);
    await delay(random.whole(0, 2_500));
    process.kill("SIGKILL");
    const { signal } = await process.status;
    assertEquals(signal, "SIGKILL", `life ${life} ended by itself`);
  }
  const count = await assertSound(place, seed);
  assert(count > lives, `only ${count} records`);
  const writer = await openWriter(place);
  try {
    await writer.maintain({ keepMs: 0, graceMs: 0 });
    const { orphans, after } = await writer.maintain({ graceMs: 0 });
    assertEquals(orphans, 0);
    assertEquals(parquetFiles(`${place.lakeDir}/data`), after.files);
  } finally {
    await writer.close();
  }
  assertEquals(await assertSound(place, seed), count);
});

function parquetFiles(folder: string): number {
  let count = 0;
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) count += parquetFiles(`${folder}/${name}`);
    else if (name.endsWith(".parquet")) count++;
  }
  return count;
}
