// dbt's tests of the models, on a lake.

import type { LakeLocation } from "../../lakehouse/lake/attach.ts";
import { pathOf, projectDir } from "../../lib/project.ts";
import type { ProcessResult, Run, RunOptions } from "../host/run_process.ts";

const models = pathOf(new URL("lakehouse/models/", projectDir));

/** What {@linkcode runDbt} works with. */
export interface DbtRun {
  /**
   * `test` and `docs generate` read the lake; `build` writes silver and gold
   * into it first.
   */
  readonly verb: "test" | "build" | "docs generate";
  /** The path of the program. */
  readonly dbt: string;
  /** An empty folder for what dbt writes. */
  readonly workDir: string;
  readonly run: Run;
  readonly options?: RunOptions;
}

/** Runs dbt on a lake, with the target `embedded` of `profiles.yml`. */
export async function runDbt(
  { lakeDir, extensionDir }: LakeLocation,
  { verb, dbt, workDir, run, options }: DbtRun,
): Promise<ProcessResult> {
  const flags = ["--project-dir", models, "--profiles-dir", models];
  return await run(
    dbt,
    [...verb.split(" "), ...flags, "--target", "embedded"],
    {
      ...options,
      env: {
        ...options?.env,
        LAKE_DIR: lakeDir,
        LAKE_READ_ONLY: String(verb !== "build"),
        DUCKDB_EXTENSION_DIRECTORY: extensionDir,
        DBT_TARGET_PATH: `${workDir}/target`,
        DBT_LOG_PATH: `${workDir}/logs`,
      },
    },
  );
}
