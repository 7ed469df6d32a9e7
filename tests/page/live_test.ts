// The page as people have it: a real broker, a real producer, a real lake.

import { assert, assertEquals } from "@std/assert";
import { projectDir } from "../../lib/project.ts";
import { start } from "../../tasks/host/run_process.ts";
import { lakeArgs } from "../../tasks/lake/run_lake.ts";
import { startSimulator } from "../../tasks/simulator/simulator_server.ts";
import { startBroker } from "../harness/broker.ts";
import { axeViolations, startBrowser } from "../harness/chromium.ts";
import { freePort } from "../harness/ports.ts";
import { startProducer } from "../harness/producer.ts";
import { until } from "../harness/until.ts";
import { texts, word } from "./page_text.ts";

/** `lake run`, as `deno task lake run` starts it. */
async function startLake(env: Readonly<Record<string, string>>) {
  const running = start(Deno.execPath(), await lakeArgs(), {
    cwd: projectDir,
    env: { NO_COLOR: "1", ...env },
  });
  return {
    async [Symbol.asyncDispose]() {
      running.kill("SIGTERM");
      await running.ended;
    },
  };
}

Deno.test("live prices change, the past stays, a dead broker is named, and all recovers", async () => {
  await using broker = await startBroker();
  await using simulator = await startSimulator({ cacheSeconds: 0.2 });
  const topic = "page.live";
  await using producer = startProducer({
    broker,
    simulator,
    env: { KAFKA_TOPIC: topic, API_INTERVAL_SECONDS: "1" },
  });
  await producer.untilPublished(2);
  const address = `127.0.0.1:${freePort()}`;
  await using _lake = await startLake({
    KAFKA_BOOTSTRAP_SERVERS: broker.bootstrap,
    KAFKA_TOPIC: topic,
    LAKE_DIR: `${broker.dir}/lake`,
    LAKE_ADDRESS: address,
    ADMIN_ADDRESS: producer.admin,
  });
  const url = `http://${address}/`;
  await until(
    "the page is served",
    () =>
      fetch(url).then(async (it) => {
        await it.body?.cancel();
        return it.ok;
      }, () => false),
  );
  await using browser = await startBrowser();
  const { page, faults } = await browser.open(url);
  await page.waitForSelector("tr[data-coin]");
  await until("it is live", async () => await word(page) === "Live");

  // Live, without a reload.
  await page.evaluate("globalThis.isSameDocument = true");
  const first = await texts(page, ".price");
  assert(first.length >= 10);
  await until("the prices change", async () => {
    const seen = await texts(page, ".price");
    return seen.every((price, at) => price !== first[at]);
  });
  assertEquals(await page.evaluate("globalThis.isSameDocument"), true);
  await until(
    "a candle",
    async () => (await page.innerText("#readout")).includes("so far"),
  );
  for (
    const step of ["source", "outbox", "topic", "bronze", "silver", "gold"]
  ) {
    await until(
      `${step} is ok`,
      async () =>
        await page.getAttribute(`#step-${step}`, "data-state") === "ok",
    );
  }
  assertEquals(await axeViolations(page), []);

  // The past.
  await page.waitForSelector("#slider:enabled");
  await page.focus("#slider");
  await page.keyboard.press("ArrowLeft");
  await page.waitForSelector("#travel:not([hidden])");
  const past = await page.innerText("#travel-text");
  const then = await texts(page, ".price");
  await until(
    "a newer snapshot",
    async () =>
      Number(await page.getAttribute("#slider", "max")) >
        Number(await page.inputValue("#slider")) + 2,
  );
  assertEquals(await texts(page, ".price"), then);
  assertEquals(await page.innerText("#travel-text"), past);
  await page.click("#back");
  await until("other prices than then", async () => {
    const seen = await texts(page, ".price");
    return seen.length >= 10 && seen.join() !== then.join();
  });

  // A broker that dies is named, with what to do.
  await until("it is live again", async () => await word(page) === "Live");
  await broker.kill("SIGKILL");
  await until("the page says so", async () => {
    const text = await page.innerText("#notice").catch(() => "");
    return await word(page) === "Broken" && text.includes("Topic: broken") &&
      text.includes(broker.bootstrap) && text.includes("Next:");
  });
  await broker.restart();
  await until(
    "it is live after the outage",
    async () => await word(page) === "Live",
  );
  const after = await texts(page, ".price");
  await until(
    "prices change again",
    async () => (await texts(page, ".price")).join() !== after.join(),
  );
  assertEquals(await page.evaluate("globalThis.isSameDocument"), true);
  assertEquals(faults, []);
});
