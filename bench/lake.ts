// The lake: from a record's acknowledgement to its row in gold, while a stream
// arrives; then a backlog, beside kafkajs that only reads it.

import { delay } from "../lib/clock.ts";
import { heapFlags, lakeArgs } from "../tasks/lake/run_lake.ts";
import { type Child, isPublished, start, startBare } from "./child.ts";
import { spreadText } from "./figures.ts";
import type { Rig } from "./rig.ts";
import { toEnd, type Usage } from "./to_end.ts";

const liveRecords = 200;
const liveIntervalMs = 250;
/** Left out: the code is not warm yet. */
const warmup = 10;
const backlog = 200_000;
const idleMs = 30_000;
const commits = 10_000;
const commitsShown = 1_000;

async function startLake(
  rig: Rig,
  topic: string,
  more: readonly string[] = [],
): Promise<Child> {
  const [, ...args] = await lakeArgs();
  return start([...args, ...more], {
    LAKE_DIR: `${rig.folder()}/lake`,
    LAKE_ADDRESS: "off",
    KAFKA_BOOTSTRAP_SERVERS: rig.bootstrap,
    KAFKA_TOPIC: topic,
    LOG_FORMAT: "json",
  }, { nodeModules: false });
}

/** When each offset was in gold: views over what a transaction wrote. */
function storedAt(lake: Child): number[] {
  const times: number[] = [];
  for (const { at, fields } of lake.lines) {
    if (fields.message !== "committed") continue;
    for (let n = 0; n < Number(fields.records); n++) times.push(at);
  }
  return times;
}

async function liveLines(rig: Rig): Promise<string[]> {
  const topic = "bench-lake-live";
  await rig.createTopic(topic);
  await using lake = await startLake(rig, topic);
  const ready = await lake.line(({ message }) => message === "beginning");
  await using producer = rig.producer({
    KAFKA_TOPIC: topic,
    API_INTERVAL_SECONDS: String(liveIntervalMs / 1000),
  });
  await producer.line((fields) =>
    isPublished(fields) && Number(fields.sequence) >= liveRecords
  );
  await producer.stop();
  await delay(2_000);
  const acknowledged = producer.lines.filter(({ fields }) =>
    isPublished(fields)
  ).flatMap(({ at, fields }) =>
    Array.from({ length: Number(fields.records ?? 1) }, () => at)
  );
  const stored = storedAt(lake);
  const waits = acknowledged.map((at, offset) => (stored[offset] ?? NaN) - at)
    .slice(warmup);
  const commits = lake.lines.filter(({ fields }) =>
    fields.message === "committed"
  ).map(({ fields }) => Number(fields.ms)).slice(warmup);
  const busy = await lake.usage();
  await delay(idleMs);
  const idle = await lake.usage();
  const idleSeconds = (idle.cpuSeconds - busy.cpuSeconds) * 60_000 / idleMs;
  return [
    "lake run",
    `  start to ready         ${(ready.at - lake.spawnedAt).toFixed(0)} ms`,
    `  at rest                ${idleSeconds.toFixed(2)} s of CPU a minute`,
    `a record of ten coins every ${liveIntervalMs} ms`,
    `  acknowledged to gold   ${spreadText(waits, 0)}`,
    `  transaction            ${spreadText(commits, 0)}`,
    `  resident memory        ${busy.residentMb.toFixed(0)} MB`,
  ];
}

async function backlogLines(rig: Rig): Promise<string[]> {
  const topic = "bench-lake-backlog";
  await rig.createTopic(topic);
  await startBare("send_all", rig.bootstrap, topic, String(backlog), "100")
    .result();
  const bare = await toEnd(
    startBare("read_all", rig.bootstrap, topic, String(backlog)),
  );
  const lake = await toEnd(await startLake(rig, topic, ["--once"]));
  const line = ({ seconds, peakMb, cpuSeconds }: Usage) =>
    `${(backlog / seconds).toFixed(0)} records/s, ${seconds.toFixed(1)} s, ` +
    `${cpuSeconds.toFixed(1)} s of CPU, peak ${peakMb.toFixed(0)} MB`;
  return [
    `backlog of ${backlog} records of ten coins`,
    `  lake run --once        ${line(lake)}`,
    `  kafkajs reads them     ${line(bare)}`,
  ];
}

export async function lakeFigures(rig: Rig): Promise<string[]> {
  return [...await liveLines(rig), ...await backlogLines(rig)];
}

/** Memory over many commits of one record, as of a live topic. */
export async function lakeCommits(rig: Rig): Promise<string[]> {
  await using writer = start(
    [
      "--no-prompt",
      ...[heapFlags(), "-P=lake"],
      "bench/bare/lake_commits.ts",
      `${rig.folder()}/lake`,
      ...[String(commits), String(commitsShown)],
    ],
    {},
    { nodeModules: false },
  );
  await writer.line(({ message }) => message === "done");
  const shown = writer.lines.map(({ fields }) => fields)
    .filter(({ done }) => done !== undefined);
  const all = (name: string) =>
    shown.map((fields) => Number(fields[name]).toFixed(0)).join(", ");
  return [
    `${commits} commits of one record, each ${commitsShown}`,
    `  resident memory        ${all("residentMb")} MB`,
    `  transaction            ${all("durationMs")} ms`,
  ];
}
