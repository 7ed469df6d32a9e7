import { assert, assertEquals } from "@std/assert";
import { batchBytes, defaultMaxMessageBytes } from "../../kafka/batch_size.ts";
import { makeRecord } from "../../producer/envelope.ts";
import {
  estimateRecord,
  type SizeLimits,
  sizeWarning,
} from "../../producer/record_size.ts";
import { type Coin, coinFields } from "../../producer/sources/source.ts";
import { exactNumber } from "../../producer/sources/exact_json.ts";
import { sample } from "../fakes/samples.ts";

const origin = {
  topic: "crypto.prices.raw",
  sourceSystem: "coingecko_v3",
  address: "https://api.coingecko.com/api/v3/simple/price",
  instance: "0b4c81fc-0ff7-48da-8efb-6dd5936a6580",
};

function coinOf(numbers: readonly string[]): Coin {
  const [usd = "1", ...others] = numbers;
  const rest = coinFields.slice(1)
    .map((name, index) => [name, exactNumber(others[index] ?? "1")]);
  return { usd: exactNumber(usd), ...Object.fromEntries(rest) };
}

function sizeOf(ids: readonly string[], coins: readonly Coin[]): number {
  const all = ids.map((id, index): [string, Coin] => {
    const coin = coins[index % coins.length];
    if (coin === undefined) throw new Error("no coin");
    return [id, coin];
  });
  return batchBytes(makeRecord(
    { ...sample(), coins: new Map(all) },
    origin,
    {
      id: crypto.randomUUID(),
      sequence: 12_345,
      madeAt: Temporal.Instant.fromEpochMilliseconds(0),
    },
  ));
}

/** As CoinGecko prints them. */
const usual = [
  [
    "92937",
    "1855524642938.0896",
    "91517389314.45113",
    "6.774638273945",
    "1764758514",
  ],
  [
    "3.12",
    "372186231005.6213",
    "14891221790.83924",
    "-1.2087461238",
    "1764758514",
  ],
  [
    "0.4123471",
    "14786123459.18247",
    "712389123.4471893",
    "0.4712348912",
    "1764758514",
  ],
  [
    "2.08e-06",
    "8761234.871236",
    "120345.1236789",
    "-12.3478912374",
    "1764758514",
  ],
].map(coinOf);

Deno.test("`estimateRecord()` is within a few percent of real records, and never below the longest", () => {
  const longest = coinOf([
    "2.2250738585072014e-308",
    ...Array(3).fill("-2.2250738585072014e-308"),
    "1764758514",
  ]);
  for (const count of [1, 10, 1_000, 9_000]) {
    const ids = Array.from({ length: count }, (_, n) => `some-coin-é-${n}`);
    const { typical, most, coins } = estimateRecord(ids, origin);
    const real = sizeOf(ids, usual);
    assert(
      Math.abs(typical - real) / real < 0.05,
      `${count} coins: ${typical} estimated, ${real} real`,
    );
    assert(most >= sizeOf(ids, [longest]), `${count} coins: ${most}`);
    assertEquals(coins, count);
  }
});

function warningFor(ids: number, changes: Partial<SizeLimits> = {}) {
  const names = Array.from({ length: ids }, (_, n) => `some-coin-${n}`);
  return sizeWarning(estimateRecord(names, origin), {
    topic: "prices",
    limit: { bytes: defaultMaxMessageBytes, source: "topic" },
    outboxBytes: 256e6,
    broker: "localhost:9093",
    ...changes,
  });
}

Deno.test("`sizeWarning()` has sizes, limit, effect and the command to type", () => {
  assertEquals(warningFor(10), undefined);
  const split = warningFor(9_000);
  const { typical, most } = estimateRecord(
    Array.from({ length: 9_000 }, (_, n) => `some-coin-${n}`),
    origin,
  );
  assertEquals(
    split?.message,
    `a record of 9000 coins takes about ${typical} bytes, at most ${most}; ` +
      "topic prices takes 1048588 (max.message.bytes): each sample becomes " +
      "about 2 records",
  );
  assert(split?.next.includes("--entity-name prices --add-config"));
  assert(split?.next.includes("--bootstrap-server localhost:9093"));
  assertEquals(split?.isFatal, false);
  const rows: [number, Partial<SizeLimits>, string, boolean][] = [
    [5_500, {}, "may become several", false],
    [3, { limit: { bytes: 300, source: "topic" } }, "even one coin", true],
    [
      9_000,
      { outboxBytes: 1e6, limit: { bytes: 8e6, source: "topic" } },
      "OUTBOX_MAX_MEGABYTES=1 holds",
      false,
    ],
    [
      9_000,
      {
        limit: { bytes: 1e6, source: "assumed", reason: "no answer" },
      },
      "Kafka's default, since the topic's is unknown: no answer",
      false,
    ],
  ];
  for (const [coins, changes, part, isFatal] of rows) {
    const warning = warningFor(coins, changes);
    assert(warning?.message.includes(part), `${warning?.message}`);
    assertEquals(warning?.isFatal, isFatal);
  }
});
