// The chain from source to gold as six steps, judged: pure.

import { emptyLake, oldInGold, startProducer } from "../../lib/fault_words.ts";
import { gapLimitMs } from "../../lib/producer_status.ts";
import type { Chain, ChainFacts, Figure, Step } from "./chain_types.ts";
import { bronzeStep, silverStep, topicStep } from "./ingest_steps.ts";
import { outboxStep, sourceStep } from "./producer_steps.ts";

/** Age of the newest record in gold, in ms; `undefined` for an empty lake. */
function ageMs({ lake, nowMs }: ChainFacts): number | undefined {
  const newestMs = lake.ok ? lake.value.newestMs : undefined;
  return newestMs === undefined ? undefined : Math.max(0, nowMs - newestMs);
}

/** Whether the newest record in gold is older than the producer's pace allows. */
export function isStale(facts: ChainFacts): boolean {
  const age = ageMs(facts);
  return age !== undefined && age > gapLimitMs(facts.producer);
}

function goldStep(facts: ChainFacts): Step {
  const head = { id: "gold", title: "Gold" } as const;
  const { lake } = facts;
  if (!lake.ok) {
    return {
      ...head,
      state: "fail",
      figures: [],
      cause: `the lake cannot be read: ${lake.error}`,
      next: "look at it alone: deno task lake verify",
    };
  }
  const age = ageMs(facts);
  if (age === undefined) {
    return { ...head, state: "unknown", figures: [], ...emptyLake };
  }
  const seconds = Math.round(age / 100) / 10;
  const { coins } = lake.value;
  const figures: Figure[] = [
    { label: "newest record", value: seconds, unit: "s ago" },
    { label: "coins", value: coins },
  ];
  if (!isStale(facts)) return { ...head, state: "ok", figures };
  return {
    ...head,
    state: "warn",
    figures,
    cause: oldInGold(seconds, gapLimitMs(facts.producer) / 1_000),
    next: `${startProducer} (and keep it running)`,
  };
}

function stateOf(facts: ChainFacts, steps: readonly Step[]): Chain["state"] {
  if (steps.some(({ state }) => state === "fail")) return "broken";
  if (ageMs(facts) === undefined) return "waiting";
  return isStale(facts) ? "stale" : "flowing";
}

/** Judges the chain. */
export function chainOf(facts: ChainFacts): Chain {
  const { lake, run, nowMs } = facts;
  const steps = [
    sourceStep(facts),
    outboxStep(facts),
    topicStep(run),
    bronzeStep(run),
    silverStep(run, lake.ok ? lake.value.rejects : undefined),
    goldStep(facts),
  ];
  const age = ageMs(facts);
  const none = { snapshots: 0, files: 0, bytes: 0 };
  return {
    state: stateOf(facts, steps),
    at: new Date(nowMs).toISOString(),
    steps,
    rejects: lake.ok
      ? lake.value.rejects
      : { total: 0, byReason: {}, newest: [] },
    lake: {
      ...lake.ok ? lake.value.size : none,
      freshnessSeconds: age === undefined ? null : Math.round(age / 100) / 10,
    },
  };
}
