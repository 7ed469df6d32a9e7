// Records per second from a backlog: the producer with its outbox, kafkajs
// alone with the same batches, Kafka's own Java client. They take turns, so that
// a busy moment of the machine affects all of them.

import { ensureJars } from "../tasks/stack/native/jars.ts";
import { findJava } from "../tasks/stack/native/java.ts";
import { defaultCacheDir } from "../tasks/host/platform.ts";
import { run } from "../tasks/host/run_process.ts";
import { fillOutbox, growth, roomy } from "./fill_outbox.ts";
import { startBare } from "./child.ts";
import { recordOf, sizeOf } from "./records.ts";
import type { Rig } from "./rig.ts";
import { median, medianText } from "./figures.ts";

const rounds = 5;
const records = 50_000;
const batch = 100;

type Drain = (rig: Rig, topic: string) => Promise<number>;

async function producerDrain(rig: Rig, topic: string): Promise<number> {
  const stateDir = rig.folder();
  fillOutbox(stateDir, topic, records);
  await using child = rig.producer({
    ...roomy,
    KAFKA_TOPIC: topic,
    STATE_DIR: stateDir,
  });
  const rate = await growth(rig, { topic, records, child });
  await child.stop();
  await Deno.remove(stateDir, { recursive: true });
  return rate;
}

async function bareDrain(rig: Rig, topic: string): Promise<number> {
  const child = startBare(
    "send_all",
    rig.bootstrap,
    topic,
    String(records),
    String(batch),
  );
  const rate = await growth(rig, { topic, records, child });
  await child.result();
  return rate;
}

/** Kafka's own program, with its default of five requests in flight. */
async function javaDrain(): Promise<Drain> {
  const env = (name: string) => Deno.env.get(name);
  const platform = Deno.build.os;
  const java = await findJava(run, env, platform);
  const ports = { run, platform, env, progress: () => {}, signal: undefined };
  const jars = await ensureJars(defaultCacheDir(platform, env), ports);
  return async (rig, topic) => {
    const size = sizeOf(recordOf(topic, 1));
    const [rate, { code, stderr }] = await Promise.all([
      growth(rig, { topic, records }),
      run(java.program, [
        "-cp",
        jars.paths.join(":"),
        "org.apache.kafka.tools.ProducerPerformance",
        ...["--topic", topic],
        ...["--num-records", String(records)],
        ...["--record-size", String(size)],
        ...["--throughput", "-1"],
        "--producer-props",
        `bootstrap.servers=${rig.bootstrap}`,
        "acks=all",
        "enable.idempotence=true",
        "linger.ms=5",
        `batch.size=${batch * size}`,
      ]),
    ]);
    if (code !== 0) throw new Error(`ProducerPerformance: ${stderr}`);
    return rate;
  };
}

export async function drainRates(rig: Rig): Promise<string[]> {
  const producer = { drain: producerDrain, rates: [] as number[] };
  const bare = { drain: bareDrain, rates: [] as number[] };
  const java = { drain: await javaDrain(), rates: [] as number[] };
  for (let round = 0; round <= rounds; round++) {
    for (const [name, client] of Object.entries({ producer, bare, java })) {
      const topic = `bench-drain-${name}-${round}`;
      await rig.createTopic(topic);
      const rate = await client.drain(rig, topic);
      // The first round warms the broker.
      if (round > 0) client.rates.push(rate);
    }
  }
  const text = (client: typeof bare) => medianText(client.rates, "records/s");
  const share = 100 * median(producer.rates) / median(bare.rates);
  const size = (sizeOf(recordOf("", 1)) / 1000).toFixed(1);
  return [
    `backlog of ${records} records of ${size} kB, batches of ${batch}`,
    `  producer, outbox on    ${text(producer)}`,
    `  kafkajs alone          ${text(bare)}`,
    `  ProducerPerformance    ${text(java)}, linger 5 ms, 5 in flight`,
    `  producer to kafkajs    ${share.toFixed(0)} %`,
  ];
}
