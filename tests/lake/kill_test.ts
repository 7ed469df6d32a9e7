import { assert, assertEquals } from "@std/assert";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import { delay } from "../../lib/clock.ts";
import { isLong, runSeed, seeded, seededTest } from "../chaos/seed.ts";
import { start } from "../../tasks/host/run_process.ts";
import { until } from "../harness/until.ts";
import { assertSound } from "./judge.ts";
import { ask, newPlace, type Place } from "./place.ts";

const child = new URL("writer_child.ts", import.meta.url).href;
const lives = isLong ? 40 : 20;

/** Starts a writer and waits until it is about to write, or in maintenance. */
async function startWriter(
  place: Place,
  life: number,
  inMaintenance: boolean,
) {
  const args = [
    place.lakeDir,
    place.extensionDir,
    String(runSeed),
    String(life),
    inMaintenance ? "0.6" : "0.15",
  ];
  const lines: string[] = [];
  let hasEnded = false;
  const process = start(Deno.execPath(), ["run", "-q", "-A", child, ...args], {
    onLine: (line) => lines.push(line),
  });
  process.ended.then(() => hasEnded = true);
  const wanted = inMaintenance ? "maintaining" : "ready";
  await until(
    `life ${life} is ${wanted}`,
    () => hasEnded || lines.includes(wanted),
  );
  return { ...process, lines };
}

/**
 * What a writer acknowledged is there: the next one would write it again, and
 * hide that it was lost.
 *
 * @returns the offset after the last acknowledged record; 0 for none.
 */
async function assertKept(
  place: Place,
  life: number,
  lines: readonly string[],
): Promise<number> {
  const next = Number(
    lines.findLast((line) => /^next \d+$/.test(line))?.slice(5) ?? 0,
  );
  const sql = "SELECT count(*) FROM bronze.crypto_ticks_raw";
  const count = Number((await ask(place, sql))[0]?.[0]);
  assert(
    count >= next,
    `life ${life} acknowledged ${next} records: bronze has ${count}`,
  );
  return next;
}

seededTest(
  "a writer that is killed 20 times, half of them in maintenance, loses, doubles and changes nothing",
  async () => {
    await using place = await newPlace();
    const seed = runSeed;
    const random = seeded(seed, "kills");
    let acknowledging = 0;
    for (let life = 1; life <= lives; life++) {
      const inMaintenance = life % 2 === 0;
      const process = await startWriter(place, life, inMaintenance);
      await delay(random.whole(0, inMaintenance ? 800 : 2_500));
      process.kill("SIGKILL");
      const { code, stderr } = await process.ended;
      assertEquals(code, 137, `life ${life} ended by itself: ${stderr}`);
      if (await assertKept(place, life, process.lines) > 0) acknowledging++;
    }
    // All that are killed in a maintenance, at least.
    assert(acknowledging >= lives / 2, `${acknowledging} lives committed`);
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
  },
);

function parquetFiles(folder: string): number {
  let count = 0;
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) count += parquetFiles(`${folder}/${name}`);
    else if (name.endsWith(".parquet")) count++;
  }
  return count;
}
