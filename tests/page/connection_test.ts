// The page and its own server: many tabs, sleep, an end and a new beginning.

import { assert, assertEquals } from "@std/assert";
import { delay } from "../../lib/clock.ts";
import { axeViolations, type Page, startBrowser } from "../harness/chromium.ts";
import { freePort } from "../harness/ports.ts";
import { until } from "../harness/until.ts";
import { serveFakePage } from "./fake_page.ts";
import { texts, word } from "./page_text.ts";

async function untilLive(page: Page): Promise<void> {
  await page.waitForSelector("tr[data-coin]");
  await until("it is live", async () => await word(page) === "Live");
}

Deno.test("ten tabs are all live, over one connection", async () => {
  await using browser = await startBrowser();
  await using served = serveFakePage(freePort());
  const tabs = await browser.openTabs(served.url, 10);
  for (const { page } of tabs) {
    await page.bringToFront();
    await untilLive(page);
  }
  const [first] = tabs;
  assert(first !== undefined);
  const before = await texts(first.page, ".price");
  served.commit();
  for (const { page, faults } of tabs) {
    await page.bringToFront();
    await until("the new prices", async () => {
      const seen = await texts(page, ".price");
      return seen.length === 10 && seen.join() !== before.join();
    });
    assertEquals(faults, []);
  }
  assertEquals(served.counts.events, 1);
  // Tabs that are closed leave the connection to the others.
  for (const { page } of tabs.slice(0, 9)) await page.close();
  const [last] = tabs.slice(9);
  assert(last !== undefined);
  served.become("broken");
  await until("it is broken", async () => await word(last.page) === "Broken");
  assertEquals(served.counts.events, 1);
});

Deno.test("a tab that slept gets one message for an hour of commits", async () => {
  await using browser = await startBrowser();
  await using served = serveFakePage(freePort());
  const { page, faults } = await browser.open(served.url);
  await untilLive(page);
  await page.evaluate(`globalThis.changes = 0; new MutationObserver(() =>
    changes++).observe(document.querySelector("#price-rows"),
      { subtree: true, characterData: true, childList: true })`);
  const devtools = await page.context().newCDPSession(page);
  // Nothing of the tab runs; its connection, which all tabs share, goes on.
  await devtools.send("Debugger.enable");
  const asleep = new Promise<void>((resolve) =>
    devtools.once("Debugger.paused", () => resolve())
  );
  await devtools.send("Debugger.pause");
  served.commit();
  await asleep;
  for (let at = 0; at < 180; at++) {
    for (let each = 0; each < 20; each++) served.commit();
    await delay(20);
  }
  await devtools.send("Debugger.resume");
  await devtools.send("Debugger.disable");
  await until(
    "the newest snapshot",
    async () =>
      await page.inputValue("#slider") === String(served.scene.version),
  );
  const changes = await page.evaluate<number>("changes");
  assert(changes > 0 && changes < 20, `${changes} changes for 3,600 commits`);
  const newest = await texts(page, ".price");
  await page.reload();
  await untilLive(page);
  assertEquals(await texts(page, ".price"), newest);
  assertEquals(faults, []);
});

Deno.test("a tab that the browser froze connects again when it wakes", async () => {
  await using browser = await startBrowser();
  await using served = serveFakePage(freePort());
  const { page, faults } = await browser.open(served.url);
  await untilLive(page);
  // Chromium freezes no tab that is seen, so this is what such a tab gets.
  await page.evaluate("document.dispatchEvent(new Event('resume'))");
  served.commit();
  await until("another connection", () => served.counts.events > 1);
  await untilLive(page);
  await until(
    "the newest snapshot",
    async () =>
      await page.inputValue("#slider") === String(served.scene.version),
  );
  assertEquals(faults, []);
});

Deno.test("the page says that its own server is gone, and recovers by itself", async () => {
  await using browser = await startBrowser();
  const port = freePort();
  const first = serveFakePage(port);
  const { page, faults } = await browser.open(first.url);
  await untilLive(page);
  await page.waitForSelector("#plot canvas");
  const before = await texts(page, ".price");
  await first[Symbol.asyncDispose]();
  await until("it says so", async () =>
    await word(page) === "Not connected" &&
    (await page.innerText("#notice")).includes("It has not answered for"));
  assertEquals(await texts(page, ".price"), before);
  assertEquals(await axeViolations(page), []);
  await using second = serveFakePage(port, { version: 60 });
  await untilLive(page);
  await until(
    "its prices",
    async () => (await texts(page, ".price")).join() !== before.join(),
  );
  assertEquals(await page.isVisible("#notice"), false);
  assert(second.counts.prices > 0);
  // The console names refused connections, which cannot be kept from it.
  assertEquals(faults.filter((it) => !it.includes("ERR_")), []);
});

Deno.test("a lake that can be read again is shown by itself", async () => {
  await using browser = await startBrowser();
  await using served = serveFakePage(freePort(), { isUnreadable: true });
  const { page, faults } = await browser.open(served.url);
  await until("it says so", async () => await word(page) === "Not readable");
  served.scene.isUnreadable = false;
  await untilLive(page);
  await until("a candle", () => page.innerText("#readout"));
  assertEquals(await page.isVisible("#notice"), false);
  assertEquals(faults, []);
});

Deno.test("a browser without shared workers is live too", async () => {
  await using browser = await startBrowser();
  await using served = serveFakePage(freePort());
  const { page, faults } = await browser.open("about:blank");
  await page.addInitScript("delete globalThis.SharedWorker");
  await page.goto(served.url);
  await untilLive(page);
  const before = await texts(page, ".price");
  served.commit();
  await until(
    "the new prices",
    async () => (await texts(page, ".price")).join() !== before.join(),
  );
  assertEquals(faults.filter((it) => !it.startsWith("request:")), []);
});

Deno.test("a commit between the prices and the connection is shown", async () => {
  await using browser = await startBrowser();
  await using served = serveFakePage(freePort());
  const { page } = await browser.open("about:blank");
  // A worker's requests cannot be held, a page's can.
  await page.addInitScript("delete globalThis.SharedWorker");
  const connect = Promise.withResolvers<void>();
  await page.route("**/api/events", async (route) => {
    await connect.promise;
    await route.continue();
  });
  await page.goto(served.url, { waitUntil: "domcontentloaded" });
  await untilLive(page);
  const before = await texts(page, ".price");
  served.commit();
  connect.resolve();
  await until(
    "the new prices",
    async () => (await texts(page, ".price")).join() !== before.join(),
  );
});
