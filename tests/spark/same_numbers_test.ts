// One topic through both engines, as their commands fill the lakes: the same
// rows in all tables, also after a late batch.

import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { runSeed, seeded } from "../chaos/seed.ts";
import { lake, sendMessages } from "../harness/lake_command.ts";
import { freePort } from "../harness/ports.ts";
import { newPlace } from "../lake/place.ts";
import {
  type Column,
  describeTables,
  digestQuery,
  type Engine,
  linesQuery,
} from "./engine_tables.ts";
import {
  firstMessages,
  lateMessages,
  type Message,
  ownCoin,
} from "./late_records.ts";
import { makeSparkLake, type SparkLake } from "./spark_lake.ts";

/** Of all records. */
const count = 20_000;

/** Commands of the embedded engine on the same topic. */
function embeddedLake(spark: SparkLake, lakeDir: string) {
  const env = {
    ADMIN_ADDRESS: "off",
    KAFKA_BOOTSTRAP_SERVERS: bootstrapOf(spark),
    KAFKA_TOPIC: spark.topic,
    LAKE_DIR: lakeDir,
    LAKE_GROUP_ID: spark.topic,
    LAKE_ADDRESS: `127.0.0.1:${freePort()}`,
  };
  async function must(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await lake(args, env);
    if (code === 0) return stdout;
    throw new Error(`${args.join(" ")}: ${stdout}${stderr}`);
  }
  return {
    must,
    async rows(sql: string): Promise<Record<string, unknown>[]> {
      const stdout = await must("sql", sql, "--json");
      return stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line));
    },
  };
}

function bootstrapOf({ env }: SparkLake): string {
  return `localhost:${env.KAFKA_HOST_PORT}`;
}

/** Sends records in their order, in batches that a broker takes. */
async function send(
  lake: SparkLake,
  messages: readonly Message[],
): Promise<void> {
  const sizeOf = ({ value }: Message) => 100 + 3 * (value?.length ?? 0);
  for (let from = 0, to = 0; from < messages.length; from = to) {
    let bytes = 0;
    while (to < messages.length && (to === from || bytes < 500_000)) {
      bytes += sizeOf(messages[to++]!);
    }
    const batch = messages.slice(from, to).map(({ value, ...it }) => ({
      ...it,
      value: value instanceof Uint8Array ? Buffer.from(value) : value,
      timestamp: String(it.timestamp),
    }));
    await sendMessages(bootstrapOf(lake), lake.topic, batch);
  }
}

Deno.test("one topic is the same rows in each table of both engines, also after a late batch", async (t) => {
  await using spark = await makeSparkLake("same");
  await using place = await newPlace();
  const embedded = embeddedLake(spark, `${place.dir}/lake`);
  const random = seeded(runSeed, "both engines");
  const nowMs = Date.now();
  const first = firstMessages(random, count, nowMs);
  assertEquals(first.length, count);
  let columns: readonly Column[] = [];

  const rows: Readonly<
    Record<Engine, (sql: string) => Promise<Record<string, unknown>[]>>
  > = {
    embedded: embedded.rows,
    spark: (sql) => spark.rows("sql", sql),
  };

  /** Rows that one engine has and the other has not; a few of them. */
  async function differences(table: string): Promise<string[]> {
    const lines = async (engine: Engine) =>
      (await rows[engine](linesQuery(engine, columns, table)))
        .map(({ line }) => String(line));
    const [own, other] = [await lines("embedded"), await lines("spark")];
    const [ownSet, otherSet] = [new Set(own), new Set(other)];
    return [
      ...own.filter((line) => !otherSet.has(line)).slice(0, 3)
        .map((line) => `embedded ${line}`),
      ...other.filter((line) => !ownSet.has(line)).slice(0, 3)
        .map((line) => `spark ${line}`),
    ];
  }

  /** What all tables hold, which both engines agree about: `12 rows HASH`. */
  async function agreed(): Promise<Record<string, string>> {
    const held = async (engine: Engine) =>
      Object.fromEntries(
        (await rows[engine](digestQuery(engine, columns)))
          .map(({ name, counted, digest }) => [
            String(name).replace(" ", "."),
            `${counted} rows ${digest}`,
          ]),
      );
    const [own, other] = [await held("embedded"), await held("spark")];
    const wrong = Object.keys(own).filter((name) => own[name] !== other[name]);
    const shown = await Promise.all(
      wrong.map(async (name) => [
        ...[name, `embedded: ${own[name]}`, `spark: ${other[name]}`],
        ...await differences(name),
      ]),
    );
    assertEquals(shown.flat(), [], `seed ${runSeed}`);
    assertEquals(other, own);
    return own;
  }

  const rowsOf = (held: Record<string, string>, table: string) =>
    Number.parseInt(held[table] ?? "", 10);

  const finalHours = async () =>
    (await embedded.rows(
      "SELECT count(*) AS hours FROM gold.crypto_hourly_ohlc " +
        `WHERE is_final AND crypto_symbol = '${ownCoin}'`,
    ))[0]?.hours;

  let before: Record<string, string> = {};
  await t.step(`${count} records`, async () => {
    // An increment begins at the last one's ticks, and would read all of them.
    for (const part of [first.slice(0, -1), first.slice(-1)]) {
      await send(spark, part);
      await embedded.must("run", "--once");
      await spark.must("run", "--once");
    }
    columns = (await embedded.rows(describeTables))
      .map(({ table, name, type }) => ({
        table: String(table),
        name: String(name),
        type: String(type),
      }));
    before = await agreed();
    assertEquals(rowsOf(before, "bronze.crypto_ticks_raw"), count);
    assert(rowsOf(before, "silver.crypto_ticks") > 1_000);
    assert(rowsOf(before, "silver.crypto_revisions") > 100);
    assert(rowsOf(before, "silver.crypto_rejects") > 1_000);
    assertEquals(await finalHours(), 1);
  });

  await t.step("a late batch", async () => {
    const late = lateMessages(random, first, nowMs);
    await send(spark, late);
    await embedded.must("run", "--once");
    assertEquals(await finalHours(), 3);
    const { stderr } = await spark.must("run", "--once");
    const after = await agreed();
    assertEquals(
      rowsOf(after, "bronze.crypto_ticks_raw"),
      count + late.length,
    );
    const same = Object.keys(after).filter((it) => after[it] === before[it]);
    assertEquals(same, ["bronze.offset_gaps"]);
    // What was not touched was not written again.
    const written = Number(
      /gold\.crypto_hourly_ohlc: (\d+) rows/.exec(stderr)?.[1],
    );
    const hours = rowsOf(after, "gold.crypto_hourly_ohlc");
    assert(written > 0 && written < hours, `${written} of ${hours}: ${stderr}`);
  });
});
