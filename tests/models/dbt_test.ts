// The dbt project on its target `spark`.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { delimiter, dirname } from "node:path";
import { exportTables } from "../../lakehouse/lake/export.ts";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import { systemClock } from "../../lib/clock.ts";
import { pathOf, projectDir } from "../../lib/project.ts";
import { ensurePythonTool } from "../../tasks/host/python_tool.ts";
import { run } from "../../tasks/host/run_process.ts";
import { dbtPackages } from "../../tasks/lake/dbt.ts";
import { seeded } from "../fakes/random.ts";
import { findPythonTool } from "../harness/python_tool.ts";
import { dbtUnitTests } from "../lake/dbt_unit_tests.ts";
import { bronzeRows, modelRecords } from "../lake/model_records.ts";
import { newPlace } from "../lake/place.ts";
import { tables } from "./exported_models.ts";
import { pipSpark } from "./submit_local.ts";

/** A line of `dbt_on_spark.py`. */
interface Built {
  readonly table: string;
  readonly rows: number;
  readonly columns: boolean;
  readonly missing: number;
  readonly other: number;
}

/** What `dbt docs generate` finds. */
interface DbtCatalog {
  readonly nodes: Readonly<
    Record<
      string,
      { readonly columns: Readonly<Record<string, { readonly type: string }>> }
    >
  >;
}

const compared = ["bronze.crypto_ticks_raw", ...tables];

const dbt = await findPythonTool((ports) =>
  ensurePythonTool(
    { name: "dbt", packages: [...dbtPackages, ...pipSpark] },
    ports,
  )
);

/** Writes a lake of ordinary and damaged records, and what it has into files. */
async function exportLake(
  place: { readonly lakeDir: string; readonly extensionDir: string },
  outputDir: string,
): Promise<void> {
  const rows = bronzeRows(modelRecords(seeded(20_251_203), 200));
  const now = Temporal.Instant.fromEpochMilliseconds(rows[0]?.timestampMs ?? 0);
  const writer = await openWriter({
    ...place,
    clock: { ...systemClock, now: () => now },
  });
  await writer.commit({ rows, gaps: [] });
  await writer.close();
  const { signal } = new AbortController();
  await exportTables({ ...place, outputDir, signal, onProgress() {} });
}

Deno.test({
  name:
    "dbt builds on Spark what the embedded engine has, and its tests pass there",
  ignore: dbt === undefined,
  async fn() {
    if (dbt === undefined) return;
    await using place = await newPlace();
    const files = `${place.dir}/export`;
    await exportLake(place, files);
    const models = pathOf(new URL("lakehouse/models/", projectDir));
    const { code, stdout, stderr } = await run(
      `${dirname(dbt)}/python3`,
      [pathOf(new URL("dbt_on_spark.py", import.meta.url)), files, ...compared],
      {
        cwd: place.dir,
        env: {
          PATH: [dirname(dbt), Deno.env.get("PATH")].join(delimiter),
          DBT_PROJECT_DIR: models,
          DBT_PROFILES_DIR: models,
          DBT_TARGET_PATH: `${place.dir}/target`,
          DBT_LOG_PATH: `${place.dir}/logs`,
          SPARK_DIR: `${place.dir}/spark`,
          BRONZE_FILE: `${files}/bronze.crypto_ticks_raw.parquet`,
          // Half an hour beside UTC.
          TZ: "Asia/Kolkata",
        },
      },
    );
    assertEquals(code, 0, stdout + stderr.slice(-3_000));
    for (const name of dbtUnitTests) {
      assertMatch(stdout, new RegExp(` PASS \\w+::${name} `));
    }
    const built = stdout.split("\n").filter((it) => it.startsWith("@built "))
      .map((it): Built => JSON.parse(it.slice("@built ".length)));
    assertEquals(built.map(({ table }) => table), compared);
    for (const { table, rows, ...found } of built) {
      assertEquals(found, { columns: true, missing: 0, other: 0 }, table);
      assert(rows > 2, `${table}: ${rows} rows`);
    }
    const catalog: DbtCatalog = JSON.parse(
      await Deno.readTextFile(`${place.dir}/target/catalog.json`),
    );
    const { columns } = catalog.nodes["model.crypto_lake.crypto_latest"] ?? {};
    assertEquals(columns?.["price_usd"]?.type, "decimal(38,18)");
  },
});
