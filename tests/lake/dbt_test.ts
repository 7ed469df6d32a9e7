import { assert, assertEquals } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import { pathOf, projectDir } from "../../lib/project.ts";
import { progress } from "../../tasks/cli/print.ts";
import { defaultCacheDir } from "../../tasks/host/platform.ts";
import { run } from "../../tasks/host/run_process.ts";
import { ensureDbt } from "../../tasks/lake/dbt.ts";
import { seeded } from "../fakes/random.ts";
import { task } from "../harness/clone.ts";
import { incrementalLake } from "./model_lake.ts";
import { modelRecords } from "./model_records.ts";

/** The path of dbt; `undefined` where it cannot be had, unless CI is set. */
async function findDbt(): Promise<string | undefined> {
  const platform = Deno.build.os;
  try {
    const cacheDir = defaultCacheDir(platform, Deno.env.get);
    return await ensureDbt(cacheDir, { platform, run, progress });
  } catch (error) {
    if (!(error instanceof CommandError) || Deno.env.get("CI")) throw error;
    progress(`skipped: ${error.message}`);
    return undefined;
  }
}

const dbt = await findDbt();
const models = pathOf(new URL("lakehouse/models/", projectDir));

/** A database file with bronze, for dbt to build silver and gold in. */
async function bronzeFile(path: string): Promise<void> {
  const lake = await incrementalLake();
  try {
    await lake.write(modelRecords(seeded(20_251_203), 1_500));
    await lake.database.run(`ATTACH '${path}' AS built;
      CREATE SCHEMA built.bronze; CREATE SCHEMA built.silver;
      CREATE SCHEMA built.gold;
      CREATE TABLE built.bronze.crypto_ticks_raw AS
        FROM lake.bronze.crypto_ticks_raw`);
  } finally {
    lake.database.close();
  }
}

Deno.test({
  name: "dbt builds the models, and their tests and unit tests pass",
  ignore: dbt === undefined,
  async fn() {
    const dir = await Deno.makeTempDir({ prefix: "crypto-dbt-" });
    try {
      await bronzeFile(`${dir}/lake.duckdb`);
      const flags = ["--project-dir", models, "--profiles-dir", models];
      const { code, stdout } = await run(dbt ?? "", [
        "build",
        ...flags,
        "--target",
        "embedded",
      ], {
        env: {
          LAKE_ATTACH: `${dir}/lake.duckdb`,
          DBT_TARGET_PATH: `${dir}/target`,
          DBT_LOG_PATH: `${dir}/logs`,
          // Half an hour beside UTC.
          TZ: "Asia/Kolkata",
        },
      });
      assertEquals(code, 0, stdout);
      const [, passed = "0"] = stdout.match(/PASS=(\d+)/) ?? [];
      assert(Number(passed) >= 36, stdout);
      assert(stdout.includes("8 unit tests"), stdout);
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  },
});

Deno.test({
  name: "lakehouse/sql/ is what dbt compiles of the models",
  ignore: dbt === undefined,
  async fn() {
    const { code, stdout, stderr } = await task("models", ["--check"]);
    assertEquals(code, 0, stdout + stderr);
  },
});
