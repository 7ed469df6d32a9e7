// Whatever the bytes of records are: the real lake takes each of them once.

import { assertEquals } from "@std/assert";
import type { DecodedRecord } from "../../kafka/records/record.ts";
import { followTopic } from "../../lakehouse/ingest/follow.ts";
import { openReader } from "../../lakehouse/lake/reader.ts";
import { rebuild } from "../../lakehouse/lake/rebuild.ts";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import { systemClock } from "../../lib/clock.ts";
import { progress } from "../../tasks/cli/print.ts";
import { checkContents } from "../../tasks/lake/verify_lake.ts";
import { type Random, runSeed, seeded } from "../chaos/seed.ts";
import { FollowedTopic } from "../fakes/followed_topic.ts";
import { newPlace, type Place } from "./place.ts";

const topic = "any.bytes";
const utf8 = new TextEncoder();
const second = 1_764_758_514;

function tick(usd: string, updated: string, coin = "bitcoin"): string {
  return `{"data":{"${coin}":{"usd":${usd},"last_updated_at":${updated}}},` +
    '"source_system":"test"}';
}

function nested(open: string, close: string, depth: number): string {
  return open.repeat(depth) + close.repeat(depth);
}

const texts: readonly string[] = [
  "",
  "\0",
  "a\0b",
  "\ufeff{}",
  "'; DROP TABLE x; --",
  "\\",
  "base64:AA==",
  "\u{10ffff}\uffff\ufffe",
  "x".repeat(1_000_000),
  tick(`0.${"1".repeat(1_000_000)}`, String(second)),
  nested("[", "]", 10_000),
  nested('{"a":', "}", 10_000),
  `{"data":${nested('{"a":', "}", 10_000).replace(":}", ":1}")}}`,
  `{"data":{"deep":{"usd":${nested("[", "]", 10_000)}}}}`,
  // More than the usual share of memory holds.
  nested("[", "]", 400_000),
  "[".repeat(400_000),
  ...["1e999999", "-1e999999", "1e-999999", "NaN", "-Infinity", "5,", "01"]
    .map((usd) => tick(usd, String(second))),
  ...[
    "1e300",
    "-1",
    "0.5",
    "-1e300",
    "99999999999",
    "99999999999.999999",
    "1e99999999999999999999",
    '"9999-12-31T23:59:59Z"',
    "1764758514.123456789",
  ].map((updated) => tick("5", updated)),
  '{"data":{"b":1},"data":{"b":{"usd":5,"usd":6}}}',
  '{"data":{"b":{"usd":5,"last_updated_at":1764758514},},}',
  '{"__proto__":1,"data":{"__proto__":{"usd":1,"last_updated_at":9}}}',
  tick("1", String(second), "constructor"),
  tick("1", String(second), ""),
  ...["\\u0000", "a\\u0000b", "\\ud800", "'", '\\"', "a'b\\\\", "\\ufffd"]
    .map((coin, at) => tick(String(at + 1), String(second + at), coin)),
  ...["\\u0000", "\\u0000x", "\\udc00"].map((coin) => tick("-1", "1", coin)),
  '{"data":{},"source_system":"\\u0000"}',
];

const times = [-1, 0, -5, 1.5e12, 8.64e15, -8.64e15, 9e15, -(2 ** 63), 1e300];

function bytesOf(random: Random, most: number): Uint8Array {
  // Often near text: the borders of UTF-8 are met.
  const top = random.chance(0.5) ? 127 : 255;
  const length = random.whole(0, most);
  return Uint8Array.from({ length }, () => random.whole(0, top));
}

/** A text with a few bytes changed, taken away or doubled. */
function damaged(random: Random, text: string): Uint8Array {
  const bytes = [...utf8.encode(text)];
  for (let times = random.whole(1, 4); times > 0; times--) {
    const at = random.whole(0, bytes.length);
    const dice = random.whole(0, 2);
    if (dice === 0) bytes.splice(at, random.whole(1, 9));
    else if (dice === 1) bytes.splice(at, 1, random.whole(0, 255));
    else bytes.splice(at, 0, ...bytes.slice(at, at + random.whole(1, 20)));
  }
  return new Uint8Array(bytes);
}

function valueOf(random: Random, number: number): Uint8Array | null {
  const text = texts[number];
  if (text !== undefined) return utf8.encode(text);
  const dice = random.whole(0, 9);
  if (dice === 0) return null;
  if (dice < 4) return bytesOf(random, 60);
  const price = `${random.whole(0, 99)}.${random.whole(0, 999_999)}`;
  const updated = String(second + random.whole(0, 20));
  const coin = `c${random.whole(0, 3)}`;
  const good = tick(price, updated, coin);
  return dice < 8 ? damaged(random, good) : utf8.encode(good);
}

function makeRecord(random: Random, number: number): DecodedRecord {
  const names = ["h", "a\0b", "__proto__", "1", "", "\ud800", "é", "'"];
  return {
    offset: BigInt(number),
    timestampMs: random.chance(0.3)
      ? times[random.whole(0, times.length - 1)] ?? 0
      : second * 1_000 + number,
    key: random.chance(0.3) ? null : bytesOf(random, 12),
    value: valueOf(random, number),
    headers: Array.from({ length: random.whole(0, 3) }, () => [
      names[random.whole(0, names.length - 1)] ?? "",
      random.chance(0.2) ? null : bytesOf(random, 9),
    ]),
  };
}

async function drain(place: Place, fake: FollowedTopic): Promise<void> {
  const writer = await openWriter(place);
  try {
    await followTopic({
      topic,
      openReader: () => fake.open(),
      writer,
      groupId: "g",
      from: "earliest",
      once: true,
      clock: systemClock,
      random: () => 0,
      signal: new AbortController().signal,
      onEvent: () => {},
    });
    await writer.maintain({ keepMs: 0, graceMs: 0 });
  } finally {
    await writer.close();
  }
}

function unmarked(hex: string | null | undefined): Uint8Array | null {
  if (hex === null || hex === undefined) return null;
  const bytes = Uint8Array.fromHex(hex);
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  return text.startsWith("base64:")
    ? Uint8Array.fromBase64(text.slice(7))
    : bytes;
}

function headersOf(json: string): [string, Uint8Array | null][] {
  const object: Record<string, unknown> = JSON.parse(json);
  return Object.keys(object).flatMap((name) =>
    [object[name]].flat().map((value): [string, Uint8Array | null] => [
      name,
      value === null ? null : unmarked(utf8.encode(String(value)).toHex()),
    ])
  );
}

/** What the records' headers are as names with their values, by name. */
function grouped(
  headers: DecodedRecord["headers"],
): [string, Uint8Array | null][] {
  const byName = Map.groupBy(headers, ([name]) => name);
  // As an object lists its members.
  const names = Object.keys(JSON.parse(
    `{${[...byName.keys()].map((name) => `${JSON.stringify(name)}:0`)}}`,
  ));
  return names.flatMap((name) =>
    (byName.get(name) ?? [])
      .map(([, value]): [string, Uint8Array | null] => [name, value])
  );
}

async function assertStored(
  place: Place,
  records: readonly DecodedRecord[],
): Promise<void> {
  const reader = await openReader(place);
  try {
    const { rows } = await reader.query(`SELECT kafka_offset,
        hex(encode(raw_payload)), payload_encoding, hex(encode(kafka_key)),
        kafka_headers, epoch_ms(kafka_timestamp)
      FROM bronze.crypto_ticks_raw ORDER BY kafka_offset`);
    assertEquals(rows.length, records.length);
    for (const [at, record] of records.entries()) {
      const [offset, value, encoding, key, headers, time] = rows[at] ?? [];
      const name = `seed ${runSeed}, record ${at}`;
      assertEquals(offset, String(at), name);
      const bytes = typeof value === "string"
        ? Uint8Array.fromHex(value)
        : null;
      const stored = encoding === "base64"
        ? Uint8Array.fromBase64(new TextDecoder().decode(bytes ?? undefined))
        : bytes;
      assertEquals(stored?.toHex(), record.value?.toHex(), name);
      assertEquals(unmarked(key), record.key, name);
      assertEquals(headersOf(headers ?? ""), grouped(record.headers), name);
      const { timestampMs } = record;
      const has = timestampMs !== -1 && Math.abs(timestampMs) <= 8.64e15;
      assertEquals(time, has ? String(timestampMs) : null, name);
    }
    const checks = await checkContents(reader, true);
    assertEquals(
      checks.filter(({ verdict }) => verdict !== "ok"),
      [],
      `seed ${runSeed}`,
    );
  } finally {
    await reader.close();
  }
}

Deno.test("any bytes as a record: the stream goes on, and bronze has each of them once, byte for byte", async () => {
  progress(`CHAOS_SEED=${runSeed}`);
  const random = seeded(runSeed, "any bytes");
  await using place = await newPlace();
  const fake = new FollowedTopic();
  const records: DecodedRecord[] = [];
  // Small transactions stay in the catalog, large ones become Parquet files.
  for (const count of [texts.length, 3, 400, 150, 1]) {
    const from = records.length;
    for (let i = 0; i < count; i++) {
      records.push(makeRecord(random, from + i));
    }
    fake.log?.[0]?.push(...records.slice(from));
    fake.answerSlots = random.whole(1, 500);
    await drain(place, fake);
  }
  await assertStored(place, records);
  const { replaced, tables } = await rebuild({
    ...place,
    now: Temporal.Now.instant(),
    onProgress: () => {},
    replace: () => Promise.resolve(false),
    signal: new AbortController().signal,
  });
  const changes = tables.map(({ removed, added }) => removed + added);
  assertEquals([replaced, ...changes], [false, 0, 0, 0], `seed ${runSeed}`);
});
