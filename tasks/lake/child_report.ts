// What `deno task verify` makes of the report of `deno task lake verify`: pure.

import { isObject, textAt, valueAt } from "../../lib/json.ts";
import { attempt } from "../../lib/result.ts";
import type { ProcessResult } from "../host/run_process.ts";
import {
  type CheckResult,
  fail,
  type Verdict,
  warn,
} from "../verify/finding.ts";

const step = "look at it alone: deno task lake verify";

function parseVerdict(text: string): Verdict {
  return text === "ok" || text === "warn" || text === "skip" ? text : "fail";
}

function parseChecks(stdout: string): CheckResult[] {
  const checks = valueAt(JSON.parse(stdout), "checks");
  if (!Array.isArray(checks)) throw new Error("the report has no checks");
  return checks.filter(isObject).map((one) => {
    const next = textAt(one, "next");
    return {
      name: textAt(one, "name"),
      verdict: parseVerdict(textAt(one, "verdict")),
      detail: textAt(one, "detail"),
      ...next === "" ? {} : { next },
    };
  });
}

/**
 * The results of `deno task lake verify --json`.
 *
 * @param isFilled Whether a `lake run` of this lake answers. Without one, what
 * waits for the lake is no fault of the stream: a warning.
 */
export async function readLakeChecks(
  { stdout, stderr }: ProcessResult,
  isFilled: boolean,
): Promise<CheckResult[]> {
  const checks = await attempt(() => Promise.resolve(parseChecks(stdout)));
  if (!checks.ok) {
    const [line = "no output"] = stderr.split("\n").filter(Boolean)
      .filter((line) => line.startsWith("lake verify: "));
    const detail = line.replace("lake verify: ", "");
    return [{ name: "lake", ...fail(`cannot be checked: ${detail}`, step) }];
  }
  return checks.value.map((check) =>
    check.name !== "lake lag" || check.verdict !== "fail" || isFilled
      ? check
      : {
        name: check.name,
        ...warn(
          check.detail.includes("lake run")
            ? check.detail
            : `${check.detail}, and no lake run answers`,
          check.next ?? step,
        ),
      }
  );
}
