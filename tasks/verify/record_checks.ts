// The checks of the newest records.

import { plural } from "../../lib/plural.ts";
import { maxGapMs } from "../../lib/producer_status.ts";
import { fail, type Finding, ok, skip, warn } from "./finding.ts";
import type { Observations } from "./observations.ts";
import { startProducer } from "./producer_check.ts";
import { parseEnvelope } from "./record_contract.ts";
import { newestSample, sampleOf } from "./samples.ts";

const noRecords = skip("no records to check");

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}

function lastOf({ length }: readonly unknown[]): string {
  return length === 1
    ? "the last record"
    : `the last ${plural(length, "record")}`;
}

const onlyOurs = "find out what wrote it: only this project's producer may " +
  "write to the topic";

export function checkEnvelope(observed: Observations): Finding {
  const { topic, spec, records, unreadable } = observed;
  if (!topic.ok || topic.value === undefined) return skip("no topic to read");
  const batch = unreadable.at(-1);
  if (batch !== undefined) {
    return fail(
      `partition ${batch.partition}, offset ${batch.offset}: a batch ` +
        `(${batch.codec}) cannot be read: ${batch.reason}`,
      onlyOurs,
    );
  }
  if (records.length === 0) {
    return fail(`${spec.name} holds no records`, startProducer(observed));
  }
  for (const record of records.toReversed()) {
    const envelope = parseEnvelope(record);
    if (envelope.ok) continue;
    return fail(
      `partition ${record.partition}, offset ${record.offset}: ` +
        envelope.error,
      onlyOurs,
    );
  }
  return ok(
    `${lastOf(records)} ${
      records.length === 1 ? "matches" : "match"
    } the schema`,
  );
}

export function checkAge(observed: Observations): Finding {
  const newest = observed.records.at(-1);
  if (newest === undefined) return noRecords;
  const max = maxGapMs(observed);
  const age = observed.nowMs - newest.timestampMs;
  const detail = `the newest record is ${seconds(age)} old`;
  return age <= max ? ok(`${detail} (limit ${seconds(max)})`) : fail(
    `${detail}, expected at most ${seconds(max)}`,
    startProducer(observed),
  );
}

export function checkCoins({ records, ids }: Observations): Finding {
  const newest = newestSample(records);
  if (newest === undefined) return skip("no valid record to check");
  const missing = ids.filter((id) => !newest.coins.has(id));
  const { length } = newest.records;
  const where = length === 1
    ? "in the newest record"
    : `in the newest sample, which is ${length} records`;
  const found = `${ids.length - missing.length} of ${ids.length}`;
  if (missing.length === 0) return ok(`${found} are ${where}`);
  return fail(
    `${found} are ${where}; missing: ${missing.join(", ")}`,
    "check CRYPTO_IDS: CoinGecko omits ids that it renamed or does not know, " +
      "without an error",
  );
}

/** Sequence numbers of one process follow each other without a gap. */
export function checkGaps({ records }: Observations): Finding {
  if (records.length === 0) return noRecords;
  const byInstance = Map.groupBy(
    records,
    ({ headers }) => headers.instance ?? "unknown",
  );
  const found: string[] = [];
  for (const [instance, own] of byInstance) {
    const numbers = [...new Set(own.map((r) => Number(r.headers.sequence)))];
    for (const [index, number] of numbers.entries()) {
      const before = numbers[index - 1];
      if (before === undefined || number === before + 1) continue;
      found.push(`${before} to ${number} of instance ${instance.slice(0, 8)}`);
    }
  }
  return found.length === 0 ? ok(`none in ${lastOf(records)}`) : fail(
    `sequence jumps from ${found.join("; ")}`,
    "check the producer's log for lost or reordered samples",
  );
}

export function checkDuplicates({ records }: Observations): Finding {
  if (records.length === 0) return noRecords;
  const byId = Map.groupBy(records, ({ headers }) => headers.ce_id ?? "none");
  const repeated = [...byId].filter(([, same]) => same.length > 1);
  const extra = repeated.reduce((sum, [, same]) => sum + same.length - 1, 0);
  return extra === 0 ? ok(`none in ${lastOf(records)}`) : warn(
    `${extra} in ${lastOf(records)}, ` +
      `ce_id ${repeated.map(([id]) => id).slice(0, 3).join(", ")}`,
    "deduplicate by ce_id when reading; a kill during a send may leave one " +
      "such pair",
  );
}

/** One producer with one source writes to the topic. */
export function checkWriters({ records }: Observations): Finding {
  const last = records.slice(-20);
  if (last.length === 0) return noRecords;
  const runs = last.filter((record, index) =>
    record.headers.instance !== last[index - 1]?.headers.instance
  );
  const instances = new Set(last.map((record) => record.headers.instance));
  // A restart begins one run; more runs than instances means they alternate.
  if (runs.length > instances.size) {
    return fail(
      `${instances.size} producers write alternately`,
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
      `mixed sources: ${[...systems].join(", ")}`,
      "give each source its own KAFKA_TOPIC if they should not mix",
    );
  }
  return ok(`one producer, source ${[...systems].join()}`);
}

export function checkGrowth(observed: Observations): Finding {
  const newest = observed.records.at(-1);
  if (newest === undefined) return noRecords;
  const previous = observed.records.findLast((record) =>
    sampleOf(record) !== sampleOf(newest)
  );
  if (previous === undefined) return ok("the first record has arrived");
  const gap = newest.timestampMs - previous.timestampMs;
  const max = maxGapMs(observed);
  const total = observed.offsets.reduce((sum, p) => sum + p.end - p.start, 0n);
  return gap <= max
    ? ok(`${plural(total, "record")}; the last two are ${seconds(gap)} apart`)
    : warn(
      `the last two records are ${seconds(gap)} apart, ` +
        `expected at most ${seconds(max)}`,
      "the stream has only just resumed; wait for the next record: " +
        "deno task verify --wait=60s",
    );
}
