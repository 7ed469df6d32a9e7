// Records that the broker deletes before the lake has read them: `lake run` says
// so, stores the reason, and takes all the others.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import kafkajs from "kafkajs";
import { delay } from "../../lib/clock.ts";
import { lakeLives } from "../chaos/lake_life.ts";
import { startBroker } from "../harness/broker.ts";
import { deno } from "../harness/clone.ts";
import { withAdmin } from "../harness/consumer.ts";
import { createTopic } from "../harness/topics.ts";
import { until } from "../harness/until.ts";
import { ask } from "../lake/place.ts";

const topic = "lake.retention";

/** Sends records to a partition, each with its number. */
async function send(
  bootstrap: string,
  partition: number,
  numbers: readonly number[],
): Promise<void> {
  const producer = new kafkajs.Kafka({ brokers: [bootstrap], logLevel: 0 })
    .producer();
  await producer.connect();
  await producer.send({
    topic,
    messages: numbers.map((number) => ({ partition, value: `${number}` })),
  });
  await producer.disconnect();
}

/** The numbers from one to another, which is left out. */
function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}

/** Deletes the records before an offset, as retention does. */
function deleteBefore(
  bootstrap: string,
  partition: number,
  offset: number,
): Promise<void> {
  const partitions = [{ partition, offset: String(offset) }];
  return withAdmin(bootstrap, async (admin) => {
    // It knows the leaders from here alone.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions });
  });
}

/** What a run said of offsets without a record. */
function toldOf(stdout: string): string[] {
  return stdout.split("\n").filter((line) =>
    line.includes("offsets without a record")
  ).map((line) => {
    const { level, partition, from, to, reason } = JSON.parse(line);
    return `${level} ${partition} ${from}..${to} ${reason}`;
  }).sort();
}

Deno.test("records that were deleted before `lake run` read them are gaps with their reason, which it tells; all others are there", async () => {
  await using broker = await startBroker();
  const { bootstrap } = broker;
  await createTopic(bootstrap, { topic, numPartitions: 2 });
  const lakeDir = `${broker.dir}/lake`;
  const lives = await lakeLives({ bootstrap, topic, lakeDir });
  const once = async () => {
    const ended = await lives.run(["--once"]).ended;
    assertEquals(ended.code, 0, ended.stdout + ended.stderr);
    return toldOf(ended.stdout);
  };
  const gaps = async () =>
    (await ask(
      lives.location,
      `SELECT kafka_partition, from_offset, to_offset, reason
       FROM bronze.offset_gaps ORDER BY ALL`,
    )).map((row) => row.join(" "));
  const payloads = async (partition: number) =>
    (await ask(
      lives.location,
      `SELECT raw_payload FROM bronze.crypto_ticks_raw
       WHERE kafka_partition = ${partition} ORDER BY kafka_offset`,
    )).map(([payload]) => Number(payload));
  /** The verdict of a check, and its words. */
  const verified = async (name: string) => {
    const { code, stdout, stderr } = await deno(
      ["run", "-q", "-P=lake", "tasks/lake.ts", "verify", "--all", "--json"],
      lives.env,
    );
    assertEquals(code, 0, stdout + stderr);
    const { checks } = JSON.parse(stdout);
    const others = checks.filter((check: { name: string; verdict: string }) =>
      check.name !== name && check.verdict !== "ok"
    );
    assertEquals(others, []);
    const { verdict, detail } = checks.find((check: { name: string }) =>
      check.name === name
    );
    return `${verdict}: ${detail}`;
  };

  // Before the first run, and while none runs: one partition in part, and the
  // other one as a whole, with what the lake has of it.
  await send(bootstrap, 0, range(0, 10));
  await send(bootstrap, 1, range(0, 10));
  await deleteBefore(bootstrap, 0, 4);
  assertEquals(await once(), ["WARN 0 0..4 retention"]);
  await send(bootstrap, 0, range(10, 20));
  await send(bootstrap, 1, range(10, 20));
  await deleteBefore(bootstrap, 0, 15);
  await deleteBefore(bootstrap, 1, 20);
  assertEquals(await once(), [
    "WARN 0 10..15 retention",
    "WARN 1 10..20 retention",
  ]);
  await send(bootstrap, 1, [20]);
  assertEquals(await once(), []);
  const before = ["0 0 4 retention", "0 10 15 retention", "1 10 20 retention"];
  assertEquals(await gaps(), before);
  assertEquals(
    await verified("lake gaps"),
    "warn: offsets that never reached the lake: 19 deleted by retention",
  );

  // While a run is behind: it stands still, with one request on its way that
  // the first of these records answers.
  const lake = lives.run();
  await lives.has(10);
  await until(
    "it has read all",
    () => lake.lines.some((line) => line.includes("going on")),
  );
  lake.kill("SIGSTOP");
  await delay(10);
  await send(bootstrap, 0, [20]);
  await send(bootstrap, 0, range(21, 30));
  await deleteBefore(bootstrap, 0, 28);
  lake.kill("SIGCONT");
  await until("it has said so", () => toldOf(lake.lines.join("\n")).length > 0);
  await send(bootstrap, 1, [21]);
  await until(
    "it has the newest records",
    async () =>
      (await payloads(0)).includes(29) && (await payloads(1)).includes(21),
  );
  lake.kill("SIGTERM");
  const { code, stdout } = await lake.ended;
  assertEquals(code, 0, stdout);
  const [gap = "", ...more] = (await gaps()).filter((it) =>
    !before.includes(it)
  );
  assertEquals(more, []);
  const [, from = "", to] = gap.split(" ");
  assertEquals(gap, `0 ${from} 28 retention`);
  assertEquals(toldOf(stdout), [`WARN 0 ${from}..${to} retention`]);
  const begin = Number(from);
  assert(begin >= 20 && begin < 28, gap);
  assertEquals(await payloads(0), [
    ...range(4, 10),
    ...range(15, begin),
    28,
    29,
  ]);
  assertEquals(await payloads(1), [...range(0, 10), 20, 21]);
  assertStringIncludes(
    await verified("lake gaps"),
    `${19 + 28 - begin} deleted by retention`,
  );
});
