// What the programs of `lakehouse/spark/` say: lines of JSON behind a mark,
// among the lines of Spark itself.

import {
  isObject,
  type JsonObject,
  numberAt,
  textAt,
} from "../../../lib/json.ts";

/** One event; its `event` names its kind. */
export type SparkEvent = JsonObject;

const mark = "@lake ";

/** The event of a line; `undefined` for a line of Spark's own. */
export function eventOf(line: string): SparkEvent | undefined {
  if (!line.startsWith(mark)) return undefined;
  try {
    const value: unknown = JSON.parse(line.slice(mark.length));
    return isObject(value) ? value : undefined;
  } catch {
    // A line that was cut when its program was killed.
    return undefined;
  }
}

/** The kind of an event: `bronze`, `rows`, `done`. */
export function kindOf(event: SparkEvent): string {
  return textAt(event, "event");
}

/** Seconds as people read them. */
export function secondsText(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}

/** A number, or the sum of numbers by their reason. */
function countText(event: SparkEvent, name: string): string {
  const found = event[name];
  const reasons = isObject(found) ? Object.keys(found) : undefined;
  const count = reasons === undefined
    ? numberAt(event, name)
    : reasons.reduce((sum, reason) => sum + numberAt(found, reason), 0);
  return count.toLocaleString("en-US");
}

function offsetsText(event: SparkEvent): string {
  const from = event.from;
  const to = event.to;
  if (!isObject(from) || !isObject(to)) return "";
  const parts = Object.entries(to)
    .filter(([partition, offset]) => from[partition] !== offset)
    .map(([partition, offset]) =>
      `partition ${partition}: ${from[partition] ?? "?"} to ${offset}`
    );
  return parts.length === 0 ? "" : `, ${parts.join(", ")}`;
}

function stepText(event: SparkEvent): string | undefined {
  const count = (name: string) => countText(event, name);
  switch (kindOf(event)) {
    case "session":
      return `Spark ${textAt(event, "sparkVersion")}, Iceberg ${
        textAt(event, "icebergVersion")
      }`;
    case "bronze":
      return `bronze: ${count("records")} records${offsetsText(event)}`;
    case "silver":
      return `silver: ${count("ticks")} ticks, ${count("rejects")} rejects, ` +
        `${count("revisions")} revisions`;
    case "gold":
      return `${textAt(event, "table")}: ${count("rows")} rows`;
    case "classes":
      return "Java's classes are kept at the end, this once: " +
        "later starts take less time";
    default:
      return undefined;
  }
}

/** Values of an event that has no words of its own. */
function valuesText(event: SparkEvent): string {
  return Object.entries(event)
    .filter(([name]) => name !== "event" && name !== "seconds")
    .map(([name, value]) =>
      `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`
    ).join(", ");
}

/** A line for people; `undefined` for what belongs to a command's result. */
export function progressLine(event: SparkEvent): string | undefined {
  const kind = kindOf(event);
  const text = kind === "gap" || kind === "epoch"
    ? `${kind}: ${valuesText(event)}`
    : stepText(event);
  if (text === undefined) return undefined;
  return typeof event.seconds === "number"
    ? `${text}, ${secondsText(event.seconds)}`
    : text;
}
