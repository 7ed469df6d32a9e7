// `deno task lake status --engine=spark`: what PART-A's lake holds.

import { formatAge } from "../../../lib/format_age.ts";
import { numberAt, textAt } from "../../../lib/json.ts";
import { plural } from "../../../lib/plural.ts";
import type { Command } from "../../cli/command.ts";
import { result } from "../../cli/print.ts";
import type { SparkEvent } from "./spark_events.ts";
import { openJobs } from "./spark_place.ts";
import { countsOf, lastOf } from "./spark_result.ts";
import {
  jobName,
  performOnSpark,
  placeFlag,
  placeHelp,
} from "./spark_session.ts";
import { readSparkConfig } from "./spark_settings.ts";

function lagText(event: SparkEvent): string {
  const problem = textAt(event, "lagError");
  if (problem !== "") return `unknown: ${problem}`;
  const lag = countsOf(event.lag);
  return plural(lag.reduce((sum, [, records]) => sum + records, 0), "record");
}

/** Lines for people. */
export function statusLines(
  event: SparkEvent,
  { writer, nowMs }: {
    readonly writer: string | undefined;
    readonly nowMs: number;
  },
): string[] {
  const newest = event.newestMs;
  const age = typeof newest === "number"
    ? `newest record ${formatAge(Math.max(0, nowMs - newest) / 1000)} old`
    : "no records yet";
  const epoch = numberAt(event, "epoch");
  const rows = countsOf(event.rows);
  const widest = Math.max(0, ...rows.map(([table]) => table.length));
  const rejects = countsOf(event.rejects);
  const size = `${plural(numberAt(event, "files"), "file")}, ${
    (numberAt(event, "bytes") / 1e6).toFixed(1)
  } MB; ${plural(numberAt(event, "snapshots"), "snapshot")}`;
  return [
    `run     ${writer === undefined ? "not running" : `running, ${writer}`}`,
    `topic   ${textAt(event, "topic")}${epoch === 0 ? "" : `, epoch ${epoch}`}`,
    `lag     ${lagText(event)}`,
    `fresh   ${age}`,
    `size    ${size}`,
    ...rows.map(([table, count]) =>
      `  ${table.padEnd(widest)}  ${
        count.toLocaleString("en-US").padStart(11)
      } ${count === 1 ? "row" : "rows"}`
    ),
    ...rejects.length === 0 ? [] : [
      `rejects ${
        rejects.map(([reason, count]) =>
          `${count.toLocaleString("en-US")} ${reason}`
        ).join(", ")
      }`,
    ],
  ];
}

/** The command. */
export const command: Command = {
  name: "lake status --engine=spark",
  help: `Shows what PART-A's lake holds, and what of the topic is not in it yet.

Usage: deno task lake status --engine=spark [--json] [--in-notebook]

  --json         the same as JSON
  ${placeHelp}

Exits with 0 also when lake run is not running; lake verify judges.`,
  flags: { boolean: ["json", placeFlag] },
  async run(flags) {
    const config = readSparkConfig();
    const name = jobName("run", config.prefix);
    const [writer] = (await Promise.all(
      (await openJobs(config)).map((jobs) => jobs.holder(name)),
    )).filter((holder) => holder !== undefined);
    const { events, stopped } = await performOnSpark("status", flags, {});
    if (stopped) return 130;
    const { event: _, ...seen } = lastOf(events, "status") ?? {};
    if (flags.has("json")) {
      result(JSON.stringify({ run: writer ?? null, ...seen }));
      return 0;
    }
    const lines = statusLines(seen, { writer, nowMs: Date.now() });
    lines.forEach((line) => result(line));
    return 0;
  },
};
