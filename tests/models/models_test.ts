// Silver and gold are the same on both engines, row by row.

import { assert, assertEquals } from "@std/assert";
import { pathOf, projectDir } from "../../lib/project.ts";
import { runSeed, seeded } from "../chaos/seed.ts";
import { testDir } from "../harness/broker.ts";
import { exportModels, tables } from "./exported_models.ts";
import { submitLocal } from "./submit_local.ts";

/** A line of `models_on_spark.py`. */
interface Compared {
  readonly run: string;
  readonly table?: string;
  readonly rows?: number;
  readonly equal?: boolean;
  readonly differences?: readonly unknown[];
}

const runs = ["full, ANSI false", "full, ANSI true", "increments, ANSI true"];

Deno.test("each row of silver and gold is the same on Spark as on the embedded engine, whatever the records are", async () => {
  await using dir = await testDir();
  const random = seeded(runSeed, "models on Spark");
  const records = await exportModels(dir.path, random, 20_000);
  assert(records >= 20_000, String(records));
  const ended = await submitLocal({
    program: "models_on_spark.py",
    folders: {
      tables: dir.path,
      sql: pathOf(new URL("lakehouse/sql/spark/", projectDir)),
    },
  });
  if (ended === undefined) return;
  const { code, stdout, stderr } = ended;
  assertEquals(code, 0, (stdout + stderr).slice(-5_000));
  const lines = stdout.split("\n").filter((line) => line.startsWith("@models "))
    .map((line): Compared => JSON.parse(line.slice("@models ".length)))
    .filter(({ table }) => table !== undefined);
  assertEquals(
    lines.map(({ run, table }) => `${run}: ${table}`).sort(),
    runs.flatMap((run) => tables.map((table) => `${run}: ${table}`)).sort(),
  );
  for (const { run, table, rows = 0, equal, differences } of lines) {
    const name = `${table}, ${run}, seed ${runSeed}`;
    assert(equal, `${name}: ${JSON.stringify(differences, null, 1)}`);
    assert(rows > 50, `${name}: ${rows} rows`);
  }
});
