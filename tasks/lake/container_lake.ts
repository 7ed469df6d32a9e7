// `lake verify` on the lake of the container. Apart from the other commands:
// `deno task verify` loads this, and must not fetch DuckDB.

import { messageOf } from "../../lib/errors.ts";
import type { ProcessResult } from "../host/run_process.ts";
import { openComposeStack } from "../stack/choice/choose_stack.ts";

/** The report of `lake verify --json` on the container's lake. */
export async function verifyContainersLake(): Promise<ProcessResult> {
  try {
    return await openComposeStack().runInLake({
      args: ["tasks/lake.ts", "verify", "--json"],
    });
  } catch (error) {
    return { code: 1, stdout: "", stderr: `lake verify: ${messageOf(error)}` };
  }
}
