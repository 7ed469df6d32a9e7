// What all commands on Spark share: settings, place, log, signals.

import { CommandError, UsageError } from "../../../lib/errors.ts";
import { readText } from "../../../lib/files.ts";
import { listenForStop } from "../../../lib/stop_signals.ts";
import type { Flags } from "../../cli/command.ts";
import { progress } from "../../cli/print.ts";
import { kafkaOptions } from "./kafka_options.ts";
import { type JobEnd, runSparkJob } from "./spark_job.ts";
import { openJobs, openSparkPlace, sparkStateDir } from "./spark_place.ts";
import { readSparkConfig } from "./spark_settings.ts";

/** The flag of all commands on Spark. */
export const placeFlag = "in-notebook";

/** Its line in their help texts. */
export const placeHelp =
  "--in-notebook  in PART-A's notebook container, not in one of its own";

/** Jobs that write: one of each runs at a time. */
export const writingJobs = ["run", "maintain"] as const;

/** The name of a job: fixed for writers of a lake, since it is their lock. */
export function jobName(subcommand: string, prefix: string): string {
  const isWriter = writingJobs.some((name) => name === subcommand);
  const last = isWriter
    ? prefix.replaceAll("_", "-").replace(/-+$/, "")
    : crypto.randomUUID().slice(0, 8);
  return ["crypto-spark", subcommand, last].filter(Boolean).join("-");
}

/** @throws {CommandError} where there is no place for checkpoints. */
export function requireCheckpoints(checkpoints: string | undefined): string {
  if (checkpoints !== undefined) return checkpoints;
  throw new CommandError(
    "there is no place for checkpoints: no catalog's warehouse is known here",
    "set SPARK_CHECKPOINTS, for example s3a://warehouse/_checkpoints",
  );
}

/**
 * The option of checkpoints: a stream has some, and other jobs need none.
 *
 * @throws {CommandError} where there is no place for those of `run`.
 */
function checkpointOption(
  subcommand: string,
  checkpoints: string | undefined,
): { readonly checkpointRoot?: string } {
  return subcommand === "run"
    ? { checkpointRoot: requireCheckpoints(checkpoints) }
    : {};
}

/** Passwords among the options of Kafka. */
function secretOptions(options: Readonly<Record<string, string>>): string[] {
  const found = Object.entries(options).filter(([name]) =>
    /jaas|password|keystore\.key/.test(name)
  ).map(([, value]) => value);
  const words = found.flatMap((text) =>
    Array.from(text.matchAll(/password="((?:\\.|[^"])+)"/g), ([, one]) => one)
  );
  return [...found, ...words.filter((one) => one !== undefined)];
}

function openLog(path: string): (line: string) => void {
  Deno.mkdirSync(sparkStateDir, { recursive: true });
  const file = Deno.openSync(path, {
    write: true,
    create: true,
    truncate: true,
    mode: 0o600,
  });
  const encoder = new TextEncoder();
  return (line) => {
    file.writeSync(encoder.encode(`${line}\n`));
  };
}

/**
 * Runs a program of `lakehouse/spark/` to its end.
 *
 * @param options For the program, besides topic, brokers and places.
 * @throws {CommandError} where it cannot be run, refuses or fails.
 */
export async function performOnSpark(
  subcommand: string,
  flags: Flags,
  options: Readonly<Record<string, unknown>>,
): Promise<JobEnd> {
  const config = readSparkConfig();
  const stop = listenForStop(() => {
    progress(
      `lake ${subcommand}: not waited for; if it goes on: ` +
        "deno task lake stop --engine=spark",
    );
    Deno.exit(130);
  });
  const kafka = kafkaOptions(config.access, readText);
  const { submit, brokers } = await openSparkPlace(config, {
    inNotebook: flags.has(placeFlag),
    needsBroker: subcommand === "run",
  });
  const isWriter = writingJobs.some((name) => name === subcommand);
  const logPath = `${sparkStateDir}/${subcommand}.log`;
  const job = {
    name: jobName(subcommand, config.prefix),
    subcommand,
    options: {
      topic: config.topic,
      bootstrapServers: brokers,
      kafka,
      ...checkpointOption(subcommand, submit.checkpoints),
      namespacePrefix: config.prefix,
      ...options,
    },
  };
  progress(`lake: ${subcommand} on Spark, ${submit.place}`);
  return await runSparkJob(
    { ...submit, secrets: [...submit.secrets, ...secretOptions(kafka)] },
    job,
    {
      progress,
      log: openLog(logPath),
      logPath: `.state/spark/${subcommand}.log`,
      stop,
      others: isWriter ? await openJobs(config) : [],
    },
  );
}

/** A whole number of a flag; `undefined` where it is not given. */
export function wholeNumber(
  flags: Flags,
  name: string,
  low = 1,
): number | undefined {
  const text = flags.value(name);
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text) && Number(text) >= low) return Number(text);
  throw new UsageError(
    `--${name} is "${text}": expected a whole number from ${low}`,
  );
}
