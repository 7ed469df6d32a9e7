import { assertEquals, assertRejects } from "@std/assert";
import { exportTables } from "../../lakehouse/lake/export.ts";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import { CommandError } from "../../lib/errors.ts";
import { pathOf } from "../../lib/project.ts";
import { ask, newPlace } from "./place.ts";
import { rowsOf } from "./records.ts";

const seed = 17;
const { signal } = new AbortController();

Deno.test("an export is of one snapshot, whatever is committed meanwhile", async () => {
  await using place = await newPlace();
  const writer = await openWriter(place);
  await writer.commit({ rows: rowsOf(seed, 0, 40), gaps: [] });
  await writer.close();
  const count = async (table: string) =>
    Number((await ask(place, `SELECT count(*) FROM ${table}`))[0]?.[0]);
  const before = await count("silver.crypto_ticks");
  const outputDir = `${place.dir}/export`;
  const child = pathOf(new URL("commit_child.ts", import.meta.url));
  const { lakeDir, extensionDir } = place;
  const exported = await exportTables({
    lakeDir,
    extensionDir,
    outputDir,
    signal,
    onProgress(done) {
      if (done !== 1) return;
      const args = ["run", "-q", "-A", child, lakeDir, extensionDir];
      const numbers = [seed, 40, 30].map(String);
      const { success } = new Deno.Command(Deno.execPath(), {
        args: [...args, ...numbers],
      }).outputSync();
      assertEquals(success, true);
    },
  });
  const rows = new Map(exported.map((it) => [it.table, it.rows]));
  assertEquals(await count("bronze.crypto_ticks_raw"), 70);
  assertEquals(rows.get("bronze.crypto_ticks_raw"), 40);
  assertEquals(rows.get("silver.crypto_ticks"), before);
  assertEquals(
    Array.from(Deno.readDirSync(outputDir), ({ name }) => name).sort(),
    exported.map(({ table }) => `${table}.parquet`).sort(),
  );
  await assertRejects(
    () => exportTables({ ...place, outputDir, signal, onProgress: () => {} }),
    CommandError,
    "is not empty",
  );
});
