import { assertEquals } from "@std/assert";
import { createFeed, mergeNews } from "../../lakehouse/page/assets/feed.js";
import { createMailbox } from "../../lakehouse/page/assets/mailbox.js";

interface FakeSource {
  readonly say: (name: string, body?: unknown) => void;
  readonly isClosed: () => boolean;
}

/** A feed over connections and timers that a test holds. */
function fakeFeed() {
  const sources: FakeSource[] = [];
  const timers: { run: () => void; ms: number }[] = [];
  const news: unknown[] = [];
  const feed = createFeed((it) => void news.push(it), {
    open() {
      const listeners = new Map<string, (event: { data?: string }) => void>();
      let isClosed = false;
      sources.push({
        say: (name, body) =>
          listeners.get(name)?.(
            body === undefined ? {} : { data: JSON.stringify(body) },
          ),
        isClosed: () => isClosed,
      });
      return {
        addEventListener: (name, listener) =>
          void listeners.set(name, listener),
        close: () => void (isClosed = true),
      };
    },
    setTimer: (run, ms) => timers.push({ run, ms }),
    clearTimer: () => timers.pop(),
  });
  return { feed, sources, timers, news };
}

function coin(name: string, price: string) {
  return {
    coin: name,
    price,
    change24h: null,
    marketCap: null,
    volume24h: null,
    observedAt: "2026-11-25T21:14:07Z",
  };
}

Deno.test("createFeed() passes on what the server says", () => {
  const { sources, news } = fakeFeed();
  sources[0]?.say("hello", { version: 3 });
  sources[0]?.say("commit", { version: 4, coins: [coin("a", "1")], ticks: 1 });
  sources[0]?.say("chain", { state: "flowing" });
  assertEquals(news, [
    { isConnected: true, version: 3 },
    { version: 4, coins: [coin("a", "1")] },
    { chain: { state: "flowing" } },
  ]);
});

Deno.test("createFeed() connects again, later and later, and says both", () => {
  const { sources, timers, news } = fakeFeed();
  const delays = Array.from({ length: 6 }, (_, at) => {
    sources[at]?.say("error");
    assertEquals(sources[at]?.isClosed(), true);
    const { run, ms } = timers.pop() ?? { run: () => {}, ms: -1 };
    run();
    return ms;
  });
  assertEquals(delays, [500, 1_000, 2_000, 3_000, 3_000, 3_000]);
  assertEquals(sources.length, 7);
  sources[6]?.say("hello", { version: 9 });
  assertEquals(news.at(-1), { isConnected: true, version: 9 });
  // A connection that was good starts with short delays again.
  sources[6]?.say("error");
  assertEquals(timers.pop()?.ms, 500);
  assertEquals(news.at(-1), { isConnected: false });
});

Deno.test("restart() leaves the old connection, whatever it still says", () => {
  const { feed, sources, timers, news } = fakeFeed();
  feed.restart();
  assertEquals(sources[0]?.isClosed(), true);
  sources[0]?.say("hello", { version: 1 });
  sources[0]?.say("error");
  assertEquals(news, []);
  assertEquals(timers, []);
  sources[1]?.say("error");
  feed.close();
  assertEquals(timers, []);
});

Deno.test("a mailbox holds one message until the last one was taken", () => {
  const sent: unknown[] = [];
  const mailbox = createMailbox((news) => void sent.push(news));
  mailbox.put({ version: 1, coins: [coin("a", "1")] });
  for (let version = 2; version < 4_000; version++) {
    mailbox.put({
      version,
      coins: [coin(version % 2 ? "a" : "b", `${version}`)],
    });
  }
  mailbox.put({ isConnected: false });
  assertEquals(sent.length, 1);
  mailbox.taken();
  assertEquals(sent[1], {
    version: 3_999,
    coins: [coin("b", "3998"), coin("a", "3999")],
    isConnected: false,
  });
  mailbox.taken();
  mailbox.taken();
  assertEquals(sent.length, 2);
  mailbox.put({ version: 4_000 });
  assertEquals(sent[2], { version: 4_000 });
});

Deno.test("mergeNews() keeps what only one of both has", () => {
  assertEquals(
    mergeNews({ version: 1, coins: [coin("a", "1")] }, { version: 2 }),
    { version: 2, coins: [coin("a", "1")] },
  );
  assertEquals(mergeNews(undefined, { version: 2 }), { version: 2 });
});
