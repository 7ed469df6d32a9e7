// The lake's checks for `deno task verify`. They run in a process of their own:
// people who only produce do not fetch DuckDB.

import { catalogName } from "../../lakehouse/lake/lake_names.ts";
import { readLakeConfig } from "../../lakehouse/lake_settings.ts";
import { exists } from "../../lib/files.ts";
import { projectDir } from "../../lib/project.ts";
import { run } from "../host/run_process.ts";
import type { CheckResult } from "../verify/finding.ts";
import { readLakeChecks } from "./child_report.ts";
import { askRun } from "./lake_facts.ts";

/** Checks the lake in `LAKE_DIR`; nothing where there is none. */
export async function checkLakeApart(): Promise<CheckResult[]> {
  const config = readLakeConfig();
  if (!exists(`${config.dir}/${catalogName}`)) return [];
  const [ended, running] = await Promise.all([
    run(
      Deno.execPath(),
      ["run", "-q", "-P=lake", "tasks/lake.ts", "verify", "--json"],
      { cwd: projectDir },
    ),
    askRun(config),
  ]);
  return await readLakeChecks(ended, running?.dir === config.dir);
}
