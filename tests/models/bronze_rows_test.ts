// Bronze's columns, made by Spark and by the embedded engine from the same bytes.

import { assertEquals } from "@std/assert";
import type { DecodedRecord } from "../../kafka/records/record.ts";
import { toBronzeRow } from "../../lakehouse/ingest/to_bronze_row.ts";
import { pathOf, projectDir } from "../../lib/project.ts";
import { type Random, seeded } from "../chaos/seed.ts";
import { payloadText } from "../fakes/payload_text.ts";
import { testDir } from "../harness/broker.ts";
import { submitLocal } from "./submit_local.ts";

const utf8 = new TextEncoder();

/** What texts are made of: signs that are escaped, and bytes that are no text. */
const pieces: readonly Uint8Array[] = [
  "plain",
  "é😀\u2028\ufffd",
  '"\\u000B \\\u000b\u001f\\',
  "base64:",
  "\r\n\t\b\f\x7f\0",
  "x".repeat(200),
].map((text) => utf8.encode(text)).concat([
  [0xed, 0xa0, 0x80],
  [0xc0, 0x80],
  [0xef, 0xbb, 0xbf],
  [0xf4, 0x90, 0x80, 0x80],
  [0xf0, 0x9f, 0x98],
  [0xff],
].map((bytes) => Uint8Array.from(bytes)));

const names = ["a", "10", "2", 'q"\\\u0001\u001f', "é😀", "\\u000B\u000b"];

const times = [-1, 0, 1_795_662_047_252, -62_135_596_800_000, 8.64e15, -2];

function pick<T>(random: Random, list: readonly T[]): T {
  // The index is inside the list.
  return list[random.whole(0, list.length - 1)] as T;
}

function bytes(random: Random): Uint8Array | null {
  if (random.chance(0.15)) return null;
  const parts = Array.from(
    { length: random.whole(0, 3) },
    () => [...pick(random, pieces)],
  );
  return Uint8Array.from(parts.flat());
}

function record(random: Random, at: number): DecodedRecord {
  return {
    offset: BigInt(at),
    timestampMs: pick(random, times),
    key: bytes(random),
    value: bytes(random),
    headers: Array.from(
      { length: random.whole(0, 4) },
      () => [pick(random, names), bytes(random)],
    ),
  };
}

function base64(value: Uint8Array | null): string | null {
  return value === null ? null : value.toBase64();
}

function lineOf({ timestampMs, key, value, headers }: DecodedRecord): string {
  return JSON.stringify({
    timestampMs,
    key: base64(key),
    value: base64(value),
    headers: headers.map(([name, bytes]) => [name, base64(bytes)]),
  });
}

Deno.test("Spark makes the rows of bronze that the embedded engine makes", async () => {
  const random = seeded(13, "bronze");
  const records = Array.from({ length: 2_000 }, (_, at) => record(random, at));
  await using folder = await testDir();
  await Deno.writeTextFile(
    `${folder.path}/records.jsonl`,
    records.map(lineOf).join("\n"),
  );
  const ended = await submitLocal({
    program: "bronze_row_on_spark.py",
    folders: {
      records: folder.path,
      spark: pathOf(new URL("lakehouse/spark/", projectDir)),
    },
  });
  if (ended === undefined) return;
  const { code, stdout, stderr } = ended;
  assertEquals(code, 0, (stdout + stderr).slice(-5_000));
  const rows = stdout.split("\n").filter((line) => line.startsWith("@row "))
    .map((line) => JSON.parse(line.slice("@row ".length)));
  const place = { topic: "t", epoch: 3, partition: 1 };
  const expected = records.map((it) => {
    const row = toBronzeRow(it, place);
    const { timestampMs, key, headers, payloadEncoding } = row;
    const payload = payloadText(row);
    return { timestampMs, key, headers, payload, payloadEncoding };
  });
  assertEquals(rows.length, expected.length);
  for (const [at, row] of rows.entries()) assertEquals(row, expected[at]);
});
