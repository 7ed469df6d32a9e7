import { assert, assertEquals } from "@std/assert";
import {
  coinWords,
  type PlainCoins,
  presentBits,
  readPlainRecord,
} from "../../lakehouse/lake/plain_record.ts";

const usual = '"last_updated_at":1764758514';

/** A number's words as the number, times ten to its scale. */
function numberAt(
  { words, from }: PlainCoins,
  at: number,
  count = 4,
): bigint {
  let found = 0n;
  for (let n = count - 1; n >= 0; n--) {
    found = (found << 32n) | BigInt((words[from + at + n] ?? 0) >>> 0);
  }
  return BigInt.asIntN(32 * count, found);
}

function readText(text: string) {
  return readPlainRecord(new TextEncoder().encode(text));
}

function read(coin: string) {
  return readText(`{"data":{"bitcoin":{${coin}}}}`);
}

function price(text: string): bigint | undefined {
  const coins = read(`"usd":${text},${usual}`);
  return coins && numberAt(coins, coinWords.price);
}

Deno.test("a price keeps its digits, at 18 after the point", () => {
  const expected: Record<string, bigint> = {
    "92937": 92_937n * 10n ** 18n,
    "93000.05": 9_300_005n * 10n ** 16n,
    "0.000000004563": 4_563n * 10n ** 6n,
    "8.51e-06": 851n * 10n ** 10n,
    "9.2937E+4": 92_937n * 10n ** 18n,
    "0.12345678901234567": 123_456_789_012_345_670n,
    "123456789012345.123456": 123_456_789_012_345_123_456n * 10n ** 12n,
    "0.1234567890123456785": 123_456_789_012_345_679n,
    "0.0000000000000000005": 1n,
    "9e17": 9n * 10n ** 35n,
    "1.7497639870356352e-05": 17_497_639_870_356n,
    "1.7497639870356355e-03": 1_749_763_987_035_636n,
    "123456789.123456789e-12": 123_456_789_123_457n,
    "9.999999999999999999e-1": 10n ** 18n,
    "6e-19": 1n,
  };
  for (const [text, number] of Object.entries(expected)) {
    assertEquals(price(text), number, text);
  }
});

Deno.test("what is not a usual price is left to the models", () => {
  const texts = [
    ...["null", "true", '"92937"', "{}", "[5]", "", "abc", "NaN"],
    ...["0", "0.0", "-0", "-1", "0.0000000000000000004", "01", "1.", ".5"],
    ...["+1", "1e", "1e+", "1e123", "0x10", "1_000", "5 5", "--5"],
    ...["1234567890123456", "1.1234567890123456789e1", "1e18", "1e-19"],
    ...["4.9e-19", "5e-99", "-1.7497639870356352e-05"],
    "123456789012345.1234567",
  ];
  for (const text of texts) assertEquals(price(text), undefined, text);
});

Deno.test("values that may be missing are null, and others keep their sign", () => {
  const coins = read(
    `"usd":1,${usual},"usd_24h_change":-6.77382,"usd_market_cap":null`,
  );
  assert(coins !== undefined);
  assertEquals(
    coins.words[coins.from + coinWords.present],
    presentBits.percentChange,
  );
  assertEquals(
    numberAt(coins, coinWords.percentChange),
    -677_382n * 10n ** 13n,
  );
  assertEquals(
    numberAt(coins, coinWords.updatedAt, 2),
    1_764_758_514_000_000n,
  );
});

Deno.test("values are rounded half up, away from zero", () => {
  const coins = read(
    `"usd":1,"usd_24h_vol":91517389314.123456785,` +
      `"usd_market_cap":-0.000000005,${usual}`,
  );
  assert(coins !== undefined);
  assertEquals(
    numberAt(coins, coinWords.volume),
    9_151_738_931_412_345_679n,
  );
  assertEquals(numberAt(coins, coinWords.marketCap), -1n);
});

Deno.test("members may come in any order, with others between them", () => {
  const coins = readText(
    '{ "x" : [ 1 , { "y" : [ ] } , null ] , "source_system" : "s" , ' +
      '"data" : { "b" : { "note" : "usd" , "last_updated_at" : 5 , "usd" : 2 } , ' +
      '"a" : { "last_updated_at" : 6 , "deep" : { "usd" : 7 } , "usd" : 3 } } }',
  );
  assertEquals(coins?.ids, ["b", "a"]);
  assertEquals(coins?.source, "s");
});

Deno.test("what was read before has no part in what is read", () => {
  const long = "x".repeat(300);
  const coin = `{"usd":1,${usual}}`;
  for (
    const [ids, source] of [
      [["bitcoin", "ethereum"], "a"],
      [["ethereum", "bitcoin"], "b"],
      [["bitcoins", "ether"], "aa"],
      [["₿", "\ufeffether"], long],
      [[long, "ether"], ""],
      [["", "ether"], "a"],
      [["ether"], null],
      [["bitcoin", "ethereum"], "a"],
    ] as const
  ) {
    const coins = readText(
      (source === null ? "{" : `{"source_system":"${source}",`) +
        `"data":{${ids.map((id) => `"${id}":${coin}`).join()}}}`,
    );
    assertEquals([coins?.ids, coins?.source], [ids, source]);
  }
});

Deno.test("a record of another shape is left to the models", () => {
  const coin = `{"usd":1,${usual}}`;
  const texts = [
    ...["", " ", "null", "5", "[]", "{}", '{"data":{}}', '{"data":null}'],
    ...['{"error":"rate_limit"}', "not JSON", '{"data":[1]}'],
    `{"data":{"a":${coin}}`,
    `{"data":{"a":${coin}}} x`,
    `{"data":{"a":${coin},}}`,
    `{"data":{"a":${coin}},}`,
    `{"data":{"a":${coin},"a":${coin}}}`,
    `{"data":{"a":${coin}},"data":{"b":${coin}}}`,
    `{"data":{"a":${coin}},"source_system":"s","source_system":"t"}`,
    `{"data":{"a":${coin}},"source_system":7}`,
    `{"data":{"a":${coin},"b":null}}`,
    `{"data":{"a":${coin},"b":{"usd":2}}}`,
    `{"data":{"a":${coin},"b":{"usd":2,"usd":3,${usual}}}}`,
    `{"data":{"\\u0061":${coin}}}`,
    `{"data":{"a":${coin}},"x":"\u0001"}`,
    `{"data":{"a":${coin}},"x":1e999}`,
    ...["tru", "nulll", "truefalse", "-", "01", "1.", "1 2", '"'].map((value) =>
      `{"data":{"a":${coin}},"x":${value}}`
    ),
    `{"data":{"a":${coin}},"x":${"9".repeat(50)}}`,
    `{"data":{"a":${coin}},"x":${"[".repeat(30)}${"]".repeat(30)}}`,
    `\ufeff{"data":{"a":${coin}}}`,
    ...["0", "-5", "1.5", '"5"', "null", "9000000001", "05"].map((time) =>
      `{"data":{"a":{"usd":1,"last_updated_at":${time}}}}`
    ),
  ];
  for (const text of texts) {
    assertEquals(readText(text), undefined, text);
  }
});
