// `deno task lake stop --engine=spark`: ends the jobs that write.

import type { Command } from "../../cli/command.ts";
import { progress, result } from "../../cli/print.ts";
import { openJobs } from "./spark_place.ts";
import { jobName, writingJobs } from "./spark_session.ts";
import { readSparkConfig } from "./spark_settings.ts";

/** The command. */
export const command: Command = {
  name: "lake stop --engine=spark",
  help: `Ends the job that fills PART-A's lake, wherever it was started.

Usage: deno task lake stop --engine=spark

It waits until no process of the job is left. Nothing is lost: the next start
goes on where it ended.`,
  flags: {},
  async run() {
    const config = readSparkConfig();
    let ended = 0;
    for (const jobs of await openJobs(config)) {
      for (const subcommand of writingJobs) {
        const name = jobName(subcommand, config.prefix);
        const holder = await jobs.holder(name);
        if (holder !== undefined) progress(`lake stop: ending ${holder}`);
        const what = await jobs.stop(name);
        if (what === undefined) continue;
        ended++;
        result(`Ended: ${subcommand}, ${what}; no process of it is left.`);
      }
    }
    if (ended === 0) result("Nothing runs.");
    return 0;
  },
};
