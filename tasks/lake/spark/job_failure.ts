// What a job of Spark died of, by its output: pure.

import { CommandError } from "../../../lib/errors.ts";
import { diagnose, type Diagnosis } from "../../diagnosis/diagnose.ts";
import { lastLine } from "../../docker/docker.ts";
import type { SparkJob } from "./submit.ts";

/** The first line of what Spark's logger says: its level. */
const logged =
  /^\d{2,4}[/-]\d\d[/-]\d\d[ T]\d\d:\d\d:\d\d\S* (?<level>[A-Z]+) /;

/** Where a program says what ends it. */
const report = /^Traceback \(most recent call last\):|^Exception in thread "/;

/** Python's words between an exception and the one that it led to. */
const chained = /\babove exception\b/;

/** A line that names an error. */
const named = /^(?:Caused by: )?[\w.$]*(?:Exception|Error)\b\S*: ./;

function levelOf(line: string): string | undefined {
  return logged.exec(line)?.groups?.level;
}

/**
 * The exception that ended a job: the last one that a program reports, without
 * what is logged beside it.
 *
 * @returns nothing where no program came to say it.
 */
function ending(lines: readonly string[]): readonly string[] {
  const from = lines.findLastIndex((line, at) =>
    report.test(line) &&
    !lines.slice(Math.max(0, at - 3), at).some((it) => chained.test(it))
  );
  const reported = lines.slice(Math.max(0, from))
    .filter((line) => levelOf(line) === undefined);
  return from >= 0 && reported.some((line) => named.test(line.trim()))
    ? reported
    : [];
}

/** The last error that is logged, with its stack: a stream's own says more. */
function lastLogged(lines: readonly string[]): readonly string[] {
  const from = lines.findLastIndex((line) => levelOf(line) === "ERROR");
  if (from < 0) return [];
  const after = lines.slice(from + 1);
  const end = after.findIndex((line) =>
    levelOf(line) !== undefined || report.test(line)
  );
  return lines.slice(from, end < 0 ? undefined : from + 1 + end);
}

/**
 * The known failure that ended a job. A warning of before counts only where no
 * exception ended it; of the same failure, it may have an address.
 */
function knownFailure(lines: readonly string[]): Diagnosis | undefined {
  const known = (some: readonly string[]) => diagnose(some.join("\n"), "spark");
  const reported = ending(lines);
  if (reported.length === 0) return known(lines);
  const found = known(reported) ?? known(lastLogged(lines));
  if (found === undefined || found.cause.endsWith(")")) return found;
  for (const line of lines.toReversed()) {
    const other = diagnose(line, "spark");
    if (other?.id === found.id && other.cause.endsWith(")")) return other;
  }
  return found;
}

/** The last line that names an error, without its class's package. */
function lastError(lines: readonly string[]): string {
  const found = lines.findLast((line) => named.test(line.trim()));
  return found?.trim().replace(/^Caused by: /, "").replace(
    /^(?:[\w$]+\.)+/,
    "",
  ) ??
    lastLine(lines.join("\n"));
}

/**
 * The failure that Spark's output shows.
 *
 * @param code The job's exit code.
 * @param shown The last `lines` of its output, and where all of them are.
 */
export function failureOfJob(
  { name, subcommand }: SparkJob,
  code: number,
  { lines, logPath }: {
    readonly lines: readonly string[];
    readonly logPath: string;
  },
): CommandError {
  const found = knownFailure(lines);
  const what = `${subcommand} on Spark failed`;
  if (found !== undefined) {
    return new CommandError(`${what}: ${found.cause}`, found.next);
  }
  if (code === 137) {
    return new CommandError(
      `${what}: ${name} was killed: by hand, or because the memory ran out`,
      "set SPARK_MEMORY=2g, or give Docker more memory",
    );
  }
  const reported = ending(lines);
  return new CommandError(
    `${what} (exit code ${code}): ` +
      lastError(reported.length === 0 ? lines : reported),
    `see Spark's output: ${logPath}`,
  );
}
