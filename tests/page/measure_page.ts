// `deno task bench:page`: how soon the page shows itself and its prices, and
// what it takes over the wire, beside a page without any content.

import { medianText } from "../../bench/figures.ts";
import { type Command, runCommand } from "../../tasks/cli/command.ts";
import { result } from "../../tasks/cli/print.ts";
import { startBrowser, type TestBrowser } from "../harness/chromium.ts";
import { freePort } from "../harness/ports.ts";
import { serveFakePage } from "./fake_page.ts";

const rounds = 11;

/** Times since the navigation began, in ms. */
interface Load {
  readonly paint: number;
  readonly prices: number;
  readonly requests: number;
  readonly bytes: number;
}

const measurement = `(() => {
  const entries = [
    ...performance.getEntriesByType("navigation"),
    ...performance.getEntriesByType("resource"),
  ];
  return {
    paint: performance.getEntriesByName("first-contentful-paint")[0].startTime,
    prices: performance.now(),
    requests: entries.length,
    bytes: entries.reduce((sum, { transferSize }) => sum + transferSize, 0),
  };
})()`;

/** Loads a page in a profile without a cache, until a selector is there. */
async function load(
  browser: TestBrowser,
  url: string,
  selector: string,
): Promise<Load> {
  const { page } = await browser.open(url);
  await page.waitForSelector(selector);
  const paint = `performance.getEntriesByName("first-contentful-paint").length`;
  await page.waitForFunction(paint);
  const measured: Load = await page.evaluate(measurement);
  await page.context().close();
  return measured;
}

async function measure(): Promise<string[]> {
  await using browser = await startBrowser();
  await using served = serveFakePage(freePort());
  await using bare = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () =>
      new Response("<!DOCTYPE html><title>-</title><h1>-</h1>", {
        headers: { "content-type": "text/html" },
      }),
  );
  const bareUrl = `http://127.0.0.1:${bare.addr.port}/`;
  const [ours, theirs]: [Load[], Load[]] = [[], []];
  for (let round = 0; round <= rounds; round++) {
    const [mine, other] = [
      await load(browser, served.url, "#price-rows tr:not(.skeleton) td"),
      await load(browser, bareUrl, "h1"),
    ];
    // In the first one Chromium itself is not warm yet.
    if (round > 0) {
      ours.push(mine);
      theirs.push(other);
    }
  }
  const [first] = ours;
  const times = (loads: readonly Load[], name: "paint" | "prices") =>
    medianText(loads.map((one) => one[name]), "ms");
  return [
    "the page in a profile without a cache",
    `  first paint            ${times(ours, "paint")}`,
    `  a bare page's          ${times(theirs, "paint")}`,
    `  prices are there       ${times(ours, "prices")}`,
    `  over the wire          ${first?.requests} requests, ` +
    `${((first?.bytes ?? 0) / 1_000).toFixed(1)} kB`,
  ];
}

const command: Command = {
  name: "bench:page",
  help: `Measures the lake's page in a real browser, over made-up prices.

Usage: deno task bench:page

Needs a Chromium in PATH, or its path in CHROMIUM.`,
  flags: {},
  async run() {
    for (const line of await measure()) result(line);
    return 0;
  },
};

if (import.meta.main) Deno.exit(await runCommand(command, Deno.args));
