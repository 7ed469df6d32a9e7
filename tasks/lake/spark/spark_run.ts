// `deno task lake run --engine=spark`: the topic into PART-A's lake.

import { UsageError } from "../../../lib/errors.ts";
import { numberAt } from "../../../lib/json.ts";
import { integerField, parseSetting } from "../../../lib/setting_parsers.ts";
import type { Command } from "../../cli/command.ts";
import { progress, result } from "../../cli/print.ts";
import { stepsText } from "./job_steps.ts";
import { secondsText } from "./spark_events.ts";
import { lastOf } from "./spark_result.ts";
import {
  performOnSpark,
  placeFlag,
  placeHelp,
  wholeNumber,
} from "./spark_session.ts";

const defaultTrigger = "60";

/** The command. */
export const command: Command = {
  name: "lake run --engine=spark",
  help: `Follows the topic into PART-A's bronze, silver and gold, exactly once.

Usage: deno task lake run --engine=spark [--once | --trigger=SECONDS]
                                         [--batch=RECORDS] [--in-notebook]

  --once             ends as soon as everything in the topic is in the lake
  --trigger=SECONDS  a commit each so many seconds (default ${defaultTrigger}); each
                     commit makes files: run maintain daily, and more often
                     below 60 s
  --batch=RECORDS    at most so many records in a commit
  ${placeHelp.replace("  ", "      ")}

One job writes at a time: its container's name is the lock. Ctrl-C ends the job
in its container as well, and so does: deno task lake stop --engine=spark
Settings: docs/spark.md`,
  flags: { boolean: ["once", placeFlag], string: ["trigger", "batch"] },
  async run(flags) {
    const trigger = flags.value("trigger");
    if (flags.has("once") && trigger !== undefined) {
      throw new UsageError("--once and --trigger: expected one of them");
    }
    const seconds = parseSetting(
      "--trigger",
      trigger ?? defaultTrigger,
      integerField(1, 86_400),
    );
    const batch = wholeNumber(flags, "batch");
    const { events, steps, stopped } = await performOnSpark("run", flags, {
      once: flags.has("once"),
      triggerSeconds: seconds,
      ...batch === undefined ? {} : { maxOffsetsPerTrigger: batch },
    });
    // A stream ends by itself only where it was asked to, wherever that was.
    if (stopped || !flags.has("once")) {
      progress("lake run: stopped; the next start goes on where it ended");
      return 0;
    }
    const done = lastOf(events, "done") ?? {};
    progress(`seconds by step (of CPU): ${stepsText(steps, done)}`);
    result(
      `Everything is in the lake, ${secondsText(numberAt(done, "seconds"))}.`,
    );
    return 0;
  },
};
