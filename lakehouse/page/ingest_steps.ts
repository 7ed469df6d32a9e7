// The ingestion's part of the chain, from the body of its `/status`: pure.

import {
  lakeBehind,
  silentBroker,
  startBroker,
  startStack,
} from "../../lib/fault_words.ts";
import {
  type JsonObject,
  objectAt,
  textAt,
  textsAt,
  valueAt,
} from "../../lib/json.ts";
import type { Result } from "../../lib/result.ts";
import type { Step } from "./chain_types.ts";
import type { Rejects } from "./page_data.ts";
import { figure } from "./producer_steps.ts";

/** A read that fails once, as at a change of leaders, is no outage. */
const outageSeconds = 1.5;

const lookAlone = "look at it alone: deno task lake verify";

function unknown(head: Pick<Step, "id" | "title">, cause: string): Step {
  const next = "start it, or set LAKE_ADDRESS to its address: " +
    "deno task lake run";
  return { ...head, state: "unknown", figures: [], cause, next };
}

function lagOf(status: JsonObject): number {
  return Object.values(objectAt(status, "lag"))
    .reduce<number>((sum, it) => sum + Number(it), 0);
}

/** Whether all are this machine's, or have a name of the stack's containers. */
function isOwnStack(brokers: readonly string[]): boolean {
  return brokers.every((one) =>
    /^(localhost|127\.0\.0\.1|\[::1\]|kafka|[\w-]+-kafka):\d+$/.test(one)
  );
}

/** The step of Kafka. */
export function topicStep(run: Result<JsonObject>): Step {
  const head = { id: "topic", title: "Topic" } as const;
  if (!run.ok) return unknown(head, run.error);
  const status = run.value;
  const age = valueAt(status, "last_read_age_seconds");
  const error = textAt(status, "last_read_error");
  const figures = [
    ...figure("waiting for the lake", lagOf(status), "records"),
    ...figure("partitions", Object.keys(objectAt(status, "lag")).length),
    ...figure("last read", age, "s ago"),
  ];
  const isLate = typeof age !== "number" || age > outageSeconds;
  if (error !== "" && isLate) {
    const brokers = textsAt(status, "brokers");
    return {
      ...head,
      state: "fail",
      figures,
      cause: silentBroker(brokers.join(","), error),
      next: isOwnStack(brokers) ? startStack("deno task setup") : startBroker,
    };
  }
  const [reason] = textsAt(status, "reasons")
    .filter((text) => text.startsWith("the topic "));
  if (reason === undefined) return { ...head, state: "ok", figures };
  return {
    ...head,
    // At the start nothing is wrong yet.
    state: typeof age === "number" ? "fail" : "unknown",
    figures,
    cause: reason,
    next: "check the broker: deno task verify",
  };
}

/** The step of the transactions. */
export function bronzeStep(run: Result<JsonObject>): Step {
  const head = { id: "bronze", title: "Bronze" } as const;
  if (!run.ok) return unknown(head, run.error);
  const status = run.value;
  const figures = [
    ...figure("records", valueAt(status, "counters", "records")),
    ...figure(
      "last commit",
      valueAt(status, "last_commit_age_seconds"),
      "s ago",
    ),
    ...figure("poll to gold", valueAt(status, "commit_freshness_ms"), "ms"),
  ];
  const error = textAt(status, "last_commit_error");
  if (error !== "") {
    return {
      ...head,
      state: "fail",
      figures,
      cause: `the lake cannot be written (${error})`,
      next: lookAlone,
    };
  }
  const isBehind = textsAt(status, "reasons")
    .some((text) => text.includes("are not in the lake"));
  if (!isBehind) return { ...head, state: "ok", figures };
  return {
    ...head,
    state: "warn",
    figures,
    ...lakeBehind(BigInt(lagOf(status))),
  };
}

/** The step of the models. */
export function silverStep(
  run: Result<JsonObject>,
  rejects: Rejects | undefined,
): Step {
  const head = { id: "silver", title: "Silver" } as const;
  const rejected = figure("rejects", rejects?.total);
  if (!run.ok) return { ...unknown(head, run.error), figures: rejected };
  const status = run.value;
  const figures = [
    ...figure("ticks", valueAt(status, "counters", "ticks")),
    ...figure("repeats", valueAt(status, "counters", "repeats")),
    ...rejected,
  ];
  const failed = textAt(status, "last_commit_error") !== "";
  if (!failed) return { ...head, state: "ok", figures };
  return {
    ...head,
    state: "unknown",
    figures,
    cause: "nothing is written at the moment",
    next: lookAlone,
  };
}
