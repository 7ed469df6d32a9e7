// Commands that are ended in the middle: the lake is as before or as after, and
// the next start leaves nothing of them.

import { assert, assertEquals } from "@std/assert";
import { attach } from "../../lakehouse/lake/attach.ts";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import { delay } from "../../lib/clock.ts";
import { exists } from "../../lib/files.ts";
import { projectDir } from "../../lib/project.ts";
import { start } from "../../tasks/host/run_process.ts";
import { isLong, runSeed, seeded, seededTest } from "../chaos/seed.ts";
import { until } from "../harness/until.ts";
import { assertSound } from "./judge.ts";
import { ask, newPlace, type Place } from "./place.ts";
import { rowsOf } from "./records.ts";

const records = 9_000;

async function filled(place: Place): Promise<void> {
  const writer = await openWriter(place);
  for (let next = 0; next < records; next += 1_500) {
    await writer.commit({ rows: rowsOf(runSeed, next, 1_500), gaps: [] });
  }
  await writer.close();
}

/** One tick too few: a rebuild has something to replace. */
async function damage(place: Place): Promise<void> {
  const database = await attach({
    ...place,
    isWriter: true,
    tempName: "damage",
  });
  await database.run(`DELETE FROM lake.silver.crypto_ticks
    WHERE kafka_offset = (SELECT max(kafka_offset) FROM lake.silver.crypto_ticks)`);
  database.close();
}

function lake(place: Place, args: readonly string[]) {
  return start(
    Deno.execPath(),
    ["run", "-q", "-P=lake", "tasks/lake.ts", ...args],
    { cwd: projectDir, env: { LAKE_DIR: place.lakeDir } },
  );
}

function leftovers(place: Place): string[] {
  return [...Deno.readDirSync(place.lakeDir)].map(({ name }) => name)
    .filter((name) => name.startsWith("tmp-"));
}

const tables = "SELECT schema_name || '.' || table_name FROM duckdb_tables() " +
  "WHERE database_name = 'lake' AND schema_name <> 'meta' ORDER BY ALL";

seededTest(
  "an export that is killed or interrupted leaves no file; the next one into the folder is whole",
  async () => {
    await using place = await newPlace();
    await filled(place);
    const random = seeded(runSeed, "exports");
    const outputDir = `${place.dir}/out`;
    const entries = () =>
      exists(outputDir)
        ? [...Deno.readDirSync(outputDir)].map(({ name }) => name)
        : [];
    for (const signal of ["SIGKILL", "SIGINT"] as const) {
      const left = entries();
      const process = lake(place, ["export", outputDir]);
      let ended = false;
      process.ended.then(() => ended = true);
      await until(
        "it writes",
        () => ended || entries().some((name) => !left.includes(name)),
      );
      await delay(random.whole(0, 60));
      process.kill(signal);
      const { code, stderr } = await process.ended;
      const files = entries().filter((name) => name.endsWith(".parquet"));
      if (code === 0) {
        // It was faster.
        assertEquals(files.length, 12);
        Deno.removeSync(outputDir, { recursive: true });
        continue;
      }
      assertEquals(files, [], `seed ${runSeed}`);
      if (signal === "SIGKILL") continue;
      assertEquals([code, entries()], [130, []], stderr);
      assert(stderr.includes("Interrupted: nothing was exported."), stderr);
    }
    const { code, stderr } = await lake(place, ["export", outputDir]).ended;
    assertEquals(code, 0, stderr);
    assertEquals(entries().length, 12);
    assert(entries().every((name) => name.endsWith(".parquet")));
    await (await openWriter(place)).close();
    assertEquals(leftovers(place), []);
  },
);

seededTest(
  "a rebuild that is killed or interrupted leaves silver as it was, or as it is to be",
  async () => {
    await using place = await newPlace();
    await filled(place);
    const before = await ask(place, tables);
    const count = async () =>
      Number(
        (await ask(place, "SELECT count(*) FROM silver.crypto_ticks"))[0]?.[0],
      );
    const whole = await count();
    await damage(place);
    const damaged = await count();
    assertEquals(damaged < whole, true);
    const random = seeded(runSeed, "rebuilds");
    const signals = isLong
      ? Array.from(
        { length: 20 },
        () => random.chance(0.7) ? "SIGKILL" : "SIGINT",
      )
      : ["SIGKILL", "SIGINT", "SIGKILL"];
    for (const signal of signals as Deno.Signal[]) {
      const process = lake(place, ["rebuild", "--yes"]);
      let ended = false;
      process.ended.then(() => ended = true);
      await until(
        "it has begun",
        async () => ended || (await ask(place, tables)).length > before.length,
      );
      await delay(random.whole(0, 1_500));
      process.kill(signal);
      const { code, stderr } = await process.ended;
      const now = await count();
      assert([damaged, whole].includes(now), `${now}, seed ${runSeed}`);
      if (signal === "SIGINT" && code !== 0) {
        assertEquals([code, now], [130, damaged], stderr);
        assert(stderr.includes("Interrupted: silver is as it was."), stderr);
        assertEquals(await ask(place, tables), before, `seed ${runSeed}`);
      }
      await (await openWriter(place)).close();
      assertEquals(await ask(place, tables), before, `seed ${runSeed}`);
      assertEquals(leftovers(place), [], `seed ${runSeed}`);
      if (now === whole) await damage(place);
    }
    const { code, stderr } = await lake(place, ["rebuild", "--yes"]).ended;
    assertEquals(code, 0, stderr);
    assertEquals(await assertSound(place, runSeed), records);
  },
);
