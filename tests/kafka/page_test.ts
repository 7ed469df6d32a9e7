// The page of `lake run` on a real broker, as its own process: with the
// permissions that it has.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import kafkajs from "kafkajs";
import { projectDir } from "../../lib/project.ts";
import { start } from "../../tasks/host/run_process.ts";
import { lakeArgs } from "../../tasks/lake/run_lake.ts";
import { startBroker } from "../harness/broker.ts";
import { withAdmin } from "../harness/consumer.ts";
import { listen } from "../harness/page_events.ts";
import { freePort } from "../harness/ports.ts";
import { until } from "../harness/until.ts";

const topic = "lake.page";

function record(price: number, at: number): string {
  return `{"status":"success","data":{"bitcoin":{"usd":${price},` +
    `"last_updated_at":${at}}},"source_system":"test"}`;
}

async function send(bootstrap: string, value: string): Promise<void> {
  const producer = new kafkajs.Kafka({ brokers: [bootstrap], logLevel: 0 })
    .producer();
  await producer.connect();
  await producer.send({ topic, messages: [{ value }] });
  await producer.disconnect();
}

interface Step {
  readonly id: string;
  readonly state: string;
  readonly cause?: string;
  readonly next?: string;
}

Deno.test("the page of `lake run` shows a record, a broker that dies and its return, and ends at once", async () => {
  await using broker = await startBroker();
  const { bootstrap } = broker;
  const address = `127.0.0.1:${freePort()}`;
  const url = `http://${address}`;
  await withAdmin(bootstrap, async (admin) => {
    await admin.createTopics({ topics: [{ topic, numPartitions: 1 }] });
  });
  const lines: string[] = [];
  const lake = start(Deno.execPath(), [...await lakeArgs()], {
    cwd: projectDir,
    env: {
      KAFKA_BOOTSTRAP_SERVERS: bootstrap,
      KAFKA_TOPIC: topic,
      LAKE_DIR: `${broker.dir}/lake`,
      LAKE_ADDRESS: address,
      ADMIN_ADDRESS: `127.0.0.1:${freePort()}`,
      // It must ask no one on the way to the producer.
      HTTP_PROXY: "http://127.0.0.1:9",
    },
    onLine: (line) => lines.push(line),
  });
  let code: number | undefined;
  lake.ended.then((ended) => code = ended.code);
  try {
    await until("the page", async () => {
      assertEquals(code, undefined, lines.join("\n"));
      const asked = await fetch(`${url}/api/chain`).catch(() => undefined);
      await asked?.body?.cancel();
      return asked?.ok === true;
    });
    await using page = listen(url);
    assertEquals(await page.status, 200);
    const chainOf = (
      is: (steps: Map<string, Step>, state: string) => boolean,
    ) =>
      until("such a chain", () => {
        const data = page.ofKind("chain").at(-1)?.data;
        if (data === undefined || !Array.isArray(data.steps)) return undefined;
        const steps = new Map(data.steps.map((it: Step) => [it.id, it]));
        return is(steps, String(data.state)) ? steps : undefined;
      });
    const empty = await chainOf((_, state) => state === "waiting");
    assertEquals(
      empty.get("source")?.cause?.endsWith("nothing is listening"),
      true,
      empty.get("source")?.cause,
    );

    const at = Math.floor(Date.now() / 1_000);
    await send(bootstrap, record(1.5, at));
    const event = await until("the commit", () => page.ofKind("commit")[0]);
    const [coin] = event.data.coins as { coin: string; price: string }[];
    assertEquals([coin?.coin, coin?.price], ["bitcoin", "1.5"]);
    await chainOf((_, state) => state === "flowing");
    const script = await fetch(`${url}/assets/chart.js`);
    assertEquals(script.status, 200);
    await script.body?.cancel();

    await broker.kill("SIGKILL");
    const broken = await chainOf((_, state) => state === "broken");
    const { cause = "", next = "" } = broken.get("topic") ?? {};
    assertStringIncludes(cause, `${bootstrap} does not respond: `);
    assertStringIncludes(next, "deno task setup");
    // What is in the lake can still be read.
    const prices = await (await fetch(`${url}/api/prices`)).json();
    assertEquals(prices.coins.length, 1);

    await broker.restart();
    await chainOf((steps) => steps.get("topic")?.state === "ok");
    await send(bootstrap, record(2.5, at + 1));
    await until("the next commit", () => page.ofKind("commit").length > 1);

    // The page is still open: its stream must not keep the process.
    lake.kill("SIGINT");
    const ended = await lake.ended;
    assertEquals(ended.code, 0, lines.join("\n"));
    assertEquals(ended.stderr, "");
    const started = lines.find((line) => line.includes('"started"')) ?? "";
    assert(started.includes(`"page":"${url}/"`), started);
  } finally {
    lake.kill("SIGKILL");
  }
});
