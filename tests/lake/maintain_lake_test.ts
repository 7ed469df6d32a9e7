// What a maintenance tells of itself, and what is left when it is ended.

import { assert, assertEquals, assertRejects } from "@std/assert";
import { maintainLake } from "../../lakehouse/lake/maintain.ts";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import { maintenanceLockName } from "../../lakehouse/lake/writer_lock.ts";
import { exists, ifExists } from "../../lib/files.ts";
import { projectDir } from "../../lib/project.ts";
import { start } from "../../tasks/host/run_process.ts";
import { until } from "../harness/until.ts";
import { assertSound } from "./judge.ts";
import { newPlace } from "./place.ts";
import { rowsOf } from "./records.ts";

const seed = 11;

Deno.test("a maintenance tells its parts in order; ended in any of them it leaves a whole lake, which the next one finishes", async () => {
  await using place = await newPlace();
  let next = 0;
  async function write(counts: readonly number[]): Promise<void> {
    const writer = await openWriter(place);
    for (const count of counts) {
      await writer.commit({ rows: rowsOf(seed, next, count), gaps: [] });
      next += count;
    }
    await writer.close();
  }
  await write([150, 2, 150]);
  const told: [number, number, string][] = [];
  await maintainLake(place, { onProgress: (...it) => told.push(it) });
  const parts = new Set(told.map(([done]) => done));
  const [[, all] = [0, 0]] = told;
  assertEquals([...parts], Array.from({ length: all + 1 }, (_, it) => it));
  assertEquals(new Set(told.map(([, it]) => it)).size, 1);
  for (let part = 0; part < all; part++) {
    await write([150]);
    const stop = new AbortController();
    const abort = () => stop.abort(new Error("stop"));
    const isBetween = part % 2 === 0;
    const ended = maintainLake(place, {
      keepMs: 0,
      graceMs: 0,
      signal: stop.signal,
      onProgress(done) {
        if (done < part) return;
        if (isBetween) abort();
        // While a statement runs.
        else setTimeout(abort);
      },
    });
    if (isBetween) await assertRejects(() => ended, Error, "stop");
    // A timer may come after the last step.
    else await ended.catch(() => {});
  }
  assertEquals(await assertSound(place, seed), next);
  const last = await maintainLake(place, { keepMs: 0, graceMs: 0 });
  assertEquals([last.after.files, last.after.snapshots], [5, 1]);
  assertEquals(await assertSound(place, seed), next);
});

Deno.test("`lake maintain` prints its steps without a terminal, nothing more with --json, and says what Ctrl-C leaves", async () => {
  await using place = await newPlace();
  const records = 9_000;
  const writer = await openWriter(place);
  for (let next = 0; next < records; next += 1_500) {
    await writer.commit({ rows: rowsOf(seed, next, 1_500), gaps: [] });
  }
  await writer.close();
  const maintain = (...flags: readonly string[]) =>
    start(
      Deno.execPath(),
      ["run", "-q", "-P=lake", "tasks/lake.ts", "maintain", ...flags],
      { cwd: projectDir, env: { LAKE_DIR: place.lakeDir } },
    );
  const lock = `${place.lakeDir}/${maintenanceLockName}`;
  const interrupted = async () => {
    ifExists(() => Deno.removeSync(lock));
    const process = maintain();
    await until("it has begun", () => exists(lock));
    process.kill("SIGINT");
    return await process.ended;
  };
  let ended = await interrupted();
  // It may have been faster.
  for (let tries = 0; ended.code === 0 && tries < 9; tries++) {
    ended = await interrupted();
  }
  const { code, stdout, stderr } = ended;
  assertEquals([code, stdout], [130, ""], stderr);
  assert(
    stderr.endsWith(
      "Interrupted: what was done stays, the next one does the rest.\n",
    ),
    stderr,
  );
  assertEquals(await assertSound(place, seed), records);
  const again = await maintain().ended;
  assertEquals(again.code, 0, again.stderr);
  assert(again.stderr.includes("\n2 of 11 steps: merging small files of "));
  const quiet = await maintain("--json").ended;
  assertEquals([quiet.code, quiet.stderr], [0, ""]);
  assertEquals(JSON.parse(quiet.stdout).merged, 0);
  assertEquals(await assertSound(place, seed), records);
});
