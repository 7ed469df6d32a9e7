// The records that wait for Kafka, as `status` shows them.

import { formatAge } from "../../lib/format_age.ts";
import { isObject } from "../../lib/json.ts";
import { plural } from "../../lib/plural.ts";
import type { OutboxState } from "../../producer/outbox/outbox.ts";

/** What waits, as a running producer reports it or as its outbox file has it. */
export interface Backlog {
  readonly depth: number;
  readonly bytes: number;
  /** `undefined` when none waits. */
  readonly oldestAgeSeconds: number | undefined;
}

/** The backlog in the response of `/status`; `undefined` if it has none. */
export function parseBacklog(status: unknown): Backlog | undefined {
  if (!isObject(status) || !isObject(status.outbox)) return undefined;
  const { depth, bytes, oldest_age_seconds: age } = status.outbox;
  if (typeof depth !== "number" || typeof bytes !== "number") return undefined;
  const oldestAgeSeconds = typeof age === "number" ? age : undefined;
  return { depth, bytes, oldestAgeSeconds };
}

/** The backlog in the outbox of a producer that does not run. */
export function leftBacklog(
  { depth, bytes, oldestMs }: Pick<OutboxState, "depth" | "bytes" | "oldestMs">,
  nowMs: number,
): Backlog {
  const oldestAgeSeconds = oldestMs === undefined
    ? undefined
    : Math.max(0, nowMs - oldestMs) / 1000;
  return { depth, bytes, oldestAgeSeconds };
}

function formatSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

export function formatBacklog(backlog: Backlog): string {
  const { depth, bytes, oldestAgeSeconds } = backlog;
  if (depth === 0) return "empty: no records wait for Kafka";
  const records = plural(depth, "record waits", "records wait");
  const age = oldestAgeSeconds === undefined
    ? ""
    : `, the oldest for ${formatAge(oldestAgeSeconds)}`;
  return `${records} for Kafka (${formatSize(bytes)})${age}`;
}
