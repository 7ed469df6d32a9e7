// Each state of the page, in a real browser, over made-up answers.

import { assert, assertEquals } from "@std/assert";
import { delay } from "../../lib/clock.ts";
import { axeViolations, startBrowser } from "../harness/chromium.ts";
import { freePort } from "../harness/ports.ts";
import { until } from "../harness/until.ts";
import { type Scene, serveFakePage } from "./fake_page.ts";
import { changesOf, texts, word } from "./page_text.ts";

interface State {
  readonly name: string;
  readonly scene: Partial<Scene>;
  /** The word in the page's head. */
  readonly word: string;
  readonly query?: string;
  /** Text that the reader must find. */
  readonly shows: readonly string[];
}

const states: readonly State[] = [
  {
    name: "flowing",
    scene: {},
    word: "Live",
    shows: ["91,301.42", "0.151234", "Every record became prices."],
  },
  {
    name: "past",
    scene: {},
    query: "?at=40&interval=day",
    word: "In the past",
    shows: ["The lake as of Nov 24, 2026", "(snapshot 40)", "Back to live"],
  },
  {
    name: "empty",
    scene: { kind: "empty", isEmpty: true },
    word: "Empty",
    shows: ["No price yet.", "deno task produce"],
  },
  {
    name: "stale",
    scene: { kind: "stale" },
    word: "Stale",
    shows: ["No new prices", "22 minutes ago"],
  },
  {
    name: "broken",
    scene: { kind: "broken" },
    word: "Broken",
    shows: [
      "localhost:9092 does not respond: connection refused",
      "deno task setup",
      "attention",
    ],
  },
  {
    name: "ten thousand rejects, long names, tiny prices",
    scene: { kind: "rejects", isAwkward: true },
    word: "Live",
    shows: [
      "10,000",
      "6,100",
      "0.00000123",
      "0.001234567890123456",
      "9,876,543,210.9999",
      "502 Bad Gateway",
    ],
  },
  {
    name: "unreadable",
    scene: { isUnreadable: true },
    word: "Not readable",
    shows: ["disk I/O error", "deno task lake verify"],
  },
];

Deno.test("each state says what it is, fits each width, and axe finds nothing", async () => {
  await using browser = await startBrowser();
  for (const { name, scene, query = "", ...expected } of states) {
    await using served = serveFakePage(freePort(), scene);
    for (const colorScheme of ["light", "dark"] as const) {
      const { page, faults } = await browser.open(served.url + query, {
        colorScheme,
      });
      await until(name, async () => await word(page) === expected.word);
      const text = await until(name, async () => {
        const seen = await page.innerText("body");
        return expected.shows.every((it) => seen.includes(it)) && seen;
      });
      assert(!/undefined|NaN|null|\[object/.test(text), text);
      assertEquals(await axeViolations(page), [], `${name}, ${colorScheme}`);
      for (const width of [360, 768, 1280, 2560, 3840]) {
        await page.setViewportSize({ width, height: 900 });
        const [needed] = await page.evaluate<number[]>(
          "[document.documentElement.scrollWidth]",
        );
        assert(needed !== undefined && needed <= width, `${name}: ${needed}`);
      }
      assertEquals(faults, [], `${name}, ${colorScheme}`);
      await page.context().close();
    }
  }
});

Deno.test("the table of candles has the chart's numbers, and axe finds nothing", async () => {
  await using browser = await startBrowser();
  await using served = serveFakePage(freePort());
  const { page, faults } = await browser.open(served.url);
  await page.click("#view >> text=Table");
  await page.waitForSelector("#candle-rows tr");
  const [newest] = await texts(page, "#candle-rows tr:first-child");
  const readout = await page.innerText("#readout");
  const numbers = readout.match(/[\d,]+\.\d\d/g) ?? [];
  assertEquals(numbers.length, 4, readout);
  for (const number of numbers) assert(newest?.includes(number), newest);
  assertEquals((await texts(page, "#candle-rows tr")).length, 168);
  assertEquals(await axeViolations(page), []);
  await page.click("#interval >> text=Day");
  await until(
    "90 days",
    async () => (await texts(page, "#candle-rows tr")).length === 90,
  );
  assertEquals(faults, []);
});

Deno.test("numbers are in the reader's notation, each digit kept", async () => {
  await using browser = await startBrowser();
  await using served = serveFakePage(freePort(), { isAwkward: true });
  const { page, faults } = await browser.open(served.url, { locale: "de-DE" });
  await page.waitForSelector("tr[data-coin]");
  assertEquals(await texts(page, ".price"), [
    "91.301,42",
    "3.138,31",
    "9.876.543.210,9999",
    "0,999812",
    "2,19745",
    "869,75",
    "138,72",
    "0,00000812",
    "0,00000123",
    "0,001234567890123456",
  ]);
  assert((await texts(page, ".cap")).some((text) => text.endsWith("Bio.")));
  assertEquals(faults, []);
});

Deno.test("the keyboard alone reaches and changes everything", async () => {
  await using browser = await startBrowser();
  await using served = serveFakePage(freePort());
  const { page, faults } = await browser.open(served.url);
  await page.waitForSelector("tr[data-coin]");
  const focused = () =>
    page.evaluate<string>(
      "document.activeElement.id || document.activeElement.textContent.trim()",
    );
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
    return await focused();
  };
  assertEquals(await press("Tab"), "Skip to the prices");
  await press("Enter");
  assertEquals(await press("Tab"), "bitcoin");
  assertEquals(await press("ArrowDown", "ArrowDown", "ArrowUp"), "ethereum");
  await press("Enter");
  await until(
    "the chart is ethereum's",
    async () => await page.innerText("#candle-coin") === "ethereum",
  );
  assertEquals(await page.getAttribute("tr.selected", "data-coin"), "ethereum");
  assertEquals(await press("End", "ArrowDown"), "polkadot");
  assertEquals(await press("Home"), "bitcoin");
  // One stop for the table, then the chart's controls, the chart, the rest.
  assertEquals(await press("Tab"), "interval-hour");
  await press("ArrowRight");
  await until("a day", () => page.url().includes("interval=day"));
  await press("Tab", "Tab", "Tab", "Tab", "Tab");
  assertEquals(await focused(), "plot");
  const before = await page.innerText("#readout");
  await press("ArrowLeft", "ArrowLeft");
  await until(
    "another candle",
    async () => await page.innerText("#readout") !== before,
  );
  // Focus is seen.
  const outline = await page.evaluate<string>(
    "getComputedStyle(document.activeElement).outlineStyle",
  );
  assertEquals(outline, "solid");
  assertEquals(faults, []);
});

Deno.test("a commit changes the cells that differ, and no others", async () => {
  await using browser = await startBrowser();
  await using served = serveFakePage(freePort());
  const { page, faults } = await browser.open(served.url);
  await page.waitForSelector("tr[data-coin]");
  await until("it is live", async () => await word(page) === "Live");
  const before = await texts(page, ".price");
  const changes = await changesOf(page, "#price-rows", async () => {
    served.commit();
    await until(
      "other prices",
      async () => (await texts(page, ".price")).join() !== before.join(),
    );
  });
  // Rows stay; texts change.
  assertEquals(changes.filter((it) => it.startsWith("tbody")), []);
  assertEquals(changes.filter((it) => it.startsWith("tr")), []);
  assert(changes.some((it) => it.startsWith("span.value")));
  const same = await changesOf(page, "#price-rows", async () => {
    served.become("broken");
    await until("it is broken", async () => await word(page) === "Broken");
  });
  assertEquals(same, []);
  assertEquals(faults, []);
});

Deno.test("time travel shows other numbers, survives a reload, and ends", async () => {
  await using browser = await startBrowser();
  await using served = serveFakePage(freePort());
  const { page, faults } = await browser.open(served.url);
  await page.waitForSelector("tr[data-coin]");
  const now = await texts(page, ".price");
  await page.waitForSelector("#slider:enabled");
  await page.focus("#slider");
  await page.keyboard.press("PageDown");
  await page.waitForSelector("#travel:not([hidden])");
  const then = await texts(page, ".price");
  assert(now.join() !== then.join());
  served.commit();
  await page.reload();
  await page.waitForSelector("#travel:not([hidden])");
  assertEquals(await texts(page, ".price"), then);
  // A day that no other part of this test shows.
  await page.fill("#moment", "2026-11-24T01:14:07");
  await until(
    "the field's time",
    async () => (await page.innerText("#travel-text")).includes("Nov 24, 2026"),
  );
  assert((await texts(page, ".price")).join() !== then.join());
  await page.click("#back");
  await page.waitForSelector("#travel", { state: "hidden" });
  await until("it is live again", async () => await word(page) === "Live");
  assertEquals(page.url(), served.url);
  assertEquals(faults, []);
});

Deno.test("a page of which a part did not arrive loads once more", async () => {
  await using browser = await startBrowser();
  await using served = serveFakePage(freePort());
  const { page } = await browser.open("about:blank");
  const late = ["chart.js", "chart.css", "candle_plugin.js"];
  for (const part of ["prices.js", "decimal.js", "chain.css", ...late]) {
    let asked = 0;
    await page.route(`**/assets/${part}`, (route) => {
      const isFirst = asked++ === 0;
      return isFirst ? route.abort("connectionreset") : route.continue();
    });
    await page.goto(served.url);
    await page.waitForSelector("tr[data-coin]");
    await until("it is asked for again", () => asked === 2);
    await page.waitForSelector("#plot canvas");
    await page.unroute(`**/assets/${part}`);
  }
});

Deno.test("a page whose chart never arrives stops asking, and shows its numbers", async () => {
  await using browser = await startBrowser();
  await using served = serveFakePage(freePort());
  const { page } = await browser.open("about:blank");
  let asked = 0;
  await page.route("**/assets/chart.js", (route) => {
    asked++;
    return route.abort("connectionreset");
  });
  await page.goto(served.url);
  await until("the last try", () => asked === 11);
  await until(
    "it says what to do",
    async () => (await page.innerText("#candle-note")).includes("Next: reload"),
  );
  await page.click("#view >> text=Table");
  await page.waitForSelector("#candle-rows tr");
  await until("a candle", () => page.innerText("#readout"));
  await page.click("tr[data-coin=solana] button");
  await until(
    "another coin's candles",
    async () => await page.innerText("#candle-coin") === "solana",
  );
  // Three times the page's pause before a reload.
  await delay(1_500);
  assertEquals(asked, 11);
});
