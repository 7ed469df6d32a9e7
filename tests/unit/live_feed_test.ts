import { assert, assertEquals } from "@std/assert";
import { LiveFeed } from "../../lakehouse/page/live_feed.ts";
import { PageData } from "../../lakehouse/page/page_data.ts";
import { FakePageLake, priceRow } from "../fakes/page_lake.ts";
import { FakeClock } from "../fakes/clock.ts";

/** A clock whose sleeps last until they are let go. */
class HeldClock extends FakeClock {
  readonly #held: (() => void)[] = [];

  override async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => resolve());
    this.#held.push(() => {
      this.advance(Math.max(0, ms));
      resolve();
    });
    await promise;
  }

  /** Ends what sleeps, and lets it go on. */
  async go(): Promise<void> {
    for (const release of this.#held.splice(0)) release();
    await settled();
  }
}

/** Lets what is ready go on. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

function feedOf(isTold: boolean) {
  const lake = new FakePageLake();
  lake.prices = [priceRow("a", 1)];
  const clock = new HeldClock();
  let looks = 0;
  const chain = { state: "flowing", at: "" };
  const feed = new LiveFeed({
    data: new PageData(lake),
    clock,
    isTold,
    chain: () => {
      looks++;
      return Promise.resolve({ ...chain, at: String(looks) });
    },
  });
  const open = (version: number) => {
    const stream = feed.open(version);
    assert(stream);
    const reader = stream.getReader();
    return {
      async next(): Promise<string> {
        return new TextDecoder().decode((await reader.read()).value);
      },
      leave: () => reader.cancel(),
    };
  };
  return { lake, clock, chain, feed, open, looks: () => looks };
}

Deno.test("nothing is asked while no browser listens", async () => {
  const { lake, clock, feed, open, looks } = feedOf(true);
  feed.committed({ records: 1, ticks: 1 });
  await clock.go();
  assertEquals([lake.asked.length, looks()], [0, 0]);
  const page = open(1);
  await settled();
  assertEquals(looks(), 1);
  await page.leave();
  await settled();
  feed.committed({ records: 1, ticks: 1 });
  const asked = lake.asked.length;
  for (let turn = 0; turn < 5; turn++) await clock.go();
  assertEquals([lake.asked.length, looks()], [asked, 1]);
});

Deno.test("commits that come together are one event, with the changed coins", async () => {
  const { lake, clock, feed, open } = feedOf(true);
  const page = open(1);
  assertEquals(await page.next(), 'event: hello\ndata: {"version":1}\n\n');
  assert((await page.next()).startsWith("event: chain\n"));
  lake.version = 3;
  feed.committed({ records: 2, ticks: 3 });
  feed.committed({ records: 4, ticks: 5 });
  await settled();
  await clock.go();
  const event = await page.next();
  const { records, ticks, version, coins } = JSON.parse(
    event.split("data: ")[1] ?? "",
  );
  assertEquals([records, ticks, version, coins.length], [6, 8, 3, 1]);
  // What was in a former event is not in the next one.
  lake.version = 4;
  lake.prices = [];
  feed.committed({ records: 1, ticks: 0 });
  for (let turn = 0; turn < 3; turn++) await clock.go();
  assert((await page.next()).includes('"records":1,"ticks":0,"coins":[]'));
  feed.close();
});

Deno.test("a chain is sent when it has changed, and a ping now and then", async () => {
  const { clock, chain, feed, open } = feedOf(true);
  const page = open(1);
  await page.next();
  await page.next();
  for (let second = 0; second < 14; second++) await clock.go();
  chain.state = "broken";
  await clock.go();
  assert((await page.next()).includes('"state":"broken"'));
  assertEquals(await page.next(), ": ping\n\n");
  feed.close();
});

Deno.test("a lake that another process writes is looked at each second", async () => {
  const { lake, clock, feed, open } = feedOf(false);
  const page = open(1);
  await page.next();
  await page.next();
  lake.version = 2;
  for (let turn = 0; turn < 3; turn++) await clock.go();
  const event = await page.next();
  assert(
    event.includes('"version":2,') && event.includes('"records":2'),
    event,
  );
  feed.close();
});
