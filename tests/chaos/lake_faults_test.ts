// What can happen to a running lake, on a real broker: afterwards it holds what
// the topic's own records say, to the last digit.

import { assert, assertEquals } from "@std/assert";
import { createKafkaClient } from "../../kafka/client.ts";
import { followTopic } from "../../lakehouse/ingest/follow.ts";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import { type Clock, delay, systemClock } from "../../lib/clock.ts";
import { pathOf } from "../../lib/project.ts";
import { start } from "../../tasks/host/run_process.ts";
import { startBroker } from "../harness/broker.ts";
import { committedOffsets } from "../harness/consumer.ts";
import { createTopic, deleteTopic } from "../harness/topics.ts";
import { until } from "../harness/until.ts";
import { type Feed, send } from "./lake_feed.ts";
import { lakeLives } from "./lake_life.ts";
import { LakeOracle } from "./lake_oracle.ts";
import { isLong, runSeed, seeded, seededTest } from "./seed.ts";

const why = `CHAOS_SEED=${runSeed}`;
const partitions = 2;

type Broker = Awaited<ReturnType<typeof startBroker>>;

async function setUp(broker: Broker, name: string) {
  const { bootstrap } = broker;
  const topic = `lake.${name}`;
  await createTopic(bootstrap, { topic, numPartitions: partitions });
  const random = seeded(runSeed, name);
  const feed: Feed = { bootstrap, topic, partitions, random };
  const lakeDir = `${broker.dir}/${name}`;
  const lives = await lakeLives({ bootstrap, topic, lakeDir });
  const oracle = new LakeOracle(bootstrap, topic);
  return { bootstrap, topic, random, feed, lives, oracle };
}

/** The whole topic is in the lake, and the lake is what the topic says. */
async function assertWhole(
  { lives, oracle }: Awaited<ReturnType<typeof setUp>>,
  epoch = 0,
): Promise<void> {
  const last = await lives.run(["--once"]).ended;
  assertEquals(last.code, 0, last.stdout + last.stderr);
  await oracle.read(epoch);
  await oracle.assertLake(lives.location, why);
}

async function recreate(
  { bootstrap, topic }: Pick<Feed, "bootstrap" | "topic">,
): Promise<void> {
  await deleteTopic(bootstrap, topic);
  await createTopic(bootstrap, { topic, numPartitions: partitions });
}

/** A kill after the transaction and before the group's offsets. */
async function killBetween(broker: Broker): Promise<void> {
  const it = await setUp(broker, "between");
  const { bootstrap, topic, feed, lives } = it;
  const child = pathOf(new URL("lake_child.ts", import.meta.url));
  const { lakeDir, extensionDir } = lives.location;
  const port = String(broker.port);
  for (let life = 0; life < (isLong ? 5 : 1); life++) {
    await send(feed, 120);
    const lines: string[] = [];
    const args = ["run", "-q", "-A", child, lakeDir, extensionDir, port, topic];
    const process = start(Deno.execPath(), args, {
      onLine: (line) => lines.push(line),
    });
    await until("it is between", () => lines.includes("between"));
    process.kill("SIGKILL");
    await process.ended;
  }
  assert(await lives.count() > 0);
  const groupOffsets = () =>
    committedOffsets(bootstrap, { groupId: `${topic}-group`, topic });
  // The lake is ahead of its group, which is asked by nothing.
  assertEquals((await groupOffsets()).filter((offset) => offset >= 0), []);
  await assertWhole(it);
  // A drain waits for the broker's group coordinator for a second only.
  await until("the group has the lake's offsets", async () => {
    const sum = (await groupOffsets()).reduce((all, it) => all + it, 0);
    if (sum === it.oracle.count) return true;
    await lives.run(["--once"]).ended;
    return false;
  });
}

/** The topic is created again while no lake runs, and while one does. */
async function createdAgain(broker: Broker): Promise<void> {
  const it = await setUp(broker, "again");
  const { feed, lives, oracle } = it;
  await send(feed, 80);
  await assertWhole(it);
  await recreate(feed);
  await send(feed, 110);
  await assertWhole(it, 1);

  const lake = lives.run();
  await send(feed, 30);
  await oracle.read(1);
  await lives.has(oracle.count);
  await recreate(feed);
  await send(feed, 140);
  await oracle.read(2);
  await lives.has(oracle.count);
  lake.kill("SIGTERM");
  assertEquals((await lake.ended).code, 0);
  await assertWhole(it, 2);
}

/** The broker is away; the backlog of its return is large. */
async function brokerAway(broker: Broker): Promise<void> {
  const it = await setUp(broker, "away");
  const { feed, lives, oracle } = it;
  const lake = lives.run();
  await send(feed, 60);
  await lives.has(60);
  await broker.kill("SIGKILL");
  const says = (text: string) =>
    until(
      `it says ${text}`,
      () => lake.lines.some((line) => line.includes(text)),
    );
  await says("cannot read the topic");
  await delay(isLong ? 75_000 : 5_000);
  await broker.restart();
  await says("reading again");
  await send(feed, isLong ? 20_000 : 2_000);
  await oracle.read();
  await lives.has(oracle.count);
  lake.kill("SIGTERM");
  assertEquals((await lake.ended).code, 0);
  await assertWhole(it);
}

/** The wall clock jumps back an hour, a day ahead, and home again. */
async function clockJumps(broker: Broker): Promise<void> {
  const it = await setUp(broker, "clock");
  const { topic, feed, lives, oracle } = it;
  let shiftMs = 0;
  const clock: Clock = {
    ...systemClock,
    now: () => Temporal.Now.instant().add({ milliseconds: shiftMs }),
  };
  const client = createKafkaClient({
    brokers: [{ host: "127.0.0.1", port: broker.port }],
    clientId: "lake-clock",
    keys: undefined,
  });
  const stop = new AbortController();
  const writer = await openWriter({ ...lives.location, clock });
  const done = followTopic({
    topic,
    openReader: () => client.openTopicReader(topic),
    writer,
    groupId: `${topic}-group`,
    from: "earliest",
    once: false,
    clock,
    random: Math.random,
    signal: stop.signal,
    onEvent: () => {},
  });
  const hour = 3_600_000;
  for (const shift of [0, -hour, 24 * hour, -2 * hour, 9 * 24 * hour, 0]) {
    shiftMs = shift;
    await send(feed, 40);
    await oracle.read();
    await lives.has(oracle.count);
    await writer.maintain({ graceMs: 0 });
  }
  stop.abort();
  await done;
  await writer.close();
  await assertWhole(it);
}

seededTest(
  "a lake is what its topic says after a kill before the group's offsets, topics created again, outages and jumps of the clock",
  async () => {
    await using broker = await startBroker();
    await killBetween(broker);
    await createdAgain(broker);
    await clockJumps(broker);
    await brokerAway(broker);
  },
);
