// The commands of the lake as a user runs them, on a real broker.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { projectDir } from "../../lib/project.ts";
import { attempt } from "../../lib/result.ts";
import { start } from "../../tasks/host/run_process.ts";
import { lakeArgs } from "../../tasks/lake/run_lake.ts";
import { startBroker } from "../harness/broker.ts";
import { type Env, task } from "../harness/clone.ts";
import { committedOffsets, withAdmin } from "../harness/consumer.ts";
import { lake, sendValues } from "../harness/lake_command.ts";
import { freePort } from "../harness/ports.ts";
import { until } from "../harness/until.ts";

const topic = "lake.run";
const groupId = "lake-run-test";
const second = 1_764_758_514;

function tick(coin: string, at: number, price: string): string {
  return `{"status":"success","data":{"${coin}":{"usd":${price},` +
    `"last_updated_at":${at}}},"source_system":"test"}`;
}

const values: readonly (string | Buffer | null)[] = [
  tick("bitcoin", second, "0.123456789012345678"),
  "not JSON",
  null,
  Buffer.from([0xff, 0x00, 0xfe]),
  // The same observation again.
  tick("bitcoin", second, "0.123456789012345678"),
];

async function rows(
  sql: string,
  env: Env,
): Promise<Record<string, string | null>[]> {
  const { code, stdout, stderr } = await lake(["sql", sql, "--json"], env);
  assertEquals(code, 0, stderr);
  return stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

const counted = `SELECT
  (SELECT count(*) FROM bronze.crypto_ticks_raw) AS bronze,
  (SELECT count(*) FROM silver.crypto_ticks) AS ticks,
  (SELECT count(*) FROM silver.crypto_rejects) AS rejects,
  (SELECT count(*) FROM lake.snapshots()) AS snapshots`;

function verdicts(json: string): Record<string, string> {
  const { checks }: { checks: { name: string; verdict: string }[] } = JSON
    .parse(json);
  return Object.fromEntries(
    checks.map(({ name, verdict }) => [name, verdict]),
  );
}

Deno.test("`lake run` stores what was sent, once; `lake sql`, `verify` and `status` show it", async () => {
  await using broker = await startBroker();
  const { bootstrap } = broker;
  const env = {
    KAFKA_BOOTSTRAP_SERVERS: bootstrap,
    KAFKA_TOPIC: topic,
    LAKE_DIR: `${broker.dir}/lake`,
    LAKE_GROUP_ID: groupId,
    LAKE_ADDRESS: `127.0.0.1:${freePort()}`,
    ADMIN_ADDRESS: "off",
  };
  await withAdmin(bootstrap, async (admin) => {
    await admin.createTopics({ topics: [{ topic, numPartitions: 1 }] });
    await sendValues(bootstrap, topic, values);

    const first = await lake(["run", "--once"], env);
    assertEquals(first.code, 0, first.stdout + first.stderr);
    const bronze = await rows(
      `SELECT kafka_offset, raw_payload, payload_encoding
       FROM bronze.crypto_ticks_raw ORDER BY kafka_offset`,
      env,
    );
    assertEquals(
      bronze.map((row) => [
        String(row.kafka_offset),
        row.raw_payload,
        row.payload_encoding,
      ]),
      values.map((value, offset) => [
        String(offset),
        Buffer.isBuffer(value) ? value.toString("base64") : value,
        value === null ? null : typeof value === "string" ? "utf-8" : "base64",
      ]),
    );
    const ticks = await rows(
      "SELECT crypto_symbol, price_usd, kafka_offset FROM silver.crypto_ticks",
      env,
    );
    assertEquals(
      ticks.map((row) => Object.values(row).map(String)),
      [["bitcoin", "0.123456789012345678", "0"]],
    );
    const [before] = await rows(counted, env);
    assertEquals(
      [before?.bronze, before?.ticks, before?.rejects].map(Number),
      [5, 1, 3],
    );

    const again = await lake(["run", "--once"], env);
    assertEquals(again.code, 0, again.stdout + again.stderr);
    assertEquals(await rows(counted, env), [before]);
    const verified = await lake(["verify", "--all", "--json"], env);
    assertEquals(verified.code, 0, verified.stdout + verified.stderr);
    // The records' age depends on the machine.
    const { "lake freshness": _age, ...rest } = verdicts(verified.stdout);
    assertEquals(new Set(Object.values(rest)), new Set(["ok"]));

    await sendValues(bootstrap, topic, [tick("bitcoin", second + 60, "2")]);
    const status = await lake(["status"], env);
    assertEquals(status.code, 0, status.stderr);
    assertStringIncludes(status.stdout, "lag     1 record\n");
    assertStringIncludes(status.stdout, "run     not running");

    const running = start(Deno.execPath(), [...await lakeArgs()], {
      cwd: projectDir,
      env: { ...env, LAKE_MAINTAIN_HOURS: "0.0001" },
    });
    const found = await until("the record is in gold", async () => {
      const seen = await rows(
        "SELECT close_price, tick_count FROM gold.crypto_hourly_ohlc",
        env,
      );
      return seen[0]?.tick_count === undefined ||
          Number(seen[0].tick_count) < 2
        ? undefined
        : seen;
    });
    assertEquals(found.length, 1);
    await until("it has maintained itself", async () => {
      const answer = await attempt(async () =>
        await (await fetch(`http://${env.LAKE_ADDRESS}/metrics`)).text()
      );
      return answer.ok &&
        /^crypto_lake_maintenances_total [1-9]/m.test(answer.value);
    });
    const busy = await lake(["run", "--once"], env);
    assertEquals(busy.code, 1, busy.stdout);
    assertStringIncludes(busy.stderr, "another process writes the lake");
    await sendValues(bootstrap, topic, [tick("ethereum", second, "3")]);
    running.kill("SIGTERM");
    const ended = await running.ended;
    assertEquals(ended.code, 0);
    assertStringIncludes(ended.stdout, '"maintained"');
    const last = await lake(["run", "--once"], env);
    assertEquals(last.code, 0, last.stderr);
    assertEquals(
      (await rows(counted, env)).map(({ bronze, ticks }) => [
        Number(bronze),
        Number(ticks),
      ]),
      [[7, 3]],
    );
    assertEquals(await committedOffsets(bootstrap, { groupId, topic }), [7]);

    // Without another record, a start knows how old gold is.
    const resting = start(Deno.execPath(), [...await lakeArgs()], {
      cwd: projectDir,
      env,
    });
    const atRest = await until("the age of gold", async () => {
      const answer = await attempt(async () =>
        await (await fetch(`http://${env.LAKE_ADDRESS}/status`)).json()
      );
      return answer.ok && answer.value.freshness_seconds !== null
        ? answer.value
        : undefined;
    }).finally(() => resting.kill("SIGTERM"));
    assertEquals(atRest.counters.commits, 0);
    assertEquals((await resting.ended).code, 0);

    // Saved as bronze first, the topic becomes the same silver.
    const saved = { ...env, LAKE_DIR: `${broker.dir}/saved` };
    const wrong = await lake(["run", "--bronze-only"], saved);
    assertEquals(wrong.code, 2, wrong.stdout);
    const saving = await lake(["run", "--once", "--bronze-only"], saved);
    assertEquals(saving.code, 0, saving.stderr);
    assertStringIncludes(saving.stdout, "deno task lake rebuild");
    const layers = async () =>
      (await rows(counted, saved)).map(({ bronze, ticks, rejects }) =>
        [bronze, ticks, rejects].map(Number)
      );
    assertEquals(await layers(), [[7, 0, 0]]);
    const behind = await lake(["verify", "--json"], saved);
    assertEquals(behind.code, 1, behind.stdout);
    assertEquals(verdicts(behind.stdout)["lake models"], "fail");
    assertStringIncludes(behind.stdout, "lake rebuild");
    const rebuilt = await lake(["rebuild", "--yes"], saved);
    assertEquals(rebuilt.code, 0, rebuilt.stdout + rebuilt.stderr);
    assertEquals(await layers(), [[7, 3, 3]]);
    await sendValues(bootstrap, topic, [tick("solana", second, "4")]);
    assertEquals((await lake(["run", "--once"], saved)).code, 0);
    assertEquals(await layers(), [[8, 4, 3]]);
    const sound = await lake(["verify", "--all"], saved);
    assertEquals(sound.code, 0, sound.stdout);
    assertEquals((await lake(["run", "--once"], env)).code, 0);

    // The stream's own checks fail here: this topic has no producer.
    const all = await task("verify", ["--json"], env);
    const seen = verdicts(all.stdout);
    assertEquals([seen["lake lag"], seen["lake models"]], ["ok", "ok"]);
    const without = await task("verify", ["--json"], {
      ...env,
      LAKE_DIR: `${broker.dir}/none`,
    });
    assert(!without.stdout.includes("lake "), without.stdout);
  });
});
