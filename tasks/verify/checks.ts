/**
 * The checks: each a pure function of what was observed.
 *
 * @module
 */

import { differences } from "../../kafka/topic_admin.ts";
import type { StoredRecord } from "../../kafka/tail_reader.ts";
import { runStackChecks } from "./stack_checks.ts";
import { judgeEnvelope } from "./record_contract.ts";
import {
  type CheckResult,
  fail,
  type Finding,
  ok,
  skip,
  warn,
} from "./finding.ts";
import type { Observations } from "./observations.ts";
import { producerCheck, startProducer } from "./producer_check.ts";

export type { CheckResult } from "./finding.ts";

type Check = (seen: Observations) => Finding;

const setupOf = ({ stack }: Observations) =>
  stack === "native" ? "deno task setup --stack=native" : "deno task setup";

function startBroker(seen: Observations): string {
  return seen.stack === "elsewhere"
    ? "start that broker, or correct KAFKA_BOOTSTRAP_SERVERS"
    : `start the stack: ${setupOf(seen)}; see also deno task status`;
}

const seconds = (ms: number) => `${Math.round(ms / 100) / 10} s`;
const newestOf = (seen: Observations) => seen.records.at(-1);

const broker: Check = (seen) =>
  seen.topic.ok ? ok(`${seen.bootstrap} answers`) : fail(
    `${seen.bootstrap} does not answer: ${seen.topic.error}`,
    startBroker(seen),
  );

const topicExists: Check = (seen) => {
  const { topic, spec } = seen;
  if (!topic.ok) return skip("no broker to ask");
  if (topic.value === undefined) {
    return fail(
      `${spec.name} does not exist`,
      `create it: ${setupOf(seen)} (or start the producer)`,
    );
  }
  const { partitions } = topic.value;
  const needed = Number(spec.config["min.insync.replicas"]);
  const down = partitions.filter((p) => p.leader < 0 || p.inSync < needed);
  if (down.length > 0) {
    const ids = down.map((p) => p.id).join(", ");
    return fail(
      `partition ${ids} of ${spec.name} takes no writes: too few brokers`,
      "start the missing brokers: deno task status",
    );
  }
  return ok(`${spec.name}, partitions: ${partitions.length}`);
};

const settings: Check = (seen) => {
  const { topic, spec } = seen;
  if (!topic.ok || topic.value === undefined) {
    return skip("no topic to look at");
  }
  const found = differences(spec, topic.value);
  return found.length === 0 ? ok("as kafka/topic_spec.ts wants them") : fail(
    `differ (is -> should be): ${found.join("; ")}`,
    `mend them: ${setupOf(seen)}`,
  );
};

const envelope: Check = (seen) => {
  if (!seen.topic.ok || seen.topic.value === undefined) {
    return skip("no topic to read");
  }
  const newest = newestOf(seen);
  if (newest === undefined) {
    return fail(`${seen.spec.name} holds no record`, startProducer(seen));
  }
  const bad = seen.records.map((record) => [record, judgeEnvelope(record)])
    .findLast(([, verdict]) => "ok" in verdict! && !verdict.ok);
  if (bad === undefined) {
    return ok(`the last ${seen.records.length} records keep the contract`);
  }
  const [record, verdict] = bad as [
    StoredRecord,
    { ok: false; problem: string },
  ];
  return fail(
    `partition ${record.partition}, offset ${record.offset}: ` +
      verdict.problem,
    "find who writes it: only this project's producer belongs on the topic",
  );
};

/** An API's caches hold an answer for 60 s; twice that is left for them. */
const unchangedMs = 120_000;

/** The most time that may lie between two records, or since the last. */
function longestApart(seen: Observations): number {
  const leftOut = seen.unchanged === "skip" ? unchangedMs : 0;
  return 3 * seen.intervalMs + seen.timeoutMs + leftOut;
}

const age: Check = (seen) => {
  const newest = newestOf(seen);
  if (newest === undefined) return skip("no record to look at");
  const most = longestApart(seen);
  const is = seen.nowMs - newest.timestampMs;
  const detail = `the newest record is ${seconds(is)} old`;
  return is <= most ? ok(`${detail}, of at most ${seconds(most)}`) : fail(
    `${detail}, expected at most ${seconds(most)}`,
    startProducer(seen),
  );
};

const coins: Check = (seen) => {
  const newest = newestOf(seen);
  const verdict = newest && judgeEnvelope(newest);
  if (!verdict?.ok) return skip("no good record to look at");
  const { data } = verdict.envelope;
  const absent = seen.ids.filter((id) => !Object.hasOwn(data, id));
  const all = `${seen.ids.length - absent.length} of ${seen.ids.length}`;
  if (absent.length === 0) return ok(`${all} are in the newest record`);
  return fail(
    `${all} are in the newest record; absent: ${absent.join(", ")}`,
    "check CRYPTO_IDS: an id that CoinGecko renamed or does not know is " +
      "missing without an error",
  );
};

/** Records by process, each in the order of the topic. */
function byInstance(records: readonly StoredRecord[]) {
  return Map.groupBy(records, ({ headers }) => headers.instance ?? "unknown");
}

const gaps: Check = ({ records }) => {
  const found: string[] = [];
  for (const [instance, own] of byInstance(records)) {
    const numbers = [...new Set(own.map((r) => Number(r.headers.sequence)))];
    for (const [index, number] of numbers.entries()) {
      const before = numbers[index - 1];
      if (before === undefined || number === before + 1) continue;
      const short = instance.slice(0, 8);
      found.push(`${before} to ${number} of instance ${short}`);
    }
  }
  if (records.length === 0) return skip("no record to look at");
  return found.length === 0
    ? ok(`none in the last ${records.length} records`)
    : fail(
      `sequence jumps from ${found.join("; ")}`,
      "look for lost or reordered samples in the producer's log",
    );
};

const duplicates: Check = ({ records }) => {
  const counts = Map.groupBy(records, ({ headers }) => headers.ce_id ?? "none");
  const twice = [...counts].filter(([, same]) => same.length > 1);
  if (records.length === 0) return skip("no record to look at");
  const extra = twice.reduce((sum, [, same]) => sum + same.length - 1, 0);
  return extra === 0 ? ok(`none in the last ${records.length} records`) : warn(
    `${extra} in the last ${records.length} records, ` +
      `ce_id ${twice.map(([id]) => id).slice(0, 3).join(", ")}`,
    "keep one record for each ce_id when you read them; one such pair may " +
      "come of a kill while a send was on its way",
  );
};

const writers: Check = ({ records }) => {
  const last = records.slice(-20);
  if (last.length === 0) return skip("no record to look at");
  const runs = last.filter((record, index) =>
    record.headers.instance !== last[index - 1]?.headers.instance
  );
  const instances = new Set(last.map((record) => record.headers.instance));
  if (runs.length > instances.size) {
    return fail(
      `${instances.size} producers write in turn`,
      "stop all but one: deno task status",
    );
  }
  const systems = new Set(
    last.map(({ key }) =>
      key === null ? "none" : new TextDecoder().decode(key)
    ),
  );
  if (systems.size > 1) {
    return warn(
      `a mixture of sources: ${[...systems].join(", ")}`,
      "give each source a KAFKA_TOPIC of its own if they should not mix",
    );
  }
  return ok(`one producer, source ${[...systems].join()}`);
};

const growth: Check = (seen) => {
  const newest = newestOf(seen);
  const before = seen.records.at(-2);
  const total = seen.offsets.reduce((sum, p) => sum + p.end - p.start, 0n);
  if (newest === undefined) return skip("no record to look at");
  if (before === undefined) return ok("the first record is there");
  const apart = newest.timestampMs - before.timestampMs;
  const most = longestApart(seen);
  return apart <= most
    ? ok(`${total} records; the last two are ${seconds(apart)} apart`)
    : warn(
      `the last two records are ${seconds(apart)} apart, ` +
        `expected at most ${seconds(most)}`,
      "the stream has just begun again; wait for the next record: " +
        "deno task verify --wait=60s",
    );
};

const all: readonly (readonly [name: string, check: Check])[] = [
  ["broker", broker],
  ["topic", topicExists],
  ["settings", settings],
  ["producer", producerCheck],
  ["envelope", envelope],
  ["age", age],
  ["coins", coins],
  ["gaps", gaps],
  ["duplicates", duplicates],
  ["writers", writers],
  ["growth", growth],
];

function stackResults(seen: Observations): CheckResult[] {
  const { compose, nowMs, spec, topic } = seen;
  if (compose === undefined) return [];
  return runStackChecks(compose, {
    nowMs,
    topic: spec.name,
    topicExists: topic.ok && topic.value !== undefined,
  });
}

/** Runs every check, those of the stack first if there is one. */
export function runChecks(seen: Observations): CheckResult[] {
  const chain = all.map(([name, check]) => ({ name, ...check(seen) }));
  return [...stackResults(seen), ...chain];
}

/** Whether nothing failed. */
export function allWell(results: readonly CheckResult[]): boolean {
  return results.every(({ verdict }) => verdict !== "fail");
}
