// `deno task lake notebook --engine=spark`: the tutorial in PART-A's Jupyter.

import { readText } from "../../../lib/files.ts";
import type { Command } from "../../cli/command.ts";
import { progress, result } from "../../cli/print.ts";
import { kafkaOptions } from "./kafka_options.ts";
import { notebookFile, placeNotebook } from "./place_notebook.ts";
import { openNotebook } from "./spark_place.ts";
import { jobName, requireCheckpoints } from "./spark_session.ts";
import { readSparkConfig } from "./spark_settings.ts";

/** The command. */
export const command: Command = {
  name: "lake notebook --engine=spark",
  help: `Puts the notebook ${notebookFile} into PART-A's Jupyter, with the
programs and settings of lake run, and prints its address.

Usage: deno task lake notebook --engine=spark [--replace]

  --replace  also where one is there already: changes made in it are lost

Programs and settings are always renewed. Run it again after a git pull, an edit
of .env, and when PART-A's notebook container was made again.`,
  flags: { boolean: ["replace"] },
  async run(flags) {
    const config = readSparkConfig();
    const kafka = kafkaOptions(config.access, readText);
    const { options, brokers, port } = await openNotebook(config, {
      needsBroker: true,
    });
    const folder = jobName("run", config.prefix).replace(
      "crypto-spark-run",
      "crypto-stream",
    );
    const isCopied = await placeNotebook(options, {
      folder,
      replace: flags.has("replace"),
      settings: {
        runJob: jobName("run", config.prefix),
        maintainJob: jobName("maintain", config.prefix),
        options: {
          topic: config.topic,
          bootstrapServers: brokers,
          kafka,
          checkpointRoot: requireCheckpoints(options.checkpoints),
          namespacePrefix: config.prefix,
        },
      },
    });
    if (!isCopied) {
      progress(
        `lake notebook: ${notebookFile} is there already and is kept; ` +
          "--replace brings the one of this version",
      );
    }
    result(
      `http://localhost:${port ?? 8888}/lab/tree/${folder}/${notebookFile}`,
    );
    return 0;
  },
};
