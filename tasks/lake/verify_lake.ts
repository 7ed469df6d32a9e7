// `deno task lake verify`: proves that the lake holds what the topic held.

import { full } from "../../lakehouse/lake/lake_models.ts";
import type { LakeReader } from "../../lakehouse/lake/lake_types.ts";
import {
  type LakeConfig,
  readLakeConfig,
} from "../../lakehouse/lake_settings.ts";
import { formatAddress } from "../../lib/address.ts";
import { systemClock } from "../../lib/clock.ts";
import { messageOf } from "../../lib/errors.ts";
import {
  emptyLake,
  newestInGold,
  oldInGold,
  startProducer,
} from "../../lib/fault_words.ts";
import { askProducer, gapLimitMs } from "../../lib/producer_status.ts";
import type { Result } from "../../lib/result.ts";
import type { Command } from "../cli/command.ts";
import { progress, result } from "../cli/print.ts";
import { createProgressBar } from "../cli/progress_bar.ts";
import { terminalWidth } from "../../lib/terminal_width.ts";
import {
  type CheckResult,
  fail,
  type Finding,
  noneFailed,
  ok,
  skip,
  warn,
} from "../verify/finding.ts";
import { jsonReport, table } from "../verify/verify_report.ts";
import { lakeChecks } from "./lake_checks.ts";
import {
  askRun,
  readEnds,
  readNewestMs,
  readOldestMs,
  readPositions,
  type RunStatus,
} from "./lake_facts.ts";
import { checkLag } from "./lake_lag.ts";
import {
  judgeModels,
  modelSql,
  newestRecords,
  rangeOf,
  rangesSql,
} from "./model_check.ts";
import { openLakeReader } from "./open_lake.ts";

/** Records that the models are run over again without `--all`. */
const sampleRecords = 20_000;

/** Judges the age of the newest record in the lake; gold is views over it. */
export function judgeFreshness(
  newestMs: number | undefined,
  { nowMs, limitMs, lag }: {
    /** Now, in ms since 1970. */
    readonly nowMs: number;
    /** The longest time between two records, in ms. */
    readonly limitMs: number;
    /** What waits for the lake. */
    readonly lag: Finding;
  },
): Finding {
  if (newestMs === undefined) {
    return warn(emptyLake.cause, emptyLake.next);
  }
  const ageMs = Math.max(0, nowMs - newestMs);
  if (ageMs <= limitMs) return ok(newestInGold(ageMs / 1_000));
  return warn(
    oldInGold(ageMs / 1_000, limitMs / 1_000),
    lag.next ?? `${startProducer} (and keep it running)`,
  );
}

async function perform(
  name: string,
  check: () => Promise<Finding>,
): Promise<CheckResult> {
  try {
    return { name: `lake ${name}`, ...await check() };
  } catch (error) {
    const detail = `the check cannot be run: ${messageOf(error)}`;
    return { name: `lake ${name}`, ...fail(detail, "deno task lake status") };
  }
}

/** Options of {@linkcode checkContents}. */
export interface ContentsOptions {
  /** Offsets of bronze at once. @default 20,000 */
  readonly rangeOffsets?: number;
  /** Called with the records that the models have been run over, and all. */
  readonly onProgress?: (done: number, all: number) => void;
}

async function checkModels(
  reader: LakeReader,
  all: boolean,
  { rangeOffsets = sampleRecords, onProgress }: ContentsOptions,
): Promise<Finding> {
  const ranges = all ? (await reader.query(rangesSql(rangeOffsets))).rows : [];
  const records = ranges.reduce(
    (sum, [, , , , count]) => sum + Number(count),
    0,
  );
  const parts = all
    ? ranges.map((range) => rangeOf(range, rangeOffsets))
    : [newestRecords(sampleRecords)];
  let sums: number[] = [];
  for (const part of parts) {
    const { rows } = await reader.query(modelSql(full.candidates, part));
    sums = (rows[0] ?? []).map((count, at) => Number(count) + (sums[at] ?? 0));
    if (all) onProgress?.(sums[0] ?? 0, records);
  }
  return judgeModels(sums, all ? undefined : sampleRecords);
}

/**
 * The checks that need nothing but the lake.
 *
 * @param all Whether the models are run over all of bronze.
 */
export async function checkContents(
  reader: LakeReader,
  all: boolean,
  options: ContentsOptions = {},
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const { name, sql, judge } of lakeChecks) {
    const check = async () => judge((await reader.query(sql)).rows);
    results.push(await perform(name, check));
  }
  const models = () => checkModels(reader, all, options);
  return [...results, await perform("models", models)];
}

/** The `lake run` that fills this lake; `undefined` where none can be asked. */
async function findRun(
  config: LakeConfig,
): Promise<Result<RunStatus> | undefined> {
  if (config.address === undefined) return undefined;
  const run = await askRun(config);
  if (run?.dir === config.dir) return { ok: true, value: run };
  const where = formatAddress(config.address);
  const error = run === undefined
    ? `no lake run answers at ${where}`
    : `the lake run at ${where} fills another lake: ${run.dir}`;
  return { ok: false, error };
}

async function checkLake(
  reader: LakeReader,
  config: LakeConfig,
  { all, ...options }: ContentsOptions & { readonly all: boolean },
): Promise<CheckResult[]> {
  const lag = await checkLag(await readEnds(config), {
    clock: systemClock,
    positions: async () =>
      (await readPositions(reader, config.topic)).positions,
    oldestMs: (from) => readOldestMs(config, from),
    run: () => findRun(config),
  });
  const newestMs = await readNewestMs(reader);
  const { producer } = config;
  const limitMs = gapLimitMs(
    producer && await askProducer(formatAddress(producer)),
  );
  const nowMs = systemClock.now().epochMilliseconds;
  return [
    { name: "lake lag", ...lag },
    {
      name: "lake freshness",
      ...judgeFreshness(newestMs, { nowMs, limitMs, lag }),
    },
    ...await checkContents(reader, all, options),
  ];
}

/** In their place with `--at`: Kafka and the clock tell of now alone. */
const ofNow: readonly CheckResult[] = ["lake lag", "lake freshness"].map(
  (name) => ({ name, ...skip("left out: it is of now, not of --at") }),
);

/** The command. */
export const command: Command = {
  name: "lake verify",
  help: `Proves that the lake holds what the topic held, each observation once.

Usage: deno task lake verify [--all] [--at=VERSION|TIME] [--json]

  --all    run the models over all of bronze again, not only over the newest
           ${sampleRecords.toLocaleString("en-US")} records
  --at=42  the contents as of snapshot 42, or of a time of UTC; lag and
           freshness are left out
  --json   the checks as JSON

Exits with 1 if a check fails.`,
  flags: { boolean: ["all", "json"], string: ["at"] },
  async run(flags) {
    const config = readLakeConfig();
    const at = flags.value("at");
    const reader = await openLakeReader(at);
    const bar = createProgressBar("records", terminalWidth(), progress);
    try {
      const all = flags.has("all");
      const results = at === undefined
        ? await checkLake(reader, config, { all, onProgress: bar.show })
        : [
          ...ofNow,
          ...await checkContents(reader, all, { onProgress: bar.show }),
        ];
      bar.end();
      if (flags.has("json")) result(jsonReport(results));
      else table(results).forEach((line) => result(line));
      return noneFailed(results) ? 0 : 1;
    } finally {
      bar.end();
      await reader.close();
    }
  },
};
