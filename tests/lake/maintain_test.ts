import { assert, assertEquals, assertRejects } from "@std/assert";
import { attach } from "../../lakehouse/lake/attach.ts";
import { schemaVersion } from "../../lakehouse/lake/lake_schema.ts";
import { maintainLake } from "../../lakehouse/lake/maintain.ts";
import { openReader } from "../../lakehouse/lake/reader.ts";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import { CommandError } from "../../lib/errors.ts";
import { exists } from "../../lib/files.ts";
import { assertSound } from "./judge.ts";
import { newPlace } from "./place.ts";
import { rowsOf } from "./records.ts";

const seed = 11;

Deno.test("maintenance beside a writer merges files and loses nothing; files and snapshots of the last hour stay", async () => {
  await using place = await newPlace();
  const writer = await openWriter(place);
  let next = 0;
  async function write(count: number): Promise<void> {
    await writer.commit({ rows: rowsOf(seed, next, count), gaps: [] });
    next += count;
  }
  try {
    for (const count of [150, 1, 150, 2, 150]) await write(count);
    const reader = await openReader({ ...place, at: { version: 3 } });
    const before = await reader.query("FROM silver.crypto_ticks ORDER BY ALL");
    Deno.writeTextFileSync(`${place.lakeDir}/data/orphan.parquet`, "x");
    const [report] = await Promise.all([
      maintainLake(place),
      write(1).then(() => write(150)),
    ]);
    assert(report.merged > 0);
    assertEquals([report.expired, report.removed, report.orphans], [0, 0, 0]);
    // Its files are there still.
    assertEquals(
      await reader.query("FROM silver.crypto_ticks ORDER BY ALL"),
      before,
    );
    await reader.close();
    assertEquals(await assertSound(place, seed), next);

    const last = await writer.maintain({ keepMs: 0, graceMs: 0 });
    assert(last.expired > 0 && last.removed > 0, JSON.stringify(last));
    // A merge that met a commit and was done again leaves some too.
    assert(last.orphans >= 1);
    assertEquals(exists(`${place.lakeDir}/data/orphan.parquet`), false);
    assert(last.after.snapshots <= 2);
    await write(3);
  } finally {
    await writer.close();
  }
  assertEquals(await assertSound(place, seed), next);
});

Deno.test("without a writer the catalog's file shrinks", async () => {
  await using place = await newPlace();
  const writer = await openWriter(place);
  for (let offset = 0; offset < 60; offset++) {
    await writer.commit({ rows: rowsOf(seed, offset, 1), gaps: [] });
  }
  const { rows, snapshots, maintainedMs } = await writer.size();
  assertEquals(rows.get("bronze.crypto_ticks_raw"), 60);
  assertEquals([rows.size, maintainedMs], [5, undefined]);
  await writer.close();
  const { before, after } = await maintainLake(place, { keepMs: 0 });
  // The flush at the end is one more.
  assertEquals(before.snapshots, snapshots + 1);
  const again = await openWriter(place);
  assertEquals(typeof (await again.size()).maintainedMs, "number");
  await again.close();
  assert(after.catalogBytes < before.catalogBytes, `${after.catalogBytes}`);
  assertEquals(await assertSound(place, seed), 60);
});

Deno.test("one process at a time maintains, and only where there is a lake", async () => {
  await using place = await newPlace();
  await assertRejects(() => maintainLake(place), CommandError, "no lake");
  await (await openWriter(place)).close();
  const results = await Promise.allSettled([
    maintainLake(place),
    maintainLake(place),
  ]);
  const [failed] = results.filter(({ status }) => status === "rejected");
  assert(
    failed?.status === "rejected" &&
      String(failed.reason).includes("is being maintained by another process"),
  );
});

Deno.test("a lake of a newer schema is refused by name, and left as it is", async () => {
  await using place = await newPlace();
  await (await openWriter(place)).close();
  const database = await attach({ ...place, isWriter: true, tempName: "test" });
  await database.run(`INSERT INTO lake.meta.schema_versions
    SELECT ${schemaVersion + 1}, views_sha256, created_at
    FROM lake.meta.schema_versions`);
  database.close();
  for (const open of [openWriter, openReader]) {
    await assertRejects(
      () => open(place),
      CommandError,
      `the lake has schema version ${schemaVersion + 1}, expected at most`,
    );
  }
});

Deno.test("a second start changes nothing in the schema", async () => {
  await using place = await newPlace();
  for (let start = 0; start < 3; start++) {
    await (await openWriter(place)).close();
  }
  const reader = await openReader(place);
  const { rows } = await reader.query("SELECT count(*) FROM lake.snapshots()");
  await reader.close();
  assertEquals(rows, [["2"]]);
});
