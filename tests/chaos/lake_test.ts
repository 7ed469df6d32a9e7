// `lake run` as a real process, killed again and again while records arrive:
// bronze, silver, rejects and candles are what the topic's own records say.

import { assertEquals } from "@std/assert";
import kafkajs from "kafkajs";
import { lakeArgs } from "../../tasks/lake/run_lake.ts";
import { lakeExtensions } from "../../tasks/lake/lake_extensions.ts";
import { start } from "../../tasks/host/run_process.ts";
import { openReader } from "../../lakehouse/lake/reader.ts";
import { delay } from "../../lib/clock.ts";
import { projectDir } from "../../lib/project.ts";
import { startBroker } from "../harness/broker.ts";
import { isLong, type Random, runSeed, seeded } from "./seed.ts";

const topic = "lake.chaos";
const partitions = 2;
const firstSecond = 1_764_758_400;

/** A record as this test made it; what the lake must make of it. */
interface Sent {
  readonly partition: number;
  readonly value: string | null;
  /** `undefined` for what is no tick. */
  readonly tick?: {
    readonly coin: string;
    readonly second: number;
    readonly price: string;
  };
}

/** Each partition has its coin, so that the first one is known. */
function makeRecord(random: Random, partition: number, number: number): Sent {
  if (random.chance(0.05)) return { partition, value: null };
  if (random.chance(0.05)) return { partition, value: `no JSON ${number}` };
  const coin = `coin-${partition}`;
  // Out of order, and now and then a second an observation was for already.
  const second = firstSecond +
    random.whole(Math.max(0, number - 20), number) * 7;
  const price = `${random.whole(1, 99_999)}.${
    String(random.whole(0, 999_999_999)).padStart(9, "0")
  }${String(random.whole(0, 999_999_999)).padStart(9, "0")}`;
  const value = `{"status":"success","data":{"${coin}":{"usd":${price},` +
    `"last_updated_at":${second}}},"source_system":"chaos"}`;
  return { partition, value, tick: { coin, second, price } };
}

/** Sends records, a few at a time, until stopped; returns them in order. */
function feed(bootstrap: string, random: Random) {
  const sent: Sent[][] = Array.from({ length: partitions }, () => []);
  let isOver = false;
  const work = (async () => {
    const kafka = new kafkajs.Kafka({ brokers: [bootstrap], logLevel: 0 });
    const producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    while (!isOver) {
      const batch = Array.from({ length: random.whole(1, 40) }, () => {
        const partition = random.whole(0, partitions - 1);
        const list = sent[partition] ?? [];
        const record = makeRecord(random, partition, list.length);
        list.push(record);
        return record;
      });
      await producer.send({
        topic,
        messages: batch.map(({ partition, value }) => ({ partition, value })),
      });
      await delay(random.whole(5, 60));
    }
    await producer.disconnect();
  })();
  return {
    async end(): Promise<Sent[][]> {
      isOver = true;
      await work;
      return sent;
    },
  };
}

/** Prices as whole numbers of their 18th digit. */
function units(price: string): bigint {
  const [whole = "", fraction = ""] = price.split(".");
  return BigInt(whole + fraction.padEnd(18, "0"));
}

function text(value: bigint): string {
  const digits = String(value).padStart(19, "0");
  return `${digits.slice(0, -18)}.${digits.slice(-18)}`;
}

function instant(seconds: number): string {
  return Temporal.Instant.fromEpochMilliseconds(seconds * 1000).toString();
}

/** First one wins; candles by the second of each observation. */
function expected(sent: readonly (readonly Sent[])[]) {
  const ticks = new Map<
    string,
    { coin: string; second: number; units: bigint }
  >();
  let revisions = 0;
  for (const { tick } of sent.flat()) {
    if (tick === undefined) continue;
    const key = `${tick.coin} ${tick.second}`;
    const before = ticks.get(key);
    const price = units(tick.price);
    if (before === undefined) ticks.set(key, { ...tick, units: price });
    else if (before.units !== price) revisions++;
  }
  const hours = Map.groupBy(
    ticks.values(),
    ({ coin, second }) => `${coin} ${Math.floor(second / 3600) * 3600}`,
  );
  const candles = Array.from(hours, ([key, all]) => {
    const [coin = "", hour = ""] = key.split(" ");
    all.sort((a, b) => a.second - b.second);
    const prices = all.map((one) => one.units)
      .sort((a, b) => a < b ? -1 : a > b ? 1 : 0);
    return [
      coin,
      instant(Number(hour)),
      text(all.at(0)?.units ?? 0n),
      text(prices.at(-1) ?? 0n),
      text(prices.at(0) ?? 0n),
      text(all.at(-1)?.units ?? 0n),
      String(all.length),
    ];
  });
  return {
    bronze: sent.flatMap((records, partition) =>
      records.map((
        { value },
        offset,
      ) => [String(partition), String(offset), value])
    ),
    ticks: Array.from(ticks.values(), ({ coin, second, units }) => [
      coin,
      instant(second),
      text(units),
    ]).sort(),
    candles: candles.sort(),
    revisions,
    rejects: sent.flat().filter(({ tick }) => tick === undefined).length,
  };
}

Deno.test("a lake that is killed again and again has every record once", async () => {
  const random = seeded(runSeed, "lake");
  await using broker = await startBroker();
  const admin = new kafkajs.Kafka({ brokers: [broker.bootstrap], logLevel: 0 })
    .admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: partitions }] });
  await admin.disconnect();
  const lakeDir = `${broker.dir}/lake`;
  const args = await lakeArgs();
  const env = {
    LAKE_DIR: lakeDir,
    LAKE_ADDRESS: "off",
    KAFKA_BOOTSTRAP_SERVERS: broker.bootstrap,
    KAFKA_TOPIC: topic,
    LOG_LEVEL: "warn",
    // It maintains itself a few times in each life.
    LAKE_MAINTAIN_HOURS: "0.0001",
    LAKE_KEEP_DAYS: "0",
  };
  const run = (more: readonly string[]) =>
    start(Deno.execPath(), [...args, ...more], { cwd: projectDir, env });
  const feeding = feed(broker.bootstrap, seeded(runSeed, "lake records"));
  for (let life = 0; life < (isLong ? 20 : 5); life++) {
    const lake = run([]);
    // From before its first transaction to many of them.
    await delay(random.whole(300, 3_000));
    const other = random.chance(0.5)
      ? start(
        Deno.execPath(),
        ["run", "-q", "-P=lake", "tasks/lake.ts", "maintain", "--keep=0"],
        { cwd: projectDir, env },
      )
      : undefined;
    if (other !== undefined) await delay(random.whole(0, 1_500));
    lake.kill("SIGKILL");
    if (random.chance(0.5)) other?.kill("SIGKILL");
    await Promise.all([lake.ended, other?.ended]);
  }
  const sent = await feeding.end();
  const last = await run(["--once"]).ended;
  assertEquals(last.code, 0, last.stderr + last.stdout);

  const reader = await openReader({
    lakeDir,
    extensionDir: await lakeExtensions(),
  });
  try {
    const rows = async (sql: string) => (await reader.query(sql)).rows;
    const wanted = expected(sent);
    assertEquals(
      await rows(`SELECT kafka_partition, kafka_offset, raw_payload
        FROM bronze.crypto_ticks_raw ORDER BY kafka_partition, kafka_offset`),
      wanted.bronze,
    );
    assertEquals(
      (await rows(`SELECT crypto_symbol, api_timestamp, price_usd
        FROM silver.crypto_ticks`)).map((row) => [...row]).sort(),
      wanted.ticks,
    );
    assertEquals(
      (await rows(`SELECT crypto_symbol, hour_start, open_price, high_price,
        low_price, close_price, tick_count FROM gold.crypto_hourly_ohlc`))
        .map((row) => [...row]).sort(),
      wanted.candles,
    );
    assertEquals(
      await rows(`SELECT (SELECT count(*) FROM silver.crypto_rejects),
        (SELECT count(*) FROM silver.crypto_revisions)`),
      [[String(wanted.rejects), String(wanted.revisions)]],
    );
  } finally {
    await reader.close();
  }
});
