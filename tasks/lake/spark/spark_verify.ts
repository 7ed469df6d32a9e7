// `deno task lake verify --engine=spark`: proves PART-A's lake.

import type { Command } from "../../cli/command.ts";
import { progress, result } from "../../cli/print.ts";
import { CommandError } from "../../../lib/errors.ts";
import { noneFailed } from "../../verify/finding.ts";
import { jsonReport, table } from "../../verify/verify_report.ts";
import { stepsText } from "./job_steps.ts";
import { checksOf, lastOf } from "./spark_result.ts";
import { performOnSpark, placeFlag, placeHelp } from "./spark_session.ts";

/** The command. */
export const command: Command = {
  name: "lake verify --engine=spark",
  help:
    `Proves that PART-A's lake holds what the topic held, each observation once.

Usage: deno task lake verify --engine=spark [--json] [--in-notebook]

  --json         the checks as JSON
  ${placeHelp}

Exits with 1 if a check fails.`,
  flags: { boolean: ["json", placeFlag] },
  async run(flags) {
    const { events, steps, stopped } = await performOnSpark(
      "verify",
      flags,
      {},
    );
    if (stopped) return 130;
    progress(
      `seconds by step (of CPU): ${
        stepsText(steps, lastOf(events, "done") ?? {})
      }`,
    );
    const checks = checksOf(events);
    if (checks.length === 0) {
      throw new CommandError(
        "the program sent no checks",
        "see Spark's output in .state/spark",
      );
    }
    if (flags.has("json")) result(jsonReport(checks));
    else table(checks).forEach((line) => result(line));
    return noneFailed(checks) ? 0 : 1;
  },
};
