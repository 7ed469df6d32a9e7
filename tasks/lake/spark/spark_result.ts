// What the events of a job become: rows, checks, figures. Pure.

import type { QueryResult } from "../../../lakehouse/lake/lake_types.ts";
import { CommandError } from "../../../lib/errors.ts";
import { isObject, numberAt, textAt } from "../../../lib/json.ts";
import { type CheckResult, fail, ok, warn } from "../../verify/finding.ts";
import { kindOf, type SparkEvent } from "./spark_events.ts";

/** The type that tables, JSON and CSV know for one of Spark's. */
export function typeOf(spark: string): string {
  const upper = spark.toUpperCase();
  return upper === "INT" ? "INTEGER" : upper;
}

function cellOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The last event of a kind. */
export function lastOf(
  events: readonly SparkEvent[],
  kind: string,
): SparkEvent | undefined {
  return events.findLast((event) => kindOf(event) === kind);
}

/**
 * The rows of an event `rows` or `history`.
 *
 * @throws {CommandError} where the program sent none.
 */
export function rowsOf(
  events: readonly SparkEvent[],
  kind: "rows" | "history",
): QueryResult {
  const event = lastOf(events, kind);
  const columns = event?.columns;
  const rows = event?.rows;
  if (!Array.isArray(columns) || !Array.isArray(rows)) {
    throw new CommandError(
      `the program sent no ${kind}`,
      "see Spark's output in .state/spark",
    );
  }
  return {
    columns: columns.map((column: unknown) => ({
      name: textAt(column, "name"),
      type: typeOf(textAt(column, "type")),
    })),
    rows: rows.map((row: unknown) => Array.isArray(row) ? row.map(cellOf) : []),
  };
}

/** The results of the checks. */
export function checksOf(events: readonly SparkEvent[]): CheckResult[] {
  return events.filter((event) => kindOf(event) === "check").map((event) => {
    const name = `lake ${textAt(event, "name")}`;
    const says = textAt(event, "says");
    const next = textAt(event, "next") ||
      "deno task lake status --engine=spark";
    switch (textAt(event, "state")) {
      case "ok":
        return { name, ...ok(says) };
      case "warning":
        return { name, ...warn(says, next) };
      default:
        return { name, ...fail(says, next) };
    }
  });
}

/** What a report of maintenance has for each step, before and after. */
const figures = ["files", "bytes", "manifests", "snapshots"] as const;

function stepsOf(events: readonly SparkEvent[]): SparkEvent[] {
  return events.filter((event) => kindOf(event) === "maintained");
}

function textOf(value: unknown): string | null {
  return typeof value === "number" ? String(value) : null;
}

/** The maintenance for programs: a row for each table and step. */
export function maintenanceRows(events: readonly SparkEvent[]): QueryResult {
  return {
    columns: [
      { name: "table", type: "VARCHAR" },
      { name: "step", type: "VARCHAR" },
      ...figures.flatMap((name) => [
        { name: `${name} before`, type: "BIGINT" },
        { name: `${name} after`, type: "BIGINT" },
      ]),
      { name: "orphans", type: "BIGINT" },
      { name: "seconds", type: "DOUBLE" },
    ],
    rows: stepsOf(events).map((event) => [
      textAt(event, "table"),
      textAt(event, "step"),
      ...figures.flatMap((name) => [
        textOf(event[`${name}Before`]),
        textOf(event[`${name}After`]),
      ]),
      textOf(event.orphans),
      numberAt(event, "seconds").toFixed(1),
    ]),
  };
}

/** The same for people: `24 > 1` is what a step has changed. */
export function maintenanceTable(events: readonly SparkEvent[]): QueryResult {
  const shown = (value: unknown) =>
    typeof value === "number" ? value.toLocaleString("en-US") : "";
  const change = (event: SparkEvent, name: string) => {
    const [before, after] = ["Before", "After"]
      .map((when) => shown(event[name + when]));
    return before === after ? before ?? "" : `${before} > ${after}`;
  };
  return {
    columns: [
      ...["table", "step", ...figures, "orphans"]
        .map((name) => ({ name, type: "VARCHAR" })),
      { name: "seconds", type: "DOUBLE" },
    ],
    rows: stepsOf(events).map((event) => [
      textAt(event, "table"),
      textAt(event, "step"),
      ...figures.map((name) => change(event, name)),
      shown(event.orphans),
      numberAt(event, "seconds").toFixed(1),
    ]),
  };
}

/** The steps of a maintenance that failed, with why. */
export function failedSteps(events: readonly SparkEvent[]): string[] {
  return events.filter((event) =>
    kindOf(event) === "maintained" && textAt(event, "failed") !== ""
  ).map((event) =>
    `${textAt(event, "step")} of ${textAt(event, "table")} failed: ` +
    textAt(event, "failed")
  );
}

/** Counts of an object, by name. */
export function countsOf(value: unknown): [string, number][] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, count]) =>
    typeof count === "number" ? [[name, count] as [string, number]] : []
  );
}

/** The locks that were found, a line for each. */
export function lockLines(events: readonly SparkEvent[]): string[] {
  const found = events.filter((event) => kindOf(event) === "lock");
  if (found.length === 0) return ["No lock is held on these tables."];
  return found.map((event) =>
    event.cleared === true
      ? `Cleared: ${textAt(event, "says")}.`
      : `Left: ${textAt(event, "says")}: a writer may hold it until it has ` +
        `been silent for ${numberAt(event, "waits")} s.`
  );
}
