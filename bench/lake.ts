// The lake: its start, and from a record's acknowledgement to its row in gold
// while a stream arrives.

import { delay } from "../lib/clock.ts";
import { freePort } from "../tasks/host/ports.ts";
import { heapFlags, lakeArgs } from "../tasks/lake/run_lake.ts";
import { lakeExtensions } from "../tasks/lake/lake_extensions.ts";
import { type Child, isPublished, start, startBare } from "./child.ts";
import { medianText, spreadText } from "./figures.ts";
import type { Rig } from "./rig.ts";

/** Starts of one lake. */
const starts = 5;
const liveRecords = 300;
const liveIntervalMs = 1_000;
/** Left out: the code is not warm yet. */
const warmup = 10;
const idleMs = 30_000;
/** From a start until nothing of it is left to do, V8's own work included. */
const settleMs = 30_000;
const commits = 10_000;
const commitsShown = 1_000;

export async function startLake(
  rig: Rig,
  topic: string,
  { more = [], dir = `${rig.folder()}/lake` }: {
    readonly more?: readonly string[];
    readonly dir?: string;
  } = {},
): Promise<Child> {
  const [, ...args] = await lakeArgs();
  return start([...args, ...more], {
    LAKE_DIR: dir,
    LAKE_ADDRESS: `127.0.0.1:${freePort()}`,
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

/** A program on its own that opens a lake. */
function startScript(name: string, ...args: readonly string[]): Child {
  return start(
    ["--no-prompt", heapFlags(), "-P=lake", `bench/bare/${name}.ts`, ...args],
    {},
    { nodeModules: false },
  );
}

/** What a process takes while nothing happens. */
async function atRest(lake: Child): Promise<string> {
  const before = await lake.usage();
  await delay(idleMs);
  const { cpuSeconds, residentMb } = await lake.usage();
  const seconds = (cpuSeconds - before.cpuSeconds) * 60_000 / idleMs;
  return `${seconds.toFixed(2)} s of CPU a minute, ` +
    `${residentMb.toFixed(0)} MB`;
}

async function startLines(rig: Rig): Promise<string[]> {
  const topic = "bench-lake-start";
  await rig.createTopic(topic);
  const dir = `${rig.folder()}/lake`;
  const extensionDir = await lakeExtensions();
  const own: number[] = [];
  const bare: number[] = [];
  let rest = "";
  for (let round = 0; round <= starts; round++) {
    await using lake = await startLake(rig, topic, { dir });
    const ready = await lake.line(({ message }) => message === "beginning");
    own.push(ready.at - lake.spawnedAt);
    if (round === starts) {
      await delay(settleMs);
      rest = await atRest(lake);
    }
    await lake.stop();
    const floor = startScript("lake_open", dir, extensionDir);
    const opened = await floor.line(({ message }) => message === "ready");
    bare.push(opened.at - floor.spawnedAt);
    await floor.result();
  }
  // The first one creates the lake, and warms up the caches.
  return [
    "lake run, start to ready",
    `  a lake that is there   ${medianText(own.slice(1), "ms")}`,
    `  DuckDB attaches it     ${medianText(bare.slice(1), "ms")}`,
    `  a new lake             ${own[0]?.toFixed(0)} ms`,
    `  at rest                ${rest}`,
  ];
}

async function liveLines(rig: Rig): Promise<string[]> {
  const topic = "bench-lake-live";
  await rig.createTopic(topic);
  await using lake = await startLake(rig, topic);
  await lake.line(({ message }) => message === "beginning");
  await using bare = startBare("read_live", rig.bootstrap, topic);
  await bare.line(({ message }) => message === "ready");
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
  const arrived = bare.lines.filter(({ fields }) =>
    fields.message === "arrived"
  ).map(({ at }) => at);
  const waits = (times: readonly number[]) =>
    acknowledged.map((at, offset) => (times[offset] ?? NaN) - at)
      .slice(warmup);
  const commits = lake.lines.filter(({ fields }) =>
    fields.message === "committed"
  ).map(({ fields }) => Number(fields.ms)).slice(warmup);
  const busy = await lake.usage();
  const rest = await atRest(lake);
  return [
    `a record of ten coins every ${liveIntervalMs} ms`,
    `  acknowledged to gold   ${spreadText(waits(stored), 0)}`,
    `  to a kafkajs consumer  ${spreadText(waits(arrived), 0)}`,
    `  transaction            ${spreadText(commits, 0)}`,
    `  resident memory        ${busy.residentMb.toFixed(0)} MB`,
    `  at rest after it       ${rest}`,
  ];
}

export async function lakeFigures(rig: Rig): Promise<string[]> {
  return [
    ...await startLines(rig),
    ...await liveLines(rig),
  ];
}

/** Memory over many commits of one record, as of a live topic. */
export async function lakeCommits(rig: Rig): Promise<string[]> {
  await using writer = startScript(
    "lake_commits",
    `${rig.folder()}/lake`,
    String(commits),
    String(commitsShown),
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
