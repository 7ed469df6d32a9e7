// The lake's checks for `deno task verify`. They run in a process of their own:
// people who only produce do not fetch DuckDB.

import { catalogName } from "../../lakehouse/lake/lake_names.ts";
import { readLakeConfig } from "../../lakehouse/lake_settings.ts";
import { exists } from "../../lib/files.ts";
import { projectDir } from "../../lib/project.ts";
import { run } from "../host/run_process.ts";
import { openComposeStack } from "../stack/choice/choose_stack.ts";
import { lakeServiceName } from "../stack/compose/lake_service.ts";
import { type CheckResult, fail } from "../verify/finding.ts";
import type { TargetKind } from "../verify/verify_target.ts";
import { readLakeChecks } from "./child_report.ts";
import { verifyContainersLake } from "./container_lake.ts";
import { askRun } from "./lake_facts.ts";
import { isLakeInContainer } from "./lake_place.ts";

async function checkContainersLake(): Promise<CheckResult[]> {
  const stack = await openComposeStack().status();
  const lake = stack.find(({ name }) => name === lakeServiceName);
  if (lake === undefined || !["running", "starting"].includes(lake.state)) {
    const detail = `its container is ${lake?.state ?? "missing"}`;
    return [{ name: "lake", ...fail(detail, "deno task setup") }];
  }
  const checks = await readLakeChecks(await verifyContainersLake(), true);
  const lag = checks.find(({ name }) => name === "lake lag");
  if (lag?.verdict !== "fail") return checks;
  const next = `read its log: deno task logs ${lakeServiceName}`;
  // An old record in gold may have the same cause.
  return checks.map((check) =>
    check.next === lag.next ? { ...check, next } : check
  );
}

/**
 * Checks the lake: the one of the stack's container where `setup --lake` chose
 * that, else the one in `LAKE_DIR`. Nothing where there is none.
 *
 * @param kind The stack that is verified.
 */
export async function checkLakeApart(kind: TargetKind): Promise<CheckResult[]> {
  if (isLakeInContainer()) {
    const isItsStack = kind === "compose" || kind === "unknown";
    return isItsStack ? await checkContainersLake() : [];
  }
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
